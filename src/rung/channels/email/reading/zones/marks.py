"""The marks that stand before quoted lines: ">" and its relatives."""

import re
from collections import Counter

_ANGLE = re.compile(r"[ \t]{0,3}(?:[|:}\]][ \t]?)?>")
_NAMED = re.compile(r"[ \t]{0,3}([A-Z][\w.-]{0,11})>{1,4}(?=[ \t]|$)")
_ODD = "|:}%#]¦»›"
_MAX_ORPHAN = 80


def quoted_lines(lines: list[str]) -> list[bool]:
    """Which lines bear a mark of quotation."""
    whole = "\n".join(lines)
    has_angles = ">" in whole
    found = [has_angles and ">" in line[:5] and _ANGLE.match(line) is not None for line in lines]
    for sign in ("&gt;", "»", "›"):
        if sign in whole:
            bears = [line.lstrip().startswith(sign) for line in lines]
            _mark_repeated(found, bears, needed=1 if sign == "&gt;" else 2)
    if has_angles and any(">" in line[1:16] for line in lines):
        _mark_named(lines, found)
    if True in found:
        _forgive(lines, found)
        _join_orphans(lines, found)
    return found


def is_marked(line: str) -> bool:
    """Whether a line bears the most usual of the marks."""
    return _ANGLE.match(line) is not None


def _mark_repeated(found: list[bool], bears: list[bool], *, needed: int) -> None:
    if sum(bears) >= needed:
        found[:] = [mark or other for mark, other in zip(found, bears, strict=True)]


def _mark_named(lines: list[str], found: list[bool]) -> None:
    """ "Joe> text": the writer's name before every line that he wrote."""
    names = [match[1] if (match := _NAMED.match(line)) else "" for line in lines]
    often = Counter(filter(None, names))
    for index, name in enumerate(names):
        if name and often[name] >= 2:
            found[index] = True


def _forgive(lines: list[str], found: list[bool]) -> None:
    """Lines that begin with ">" for another reason: ">From" in a mailbox file, the end of an address that was broken
    over two lines, ">>> look here <<<"."""
    if found.count(True) == 1 and (only := found.index(True)) > 0 and lines[only - 1].strip():
        # One line right below another one, and no other in the whole letter: an arrow rather than a quotation.
        found[only] = lines[only - 1].rstrip()[-1:] in ":：>-"
    for index, line in enumerate(lines):
        if not found[index]:
            continue
        is_alone = not ((index and found[index - 1]) or (index + 1 < len(lines) and found[index + 1]))
        above = lines[index - 1] if index else ""
        if (is_alone and (line.startswith(">From ") or line.rstrip().endswith("<<"))) or (
            not (index and found[index - 1]) and above.rpartition("<")[2][:4] in ("http", "mail") and "<" in above
            and ">" not in above.rpartition("<")[2]
        ):  # fmt: skip
            found[index] = False


def _join_orphans(lines: list[str], found: list[bool]) -> None:
    """A word that a program broke off a long quoted line, and left between the marks without one."""
    for index in range(1, len(lines) - 1):
        if found[index] or not (found[index - 1] and found[index + 1]):
            continue
        line, above = lines[index].strip(), lines[index - 1].rstrip()
        is_link = line.startswith(("(http", "<http", "http")) or (line.endswith(")") and "(" not in line)
        is_rest = len(above) >= 66 and line[:1].islower() and above[-1:] not in ".?!:;" and len(line) <= _MAX_ORPHAN
        if line and (is_link or is_rest):
            found[index] = True


def odd_mark(lines: list[str], index: int) -> str:
    """The unusual sign that stands before the lines from `index` on, where a program quotes with one; else nothing."""
    sign = lines[index].lstrip()[:1] if index < len(lines) else ""
    if not sign or sign not in _ODD or lines[index].rstrip().endswith("|"):
        return ""
    following = [line.lstrip()[:1] for line in lines[index : index + 4] if line.strip()]
    return sign if len(following) >= 2 and all(each == sign for each in following[:2]) else ""
