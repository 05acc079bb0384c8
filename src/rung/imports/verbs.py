"""The only writes to imports."""

from array import array
from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import IO, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from rung.business.access import business
from rung.core.actor import Actor
from rung.core.downloads import as_it_was
from rung.core.text import one_line
from rung.customers.access import known_by, orders_of
from rung.customers.bringing import REFUSED, UNCHANGED, UPDATED, Brought, Change
from rung.customers.verbs import bring_companies, bring_orders, bring_people, take_back_brought
from rung.fields.access import Field
from rung.fields.verbs import bring_values, return_values
from rung.imports.columns import guessed_columns, missing_columns, own_fields
from rung.imports.days import Days, order_seen
from rung.imports.errands import advance_imports
from rung.imports.events import ImportBegun, ImportEnded, ImportTakenBack
from rung.imports.models import BUSY, Import, Problem, Step, Subject, Trace
from rung.imports.reading import Fault, Faults, Line, Unmeant, key_of, line_naming, meant_by
from rung.imports.tables import SEPARATORS, NoTable, encoding_of, kind_instead, rows, separator_of, swallows
from rung.journal.ringing import ring
from rung.journal.verbs import record

LARGEST = 50 * 1024 * 1024
LOOKED_AT = 5000
"""So many lines are looked at for how they write days."""
# The noun of a trace that says what custom fields said before and after, by their numbers.
_VALUES = "values"
_VERBS: dict[str, Any] = {
    Subject.PEOPLE.value: bring_people,
    Subject.COMPANIES.value: bring_companies,
    Subject.ORDERS.value: bring_orders,
}


def lay_import(subject: str, content: IO[bytes], *, name: str, size: int, by: Actor, at: datetime) -> Import:
    """Keep a file that is to be brought in, with what it seems to be. Raises ValidationError when it is no table."""
    if size > LARGEST:
        raise ValidationError(_("The file is too large; it may have up to 50 MB. Split it."))
    if kind := kind_instead(content):
        raise ValidationError(_("This is no CSV file but %(kind)s. Save it as CSV, and choose that.") % {"kind": kind})
    encoding = encoding_of(content)
    separator = separator_of(content, encoding)
    head, days = _head(content, encoding, separator), _order_in(content, encoding, separator)
    content.seek(0)
    path = default_storage.save(f"imports/{uuid4().hex}", File(content))
    laid = Import(
        subject=Subject(subject).value,
        name=one_line(name, 200) or "list.csv",
        path=path,
        encoding=encoding,
        separator=separator,
        head=head,
        days=days,
        columns=guessed_columns(subject, head, own_fields(subject).items()),
        agent_id=by.agent_key,
        laid_at=at,
    )
    laid.save(force_insert=True)
    return laid


def _order_in(content: IO[bytes], encoding: str, separator: str) -> str:
    try:
        return order_seen(cell for cells in islice(rows(content, encoding, separator), 1, LOOKED_AT) for cell in cells)
    except NoTable:  # told when every line is looked at
        return ""


def _head(content: IO[bytes], encoding: str, separator: str) -> list[str]:
    try:
        found = list(islice(rows(content, encoding, separator), 2))
    except NoTable as wrong:
        raise ValidationError(_("This cannot be read as a table: %(why)s") % {"why": wrong}) from wrong
    if len(found) < 2:
        raise ValidationError(_("The file needs a first line that names its columns, and at least one more."))
    return [one_line(cell, 120) for cell in found[0]]


