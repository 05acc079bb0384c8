"""Which lines of a letter are new, which are quoted, and which only end it.

Everything here only sets marks, one for each line. When a mark is doubtful the line counts as new: whoever reads must never
miss a word that was written for them. No pattern looks back, lines are cut before they are matched, and every line is looked
at a bounded number of times.
"""

from collections.abc import Iterable

from rung.channels.email.reading.nouns import Zone, ZoneKind
from rung.channels.email.reading.zones import blocks, endings, fine_print, signs
from rung.channels.email.reading.zones.attributions import split_run_together
from rung.channels.email.reading.zones.naming import names_of
from rung.channels.email.reading.zones.parting import NO_NAMES
from rung.channels.email.reading.zones.quotations import Marked, quotations_in
from rung.channels.email.reading.zones.quoting import FORWARD_PREFIXES, GREETINGS, TO

__all__ = ["Marked", "is_forward", "marked", "names_of", "of_kind", "spans", "split_run_together"]

REPLY, QUOTATION, SIGNATURE, LEGAL = ZoneKind.REPLY, ZoneKind.QUOTATION, ZoneKind.SIGNATURE, ZoneKind.LEGAL

MAX_LINES = 50_000
"""Lines that are looked at; those behind them are taken for more of the last one."""


MAX_CODE = 400
"""Lines between two fences that are taken for code."""
# What is left of a signature that was a table.
_EMPTY_CELLS = frozenset({"|", "| |", "| | |"})
_CODE = "This is a line of code, and nothing in it is a mark of anything else."


def is_forward(subject: str) -> bool:
    """Whether a subject says that what follows is somebody else's letter, passed on because it is news to us."""
    prefix, colon, _ = subject[:40].replace("：", ":").partition(":")
    return bool(colon) and prefix.strip().casefold() in FORWARD_PREFIXES


def marked(
    lines: list[str],
    quoted: list[bool] | None = None,
    signed: Iterable[int] = (),
    *,
    forwards: bool = False,
    names: frozenset[str] = frozenset(),
) -> Marked:
    """Mark each line. `quoted` and `signed` say of lines what the letter's HTML says, where there is some; `names` are
    the words of the writer's own name."""
    shown = [line if len(line) <= signs.MAX_LINE else line[: signs.MAX_LINE] for line in lines[:MAX_LINES]]
    _hide_code(shown)
    found = quotations_in(shown, quoted and quoted[:MAX_LINES], forwards=forwards)
    end = len(shown) if found.passed_on < 0 else found.passed_on
    bars = [index for index, line in enumerate(shown[:end]) if line in _EMPTY_CELLS]
    for index in bars:
        shown[index] = ""
    _end(shown[:end], found.marks, [index for index in signed if index < end], names)
    for index in reversed(bars):
        if found.marks[index] is REPLY and index + 1 < len(shown):
            found.marks[index] = found.marks[index + 1]
    _give_blanks(shown, found.marks)
    _show_all_but_greeting(shown, found.marks, quoted)
    if len(lines) > MAX_LINES:
        last = QUOTATION if found.marks[-1] is QUOTATION else REPLY
        found.marks += [last] * (len(lines) - MAX_LINES)
    return found


def _hide_code(lines: list[str]) -> None:
    """Between two lines of backticks everything is meant as it stands, also what looks like a mark."""
    fences = [index for index, line in enumerate(lines) if line.startswith("```")]
    for opening, closing in zip(fences[::2], fences[1::2], strict=False):
        if closing - opening <= MAX_CODE:
            lines[opening : closing + 1] = [_CODE] * (closing + 1 - opening)


def _show_all_but_greeting(lines: list[str], marks: list[ZoneKind], quoted: list[bool] | None) -> None:
    """Whoever addresses somebody goes on: where nothing else would be left, only what bears marks stays folded, and what
    announces it where no line below it is without one. A bare "Hello" addresses nobody, and may be all."""
    first = signs.next_text(lines, 0)
    if first == len(lines) or marks[first] is not REPLY or not signs.is_greeting(lines[first]):
        return
    greeting = signs.visible(lines[first])
    if greeting.endswith("!") or greeting.isalpha():
        return
    if any(mark is REPLY and line.strip() for line, mark in zip(lines[first + 1 :], marks[first + 1 :], strict=False)):
        return
    bears = [
        line.startswith((">", " >", "|")) or bool(quoted and index < len(quoted) and quoted[index])
        for index, line in enumerate(lines)
    ]
    top = bears.index(True) if True in bears else 0
    if any(marks[index] is QUOTATION and not bears[index] and lines[index].strip() for index in range(top, len(lines))):
        top = 0
    for index in range(first, len(lines)):
        if not bears[index] and not (index < top and marks[index] is QUOTATION):
            marks[index] = REPLY


