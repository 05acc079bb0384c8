"""Having the kept letters read: many with one commit, none able to spoil another's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from time import perf_counter
from traceback import format_exception

import structlog
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rung.accounts.access import agent_addresses
from rung.channels.email import steps
from rung.channels.email.access import own_addresses
from rung.channels.email.access.naming import conversations_named
from rung.channels.email.access.sender import treatments_of
from rung.channels.email.anchors import anchors
from rung.channels.email.events import LetterRefused
from rung.channels.email.models import Fate, Letter, Reason
from rung.channels.email.naming import names_left, own_name
from rung.channels.email.reading import Reading, read
from rung.channels.email.verbs.mailbox import thread_through
from rung.channels.email.verbs.naming import name_threads
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.customers.acquaintances import Acquaintances, acquaintances_of
from rung.customers.addresses import normalised
from rung.journal.gathering import gathered
from rung.journal.verbs import record
from rung.touchpoints.access import names_heard

log = structlog.get_logger(__name__)

BATCH = 50
BATCH_BYTES = 32 * 1024 * 1024
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
    """
    chosen, has_more = _begin()
    if not chosen:
        return False
    try:
        if connection.features.has_select_for_update_skip_locked:
            with transaction.atomic(), gathered():
                read_opened([_opened(letter) for letter in _claimed(chosen)], by=by, at=at)
        else:
            # One writer at a time: letters are taken apart before its turn begins, and looked at again when it has.
            opened = [_opened(letter) for letter in _waiting(chosen)]
            with transaction.atomic(), gathered():
                still = set(Letter.objects.waiting().filter(pk__in=chosen).values_list("pk", flat=True))
                read_opened([each for each in opened if each.letter.pk in still], by=by, at=at)
    except NOT_ITS_FAULT:
        # It does not count. Where even this fails the count stands, and a lead can replay.
        Letter.objects.waiting().filter(pk__in=chosen, attempts__gt=0).update(attempts=F("attempts") - 1)
        raise
    return has_more


@transaction.atomic
def _begin() -> tuple[list[int], bool]:
    """The letters of the next batch, counted as begun, and whether there are more."""
    waiting = Letter.objects.waiting()
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    chosen: list[int] = []
    total = 0
    rows = list(waiting.values_list("pk", "attempts", "size")[: BATCH + 1])
    for pk, attempts, size in rows[:BATCH]:
        is_suspect = attempts > 0
        if chosen and (is_suspect or total + size > BATCH_BYTES):
            break
        chosen.append(pk)
        total += size
        if is_suspect:
            break
    if chosen:
        Letter.objects.filter(pk__in=chosen).update(attempts=F("attempts") + 1)
    return chosen, len(rows) > len(chosen)


def _waiting(chosen: list[int]) -> list[Letter]:
    return list(Letter.objects.waiting().filter(pk__in=chosen).select_related("raw", "mailbox"))


def _claimed(chosen: list[int]) -> list[Letter]:
    claimed = Letter.objects.waiting().filter(pk__in=chosen).select_related("raw", "mailbox")
    return list(claimed.select_for_update(skip_locked=True, of=("self",)))


def _opened(letter: Letter) -> Opened:
    if letter.attempts > MAX_DEATHS:
        return Opened(letter, Reading())
    started = perf_counter()
    try:
        reading = read(letter.raw.whole(), anchors())
    except Exception as failure:  # bytes that a damaged disk has changed cannot be unpacked
        reading = Reading(remarks=(_("Its kept bytes are damaged: %(reason)s") % {"reason": failure},))
    return Opened(letter, reading, {"read": perf_counter() - started})