@transaction.atomic
def check_import(
    listed: Import,
    *,
    encoding: str,
    separator: str,
    columns: Sequence[str],
    days: str | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Have every line looked at, with what each column fills; nothing is written yet. Without `days` these are read as
    before. While it is busy, or once it has begun to run, nothing happens. Raises ValidationError when the file cannot be
    read so, or a needed column is missing."""
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if listed.step not in (Step.LAID, Step.CHECKED):
        return
    if (encoding, separator) != (listed.encoding, listed.separator):
        if separator not in SEPARATORS:
            raise ValidationError(_("Choose what stands between the columns."))
        with default_storage.open(listed.path) as content:
            listed.head = _head(content, encoding, separator)
        listed.encoding, listed.separator = encoding, separator
        columns = guessed_columns(listed.subject, listed.head, own_fields(listed.subject).items())
    chosen = list(columns)[: len(listed.head)]
    filled = [name for name in chosen if name]
    if len(filled) != len(set(filled)):
        raise ValidationError(_("Two columns fill the same field; choose one of them."))
    listed.columns, listed.days = chosen, listed.days if days is None else days
    listed.save(update_fields=["encoding", "separator", "head", "columns", "days"])
    if missing_columns(listed.subject, chosen):
        raise ValidationError(_("Say which column holds what each line is known by."))
    _begin(listed, Step.CHECKING)


@transaction.atomic
def run_import(listed: Import, *, by: Actor, at: datetime) -> None:
    """Bring in what was looked at. Not looked at yet, or running already: nothing happens."""
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if listed.step == Step.CHECKED:
        _begin(listed, Step.RUNNING)
        record(ImportBegun(list=listed.pk, subject=listed.subject), by=by, at=at)


def _begin(listed: Import, step: Step) -> None:
    listed.step, listed.place, listed.counts, listed.seen = step, 0, {}, b""
    listed.stop_asked_at, listed.trouble = None, ""
    listed.save(update_fields=["step", "place", "counts", "seen", "stop_asked_at", "trouble"])
    listed.problems.all().delete()
    ring(advance_imports)


@transaction.atomic
def stop_import(listed: Import, *, by: Actor, at: datetime) -> None:
    """Ask it to stop behind the lines it is at. What is in stays in, until it is taken back. Not busy: nothing happens."""
    Import.objects.filter(pk=listed.pk, step__in=(Step.CHECKING, Step.RUNNING)).update(stop_asked_at=at)


@transaction.atomic
def take_back_import(listed: Import, *, by: Actor, at: datetime) -> None:
    """Undo what it brought. Only once it is done or stopped."""
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if listed.step in (Step.DONE, Step.STOPPED):
        listed.step, listed.counts = Step.RETURNING, {**listed.counts, "stayed": 0}
        listed.save(update_fields=["step", "counts"])
        ring(advance_imports)


@transaction.atomic
def advance_import(
    listed: Import, numbered: Sequence[tuple[int, list[str]]], *, is_last: bool, by: Actor, at: datetime
) -> None:
    """Look at some lines, or bring them in. When another has been at it meanwhile, or it was asked to stop: without them."""
    step, place = listed.step, listed.place
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if (listed.step, listed.place) != (step, place):
        return
    if listed.stop_asked_at is not None:
        _end(listed, Step.LAID if step == Step.CHECKING else Step.STOPPED, by, at)
        return
    brought, faults = _bring(listed, numbered, by, at)
    for outcome in brought:
        listed.counts[outcome.outcome] = listed.counts.get(outcome.outcome, 0) + 1
    labels = dict(zip(listed.columns, listed.head, strict=False))
    Problem.objects.bulk_create(
        _problem(listed, number, cells, each, wrong, labels)
        for (number, cells), each, wrong in zip(numbered, brought, faults, strict=True)
        if each.outcome == REFUSED or wrong
    )
    if step == Step.RUNNING:
        Trace.objects.bulk_create(
            Trace(of=listed, noun=change.noun, key=change.key, fields=change.fields)
            for each in brought
            for change in each.changes
        )
    listed.place += len(numbered)
    listed.lines = max(listed.lines, listed.place)
    listed.save(update_fields=["place", "lines", "counts", "seen"])
    if is_last:
        _end(listed, Step.CHECKED if step == Step.CHECKING else Step.DONE, by, at)


def _problem(
    listed: Import, number: int, cells: list[str], brought: Brought, faults: Faults, labels: dict[str, str]
) -> Problem:
    """Why a line was refused, or what was left out of it: all of it, with the column where that is one, else each on a line
    of its own behind its column."""
    if brought.reason:
        faults = [Fault(brought.column, brought.reason), *faults]
    told = [(labels.get(each.field, ""), each.said) for each in faults]
    column, said = told[0]
    if len(told) > 1:
        column, said = "", "\n".join(f"{column}: {words}" if column else words for column, words in told)
    if brought.outcome != REFUSED:
        said = _("Left out, the rest is brought in: %(why)s") % {"why": f"\n{said}" if "\n" in said else said}
    return Problem(of=listed, line=number, column=column, said=said, values=cells)


def _bring(
    listed: Import, numbered: Sequence[tuple[int, list[str]]], by: Actor, at: datetime
) -> tuple[list[Brought], list[Faults]]:
    """What became of each line, and what is wrong with it: those that can be meant are handed on together."""
    seen = array("Q", bytes(listed.seen))
    before = set(seen)
    brought: list[Brought | None] = []
    lines: list[Line] = []
    further: list[dict[Field, str]] = []
    faults: list[Faults] = []
    own = {name: field for name, field in own_fields(listed.subject).items() if name in listed.columns}
    days = Days(listed.days, ZoneInfo(business().time_zone))
    for _number, cells in numbered:
        try:
            if any(swallows(cell, listed.separator, len(listed.head)) for cell in cells):
                raise Unmeant(
                    [Fault("", _("A cell of it swallows the lines behind it: a quotation mark is not closed."))]
                )
            line, values, left_out = meant_by(listed.subject, own, _by_field(listed, cells), days)
        except Unmeant as unmeant:
            faults.append(unmeant.faults)
            brought.append(Brought(REFUSED))
            continue
        faults.append(left_out)
        key = int.from_bytes(blake2b(key_of(line).encode("utf-8", "replace"), digest_size=8).digest(), "big")
        if key in before:
            brought.append(Brought(REFUSED, _("The same stands further up in the file already.")))
            continue
        before.add(key)
        seen.append(key)
        brought.append(None)
        lines.append(line)
        further.append(values)
    listed.seen = seen.tobytes()
    is_dry = listed.step == Step.CHECKING
    outcomes = _VERBS[listed.subject](lines, dry=is_dry, by=by, at=at)
    _bring_values(list(zip(outcomes, further, strict=True)), is_dry=is_dry, by=by, at=at)
    handed = iter(outcomes)
    return [each if each is not None else next(handed) for each in brought], faults


def _bring_values(handed: Sequence[tuple[Brought, dict[Field, str]]], *, is_dry: bool, by: Actor, at: datetime) -> None:
    """What the lines say of custom fields, of those people and companies whom they are about."""
    known = [(each, each.key, values) for each, values in handed if values and each.key is not None]
    changed = bring_values([(key, values) for _each, key, values in known], dry=is_dry, by=by, at=at)
    for (each, key, _values), moved in zip(known, changed, strict=True):
        if moved:
            each.outcome = UPDATED if each.outcome == UNCHANGED else each.outcome
            each.changes.append(Change(_VALUES, key, moved))


def _by_field(listed: Import, cells: list[str]) -> dict[str, str]:
    return {field: as_it_was(cell) for field, cell in zip(listed.columns, cells, strict=False) if field}


def _end(listed: Import, step: Step, by: Actor, at: datetime) -> None:
    was_running = listed.step == Step.RUNNING
    listed.step, listed.ended_at, listed.stop_asked_at = step, at, None
    listed.save(update_fields=["step", "ended_at", "stop_asked_at"])
    if was_running:
        counts = {name: listed.counts.get(name, 0) for name in ("new", "updated", "unchanged", "refused")}
        record(ImportEnded(list=listed.pk, subject=listed.subject, **counts), by=by, at=at)


@transaction.atomic
def break_off_import(listed: Import, why: str, *, by: Actor, at: datetime) -> None:
    """It cannot be read any further: stop here, and say why."""
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if listed.step in BUSY:
        listed.trouble = one_line(why, 300)
        listed.save(update_fields=["trouble"])
        _end(listed, Step.LAID if listed.step == Step.CHECKING else Step.STOPPED, by, at)


@transaction.atomic
def return_some(listed: Import, *, most: int, by: Actor, at: datetime) -> None:
    """Take back what was changed last, a batch at a time."""
    listed.refresh_from_db(from_queryset=Import.objects.select_for_update())
    if listed.step != Step.RETURNING:
        return
    traces = list(listed.traces.order_by("-pk")[:most])
    if traces:
        changes = [Change(each.noun, each.key, each.fields) for each in reversed(traces)]
        # What fields say goes first: whoever is new stays while something is known of them.
        values = [(each.key, each.fields or {}) for each in reversed(changes) if each.noun == _VALUES]
        stayed = return_values(values, by=by, at=at)
        stayed += take_back_brought([each for each in changes if each.noun != _VALUES], by=by, at=at)
        listed.counts["stayed"] = listed.counts.get("stayed", 0) + stayed
        listed.traces.filter(pk__gte=traces[-1].pk).delete()
        listed.save(update_fields=["counts"])
    if len(traces) < most:
        listed.step, listed.ended_at = Step.RETURNED, at
        listed.save(update_fields=["step", "ended_at"])
        fact = ImportTakenBack(list=listed.pk, subject=listed.subject, stayed=listed.counts.get("stayed", 0))
        record(fact, by=by, at=at)


@transaction.atomic
def forget_file(listed: Import, *, by: Actor, at: datetime) -> None:
    """Delete the file and the lines of it that were refused. What it brought stays, and can still be taken back."""
    path = listed.path
    if Import.objects.filter(pk=listed.pk, path=path).exclude(step__in=BUSY).update(path="", step=_after(listed)):
        listed.problems.all().delete()
        transaction.on_commit(lambda: default_storage.delete(path))


def _after(listed: Import) -> str:
    """What was only laid in or looked at can be run no more."""
    return str(Step.STOPPED if listed.step in (Step.LAID, Step.CHECKED) else listed.step)


@transaction.atomic
def forget_lines(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """What lists changed of forgotten people can no longer be taken back, and refused lines that name them are gone.

    That a line changed something or was refused stays in the counts. The file goes `errands.KEPT` after it came.
    """
    theirs = Trace.objects.filter(key__in=people, fields__isnull=False)
    theirs.filter(noun="customer").delete()
    theirs.filter(noun=_VALUES, of__subject=Subject.PEOPLE).delete()
    bought = Trace.objects.filter(noun="order", key__in=orders_of(people), fields__has_key="title")
    for trace in bought:
        Trace.objects.filter(pk=trace.pk).update(fields={**(trace.fields or {}), "title": ["", ""]})
    names_them = line_naming(*known_by(people))
    rows = Problem.objects.order_by().values_list("pk", "values").iterator(chunk_size=2000)
    named = [pk for pk, cells in rows if names_them(cells)]
    for first in range(0, len(named), 500):
        Problem.objects.filter(pk__in=named[first : first + 500]).delete()
