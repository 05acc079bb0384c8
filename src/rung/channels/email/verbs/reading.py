"""Having the kept letters read: many with one commit, none able to spoil another's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from traceback import format_exception

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.utils.translation import gettext as _

from rung.accounts.access import agent_addresses
from rung.channels.email import steps
from rung.channels.email.access import own_addresses
from rung.channels.email.access.key import keyring
from rung.channels.email.access.naming import conversations_named
from rung.channels.email.access.sender import Treatments, treatments_of
from rung.channels.email.anchors import anchors
from rung.channels.email.claiming import (
    await_those_before,
    begin_letters,
    claimed,
    give_back,
    sole_reader,
    waiting_among,
)
from rung.channels.email.events import LetterRefused
from rung.channels.email.models import Fate, Letter, Reason
from rung.channels.email.naming import names_left, own_name
from rung.channels.email.reading import Reading, read
from rung.channels.email.repeating import WITHIN
from rung.channels.email.showing import wants_endings
from rung.channels.email.verbs.mailbox import thread_through
from rung.channels.email.verbs.naming import name_threads
from rung.core.actor import Actor
from rung.core.rows import alter, together
from rung.core.text import one_line
from rung.customers.acquaintances import Acquaintances, acquaintances_of
from rung.customers.addresses import normalised
from rung.customers.verbs import mark_address_working
from rung.journal.gathering import gathered
from rung.journal.ringing import InOtherHands
from rung.journal.verbs import record
from rung.touchpoints.access import Direction
from rung.touchpoints.hearing import MOST_NAMES, Heard, Said, heard_under, hold_conversations, said_lately
from rung.touchpoints.storage import contents_kept

log = structlog.get_logger(__name__)

MAX_DEATHS = 3
"""A letter over which the reader has died so often is laid aside: it might be what kills it."""

NOT_ITS_FAULT = (OperationalError, InterfaceError, OSError)
"""What says something of the database or the disk, full or not ours to write, and nothing of the letter."""

_FATE_COLUMNS = (
    "fate", "reason", "detail", "traceback", "touchpoint", "read_at", "is_automatic", "remarks", "timings",
    "spam_reason",
)  # fmt: skip


@dataclass(slots=True)
class Opened:
    """A letter with what it says, and how many seconds it took to find out."""

    letter: Letter
    reading: Reading
    timings: dict[str, float] = field(default_factory=dict)


def read_letters(*, by: Actor, at: datetime) -> bool:
    """Read a batch of waiting letters; True when more may be waiting.

    First the batch is marked as begun, in a commit of its own: so a letter that kills the reader is known by its count, is
    read alone the next time, and after MAX_DEATHS times not again. Raises what the database raises when it is busy or gone;
    then nothing of the batch has happened and it is tried again. So for OSError, when attachments find no place.
    Raises InOtherHands while others read, as `claiming` has it.
    """
    if connection.features.has_select_for_update_skip_locked:
        return _read_batch(by, at)
    with sole_reader():
        return _read_batch(by, at)


def _read_batch(by: Actor, at: datetime) -> bool:
    chosen, has_more = begin_letters()
    if not chosen:
        return False
    try:
        if connection.features.has_select_for_update_skip_locked:
            with transaction.atomic(), gathered(), contents_kept():
                opened = [_opened(letter) for letter in claimed(chosen)]
                if opened and not await_those_before([each.letter for each in opened]):
                    give_back([each.letter.pk for each in opened])
                    return True
                read_opened(opened, by=by, at=at)
        else:
            # One writer at a time: letters are taken apart before its turn begins, and looked at again when it has.
            opened = [_opened(letter) for letter in waiting_among(chosen)]
            with transaction.atomic(), gathered(), contents_kept():
                still = set(Letter.objects.waiting().filter(pk__in=chosen).values_list("pk", flat=True))
                read_opened([each for each in opened if each.letter.pk in still], by=by, at=at)
    except (InOtherHands, *NOT_ITS_FAULT):
        # It does not count. Where even this fails the count stands, and a lead can replay.
        give_back(chosen)
        raise
    return has_more


def _opened(letter: Letter) -> Opened:
    if letter.attempts > MAX_DEATHS:
        return Opened(letter, Reading())
    started = perf_counter()
    try:
        reading = read(letter.raw.whole(), anchors(), keyring)
    except Exception as failure:  # bytes that a damaged disk has changed cannot be unpacked
        reading = Reading(remarks=(_("Its kept bytes are damaged: %(reason)s") % {"reason": failure},))
    return Opened(letter, reading, {"read": perf_counter() - started})


def read_opened(opened: Sequence[Opened], *, by: Actor, at: datetime) -> None:
    """Take letters through the steps within the caller's transaction, and write their fates.

    At first all of them together, so that what they bring about is written in a few statements. When one of them makes that
    fail, or another door has met the same person a moment ago, all of it is undone and each is read in a savepoint of its
    own: whatever a letter does to us, it does to itself alone.
    """
    former = [each.letter.touchpoint_id for each in opened]
    try:
        with transaction.atomic(), together(len(opened)):
            _read_opened(opened, alone=False, by=by, at=at)
    except NOT_ITS_FAULT:
        raise
    except Exception as failure:
        log.info("letters are read one by one", letters=len(opened), reason=repr(failure)[:300])
        for each, touchpoint in zip(opened, former, strict=True):
            each.letter.touchpoint_id = touchpoint
        _read_opened(opened, alone=True, by=by, at=at)


@dataclass(slots=True)
class _Known:
    """What is known of a batch of letters before they are read; see `steps.Work`. What each brings about is added.

    `heard` and `lately` only where letters are not read alone: one that fails would take back what the next was told.
    """

    taken: set[str]
    ours: frozenset[str]
    treatments: Treatments
    colleagues: frozenset[str]
    named: dict[str, list[int]]
    acquaintances: Acquaintances
    heard: Heard | None = None
    lately: dict[int, list[Said]] = field(default_factory=dict)
    threads: dict[int, int] = field(default_factory=dict)
    names: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def work(self, letter: Letter, reading: Reading, by: Actor, at: datetime) -> steps.Work:
        names = (own_name(reading), *names_left(reading))
        return steps.Work(
            letter=letter,
            reading=reading,
            by=by,
            at=at,
            ours=self.ours,
            treatments=self.treatments,
            colleagues=self.colleagues,
            acquaintances=self.acquaintances,
            heard=self.heard,
            lately=self.lately,
            named=tuple(pk for given in names for pk in self.named.get(given, ())),
            name_is_taken=reading.message_id in self.taken,
        )

    def learn(self, work: steps.Work, filed: steps.Filed) -> None:
        """Let the letters behind this one know of it."""
        touchpoint, conversation = filed.touchpoint, filed.touchpoint.conversation
        if not filed.is_received:
            if self.heard is not None:  # a report may have changed it in its own way
                self.heard.forget(touchpoint.conversation_id)
            return
        self.taken.add(work.reading.message_id)
        if self.heard is not None:
            self.heard.add(touchpoint)
            if touchpoint.customer.first_seen_at == work.at:
                self.lately.setdefault(touchpoint.customer_id, [])
            if touchpoint.customer_id in self.lately and touchpoint.direction == Direction.IN:
                self.lately[touchpoint.customer_id].insert(0, Said.of(touchpoint))
        left = names_left(work.reading)
        if left and conversation.touch_count == 1:
            self.names[conversation.pk] = left
            for given in left:
                self.named[given].insert(0, conversation.pk)
        if work.mailbox is not None:
            self.threads[conversation.pk] = work.mailbox.pk


def _found_out(opened: Sequence[Opened], alone: bool, at: datetime) -> _Known:
    senders = _senders(opened)
    known = _Known(
        taken=_taken_names(opened),
        ours=own_addresses(),
        treatments=treatments_of(senders),
        colleagues=frozenset(agent_addresses({sender.lower() for sender in senders})),
        named=conversations_named(
            name for each in opened for name in (own_name(each.reading), *names_left(each.reading)) if name
        ),
        acquaintances=_acquaintances(opened),
    )
    if not alone:
        names = (name for each in opened for name in _names_given(each.reading))
        known.heard = heard_under("email", names, to_hold=True)
        hold_conversations(known.heard)
        endings = _writers(opened, known.acquaintances, wants_endings)
        others = _writers(opened, known.acquaintances, lambda reading: bool(reading.in_reply_to)) - endings
        known.lately = said_lately("email", endings) | said_lately("email", others, after=at - WITHIN)
    return known


def _read_opened(opened: Sequence[Opened], *, alone: bool, by: Actor, at: datetime) -> None:
    known = _found_out(opened, alone, at)
    for each in opened:
        letter = each.letter
        if letter.attempts > MAX_DEATHS:
            _end(letter, Fate.UNREADABLE, Reason.READER_DIED, "", by, at)
            continue
        work = known.work(letter, each.reading, by, at)
        try:
            verdict = _judged(work, each.timings) if alone else _verdict(work, each.timings)
        except NOT_ITS_FAULT:
            raise
        except Exception as failure:
            if not alone:
                raise
            known.acquaintances = _acquaintances(opened)  # whomever it met was forgotten with it
            log.exception("letter could not be read", letter=letter.pk)
            letter.traceback = "".join(format_exception(failure))[-20_000:]
            _end(letter, Fate.UNREADABLE, Reason.FAILED, f"{type(failure).__name__}: {failure}", by, at)
            continue
        _tell(work, each.timings)
        if isinstance(verdict, steps.Refused):
            _end(letter, Fate.REFUSED, verdict.reason, verdict.detail, by, at)
            continue
        letter.touchpoint = verdict.touchpoint
        _heed_sign_of_life(work, verdict, by, at)
        _end(letter, Fate.READ, Reason.NONE, verdict.detail, by, at)
        known.learn(work, verdict)
    with together(len(opened)):
        for each in opened:
            alter(each.letter, _FATE_COLUMNS)
    thread_through(known.threads, by=by, at=at)
    name_threads(known.names, by=by, at=at)


def _heed_sign_of_life(work: steps.Work, filed: steps.Filed, by: Actor, at: datetime) -> None:
    """Whoever writes from an address that our mail came back from has it again; a machine, or a spammer, proves nothing."""
    known, sender = work.acquaintances, work.reading.sender
    if known is None or not known.failing or sender is None or not filed.is_received:
        return
    address = normalised(sender.address, "email")
    if address in known.failing and not (work.reading.is_automatic or work.spam_reason or work.letter.is_archived):
        mark_address_working(filed.touchpoint.customer, address, by=by, at=at)
        known.failing.discard(address)


def _writers(opened: Sequence[Opened], acquaintances: Acquaintances, wanted: Callable[[Reading], bool]) -> set[int]:
    """Whoever is known and may have written one of those letters whose reading is `wanted`."""
    some = [each for each in opened if wanted(each.reading)]
    asked = {normalised(address, "email") for address in _addresses(some)}
    return {person.pk for address, person in acquaintances.people.items() if address in asked}


def _taken_names(opened: Sequence[Opened]) -> set[str]:
    """The Message-IDs in the batch under which another letter is a touchpoint already."""
    names = {each.reading.message_id for each in opened} - {""}
    bearers = Letter.objects.filter(message_id__in=names, touchpoint__direction="in")
    return set(bearers.order_by().values_list("message_id", flat=True))


def _senders(opened: Sequence[Opened]) -> list[str]:
    """Whoever may turn out to be the sender of one of the letters."""
    people = [person for each in opened for person in (each.reading.sender, *each.reading.reply_to[:1]) if person]
    return [person.address for person in people]


def _addresses(opened: Sequence[Opened]) -> list[str]:
    return [*_senders(opened), *(each.letter.treat_as_from for each in opened)]


def _acquaintances(opened: Sequence[Opened]) -> Acquaintances:
    return acquaintances_of({normalised(address, "email") for address in _addresses(opened)} - {""})


def _names_given(reading: Reading) -> set[str]:
    """Under which names touchpoints are looked for because of a letter."""
    return {name for name in (reading.message_id, reading.in_reply_to, *reading.references[-MOST_NAMES:]) if name}


def _judged(work: steps.Work, timings: dict[str, float]) -> steps.Filed | steps.Refused:
    """The verdict, in a savepoint; in a second one when another door wrote the same row a moment ago and is found now."""
    try:
        with transaction.atomic():
            return _verdict(work, timings)
    except IntegrityError:
        work.remarks.clear()
        work.acquaintances = None  # whoever wrote that row knows more than we did
        with transaction.atomic():
            return _verdict(work, timings)


def _verdict(work: steps.Work, timings: dict[str, float]) -> steps.Filed | steps.Refused:
    for step in steps.STEPS:
        started = perf_counter()
        verdict = step(work)
        timings[step.__name__] = perf_counter() - started
        if verdict is not None:
            return verdict
    raise RuntimeError("the last step neither filed nor refused the letter")


def _tell(work: steps.Work, timings: dict[str, float]) -> None:
    letter = work.letter
    letter.is_automatic = work.reading.is_automatic
    letter.spam_reason = one_line(work.spam_reason, 300)
    letter.remarks = [*work.reading.remarks, *work.remarks][:50]
    letter.timings = {name: round(seconds * 1_000_000) for name, seconds in timings.items()}
    letter.traceback = ""


def _end(letter: Letter, fate: Fate, reason: Reason, detail: str, by: Actor, at: datetime) -> None:
    letter.fate, letter.reason, letter.detail, letter.read_at = fate, reason, one_line(detail, 500), at
    if fate in (Fate.REFUSED, Fate.UNREADABLE):
        record(LetterRefused(letter=letter.pk, fate=fate.value, reason=reason.value), by=by, at=at)