def _give_blanks(lines: list[str], marks: list[ZoneKind]) -> None:
    """Blank lines between two stretches of other kinds belong to the upper one."""
    start = -1
    for index in range(len(lines) + 1):
        if index < len(lines) and marks[index] is REPLY:
            start = index if start < 0 else start
            continue
        if start > 0 and not any(line.strip() for line in lines[start:index]):
            marks[start:index] = [marks[start - 1]] * (index - start)
        start = -1


def _end(lines: list[str], marks: list[ZoneKind], signed: list[int], names: frozenset[str]) -> None:
    """Mark what ends the letter: in the lines above the first quotation, and in those below the last."""
    if signed:
        above = signs.last_text(lines, signed[0]) - 1
        signed = [above, *signed] if above >= 0 and endings.is_delimiter(lines[above]) else signed
    for index in signed:
        if marks[index] is REPLY:
            marks[index] = SIGNATURE
    if not _has_text(lines, marks):
        for index in signed:
            if marks[index] is SIGNATURE:
                marks[index] = REPLY
        return
    stretches = _stretches(lines, marks)
    if not stretches:
        return
    first, last = stretches[0], stretches[-1]
    warned = fine_print.banner(lines, *first)
    if warned > first[0]:
        marks[first[0] : warned] = [LEGAL] * (warned - first[0])
        first = (warned, first[1])
        last = first if len(stretches) == 1 else last
    names |= _addressed(lines, marks, first[1])
    if last != first:
        endings.mark_ending(lines, marks, *last, names, must_leave=False)
    endings.mark_ending(lines, marks, *first, names, must_leave=not _has_text(lines, marks, first[1]))
    if not _has_text(lines, marks):
        for index in range(*first):
            marks[index] = REPLY


def _addressed(lines: list[str], marks: list[ZoneKind], start: int) -> frozenset[str]:
    """By which names the quoted letter calls whom it was written to: they are those of the one who answers it."""
    said: list[str] = []
    for index in range(start, min(start + 25, len(lines))):
        if marks[index] is not QUOTATION:
            continue
        line = lines[index].lstrip("> \t|")[:80]
        role, value = blocks.label(line)
        called = value.partition("<")[0].partition(";")[0].partition("/")[0]
        if role == TO and "@" not in called:
            said += signs.words(called)[:4]
        greeting, _, called = line.partition(" ")
        if greeting.casefold().rstrip(",") in GREETINGS and len(called) <= 40:
            said += [word.casefold() for word in called.strip(" ,!:.-").split()[:3] if word[:1].isupper()]
    return frozenset(word.strip(",.!") for word in said if len(word) > 1 and word not in NO_NAMES)


def _stretches(lines: list[str], marks: list[ZoneKind]) -> list[tuple[int, int]]:
    """The runs of new lines that say something, as (first, behind the last)."""
    found: list[tuple[int, int]] = []
    start = -1
    for index, mark in enumerate([*marks[: len(lines)], QUOTATION]):
        if mark is REPLY:
            if start < 0:
                start = index
        elif start >= 0:
            if any(line.strip() for line in lines[start:index]):
                found.append((start, index))
            start = -1
    return found


def _has_text(lines: list[str], marks: list[ZoneKind], start: int = 0) -> bool:
    return any(
        marks[index] is REPLY and (index >= len(lines) or lines[index].strip()) for index in range(start, len(marks))
    )


def spans(lines: list[str], marks: list[ZoneKind]) -> tuple[Zone, ...]:
    """The marks of lines joined by line feeds as stretches of characters."""
    zones: list[Zone] = []
    position = 0
    for index, line in enumerate(lines):
        end = position + len(line) + (index + 1 < len(lines))
        if zones and zones[-1].kind is marks[index]:
            zones[-1] = Zone(marks[index], zones[-1].start, end)
        else:
            zones.append(Zone(marks[index], position, end))
        position = end
    return tuple(zones)


def of_kind(lines: list[str], marks: list[ZoneKind], *kinds: ZoneKind) -> str:
    """The lines of some kinds as a text; a blank line stands where lines of another kind were taken out between them."""
    out: list[str] = []
    gap = False
    for line, mark in zip(lines, marks, strict=True):
        if mark not in kinds:
            gap = bool(out)
            continue
        if gap:
            if not line.strip():
                continue
            if out[-1]:
                out.append("")
            gap = False
        out.append(line.rstrip())
    return "\n".join(out).strip()