def read_opened(opened: Sequence[Opened], *, by: Actor, at: datetime) -> None:
    """Take letters through the steps, each in a savepoint of its own; their fates are written together at the end."""
    taken, ours, treatments = _taken_names(opened), own_addresses(), treatments_of(_senders(opened))
    colleagues = frozenset(agent_addresses({sender.lower() for sender in _senders(opened)}))
    known = conversations_named(
        name for each in opened for name in (own_name(each.reading), *names_left(each.reading)) if name
    )
    acquaintances = _acquaintances(opened)
    heard = names_heard("email", (name for each in opened for name in _names_given(each.reading)))
    threads: dict[int, int] = {}
    names: dict[int, tuple[str, ...]] = {}
    for each in opened:
        letter, name = each.letter, each.reading.message_id
        if letter.attempts > MAX_DEATHS:
            _end(letter, Fate.UNREADABLE, Reason.READER_DIED, "", by, at)
            continue
        left = names_left(each.reading)
        work = steps.Work(
            letter=letter,
            reading=each.reading,
            by=by,
            at=at,
            ours=ours,
            treatments=treatments,
            colleagues=colleagues,
            acquaintances=acquaintances,
            heard=frozenset(heard.intersection(_names_given(each.reading))),
            named=tuple(pk for given in (own_name(each.reading), *left) for pk in known.get(given, ())),
            name_is_taken=name in taken,
        )
        try:
            verdict = _judged(work, each.timings)
        except NOT_ITS_FAULT:
            raise
        except Exception as failure:  # whatever a letter does to us, it does to itself alone
            acquaintances = _acquaintances(opened)  # whomever it met was forgotten with it
            log.exception("letter could not be read", letter=letter.pk)
            letter.traceback = "".join(format_exception(failure))[-20_000:]
            _end(letter, Fate.UNREADABLE, Reason.FAILED, f"{type(failure).__name__}: {failure}", by, at)
            continue
        _tell(work, each.timings)
        if isinstance(verdict, steps.Refused):
            _end(letter, Fate.REFUSED, verdict.reason, verdict.detail, by, at)
            continue
        letter.touchpoint = verdict.touchpoint
        _end(letter, Fate.READ, Reason.NONE, verdict.detail, by, at)
        if verdict.is_received:
            taken.add(name)
            heard.add(verdict.touchpoint.reference)
            conversation = verdict.touchpoint.conversation
            if left and conversation.touch_count == 1:
                names[conversation.pk] = left
                for given in left:
                    known[given].insert(0, conversation.pk)
            if work.mailbox is not None:
                threads[verdict.touchpoint.conversation_id] = work.mailbox.pk
    # One statement for all of them. The rows are there and locked, so that the insert never happens.
    Letter.objects.bulk_create(
        [each.letter for each in opened], update_conflicts=True, unique_fields=["id"], update_fields=_FATE_COLUMNS
    )
    thread_through(threads, by=by, at=at)
    name_threads(names, by=by, at=at)


def _taken_names(opened: Sequence[Opened]) -> set[str]:
    """The Message-IDs in the batch under which another letter is a touchpoint already."""
    names = {each.reading.message_id for each in opened} - {""}
    bearers = Letter.objects.filter(message_id__in=names, touchpoint__direction="in")
    return set(bearers.order_by().values_list("message_id", flat=True))


def _senders(opened: Sequence[Opened]) -> list[str]:
    """Whoever may turn out to be the sender of one of the letters."""
    people = [person for each in opened for person in (each.reading.sender, *each.reading.reply_to[:1]) if person]
    return [person.address for person in people]


def _acquaintances(opened: Sequence[Opened]) -> Acquaintances:
    addresses = (*_senders(opened), *(each.letter.treat_as_from for each in opened))
    return acquaintances_of({normalised(address, "email") for address in addresses} - {""})


def _names_given(reading: Reading) -> set[str]:
    """Under which names touchpoints are looked for because of a letter, as they are kept."""
    return {name[:400] for name in (reading.message_id, reading.in_reply_to, *reading.references[-50:]) if name}


def _judged(work: steps.Work, timings: dict[str, float]) -> steps.Filed | steps.Refused:
    """The verdict, in a savepoint; in a second one when another door wrote the same row a moment ago and is found now."""
    try:
        with transaction.atomic():
            return _verdict(work, timings)
    except IntegrityError:
        work.remarks.clear()
        work.acquaintances = work.heard = None  # whoever wrote that row knows more than we did
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
