"""Which lines of a letter are new, which are quoted, and which are a signature.

Everything here only sets marks. When a mark is doubtful the line counts as new: whoever reads must never miss a word that
was written for them. Every pattern is anchored or looks for one fixed word, and lines are cut before they are matched.
"""

import re
from dataclasses import dataclass

from rung.channels.email.reading import phrases
from rung.channels.email.reading.nouns import Zone, ZoneKind

REPLY, QUOTATION, SIGNATURE = ZoneKind.REPLY, ZoneKind.QUOTATION, ZoneKind.SIGNATURE

MAX_LINE = 600
"""Characters of a line that are looked at."""
MAX_LINES = 50_000
"""Lines that are looked at; those behind them are taken for more of the last one."""

_QUOTED = re.compile(r"[ \t]{0,3}>")
_ADDRESS = re.compile(r"[\w.+=-]{1,64}@[\w-]{1,63}\.[\w.-]{1,63}")
_CLOCK = re.compile(r"\d{1,2}\s?[:.h時点시]\s?\d{2}|\d{1,2}\s?(?:AM|PM|Uhr)\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(?:19|20)\d{2}\b|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{4}\s?[年년]|[0-9٠-٩۰-۹]{1,2}\s+\w{3,12}\s+[0-9٠-٩۰-۹]{4}"
)

_RULE = re.compile(r"[-_=*─━]{5,}\s*$")

MAX_SIGNATURE_LINES = 40


def is_forward(subject: str) -> bool:
    """Whether a subject says that what follows is somebody else's letter, passed on because it is news to us."""
    return bool(phrases.FORWARD_PREFIX.match(subject[:40]))


@dataclass(slots=True)
class Marked:
    """The mark of each line; `is_certain` when a quotation was found by more than its ">"."""

    marks: list[ZoneKind]
    is_certain: bool = False


def marked(lines: list[str], quoted: list[bool] | None = None, *, forwards: bool = False) -> Marked:
    """Mark each line. `quoted` says of lines what the letter's HTML says, where there is some."""
    if len(lines) > MAX_LINES:
        found = _marked(lines[:MAX_LINES], quoted and quoted[:MAX_LINES], forwards)
        last = QUOTATION if found.marks[-1] is QUOTATION else REPLY
        return Marked([*found.marks, *[last] * (len(lines) - MAX_LINES)], found.is_certain)
    return _marked(lines, quoted, forwards)


def _marked(lines: list[str], quoted: list[bool] | None, forwards: bool) -> Marked:
    count = len(lines)
    lines = [line if len(line) <= MAX_LINE else line[:MAX_LINE] for line in lines]
    is_quote = [bool(_QUOTED.match(line)) if ">" in line[:4] else False for line in lines]
    if quoted is not None:
        is_quote = [mark or other for mark, other in zip(is_quote, quoted, strict=True)]
    _forgive_lone_from(lines, is_quote)
    marks = [QUOTATION if quote else REPLY for quote in is_quote]
    certain = quoted is not None and any(quoted)
    index = 0
    while index < count:
        line = lines[index]
        if marks[index] is not REPLY or not line:
            index += 1
            continue
        if _may_begin(line):
            if phrases.FORWARDED.match(line) and len(line) < 200:
                break
            if phrases.ORIGINAL.match(line) or _is_header_block(lines, index):
                if forwards:
                    break
                start = _with_rule(lines, marks, index)
                _mark(marks, start, count)
                certain = True
                break
        if line.rstrip().endswith((":", "：", ">")) and (start := _attribution(lines, marks, index)) >= 0:
            following = _next_text(lines, index + 1)
            if following < count and is_quote[following]:
                _mark(marks, start, following)
                certain = True
                index = following
                continue
            if following < count and _is_full_attribution(" ".join(lines[start : index + 1])):
                if forwards:
                    break
                _mark(marks, start, count)
                certain = True
                break
        index += 1
    _close_gaps(lines, marks)
    _mark_signatures(lines, marks)
    return Marked(marks, certain)


def _forgive_lone_from(lines: list[str], is_quote: list[bool]) -> None:
    """ ">From here on" is a line that a mailbox file has masked, not a quotation."""
    for index, line in enumerate(lines):
        if line.startswith(">From ") and not (
            (index and is_quote[index - 1]) or (index + 1 < len(lines) and is_quote[index + 1])
        ):
            is_quote[index] = False


_HINTS = re.compile(
    r"[:：]|[-_=*]{3}|\b(?:message|nachricht|bericht|wiadomo|zpráva|üzenet|сообщ|邮件|郵件)", re.IGNORECASE
)


def _may_begin(line: str) -> bool:
    return len(line) < 400 and _HINTS.search(line) is not None


def _mark(marks: list[ZoneKind], start: int, end: int) -> None:
    marks[start:end] = [QUOTATION] * (end - start)


