"""The marks that stand before quoted lines: ">" and its relatives."""

import re
from collections import Counter

from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.quoting import VERBS

_ANGLE = re.compile(r"[ \t]{0,3}(?:[|:}\]][ \t]?)?>")
_NAMED = re.compile(r"[ \t]{0,8}([A-ZÀ-ÖØ-ÞΑ-ΩА-ЯЁ][\w.-]{0,11})>{1,4}(?=[ \t]|$)")
# How Supercite says once whose name stands before the lines to come.
_CITED = re.compile(r"[ \t]{0,3}>{3,6} \"([A-Z][\w.-]{0,11})\" == ")
# What machines call themselves that somebody types at.
_MACHINES = frozenset(
    """
    SQL MYSQL MariaDB PS IRB GDB R CMD DOS Router Switch Firewall Config CLI Shell Debug Prompt Command Enter Login
    """.split()  # noqa: SIM905 - reads better as words
)
# A shell waits for words, or goes on with them: what stands below it may bear the same sign.
_SHELL = re.compile(r"(?:PS )?[A-Z]:\\[^\n<>|\"*?]{0,80}>|mysql> |sqlite> |\w[\w-]{0,29}=[#>] ")
# What somebody shows rather than quotes: what stands below bears the marks of whatever wrote it.
_SHOWN = re.compile(
    r"\b(?:errors?|fehler(?:meldung)?|erreur|errore|fout(?:melding)?|logs?|logfile|protokoll|output|ausgabe|traceback|"
    r"stack ?trace|console|konsole|terminal|(?:source ?|quell)?code|skript|script|snippet)\b[^\n:]{0,40}[:：]$",
    re.IGNORECASE,
)
# What interpreters and servers begin their lines with: where nothing else bears a mark, nothing is quoted three deep.
_PROMPT = re.compile(r">>> [^>\n][^\n]{0,600}(?<!>>>)$")
_OMISSION = re.compile(
    r"\s*[\[<({]{1,2}\s?(?:\.\.\.|…|(?:[\w'-]{1,12} ){0,3}(?:snip(?:ped)?|deleted|trimmed|cut|gekürzt|schnipp?|coupé))"
    r"[^\n\])>}]{0,20}[\])>}]{1,2}\s*$",
    re.IGNORECASE,
)
_ODD = "|:}%#]¦»›"
# Nothing but a quotation has one of these before a line and a space behind it, where one was announced.
_SINGLE = "|:]}¦»›"
_POINTS = "+*!"
_ARROWS = ("=>", "->")
_MAX_ARROWS = 8
_MAX_ORPHAN = 80
_MAX_ORPHANS = 4
_FULL = 66
_WIDE = 56
_SAID = (".", "!", "?")


def quoted_lines(lines: list[str]) -> list[bool]:
    """Which lines bear a mark of quotation."""
    whole = "\n".join(lines)
    has_angles = ">" in whole
    found = [has_angles and ">" in line[:5] and _ANGLE.match(line) is not None for line in lines]
    if (
        has_angles
        and ">>> " in whole
        and all(_PROMPT.match(line) for line, mark in zip(lines, found, strict=True) if mark)
    ):
        found = [False] * len(lines)
    for sign in ("&gt;", "»", "›"):
        if sign in whole:
            bears = [line.lstrip().startswith(sign) for line in lines]
            if sign == "&gt;" or not _is_list(lines, bears.index(True) if True in bears else -1):
                _mark_repeated(found, bears, needed=1 if sign == "&gt;" else 2)
    if has_angles and any(">" in line[1:22] for line in lines):
        _mark_named(lines, found)
    if True in found:
        _forgive(lines, found)
    if True in found:
        _join_orphans(lines, found)
    return found


def is_omission(line: str) -> bool:
    """ "[snip]", "[...]", "<...>": somebody has left lines out of what they quote."""
    return len(line) <= 40 and _OMISSION.match(line) is not None


def is_news_id(line: str) -> bool:
    """ "news:9gab$1@news.example...": what stands in a line of its own below "… wrote in message"."""
    line = line.rstrip()
    return line.startswith("news:") or ("@" in line and line.endswith("...") and " " not in line)


