"""The composer: what somebody is writing, to whom it goes, and what they should know before it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, all_teams, colleagues
from rung.core.addresses import reverse
from rung.core.text import snippet
from rung.desk.forms.files import LARGEST_TOTAL
from rung.desk.forms.writing import Said, is_often_refused
from rung.desk.pages.happenings import rules_among, what_they_did, who_did
from rung.desk.pages.letters import attachment_href
from rung.desk.pages.naming import name_of
from rung.journal.access import Entry
from rung.promises.access import Promise, unsent_promise
from rung.touchpoints.access import (
    Conversation,
    Draft,
    DraftKind,
    Outcome,
    Touchpoint,
    asides_of,
    drafts_in,
    reply_recipients,
)
from rung.touchpoints.addresses import Recipients, as_typed
from rung.touchpoints.doors import Letterhead, writing_door
from rung.touchpoints.planned import passed_on_with

# Whoever saved within this time is still at it.
AT_IT = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Later:
    """A moment to send at: its value in the form, its name, and the time it is there."""

    value: str
    label: str
    hint: str


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened while one wrote: who, what, its first words, and where it stands in the thread."""

    who: str
    what: str
    words: str
    href: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LaidBeside:
    """A file that will go along, or with `href` one of the letter passed on that may."""

    pk: int
    name: str
    size: int
    is_refused: bool
    href: str = ""


@dataclass(frozen=True)
class Composer:
    """`everybody` and `sender` are the two lines of recipients one key apart; `error` and `question` are why it was not
    taken; `news` what came in between. `limit` in bytes."""

    kind: str = DraftKind.ANSWER.value
    action: str = ""
    draft_href: str = ""
    files_href: str = ""
    text: str = ""
    subject: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    everybody: tuple[str, str] = ("", "")
    sender: tuple[str, str] = ("", "")
    sender_name: str = ""
    is_to_many: bool = False
    error: str = ""
    question: str = ""
    outcome: str = Outcome.UNKNOWN.value
    lost_files: bool = False
    files: tuple[LaidBeside, ...] = ()
    limit: int = LARGEST_TOTAL
    news: tuple[News, ...] = ()
    seen: int = 0
    version: int = 0
    saved_at: datetime | None = None
    returned_because: str = ""
    writing: tuple[str, ...] = ()
    waiting_drafts: tuple[str, ...] = ()
    letterhead: Letterhead | None = None
    quotes_below: bool = False
    laters: tuple[Later, ...] = ()
    send_at: str = ""
    undo_s: int = 0
    forwards: Touchpoint | None = None
    passable: tuple[LaidBeside, ...] = ()
    passed_on: frozenset[int] = field(default_factory=frozenset)
    channel: str = ""
    # What is promised with it, as the fields take it.
    promise: str = ""
    promise_day: str = ""
    promise_time: str = ""
    # Whoever may not write to customers notes.
    may_write: bool = True

    @property
    def is_aside(self) -> bool:
        return self.kind == DraftKind.FORWARD

    @property
    def files_size(self) -> int:
        return sum(file.size for file in (*self.files, *(each for each in self.passable if each.pk in self.passed_on)))


def composer_of(
    conversation: Conversation,
    agent: Agent,
    *,
    at: datetime,
    seen: int,
    names: dict[int, str],
    forwards: Touchpoint | None = None,
    is_aside: bool = False,
    only_sender: bool = False,
    letters: Sequence[Touchpoint] | None = None,
) -> Composer:
    """What stands in the composer when the page is opened: the draft, or an empty sheet to everyone who takes part.

    `seen` is what its writer knows, as `version_of` numbers it; `names` of colleagues by key; `forwards` a letter to be
    passed on, with which, or with `is_aside`, it is a sheet to somebody else; `letters` all touchpoints there are, where
    they are known already.
    """
    is_aside = (is_aside or forwards is not None) and agent.may("answers.write")
    drafts = drafts_in(conversation)
    own = next((each for each in drafts if each.agent_id == agent.pk and each.is_aside == is_aside), None)
    others = [each for each in drafts if each.agent_id != agent.pk and each.text.strip()]
    through = writing_door(conversation.channel)
    everybody = reply_recipients(conversation, letters=letters)
    alone = Recipients(everybody.to[:1]) if everybody else everybody
    composer = Composer(
        kind=DraftKind.FORWARD.value if is_aside else DraftKind.ANSWER.value,
        action=reverse("desk:asides" if is_aside else "desk:answers", args=[conversation.number]),
        draft_href=reverse("desk:draft", args=[conversation.number]),
        files_href=reverse("desk:draft_files", args=[conversation.number]),
        everybody=_lines(everybody),
        sender=_lines(alone),
        sender_name=next((party.name or party.address for party in alone.to), ""),
        is_to_many=len(everybody.all) > 1,
        seen=seen,
        writing=tuple(names.get(each.agent_id, _("Somebody")) for each in others if at - each.saved_at < AT_IT),
        waiting_drafts=tuple(names.get(each.agent_id, _("Somebody")) for each in others if at - each.saved_at >= AT_IT),
        laters=laters(at, agent.zone),
        undo_s=agent.undo_s,
        channel=str(through.label) if through else "",
    )
    letterhead = through.letterhead(conversation, agent) if through else None
    if letterhead is not None:
        composer = replace(
            composer,
            letterhead=letterhead,
            limit=letterhead.max_file_bytes,
            quotes_below=letterhead.quotes and not is_aside,
        )
    forwards = forwards or passed_on_with(own, agent)
    if is_aside:
        composer = _passing_on(composer, conversation, forwards)
    else:
        to, cc = composer.sender if only_sender else composer.everybody
        composer = replace(composer, to=to, cc=cc, forwards=forwards)
    if own is not None:
        composer = _with_draft(composer, own, agent)
        composer = _with_promise(composer, unsent_promise(conversation.pk, agent, at=at), agent)
    return composer if agent.may("answers.write") else replace(composer, may_write=False, kind=DraftKind.NOTE.value)


