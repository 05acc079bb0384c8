"""Which lines of a letter are new, which are quoted, and which only end it.

Everything here only sets marks, one for each line. When a mark is doubtful the line counts as new: whoever reads must never
miss a word that was written for them. No pattern looks back, lines are cut before they are matched, and every line is looked
at a bounded number of times.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rung.channels.email.reading.nouns import Person, Zone, ZoneKind
from rung.channels.email.reading.zones import (
    attributions,
    blocks,
    endings,
    fine_print,
    signs,
)
from rung.channels.email.reading.zones import (
    marks as signs_of_quotation,
)
from rung.channels.email.reading.zones.attributions import split_shared as split_shared
from rung.channels.email.reading.zones.parting import NO_NAMES
from rung.channels.email.reading.zones.quoting import FORWARD_PREFIXES, GREETINGS, TO

REPLY, QUOTATION, SIGNATURE, LEGAL = ZoneKind.REPLY, ZoneKind.QUOTATION, ZoneKind.SIGNATURE, ZoneKind.LEGAL
ENDINGS = (ZoneKind.CLOSING, ZoneKind.SIGNATURE, ZoneKind.FOOTER, ZoneKind.LEGAL)

MAX_LINES = 50_000
"""Lines that are looked at; those behind them are taken for more of the last one."""


def is_forward(subject: str) -> bool:
    """Whether a subject says that what follows is somebody else's letter, passed on because it is news to us."""
    prefix, colon, _ = subject[:40].replace("：", ":").partition(":")
    return bool(colon) and prefix.strip().casefold() in FORWARD_PREFIXES


@dataclass(slots=True)
class Marked:
    """The mark of each line; `is_certain` when a quotation was found by more than its ">"."""

    marks: list[ZoneKind]
    is_certain: bool = False


def names_of(writer: Person | None) -> frozenset[str]:
    """The words of a name and an address by which a signature is known for the writer's own."""
    if writer is None:
        return frozenset()
    said = signs.words(f"{writer.name[:200]} {writer.address.partition('@')[0][:100]}".replace("_", " "))
    return frozenset(word for word in said if len(word) > 1 and not word.isdigit())


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
    found = _quotations(shown, quoted and quoted[:MAX_LINES], forwards)
    _end(shown, found.marks, [index for index in signed if index < MAX_LINES], names)
    if len(lines) > MAX_LINES:
        last = QUOTATION if found.marks[-1] is QUOTATION else REPLY
        found.marks += [last] * (len(lines) - MAX_LINES)
    return found


def _quotations(lines: list[str], quoted: list[bool] | None, forwards: bool) -> Marked:
    count = len(lines)
    is_quote = signs_of_quotation.quoted_lines(lines)
    if quoted is not None:
        is_quote = [mark or other for mark, other in zip(is_quote, quoted, strict=True)]
    is_free = [not quote for quote in is_quote]
    certain = quoted is not None and any(quoted)
    cut = count
    index = 0
    while index < count:
        line = lines[index]
        if is_quote[index] or not line:
            index += 1
            continue
        if blocks.is_forward(line):
            break
        start = _quoted_from(lines, is_free, index)
        if start >= 0:
            if not forwards:
                certain, cut = True, start
            break
        if attributions.may_end(line) and (found := attributions.attribution(lines, is_free, index)):
            following = signs.next_text(lines, index + 1)
            if following < count and (is_quote[following] or _mark_odd(lines, is_quote, following)):
                start = blocks.with_lead(lines, is_free, found.start)
                is_quote[start:following] = [True] * (following - start)
                certain = True
                index = following
                continue
            if following < count and found.is_certain:
                if forwards:
                    break
                certain = True
                if _answers_below(lines, is_quote, following):
                    is_quote[found.start : index + 1] = [True] * (index + 1 - found.start)
                    index += 1
                    continue
                cut = blocks.with_lead(lines, is_free, found.start)
                break
        index += 1
    is_quote[cut:] = [True] * (count - cut)
    marks = [QUOTATION if quote else REPLY for quote in is_quote]
    _close_gaps(lines, marks)
    return Marked(marks, certain)


def _quoted_from(lines: list[str], is_free: list[bool], index: int) -> int:
    """Where everything below is quoted because of what stands at `index`; -1 when it is not."""
    line = lines[index]
    if ":" in line or "：" in line:
        if blocks.header_block(lines, index):
            return blocks.with_lead(lines, is_free, index)
        start = blocks.notes_block(lines, is_free, index)
        if start >= 0:
            return blocks.with_lead(lines, is_free, start)
    if blocks.is_reply_mark(line):
        return index
    if blocks.is_original(lines, index) or blocks.is_drawn_title(lines, index):
        return index
    return -1


def _mark_odd(lines: list[str], is_quote: list[bool], following: int) -> bool:
    """Where an attribution is followed by lines that all begin with one unusual sign, that sign is a mark of quotation."""
    sign = signs_of_quotation.odd_mark(lines, following)
    if sign:
        for index in range(following, len(lines)):
            if lines[index].lstrip().startswith(sign):
                is_quote[index] = True
    return bool(sign)


def _answers_below(lines: list[str], is_quote: list[bool], following: int) -> bool:
    """Whether the lines below an attribution are answers after all, because what they answer bears marks further down."""
    for index in range(following, min(len(lines), following + 60)):
        if is_quote[index]:
            above = signs.last_text(lines, index) - 1
            return not attributions.may_end(lines[above])
    return False


def _close_gaps(lines: list[str], marks: list[ZoneKind]) -> None:
    """Blank lines between two quoted ones are quoted."""
    last = -1
    for index, mark in enumerate(marks):
        if mark is QUOTATION:
            if last >= 0:
                marks[last + 1 : index] = [QUOTATION] * (index - last - 1)
            last = index
        elif lines[index].strip():
            last = -1


def _end(lines: list[str], marks: list[ZoneKind], signed: list[int], names: frozenset[str]) -> None:
    """Mark what ends the letter: in the lines above the first quotation, and in those below the last."""
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
        if role == TO and "@" not in value.partition("<")[0]:
            said += signs.words(value.partition("<")[0].partition(";")[0])[:4]
        greeting, _, called = line.partition(" ")
        if greeting.casefold().rstrip(",") in GREETINGS and len(called) <= 40:
            said += [word.casefold() for word in called.strip(" ,!:.-").split()[:3] if word[:1].isupper()]
    return frozenset(word.strip(",.!") for word in said if len(word) > 1 and word not in NO_NAMES)


def _stretches(lines: list[str], marks: list[ZoneKind]) -> list[tuple[int, int]]:
    """The runs of new lines that say something, as (first, behind the last)."""
    found: list[tuple[int, int]] = []
    start = -1
    for index, mark in enumerate([*marks, QUOTATION]):
        if mark is REPLY:
            if start < 0:
                start = index
        elif start >= 0:
            if any(line.strip() for line in lines[start:index]):
                found.append((start, index))
            start = -1
    return found


def _has_text(lines: list[str], marks: list[ZoneKind], start: int = 0) -> bool:
    return any(marks[index] is REPLY and lines[index].strip() for index in range(start, len(lines)))


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
