"""A letter that passes others on within its text, cut where they begin."""

import re

from rung.channels.email.reading.forwards import places_of
from rung.channels.email.reading.walking import document
from rung.touchpoints.doors import Passage

_RULE = re.compile(r"[-_=*]{3,40}(?:[^-_=*]{1,80}[-_=*]{3,40})?")


def passages_of(text: str, html: str, count: int) -> tuple[Passage, ...]:
    """What its writer says, then what each of the `count` letters inside says, without the lines that announce them and
    their headers: these are told in another way. Empty where text or HTML does not show them as `count`."""
    lines, places = _cut(text.split("\n"), count)
    if not places:
        return ()
    texts = ["\n".join(lines[first:last]).strip() for first, last in _spans(lines, places)]
    if not html:
        return tuple(Passage(each) for each in texts)
    page = document(html)
    shown = [line.text for line in page.lines]
    lines, places = _cut(shown, count)
    if not places or len(lines) != len(shown):
        return ()
    pieces = []
    for first, last in _spans(lines, places):
        kept = [False] * len(page.tokens)
        for line in page.lines[first:last]:
            kept[line.first : line.last] = [True] * (line.last - line.first)
        if first < last < len(lines):  # a rule that parts it from what follows
            for index in range(page.lines[last - 1].first, page.lines[last - 1].last):
                kept[index] = kept[index] and not page.tokens[index].startswith("<hr")
        pieces.append(page.html(kept))
    return tuple(Passage(*each) for each in zip(texts, pieces, strict=True))


def _cut(lines: list[str], count: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Looked for first where a program announces them, then, as where the subject says so, at bare headers."""
    for passes_on in (False, True):
        unjoined, places = places_of(lines, passes_on=passes_on)
        if len(places) == count:
            return unjoined, places
    return lines, []


def _spans(lines: list[str], places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first, behind the last) line of what stands before the letters inside, and of what each of them says."""
    starts = [_without_rule(lines, start) for start, _body in places]
    return list(zip([0, *(body for _start, body in places)], [*starts, len(lines)], strict=True))


def _without_rule(lines: list[str], start: int) -> int:
    """Without "-----邮件原件-----" above a header that began without it, in a language whose words for it we do not know."""
    above = start - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and _RULE.fullmatch(lines[above][:200].strip()) else start