def is_marked(line: str) -> bool:
    """Whether a line bears the most usual of the marks."""
    return _ANGLE.match(line) is not None


def _is_list(lines: list[str], first: int) -> bool:
    """Whether the line above announces a list rather than somebody's words."""
    above = lines[first - 1].rstrip() if first > 0 else ""
    return above.endswith((":", "：")) and not any(sign.isdigit() or sign == "@" for sign in above)


def _mark_repeated(found: list[bool], bears: list[bool], *, needed: int) -> None:
    if sum(bears) >= needed:
        found[:] = [mark or other for mark, other in zip(found, bears, strict=True)]


def _mark_named(lines: list[str], found: list[bool]) -> None:
    """ "Joe> text": the writer's name before every line that he wrote."""
    names = [named_mark(line) for line in lines]
    often = Counter(filter(None, names))
    cited = {match[1] for line in lines if '" == ' in line and (match := _CITED.match(line))}
    for index, name in enumerate(names):
        if name and (often[name] >= 2 or name in cited):
            found[index] = True


def _forgive(lines: list[str], found: list[bool]) -> None:
    """Lines that begin with ">" for another reason: ">From" in a mailbox file, the end of an address that was broken
    over two lines, ">>> look here <<<"."""
    _forgive_arrows(lines, found)
    _forgive_shown(lines, found)
    if True not in found:
        return
    first = found.index(True)
    lead = signs.last_text(lines, first) - 1
    if lead >= 0 and _SHOWN.search(lines[lead].rstrip()):
        last = found.index(False, first) if False in found[first:] else len(found)
        if True not in found[last:] or _is_announced(lines, found.index(True, last)):
            found[first:last] = [False] * (last - first)
    for index, line in enumerate(lines):
        if not found[index]:
            continue
        is_alone = not ((index and found[index - 1]) or (index + 1 < len(lines) and found[index + 1]))
        above = lines[index - 1] if index else ""
        if (is_alone and (line.startswith(">From ") or line.rstrip().endswith("<<"))) or (
            "@" in above and not found[index - 1] and _closes_name(line)
        ) or (
            not (index and found[index - 1]) and above.rpartition("<")[2][:4] in ("http", "mail") and "<" in above
            and ">" not in above.rpartition("<")[2]
        ):  # fmt: skip
            found[index] = False


def _is_announced(lines: list[str], first: int) -> bool:
    """Whether an attribution stands above the marked line at `first`: then that is where the quotation begins."""
    above = lines[signs.last_text(lines, first) - 1][-80:].rstrip()
    return above.endswith((":", "：")) and not VERBS.isdisjoint(signs.words(above))


def _closes_name(line: str) -> bool:
    """ "> wrote:", where the address before it was broken over lines."""
    said = signs.words(line[:30])
    return len(line) <= 30 and line.rstrip().endswith(":") and 0 < len(said) <= 2 and said[-1] in VERBS


def _forgive_arrows(lines: list[str], found: list[bool]) -> None:
    """One line right below another one, or a few words on each, and no other in the whole letter: arrows rather than a
    quotation."""
    first, count = found.index(True), found.count(True)
    if not first or not lines[first - 1].strip() or count > _MAX_ARROWS or not all(found[first : first + count]):
        return
    above = lines[first - 1].rstrip()
    if count == 1:
        found[first] = (above[-1:] in ":：>-" and not signs.is_rule(above.strip())) or is_news_id(above)
        return
    steps = [line.lstrip("> \t").split() for line in lines[first : first + count]]
    is_listed = above[-1:] in ":：" and len(above.split()) <= 5 and not signs.has_day(above) and "@" not in above
    if is_listed and all(0 < len(step) <= 4 and step[0][:1].isdigit() and step[-1][-1:] not in ".?!" for step in steps):
        found[first : first + count] = [False] * count  # "> 40: red", more than that
        return
    is_told = len(above.split()) >= 3 and above[-1:].isalnum() and not signs.has_day(above)
    if is_told and all(0 < len(step) <= 3 and step[-1][-1:] not in ".?!,:;" for step in steps):
        found[first : first + count] = [False] * count


