"""The thread of a conversation: touchpoints, notes and quiet lines of what else happened, in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markupsafe import Markup

from rung.core.addresses import reverse
from rung.core.ahead import Question
from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.core.text import labels
from rung.desk.levels import levels_asked_for, levels_in, levels_of
from rung.desk.pages.brought import Brought, apart, brought_of, keys_href_of
from rung.desk.pages.happenings import LEADS_TO, SYMBOLS, TOLD, rules_among, told_once, what_they_did, who_did
from rung.desk.pages.letters import attachment_href
from rung.desk.pages.naming import know_addresses
from rung.desk.pages.notes import with_calls
from rung.desk.pages.parties import addresses_in, says_more, writer_of
from rung.desk.pages.previews import MAX_THUMB, PICTURES, is_text
from rung.desk.pages.reports import Machine, Word, machine_of, words_on
from rung.desk.pages.rows import conversation_href
from rung.desk.pages.safety import NOTHING, Safety, safety_of
from rung.journal.access import Entry, entries
from rung.surveys.access import comments_of, without_links
from rung.touchpoints.access import (
    Attachment,
    Conversation,
    Phase,
    SignalKind,
    Touchpoint,
    know_what_hangs_on,
    notes_in,
    whether_hanging,
)
from rung.touchpoints.doors import Door, door

if TYPE_CHECKING:
    from rung.ladder.pages import LevelChip

# More than this many touchpoints are shown only on asking: a thread of five hundred is read from its end.
SHOWN = 40
MORE = 100
# A letter that leaves sooner than this was sent by "Send", and its undoing stands in a bar; later ones were sent for later.
UNDO_REACH = timedelta(minutes=1)
SIGNAL_TONES = {"complaint": "bad", "escalation": "bad", "negative_review": "bad", "referral": "good", "thanks": "good"}


@dataclass(frozen=True, slots=True)
class File:
    name: str
    size: int
    media_type: str
    href: str
    is_image: bool
    preview: str = ""
    is_thumb: bool = False


@dataclass(frozen=True, slots=True)
class SignalChip:
    kind: str
    label: str
    tone: str


@dataclass(frozen=True, slots=True)
class Delivery:
    state: str
    label: object
    tone: str
    symbol: str
    detail: str
    is_usual: bool = False


DELIVERIES = {
    "waiting": (gettext_lazy("on its way"), "", "clock"),
    "sent": (gettext_lazy("sent"), "plain", "check"),
    "planned": (gettext_lazy("leaves"), "info", "clock"),
    "failed": (gettext_lazy("not delivered"), "bad", "warning"),
    "kept": (gettext_lazy("kept in the outbox"), "warn", "outbox"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in the thread; what is not a touchpoint leaves the touchpoint's fields empty."""

    kind: Literal["touch", "note", "event"]
    key: str
    at: datetime
    who: str
    text: str = ""
    number: int = 0
    href: str = ""
    is_ours: bool = False
    is_automatic: bool = False
    is_new: bool = False
    channel: Door | None = None
    subject: str = ""
    html: Markup = Markup("")  # noqa: RUF009 - Markup is immutable
    quoted: str = ""
    signature: str = ""
    phase: str = ""
    phase_label: str = ""
    recipients: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    duration_s: int | None = None
    place: str = ""
    noted_by: str = ""
    delivery: Delivery | None = None
    safety: Safety = NOTHING
    files: tuple[File, ...] = ()
    signals: tuple[SignalChip, ...] = ()
    unsaid: tuple[tuple[str, str], ...] = ()
    level: LevelChip | None = None
    brought: Brought | None = None
    words: tuple[Word, ...] = ()
    machine: Machine | None = None
    symbol: str = ""
    due_at: datetime | None = None
    is_within_reach: bool = False
    stops_if_they_write: bool = False
    passes_on: str = ""
    forward_href: str = ""
    split_href: str = ""
    author: int | None = None
    edited_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    items: tuple[Item, ...]
    hidden: int
    touchpoints: tuple[Touchpoint, ...]
    last_touchpoint: int
    first_new: int
    arrives_at: int
    forwardable: int


def thread_of(
    conversation: Conversation,
    *,
    names: dict[int, str],
    teams: dict[int, str],
    asides: dict[int, str],
    since: int | None,
    show: int,
    at: datetime,
) -> Thread:
    """`names`, `teams` and who was asked in `asides` by primary key; `since` is the last touchpoint there was when the page
    was opened; younger ones from the customer are marked as new. Only the last `show` touchpoints and what came between
    them. Seven queries, where nothing special is in it."""
    know_addresses([conversation.customer])
    touchpoints = _newest_touchpoints(conversation.pk, _at_least(show))[:show][::-1]
    know_what_hangs_on(touchpoints)
    hidden = conversation.touch_count - len(touchpoints) if len(touchpoints) == show else 0
    starts_at = touchpoints[0].occurred_at if hidden > 0 and touchpoints else None
    new = {t.pk for t in touchpoints if since is not None and t.pk > since and t.direction == "in"}
    items = _touches(touchpoints, conversation, new, at)
    items += _notes(conversation, names, starts_at)
    items += _events(conversation, names, teams, asides, starts_at)
    items.sort(key=lambda item: (item.at, item.kind == "event", item.number))
    return Thread(
        items=_with_safety(items, touchpoints),
        hidden=max(hidden, 0),
        last_touchpoint=max((t.pk for t in touchpoints), default=0),
        touchpoints=tuple(touchpoints),
        first_new=min(new, default=0),
        arrives_at=_first_unanswered(touchpoints),
        forwardable=max((t.pk for t in touchpoints if t.due_at is None and not t.is_automatic), default=0),
    )


