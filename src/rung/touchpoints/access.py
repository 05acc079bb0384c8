"""Gates: which conversations, touchpoints and files an agent may see.

By their scope, an agent sees every conversation; or those of their teams, those no team has taken, and those assigned to
them; or of these only what is assigned to them or to nobody. Every list, count, fragment and file goes through here.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import Exact, In
from django.http import Http404
from django.shortcuts import get_object_or_404

from rung.accounts.access import Agent, Scope, teams_of
from rung.core.actor import Actor
from rung.core.ahead import Question
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.journal.access import Entry, entries
from rung.touchpoints.hanging import know_what_hangs_on, signals_of, tags_of, whether_hanging
from rung.touchpoints.models import (
    Admission,
    Attachment,
    Came,
    Conversation,
    ConversationQuerySet,
    Direction,
    Draft,
    DraftFile,
    DraftKind,
    Mention,
    Note,
    Outcome,
    Participant,
    Phase,
    Priority,
    Reading,
    Report,
    Role,
    SignalKind,
    State,
    Tag,
    TagColour,
    Tagging,
    Touchpoint,
    TouchpointQuerySet,
    Why,
)
from rung.touchpoints.replies import answer_address, last_asked, participants_of, reply_recipients

__all__ = [
    "Attachment",
    "Came",
    "Conversation",
    "ConversationQuerySet",
    "Direction",
    "Draft",
    "DraftFile",
    "DraftKind",
    "Outcome",
    "Participant",
    "Phase",
    "Priority",
    "Report",
    "Role",
    "SignalKind",
    "State",
    "Tag",
    "TagColour",
    "Touchpoint",
    "TouchpointQuerySet",
    "Why",
    "all_tags",
    "answer_address",
    "asides_of",
    "asked_at_the_gate",
    "attachment_for",
    "brought_together",
    "calling_for",
    "changes_since",
    "conversation_for",
    "draft_of",
    "drafts_in",
    "former_conversation",
    "is_unread_by",
    "joined_into",
    "joined_to",
    "know_what_hangs_on",
    "last_asked",
    "mentioned_for",
    "names_blind_to",
    "notes_in",
    "participants_of",
    "planned_in",
    "reach_of",
    "read_again",
    "reply_recipients",
    "signals_of",
    "tag_for",
    "tagged_with",
    "tags_numbered",
    "tags_of",
    "tags_with_counts",
    "touchpoint_for",
    "touchpoints_within",
    "undelivered_touchpoints",
    "version_of",
    "visible_conversations",
    "visible_touchpoints",
    "whether_hanging",
    "within",
    "words_of",
]


def reach_of(agent: Agent) -> tuple[int | None, tuple[int, ...], bool]:
    """What decides which conversations somebody sees, as plain values for compiled questions (see `within`)."""
    return (None, (), False) if agent.sees_all else (agent.pk, tuple(teams_of(agent)), agent.scope == Scope.OWN)


def within(agent: int | None, teams: Sequence[int], is_own: bool) -> ConversationQuerySet:
    """What an agent of these teams sees; all for None. `is_own`: what lies with a colleague is not theirs to see."""
    conversations = Conversation.objects.all()
    return conversations if agent is None else conversations.filter(_in_scope(agent, teams, is_own))


def visible_conversations(agent: Agent) -> ConversationQuerySet:
    return within(*reach_of(agent))


def conversation_for(agent: Agent, number: int) -> Conversation:
    """The conversation of a number; when it has joined another, that one."""
    found = next(iter(_numbered(number, *reach_of(agent))), None)
    if found is None:
        raise Http404
    into = joined_into([found]).get(found.pk)
    return conversation_for(agent, into) if into is not None else found


def asked_at_the_gate(agent: Agent, number: int) -> Question:
    """What `conversation_for` asks."""
    return _numbered, (number, *reach_of(agent))


def read_again(conversation: Conversation) -> Conversation:
    """A conversation that has come through the gate, as it is now."""
    for found in _numbered(conversation.pk, None, (), False):
        return found
    raise Http404


@compiled
def _numbered(number: int, agent: int | None, teams: Sequence[int], is_own: bool) -> QuerySet[Conversation]:
    about = ("customer__company", "team", "assignee", "beside__customer")
    return within(agent, teams, is_own).filter(pk=number).select_related(*about)


def joined_into(conversations: Iterable[Conversation]) -> dict[int, int]:
    """Which of these have joined another, and which; no query when none has."""
    joined = [conversation.pk for conversation in conversations if conversation.state == State.JOINED]
    if not joined:
        return {}
    standing = Admission.objects.filter(conversation__in=joined, ended_at__isnull=True)
    return dict(standing.values_list("conversation_id", "into_id"))


def joined_to(numbers: Iterable[int]) -> dict[int, int]:
    """Which conversations have become part of one of these, and of which, by their numbers. One query."""
    standing = Admission.objects.filter(into__in=list(numbers), ended_at__isnull=True)
    return dict(standing.values_list("conversation_id", "into_id"))


def brought_together(conversation: Conversation) -> list[int]:
    """The numbers of the conversations that have become part of this one."""
    standing = Admission.objects.filter(into=conversation.pk, ended_at__isnull=True)
    return list(standing.order_by("pk").values_list("conversation_id", flat=True))


def mentioned_for(agent: Agent, conversation: Conversation) -> Conversation | None:
    """The conversation that this one mentions, when the agent may see it. One query, or none."""
    if conversation.mentions_id is None:
        return None
    visible = visible_conversations(agent).exclude(state__in=(State.SPAM, State.JOINED))
    return visible.select_related("customer").filter(pk=conversation.mentions_id).first()


def former_conversation(conversation: Conversation, number: int) -> Conversation | None:
    """The conversation of a number that has joined this one and could be parted from it again."""
    standing = Admission.objects.filter(into=conversation, conversation=number, ended_at__isnull=True)
    admission = standing.select_related("conversation__customer").first()
    return admission.conversation if admission is not None else None


def visible_touchpoints(agent: Agent) -> TouchpointQuerySet:
    return touchpoints_within(*reach_of(agent))


def touchpoints_within(agent: int | None, teams: Sequence[int], is_own: bool) -> TouchpointQuerySet:
    """The touchpoints of what an agent of these teams sees; see `within`."""
    touchpoints = Touchpoint.objects.all()
    return touchpoints if agent is None else touchpoints.filter(_in_scope(agent, teams, is_own, "conversation__"))


def _in_scope(agent: int, teams: Sequence[int], is_own: bool, path: str = "") -> Q:
    """What an agent who does not see everything sees; `path` leads from what is filtered to its conversation."""
    theirs = Q(**{f"{path}assignee_id": agent})
    in_reach = Q(**{f"{path}team_id__in": teams}) | Q(**{f"{path}team__isnull": True})
    if connection.vendor == "sqlite":
        # The same, so that no index answers it: SQLite, which keeps no statistics, would read all that an agent may see by
        # the indexes of teams and sort it, rather than look at the first fifty of a list in its own order.
        theirs = Q(Exact(Coalesce(F(f"{path}assignee_id"), Value(0)), agent))
        in_reach = Q(In(Coalesce(F(f"{path}team_id"), Value(0)), [0, *teams]))
    if is_own:
        in_reach &= Q(**{f"{path}assignee__isnull": True})
    return in_reach | theirs


def dealing_with(agent: Agent) -> Q:
    """The customers an agent has to do with: whose conversations or touchpoints they see, or with whom nobody has spoken."""
    with_them = {"customer": OuterRef("pk")}
    return (
        Q(Exists(visible_conversations(agent).filter(**with_them)))
        | Q(Exists(visible_touchpoints(agent).filter(**with_them)))
        | ~Q(Exists(Conversation.objects.filter(**with_them)))
    )


def undelivered_touchpoints(agent: Agent) -> TouchpointQuerySet:
    """What we wrote and could not be delivered, the newest first."""
    return visible_touchpoints(agent).filter(delivery="failed").order_by("-occurred_at", "-id")


def touchpoint_for(agent: Agent, pk: int) -> Touchpoint:
    return get_object_or_404(visible_touchpoints(agent).select_related("conversation", "customer"), pk=pk)


def attachment_for(agent: Agent, pk: int) -> Attachment:
    attachment = get_object_or_404(Attachment.objects.select_related("touchpoint"), pk=pk)
    touchpoint_for(agent, attachment.touchpoint_id)
    return attachment


# What a writer has to know before their answer goes out, whoever did it.
_MOVES = (
    *("touchpoint.received", "touchpoint.logged", "conversation.answered", "answer.planned", "note.written"),
    *("note.corrected", "conversation.resolved", "conversation.reopened", "conversation.assigned"),
    *("spam.marked", "aside.answered"),
)


def version_of(conversation: Conversation) -> int:
    """A number for what is known of a conversation now: to be kept with what somebody writes who sees it so."""
    return entries().filter(conversation=conversation.pk).aggregate(newest=Max("pk"))["newest"] or 0


def changes_since(conversation: Conversation, version: int, *, by: Actor) -> list[Entry]:
    """What others did in a conversation after somebody saw it as of `version`, and letters of their own from another
    window; in order. Asked in the transaction that has locked the conversation, nothing can come in between."""
    told = list(entries().filter(conversation=conversation.pk, pk__gt=version, kind__in=_MOVES).order_by("pk"))
    if not told:
        return []
    planned = entries().filter(conversation=conversation.pk, kind="answer.planned")
    known = set(planned.filter(touchpoint__in=[e.touchpoint for e in told]).values_list("touchpoint", flat=True))
    return [
        entry
        for entry in told
        if not entry.data.get("automatic")
        # A planned letter was news when it was planned; that it has left since is none.
        and not (entry.kind == "conversation.answered" and entry.touchpoint in known)
        and (entry.kind == "answer.planned" or entry.actor != Actor(by.kind, by.key))
    ]


def notes_in(conversation: int, since: datetime | None = None) -> list[Note]:
    """What colleagues told each other beside a conversation, in no order, with who did."""
    return _notes(conversation, since)


@seldom(lambda page: (page.conversation, None))
@compiled
def _notes(conversation: int, since: datetime | None) -> QuerySet[Note]:
    notes = Note.objects.filter(conversation=conversation).select_related("agent")
    notes = notes.only("conversation", "text", "written_at", "edited_at", "agent__name")
    return notes.filter(written_at__gte=since) if since is not None else notes


def drafts_in(conversation: Conversation) -> list[Draft]:
    """What anybody is writing in a conversation, with its files; whose text it is theirs to see is for the page to say."""
    return _being_written(conversation.pk)


@seldom(lambda page: (page.conversation,))
@compiled
def _being_written(conversation: int) -> QuerySet[Draft]:
    return Draft.objects.filter(conversation=conversation).prefetch_related("files").order_by("-saved_at")


def draft_of(conversation: Conversation, agent: Agent, *, is_aside: bool = False) -> Draft | None:
    """What this agent is writing in a conversation, or with `is_aside` to somebody else for its sake."""
    own = Draft.objects.filter(conversation=conversation, agent_id=agent.pk, is_aside=is_aside)
    return own.prefetch_related("files").first()


def planned_in(conversation: Conversation) -> QuerySet[Touchpoint]:
    """Letters of ours that are written and still to leave."""
    return conversation.touchpoints.filter(due_at__isnull=False).select_related("posting", "agent").order_by("due_at")


def asides_of(conversation: Conversation) -> list[Conversation]:
    """Conversations with others, suppliers or colleagues, for the sake of this one; the oldest first."""
    return _beside(conversation.pk)


@seldom(lambda page: (page.conversation,))
@compiled
def _beside(conversation: int) -> QuerySet[Conversation]:
    return Conversation.objects.filter(beside=conversation).select_related("customer__company").order_by("pk")


def all_tags() -> list[Tag]:
    """Every tag that can be given, by name."""
    return _tags_in_use()


@seldom(lambda page: ())
@compiled
def _tags_in_use() -> QuerySet[Tag]:
    return Tag.objects.in_use()


def tag_for(agent: Agent, pk: int) -> Tag:
    return get_object_or_404(Tag.objects.in_use(), pk=pk)


def tagged_with(tag: int) -> QuerySet[Tagging, int]:
    """Primary keys of the conversations that carry a tag, or did when it was deleted."""
    return Tagging.objects.filter(tag=tag).values_list("conversation", flat=True)


def tags_with_counts() -> list[tuple[Tag, int]]:
    """Every tag that can be given, and how many conversations carry it."""
    counts = dict(Tagging.objects.order_by().values_list("tag").annotate(count=Count("pk")))
    return [(tag, counts.get(tag.pk, 0)) for tag in all_tags()]


def tags_numbered(keys: Iterable[int]) -> list[Tag]:
    """Those of these tags that can still be given, by name."""
    return list(Tag.objects.in_use().filter(pk__in=list(keys)))


def calling_for(agent: Agent, *, unseen: bool = False, limit: int) -> list[int]:
    """Primary keys of the conversations in which a note calls this agent, or with `unseen` one they have not read, the last
    called first, up to `limit`."""
    return _calling(agent.pk, unseen, range(limit))


@compiled
def _calling(agent: int, unseen: bool, wanted: range) -> QuerySet[Mention, int]:
    calling = Mention.objects.filter(agent=agent)
    calling = calling.filter(seen_at__isnull=True) if unseen else calling
    return calling.order_by("-pk").values_list("note__conversation", flat=True)[: wanted.stop]


def is_unread_by(conversation: Conversation, agent: Agent) -> bool:
    """Whether the customer has been in touch since the agent last looked, or a note calls them."""
    return bool(_behind(conversation.pk, agent.pk)) or bool(_unseen_calls(conversation.pk, agent.pk))


@seldom(lambda page: (page.conversation, page.agent), is_shown=False)
@compiled
def _behind(conversation: int, agent: int) -> QuerySet[Conversation, int]:
    latest = OuterRef("last_inbound_at")
    read = Reading.objects.filter(conversation=OuterRef("pk"), agent=agent)
    is_read = Exists(read.filter(read_at__gte=latest)) | (Q(last_inbound_at__isnull=True) & Exists(read))
    return Conversation.objects.filter(~is_read, pk=conversation).values_list("pk", flat=True)


@seldom(lambda page: (page.conversation, page.agent), is_shown=False)
@compiled
def _unseen_calls(conversation: int, agent: int) -> QuerySet[Mention, int]:
    calls = Mention.objects.filter(agent=agent, seen_at__isnull=True, note__conversation=conversation)
    return calls.values_list("pk", flat=True)[:1]


def names_blind_to(conversation: Conversation, note: int) -> list[str]:
    """Whom a note calls although they may not see its conversation. A query for each who is called, and one."""
    called = [each.agent for each in Mention.objects.filter(note=note).select_related("agent")]
    return [each.name for each in called if not visible_conversations(each).filter(pk=conversation.pk).exists()]


def words_of(people: Sequence[int]) -> list[int]:
    """The keys of all touchpoints with words of these people or about them: theirs, and those of their conversations and of
    conversations with others for their sake."""
    theirs = Conversation.objects.filter(customer__in=people).order_by().values("pk")
    within = Q(conversation__in=theirs) | Q(conversation__beside__in=theirs) | Q(customer__in=people)
    return list(Touchpoint.objects.filter(within).order_by("pk").values_list("pk", flat=True))
