"""The list of imports, and one of them from the first look to the end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.fields.access import Kind
from rung.imports.access import Import, Step, Subject, visible_imports
from rung.imports.columns import FIELDS, own_fields
from rung.imports.days import DAY_FIRST, MONTH_FIRST
from rung.imports.tables import SEPARATORS, NoTable, rows

SHOWN_LINES = 5
SHOWN_PROBLEMS = 50

ENCODING_NAMES = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "cp1252": "Windows-1252 (Western)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "mac-roman": "Macintosh",
    "cp932": "Shift JIS",
    "gb18030": "GB 18030",
    "big5": "Big5",
    "euc-kr": "EUC-KR",
}


@dataclass(frozen=True, slots=True)
class ImportLine:
    pk: int
    name: str
    subject: str
    step: str
    who: str
    laid_at: datetime
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class ImportsPage:
    imports: tuple[ImportLine, ...]
    subjects: tuple[tuple[str, str], ...]
    error: str


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what its head says, the field it fills, and its first cells."""

    number: int
    title: str
    field: str
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trouble:
    line: int
    column: str
    said: str
    beginning: str


@dataclass(frozen=True)
class ImportPage:
    pk: int
    name: str
    subject: str
    step: str
    step_label: str
    is_busy: bool
    place: int
    lines: int
    share: int
    counts: tuple[tuple[str, int], ...]
    stayed: int
    columns: tuple[Column, ...]
    fields: tuple[tuple[str, str], ...]
    encoding: str
    encodings: tuple[tuple[str, str], ...]
    separator: str
    separators: tuple[tuple[str, str], ...]
    days: str
    orders_of_days: tuple[tuple[str, str], ...]
    problems: tuple[Trouble, ...]
    has_more_problems: bool
    refused: int
    trouble: str
    error: str
    can_return: bool
    brings_something: bool


def imports_page(agent: Agent, *, error: str = "") -> ImportsPage:
    return ImportsPage(
        tuple(
            ImportLine(
                each.pk,
                each.name,
                str(each.get_subject_display()),
                str(each.get_step_display()),
                each.agent.name if each.agent else "",
                each.laid_at,
                _counts(each),
            )
            for each in visible_imports(agent).order_by("-pk")[:50]
        ),
        tuple((value, str(label).capitalize()) for value, label in Subject.choices),
        error,
    )


def import_page(listed: Import, *, error: str = "") -> ImportPage:
    """Three queries, and the first lines of the file."""
    problems = list(listed.problems.order_by("pk")[: SHOWN_PROBLEMS + 1])
    fields = [(name, str(label)) for name, (label, _words) in FIELDS[listed.subject].items()]
    own = own_fields(listed.subject)
    fields += [(name, field.name) for name, field in own.items()]
    has_days = listed.subject == Subject.ORDERS or any(field.kind == Kind.DATE for field in own.values())
    return ImportPage(
        pk=listed.pk,
        name=listed.name,
        subject=str(listed.get_subject_display()),
        step=listed.step,
        step_label=str(listed.get_step_display()),
        is_busy=listed.is_busy(),
        place=listed.place,
        lines=listed.lines,
        share=min(100, listed.place * 100 // listed.lines) if listed.lines else 0,
        counts=_counts(listed),
        stayed=listed.counts.get("stayed", 0),
        columns=_columns(listed),
        fields=(("", _("leave out")), *fields),
        encoding=listed.encoding,
        encodings=tuple(ENCODING_NAMES.items()),
        separator=listed.separator,
        separators=tuple((mark, _SEPARATOR_NAMES[name]()) for mark, name in SEPARATORS.items()),
        days=listed.days,
        orders_of_days=_orders_of_days() if has_days else (),
        problems=tuple(
            Trouble(each.line, each.column, each.said, ", ".join(each.values)[:80])
            for each in problems[:SHOWN_PROBLEMS]
        ),
        has_more_problems=len(problems) > SHOWN_PROBLEMS,
        refused=listed.counts.get("refused", 0),
        trouble=listed.trouble,
        error=error,
        can_return=listed.step in (Step.DONE, Step.STOPPED),
        brings_something=any(listed.counts.get(name) for name in ("new", "updated")),
    )


def _orders_of_days() -> tuple[tuple[str, str], ...]:
    return (
        ("", _("not known: such lines are refused")),
        (DAY_FIRST, _("the 3rd of April")),
        (MONTH_FIRST, _("the 4th of March")),
    )


_SEPARATOR_NAMES = {
    "comma": lambda: _("comma"),
    "semicolon": lambda: _("semicolon"),
    "tab": lambda: _("tab"),
    "bar": lambda: _("upright bar"),
}


def _counts(listed: Import) -> tuple[tuple[str, int], ...]:
    if not listed.counts:
        return ()
    names = (("new", _("new")), ("updated", _("updated")), ("unchanged", _("unchanged")), ("refused", _("refused")))
    return tuple((label, listed.counts.get(name, 0)) for name, label in names)


def _columns(listed: Import) -> tuple[Column, ...]:
    if not listed.path:
        return ()
    try:
        with default_storage.open(listed.path) as content:
            first = list(islice(rows(content, listed.encoding, listed.separator), 1, 1 + SHOWN_LINES))
    except (NoTable, OSError):
        first = []
    return tuple(
        Column(
            number,
            title,
            listed.columns[number] if number < len(listed.columns) else "",
            tuple(cells[number] if number < len(cells) else "" for cells in first),
        )
        for number, title in enumerate(listed.head)
    )