def thread_asked_for(conversation: Conversation, show: int) -> tuple[Question, ...]:
    """What `thread_of` asks."""
    newest: Question = (_newest_touchpoints, (conversation.pk, _at_least(show)))
    return newest, *(levels_asked_for(conversation.pk) if conversation.touch_count <= SHOWN else ())


def _at_least(show: int) -> range:
    """Few numbers of them are asked for, and so few questions compiled."""
    return range(SHOWN if show <= SHOWN else 1 << (show - 1).bit_length())


@compiled
def _newest_touchpoints(conversation: int, shown: range) -> QuerySet[Touchpoint]:
    related = ("customer", "agent", "posting", "forwards__customer", "forwards__agent")
    of_letters = ("conversation", "customer", "agent", "direction", "parties", "is_archived")
    columns = (
        *(
            "channel",
            "phase",
            "subject",
            "text",
            "html",
            "quoted",
            "signature",
            "occurred_at",
            "recorded_at",
            "brought",
        ),
        *("is_automatic", "duration_s", "place", "delivery", "delivery_detail", "due_at", "forwards", *of_letters),
        *("customer__name", "agent__name", "posting__stops_if_they_write", "posting__again_at"),
        *(f"forwards__{each}" for each in (*of_letters, "customer__name", "agent__name")),
    )
    there = Touchpoint.objects.filter(conversation=conversation).select_related(*related).only(*columns)
    return there.annotate(**whether_hanging()).order_by("-occurred_at", "-id")[: shown.stop]


def _with_safety(items: list[Item], touchpoints: Sequence[Touchpoint]) -> tuple[Item, ...]:
    known = safety_of(touchpoints)
    return tuple(replace(item, safety=known[item.number]) if item.kind == "touch" else item for item in items)


def _first_unanswered(touchpoints: Sequence[Touchpoint]) -> int:
    """Where reading goes on: the first of what the customer said since we last spoke, or else the last of all."""
    place = touchpoints[-1].pk if touchpoints else 0
    for touchpoint in reversed(touchpoints):
        if touchpoint.is_automatic:
            continue
        if touchpoint.direction == "out":
            break
        place = touchpoint.pk
    return place


def _touches(touchpoints: Sequence[Touchpoint], conversation: Conversation, new: set[int], at: datetime) -> list[Item]:
    is_short = conversation.touch_count <= SHOWN
    levels = levels_in(conversation.pk) if is_short else levels_of([each.pk for each in touchpoints])
    own = _our_own(touchpoints)
    return [
        _touch(touchpoint, conversation, levels.get(touchpoint.pk), own, touchpoint.pk in new, at)
        for touchpoint in touchpoints
    ]


def _our_own(touchpoints: Sequence[Touchpoint]) -> set[str]:
    """Those of the addresses in copy that lead back to us; we need not be told that we had a copy."""
    copied: dict[str, set[str]] = {}
    for touchpoint in touchpoints:
        if addresses := addresses_in(touchpoint.parties or {}, "cc"):
            copied.setdefault(touchpoint.channel, set()).update(addresses)
    return {each for channel, addresses in copied.items() for each in door(channel).ours(addresses)}