def _forgive_shown(lines: list[str], found: list[bool]) -> None:
    """Leave out what a protocol or a shell sets ">" before: "< 220 ready" and "> EHLO" in turns, and what stands below
    "C:\\>"."""
    first = found.index(True) if True in found else len(found)
    is_shell = any(">" in line and _SHELL.match(line) for line in lines[max(first - 8, 0) : first])
    if not is_shell and not any(line[:2] == "< " for line in lines):
        return
    start = -1
    for index, mark in enumerate([*found, False]):
        if mark:
            start = index if start < 0 else start
        elif start >= 0:
            if is_shell or "< " in (
                lines[start - 1][:2] if start else "",
                lines[index][:2] if index < len(lines) else "",
            ):
                found[start:index] = [False] * (index - start)
            start = -1


def _join_orphans(lines: list[str], found: list[bool]) -> None:
    """Words that a program broke off long quoted lines, and left between the marks without one."""
    runs = _runs_between(lines, found)
    if not runs:
        return
    # Whoever answers above what is quoted seldom answers within it too, and if so with a blank line somewhere.
    first = found.index(True)
    is_above = any(line.rstrip()[-1:] in _SAID and len(line.split()) >= 3 for line in lines[:first])
    is_cut = is_above and all(lines[start].strip() and lines[end - 1].strip() for start, end in runs)
    for start, end in runs:
        if _is_rest(lines, start, end, is_cut=is_cut):
            found[start:end] = [True] * (end - start)


def _runs_between(lines: list[str], found: list[bool]) -> list[tuple[int, int]]:
    """The stretches of lines between marked ones that have none, as (first, behind the last)."""
    runs = []
    last = -1
    for index, mark in enumerate(found):
        if mark:
            if 0 <= last < index - 1 and any(line.strip() for line in lines[last + 1 : index]):
                runs.append((last + 1, index))
            last = index
    return runs


def _is_rest(lines: list[str], start: int, end: int, *, is_cut: bool) -> bool:
    """Whether the lines from `start` to `end` are the rest of the quoted line above them."""
    line, above = lines[start].strip(), lines[start - 1].rstrip()
    if not line:
        return False
    if end == start + 1:
        if line.startswith(("(http", "<http", "http")) or (line.endswith(")") and "(" not in line):
            return True
        goes_on = lines[end].lstrip("> \t")[:1].islower()
        if (
            len(above) >= (_WIDE if goes_on else _FULL)
            and line[:1].islower()
            and above[-1:] not in ".?!:;"
            and len(line) <= _MAX_ORPHAN
        ):
            return True
    return (
        is_cut
        and end - start <= _MAX_ORPHANS
        and all(len(lines[index].rstrip()) >= _FULL for index in range(start - 1, end - 1))
        and above[-1:] not in ".?!"
    )


def named_mark(line: str) -> str:
    """The name before a line that is quoted as "Joe> text"; else nothing."""
    match = _NAMED.match(line)
    return match[1] if match and match[1] not in _MACHINES else ""


def odd_mark(lines: list[str], index: int, *, of_somebody: bool = False, is_told: bool = False) -> str:
    """The unusual sign that stands before the lines from `index` on, where a program quotes with one; else nothing. Below
    an attribution `of_somebody`, by an address, it may be one that people set before the points of a list; where the
    attribution `is_told`, with a verb, one line is enough."""
    head = lines[index].lstrip() if index < len(lines) else ""
    arrow = head[:2] if of_somebody and head[:2] in _ARROWS else ""
    sign = arrow or head[:1]
    if not (arrow or (sign and sign in (_ODD + _POINTS if of_somebody else _ODD))) or head.rstrip().endswith("|"):
        return ""
    following = [line.lstrip() for line in lines[index : index + 4] if line.strip()]
    if sign in _SINGLE and head[1:2] == " " and index + 1 < len(lines) and is_told:
        return sign
    return sign if len(following) >= 2 and all(each.startswith(sign) for each in following[:2]) else ""
