"""To which conversation a touchpoint belongs, and which it only names. Not verbs: nothing is written here.

Asked in this order, and each answers only for somebody who takes part: the reply token; what is referred to, the latest
first; the door's hints; the subject. What the door knows a stranger by is of no use to them: they open a conversation that
mentions the one they named.
"""

from dataclasses import dataclass
from datetime import timedelta

from rung.customers.access import Customer, addresses_of
from rung.touchpoints.access import joined_into
from rung.touchpoints.hearing import MOST_NAMES, heard_under
from rung.touchpoints.incoming import Incoming
from rung.touchpoints.models import Conversation, Link, LinkKind, Participant, Role, State, Touchpoint
from rung.touchpoints.subjects import bare_subject, is_distinctive, subject_key

RECENT = timedelta(days=30)
"""How far apart two letters under one subject may be and still be held to be about one matter."""

MOST_RECENT = 20
DOUBTED = "doubted"
"""What a touchpoint keeps among what it brought when its door was told that it is not from whom it says."""

HIDDEN = (State.SPAM, State.JOINED)


@dataclass(frozen=True, slots=True)
class Belonging:
    """`joins`: the conversation it goes into; `mentions`: where there is none, the one to be shown beside the new one."""

    joins: Conversation | None = None
    mentions: Conversation | None = None


def named_touchpoints(incoming: Incoming) -> list[Touchpoint]:
    """What we have under the names this touchpoint gives: its own, and those it refers to; the latest first."""
    names = (incoming.reference, incoming.in_reply_to, *incoming.references[-MOST_NAMES:])
    heard = incoming.heard if incoming.heard is not None else heard_under(incoming.channel, names)
    return sorted(heard.under(names), key=lambda touchpoint: (touchpoint.occurred_at, touchpoint.pk), reverse=True)


def belonging_of(customer: Customer, incoming: Incoming, referred: list[Touchpoint]) -> Belonging:
    """`referred` as `named_touchpoints` found them."""
    known = {touchpoint.conversation_id: touchpoint.conversation for touchpoint in referred}
    asked = [pk for pk in (incoming.conversation, *incoming.hints[:MOST_RECENT]) if pk is not None]
    if unknown := set(asked) - set(known):
        known |= {conversation.pk: conversation for conversation in Conversation.objects.filter(pk__in=unknown)}
    for pk, into in joined_into(known.values()).items():
        known[pk] = Conversation.objects.get(pk=into)
    order = [
        *_split_off(incoming, referred),
        incoming.conversation,
        *(touchpoint.conversation_id for touchpoint in referred),
        *incoming.hints,
    ]
    named = {known[pk].pk: known[pk] for pk in order if pk is not None and pk in known}
    if not named:
        found = _by_subject(customer, incoming)
        return found if _may_join(customer, incoming, found.joins) else Belonging(None, found.joins)
    theirs = {touchpoint.conversation_id for touchpoint in referred if touchpoint.customer_id == customer.pk}
    theirs |= {pk for pk, conversation in named.items() if conversation.customer_id == customer.pk}
    if not theirs & named.keys():
        rows = Participant.objects.filter(conversation__in=list(named), address__in=addresses_of(customer))
        theirs = set(rows.values_list("conversation_id", flat=True))
    joins = next((named[pk] for pk in named if pk in theirs), None)
    mentions = next(iter(named.values()))
    if not _may_join(customer, incoming, joins):
        return Belonging(None, joins)
    return Belonging(joins, None if joins is not None else mentions)


def _may_join(customer: Customer, incoming: Incoming, joins: Conversation | None) -> bool:
    """Not spam, where there is none yet. And not what may be from somebody else, who would sit among those who trust each
    other there; unless the conversation holds such a letter in the same name already, because it began with one or somebody
    of us let one join: some people's mail never passes the checks."""
    if joins is None:
        return True
    if incoming.is_spam and not joins.is_spam():
        return False
    if not incoming.is_doubted or incoming.is_archived:
        return True
    theirs = Touchpoint.objects.filter(conversation=joins, customer=customer, **{f"brought__{DOUBTED}": True})
    return theirs.exists()


def _split_off(incoming: Incoming, referred: list[Touchpoint]) -> list[int]:
    """Where the letter that is answered has gone since it was sent, when it was split off the conversation whose token it
    carries; no query where token and letter agree."""
    if incoming.conversation is None or not referred or referred[0].conversation_id == incoming.conversation:
        return []
    split = Link.objects.filter(other=incoming.conversation, kind=LinkKind.SPLIT_FROM, ended_at__isnull=True)
    return [referred[0].conversation_id] if split.exists() else []


def _by_subject(customer: Customer, incoming: Incoming) -> Belonging:
    """For programs that answer without saying what: only an answer, only within RECENT of a conversation of their own, and
    only where the subject leaves no doubt. Where it does, the new conversation mentions the other. So it does for those in
    copy: anybody can copy anybody, and a subject is too little to lead them to whoever copied them."""
    bare, is_reply = bare_subject(incoming.subject)
    if not is_reply or not bare or incoming.is_spam:
        return Belonging()
    key = subject_key(bare)
    spans = (incoming.occurred_at - RECENT, incoming.occurred_at + RECENT)
    recent = Conversation.objects.filter(last_touch_at__range=spans).exclude(state__in=HIDDEN)
    # Letters brought over from an archive share their moments, and the last of those few would be any of them.
    recent = recent.order_by("-last_touch_at", "-pk")
    own = recent.filter(customer=customer)[:MOST_RECENT]
    same = [conversation for conversation in own if subject_key(conversation.subject) == key]
    if len(same) == 1 and is_distinctive(bare):
        return Belonging(joins=same[0])
    if not same:
        joined = Participant.objects.filter(address__in=addresses_of(customer), role=Role.COPIED).order_by("-pk")
        copied = recent.filter(pk__in=list(joined.values_list("conversation_id", flat=True)[:MOST_RECENT]))
        same = [conversation for conversation in copied if subject_key(conversation.subject) == key]
    return Belonging(mentions=same[0]) if same else Belonging()