def _touch(
    touchpoint: Touchpoint,
    conversation: Conversation,
    level: LevelChip | None,
    own: set[str],
    is_new: bool,
    at: datetime,
) -> Item:
    """`own` as `_our_own` finds them."""
    ours = touchpoint.direction == "out"
    attachments = list(touchpoint.attachments.all())
    standing = [signal for signal in touchpoint.signals.all() if signal.withdrawn_at is None]
    signals, said = labels(SignalKind), {signal.kind for signal in standing}
    parties = touchpoint.parties or {}
    through = door(touchpoint.channel)
    brought, text, html = apart(
        brought_of(touchpoint.brought, keys_href_of(touchpoint)),
        through,
        without_links(touchpoint.text, _("[the customer’s own link]")),
        without_links(touchpoint.html, ""),
        attachments,
    )
    return Item(
        kind="touch",
        key=f"t{touchpoint.pk}",
        number=touchpoint.pk,
        href=reverse("desk:phase", args=[touchpoint.pk]).removesuffix("/phase"),
        at=touchpoint.recorded_at if touchpoint.due_at is not None else touchpoint.occurred_at,
        who=writer_of(touchpoint, conversation),
        text=text,
        is_ours=ours,
        is_automatic=touchpoint.is_automatic,
        is_new=is_new,
        channel=through,
        subject=touchpoint.subject if says_more(touchpoint.subject, conversation.subject) else "",
        html=html,
        quoted=without_links(touchpoint.quoted, _("[the customer’s own link]")),
        signature=touchpoint.signature,
        phase=touchpoint.phase,
        phase_label=labels(Phase)[touchpoint.phase],
        recipients=addresses_in(parties, "to") if ours else (),
        copies=tuple(each for each in addresses_in(parties, "cc") if each not in own),
        duration_s=touchpoint.duration_s,
        place=touchpoint.place,
        noted_by=touchpoint.agent.name if touchpoint.agent and not ours else "",
        delivery=_delivery(touchpoint),
        files=tuple(_file(a) for a in attachments if not (a.is_inline and a.content_id and touchpoint.html)),
        signals=tuple(SignalChip(s.kind, signals[s.kind], SIGNAL_TONES.get(s.kind, "")) for s in standing),
        unsaid=() if ours else tuple(each for each in signals.items() if each[0] not in said),
        level=level,
        brought=brought,
        words=words_on(touchpoint, at) if ours else (),
        machine=machine_of(touchpoint, at),
        due_at=_leaves_at(touchpoint),
        is_within_reach=touchpoint.due_at is not None
        and touchpoint.due_at - at <= UNDO_REACH
        and not touchpoint.delivery_detail,
        stops_if_they_write=touchpoint.due_at is not None and touchpoint.posting.stops_if_they_write,
        passes_on=writer_of(touchpoint.forwards, conversation) if touchpoint.forwards is not None else "",
        forward_href=f"{conversation_href(conversation.number)}?forwards={touchpoint.pk}#composer",
        split_href=f"{conversation_href(conversation.number)}/splitting?touchpoint={touchpoint.pk}"
        if conversation.touch_count > 1 and touchpoint.due_at is None
        else "",
    )


def _leaves_at(touchpoint: Touchpoint) -> datetime | None:
    """When it leaves, or is tried again where it was due and could not."""
    return (touchpoint.posting.again_at or touchpoint.due_at) if touchpoint.due_at is not None else None


def _delivery(touchpoint: Touchpoint) -> Delivery | None:
    if touchpoint.delivery not in DELIVERIES:
        return None
    if touchpoint.due_at is not None:
        return Delivery("planned", *DELIVERIES["planned"], touchpoint.delivery_detail)
    label, tone, symbol = DELIVERIES[touchpoint.delivery]
    detail = touchpoint.delivery_detail
    if is_usual := touchpoint.delivery == "kept" and not detail:
        detail = _("No mail server is set up for sending: the letter lies in the outbox folder.")
    return Delivery(touchpoint.delivery, label, tone, symbol, detail, is_usual)


def _file(attachment: Attachment) -> File:
    return File(
        attachment.name,
        attachment.size,
        attachment.media_type,
        attachment_href(attachment),
        attachment.media_type.startswith("image/"),
        reverse("desk:preview", args=[attachment.pk]) if is_text(attachment) else "",
        attachment.media_type.lower() in PICTURES and attachment.size <= MAX_THUMB,
    )


def _notes(conversation: Conversation, names: dict[int, str], starts_at: datetime | None) -> list[Item]:
    return [
        Item(
            "note",
            f"n{note.pk}",
            note.written_at,
            note.agent.name if note.agent else _("Rung"),
            note.text,
            note.pk,
            html=with_calls(note.text, names),
            href=reverse("desk:note", args=[conversation.number, note.pk]),
            author=note.agent.pk if note.agent else None,
            edited_at=note.edited_at,
        )
        for note in notes_in(conversation.pk, starts_at)
    ]


@seldom(lambda page: (page.conversation, None))
@compiled
def _told(conversation: int, since: datetime | None) -> QuerySet[Entry]:
    told = entries().filter(conversation=conversation, kind__in=TOLD).order_by("id")
    return told.filter(occurred_at__gte=since) if since is not None else told


def _events(
    conversation: Conversation,
    names: dict[int, str],
    teams: dict[int, str],
    asides: dict[int, str],
    starts_at: datetime | None,
) -> list[Item]:
    happened = told_once(_told(conversation.pk, starts_at))
    rules = rules_among(happened)
    comments = comments_of([entry.data["invitation"] for entry in happened if entry.kind == "survey.commented"])
    return [
        Item(
            "event",
            f"e{entry.pk}",
            entry.occurred_at,
            who_did(entry, conversation, names, asides, rules),
            what_they_did(entry, names, teams, asides),
            entry.pk,
            href=conversation_href(entry.data[LEADS_TO[entry.kind]]) if entry.kind in LEADS_TO else "",
            quoted=comments.get(entry.data["invitation"], "") if entry.kind == "survey.commented" else "",
            symbol=SYMBOLS.get(entry.kind, "info"),
        )
        for entry in happened
    ]
