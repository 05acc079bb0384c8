"""Where the quotation begins within what a mail program marks as one: people write at its top too, above its header."""

from rung.channels.email.reading.zones import attributions, blocks, signs

MAX_LOOKED = 200
"""Lines below a mark in which the header is looked for, or the line that says whose words follow."""
_MAX_LOOKS = 40
_MAX_LABEL = 24


def opening(lines: list[str], start: int, end: int) -> int:
    """The first line from `start` on, and before `end`, that announces a quotation by its words; -1 where none does."""
    window = [line[: signs.MAX_LINE] for line in lines[start : min(end, start + MAX_LOOKED) + blocks.MAX_BLOCK]]
    is_free = [True] * len(window)
    looks = _MAX_LOOKS
    for index in range(min(end - start, MAX_LOOKED, len(window))):
        line = window[index]
        if not line.strip():
            continue
        if _is_header(window, index):
            return start + blocks.with_lead(window, is_free, index)
        if looks and attributions.may_end(line):
            looks -= 1
            found = attributions.attribution(window, is_free, index)
            if found and found.is_certain:
                return start + found.start
    return -1


def cut_at(lines: list[str], mark: int) -> int:
    """From which line on all is quoted where a program has marked `mark` as the first: from the header on that stands
    below it, unless a header in words that nobody told us of stands there itself."""
    found = opening(lines, mark, len(lines))
    return mark if found < 0 or _is_labelled(lines[mark]) or _is_dated(lines[mark]) else found


def cut_below(lines: list[str], mark: int, end: int) -> int:
    """The same where a program only says what may be added: with no header below it, -1. `end` is the line that another
    program's mark says is the first, or -1."""
    found = opening(lines, mark, end if end >= 0 else len(lines))
    return found if found >= 0 or end < 0 else cut_at(lines, end)


def held_from(lines: list[str], start: int, end: int) -> int:
    """Where the quotation begins in what an element holds that a program names as one: below what somebody wrote at its
    top, where its first line announces nothing."""
    first = signs.next_text(lines, start, end)
    if first == end or _is_labelled(lines[first]) or _is_dated(lines[first]) or attributions.tells(lines[first]):
        return start
    return max(opening(lines, start, end), start)


def _is_header(lines: list[str], index: int) -> bool:
    line = lines[index]
    if ":" in line or "：" in line:
        if blocks.header_block(lines, index) or _is_strange_header(lines, index):
            return True
    elif line[:2] not in ("--", "==", "__", "**"):
        return False
    return blocks.is_original(lines, index) or blocks.is_drawn_title(lines, index)


def _is_strange_header(lines: list[str], index: int) -> bool:
    """Whether three lines with labels stand below each other, a day and whose address it was among them."""
    run = lines[index : index + 5]
    while run and not _is_labelled(run[-1]):
        run.pop()
    said = " ".join(run)
    return len(run) >= 3 and all(map(_is_labelled, run)) and signs.has_day(said) and signs.has_address(said)


def _is_labelled(line: str) -> bool:
    name, colon, value = line[: _MAX_LABEL + 40].replace("：", ":").partition(":")
    return bool(colon and value.strip()) and len(name) <= _MAX_LABEL and len(name.split()) <= 3 and value[:2] != "//"


def _is_dated(line: str) -> bool:
    return line.rstrip().endswith((":", "：")) and signs.has_day(line[: signs.MAX_LINE])