def _next_text(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index


def _with_rule(lines: list[str], marks: list[ZoneKind], index: int) -> int:
    """The line drawn above a quoted header block belongs to it."""
    above = index - 1
    while above >= 0 and index - above <= 3 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and marks[above] is REPLY and _RULE.match(lines[above]) else index


def _is_header_block(lines: list[str], index: int) -> bool:
    """Whether From/Sent/To/Subject lines of any language begin here: a sender line and two more within the next eight."""
    if not phrases.FROM_LINE.match(lines[index]):
        return False
    labels = 0
    looked = 0
    for line in lines[index + 1 : index + 10]:
        if not line.strip():
            if labels:
                break
            continue
        looked += 1
        if looked > 7:
            break
        if phrases.OTHER_LINE.match(line):
            labels += 1
            if labels == 2:
                return True
    return False


def _attribution(lines: list[str], marks: list[ZoneKind], index: int) -> int:
    """The first line of the "On … wrote:" that ends at `index`, or -1. It may run over four lines."""
    for height in range(1, 5):
        start = index - height + 1
        if start < 0 or marks[start] is not REPLY or not lines[start].strip():
            return -1
        text = " ".join(lines[start : index + 1]).strip()
        if len(text) > 500:
            return -1
        has_day = _DAY.search(text) is not None
        if text.endswith((":", "：")):
            if phrases.WROTE.search(text) and (has_day or (height == 1 and len(text) <= 120)):
                return _begin_of(lines, marks, start, text)
            if has_day and _CLOCK.search(text) and _ADDRESS.search(text):
                return _begin_of(lines, marks, start, text)
        elif has_day and _CLOCK.search(text) and _ADDRESS.search(text) and text.endswith(">"):
            # "2024-01-05 10:00 GMT+09:00 Name <name@example.com>" and "… Name <…>:" of programs that end without a verb
            return start if start == index and text[:1].isdigit() else -1
    return -1


def _begin_of(lines: list[str], marks: list[ZoneKind], start: int, text: str) -> int:
    """The attribution may have begun a line or two before what was needed to know it: "On Mon, 5 Jan 2024 at 10:00"."""
    if phrases.STARTS.match(text) and _DAY.search(text):
        return start
    for above in range(start - 1, max(start - 3, -1), -1):
        if above < 0 or marks[above] is not REPLY or not lines[above].strip() or len(lines[above]) > 120:
            break
        if phrases.STARTS.match(lines[above].strip()) and _DAY.search(lines[above]):
            return above
    return start


def _is_full_attribution(text: str) -> bool:
    """Certain enough to hold everything below for quoted, although nothing marks it line by line."""
    return bool(
        _DAY.search(text)
        and _CLOCK.search(text)
        and (_ADDRESS.search(text) or (phrases.WROTE.search(text) and phrases.STARTS.match(text)))
    )


def _close_gaps(lines: list[str], marks: list[ZoneKind]) -> None:
    """Blank lines between two quoted ones are quoted."""
    last = -1
    for index, mark in enumerate(marks):
        if mark is QUOTATION:
            if last >= 0 and last < index - 1 and all(not lines[gap].strip() for gap in range(last + 1, index)):
                _mark(marks, last + 1, index)
            last = index
        elif lines[index].strip():
            last = -1


def _mark_signatures(lines: list[str], marks: list[ZoneKind]) -> None:
    """A signature runs from its mark to the end of the new lines it stands in."""
    end = len(lines)
    while end:
        while end and marks[end - 1] is not REPLY:
            end -= 1
        start = end
        while start and marks[start - 1] is REPLY:
            start -= 1
        if start == end:
            return
        at = _signature_in(lines, start, end)
        if at >= 0 and (_says_more(lines, marks, 0, at) or _says_more(lines, marks, end, len(lines))):
            marks[at:end] = [SIGNATURE] * (end - at)
        end = start


def _says_more(lines: list[str], marks: list[ZoneKind], start: int, end: int) -> bool:
    return any(mark is REPLY and line.strip() for line, mark in zip(lines[start:end], marks[start:end], strict=True))


def _signature_in(lines: list[str], start: int, end: int) -> int:
    for index in range(max(start, end - MAX_SIGNATURE_LINES), end):
        line = lines[index]
        if line.startswith(("--", "–-", "—")) and line.rstrip() in ("--", "—", "–-"):
            height = sum(bool(text.strip()) for text in lines[index + 1 : end])
            # "-- " with its space is the mark of the standard; without it only a short tail is believed.
            if line.startswith("-- ") or height <= 12:
                return index
    for index in range(max(start, end - 8), end):
        line = lines[index].strip()
        is_last = sum(bool(text.strip()) for text in lines[index + 1 : end]) <= 2
        if is_last and len(line) < 120 and phrases.MOBILE.match(line):
            return index
    return -1


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


def of_kind(lines: list[str], marks: list[ZoneKind], kind: ZoneKind) -> str:
    """The lines of one kind as a text; a blank line stands where lines of another kind were taken out between them."""
    out: list[str] = []
    gap = False
    for line, mark in zip(lines, marks, strict=True):
        if mark is not kind:
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