def writers_in(conversation: Conversation, agent: Agent, *, at: datetime) -> list[str]:
    """The names of colleagues who are writing in a conversation at this moment."""
    drafts = [each for each in drafts_in(conversation) if each.agent_id != agent.pk and at - each.saved_at < AT_IT]
    names = {each.pk: each.name for each in colleagues(agent)} if drafts else {}
    return [names.get(each.agent_id, _("Somebody")) for each in drafts if each.text.strip()]


def kept_composer(composer: Composer, said: Said, **why: object) -> Composer:
    """The same sheet with what was just sent and not taken, and `why`."""
    return replace(
        composer,
        kind=said.kind,
        text=said.text,
        subject=said.subject,
        to=composer.everybody[0] if said.is_as_proposed else said.to,
        cc=composer.everybody[1] if said.is_as_proposed else said.cc,
        bcc=said.bcc,
        outcome=said.outcome,
        send_at=said.send_at if said.is_later else "",
        passed_on=frozenset(said.passed_on),
        promise=said.promise,
        promise_day=said.promise_day,
        promise_time=said.promise_time,
        returned_because="",
        **why,  # type: ignore[arg-type]  # the fields of Composer that say why
    )


def _with_draft(composer: Composer, draft: Draft, agent: Agent) -> Composer:
    to, cc, bcc = draft.to, draft.cc, draft.bcc
    if not (to or cc or bcc):  # nobody has changed whom it goes to
        to, cc, bcc = composer.to, composer.cc, composer.bcc
    return replace(
        composer,
        kind=draft.kind,
        text=draft.text,
        subject=draft.subject or composer.subject,
        to=to,
        cc=cc,
        bcc=bcc,
        files=tuple(
            LaidBeside(file.pk, file.name, file.size, is_often_refused(file.name)) for file in draft.files.all()
        ),
        version=draft.version,
        saved_at=draft.saved_at,
        returned_because=draft.returned_because,
        send_at=draft.send_at.astimezone(agent.zone).strftime("%Y-%m-%dT%H:%M") if draft.send_at else "",
    )


def _with_promise(composer: Composer, promise: Promise | None, agent: Agent) -> Composer:
    """The same with what was promised in the letter that was taken back."""
    if promise is None or composer.is_aside:
        return composer
    local = promise.due_at.astimezone(agent.zone)
    hour = "" if promise.is_day else f"{local:%H:%M}"
    return replace(composer, promise=promise.what, promise_day=f"{local:%Y-%m-%d}", promise_time=hour)


def _passing_on(composer: Composer, conversation: Conversation, forwards: Touchpoint | None) -> Composer:
    subject = conversation.subject
    if forwards is None:
        return replace(composer, subject=subject)
    files = tuple(
        LaidBeside(file.pk, file.name, file.size, is_often_refused(file.name), attachment_href(file))
        for file in forwards.attachments.all()
    )
    bare = forwards.subject or subject
    return replace(
        composer,
        forwards=forwards,
        subject=bare if bare[:4].lower() in ("fwd:", "fw: ") else f"Fwd: {bare}",
        passable=files,
        passed_on=frozenset(file.pk for file in files),
    )


def _lines(recipients: Recipients) -> tuple[str, str]:
    return as_typed(recipients.to), as_typed(recipients.cc)


def news_of(changes: list[Entry], conversation: Conversation, names: dict[int, str]) -> tuple[News, ...]:
    """What happened while somebody wrote, as they should read it before they send."""
    touches = conversation.touchpoints.in_bulk([e.touchpoint for e in changes if e.touchpoint])
    notes = conversation.notes.in_bulk(
        [e.data["note"] for e in changes if e.kind in ("note.written", "note.corrected")]
    )
    teams = {team.pk: team.name for team in all_teams()}
    asides = {each.pk: name_of(each.customer) for each in asides_of(conversation)}
    rules = rules_among(changes)
    found = []
    for entry in changes:
        touch, note = touches.get(entry.touchpoint or 0), notes.get(entry.data.get("note", 0))
        words = touch.beginning if touch is not None else note.text if note is not None else ""
        place = f"t{touch.pk}" if touch is not None else f"n{note.pk}" if note is not None else f"e{entry.pk}"
        said = what_they_did(entry, names, teams, asides)
        who = who_did(entry, conversation, names, asides, rules)
        if touch is not None and touch.direction == "in" and touch.customer_id != conversation.customer_id:
            who = name_of(touch.customer)
        found.append(News(who, said, snippet(words), f"#{place}", entry.occurred_at))
    return tuple(found)


def laters(at: datetime, zone: ZoneInfo) -> tuple[Later, ...]:
    """Moments people mean by "later", where they are: this afternoon while it is still to come, tomorrow at nine, Monday."""
    return _laters(at.replace(second=0, microsecond=0), zone, get_language())


@lru_cache(maxsize=64)
def _laters(at: datetime, zone: ZoneInfo, language: str | None) -> tuple[Later, ...]:
    """Within a minute they are the same for everybody there who speaks the language."""
    local = at.astimezone(zone)
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    moments = [(_("Tomorrow morning"), morning + timedelta(days=1))]
    if local.hour < 14:
        moments.insert(0, (_("This afternoon"), morning.replace(hour=15)))
    monday = morning + timedelta(days=7 - local.weekday())
    if monday > morning + timedelta(days=1):
        moments.append((_("Monday morning"), monday))
    return tuple(Later(moment.isoformat(), label, date_format(moment, "D j M, H:i")) for label, moment in moments)
