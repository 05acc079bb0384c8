"""A letter that passes others on within its text, cut where they begin."""

from rung.channels.email.reading.forwards import places_of
from rung.channels.email.reading.walking import document
from rung.touchpoints.doors import Passage


def passages_of(text: str, html: str, count: int) -> tuple[Passage, ...]:
    """What its writer says, then what each of the `count` letters inside says, without the lines that announce them and
    their headers: these are told in another way. Empty where text or HTML does not show them as `count`."""
    lines, places = _cut(text.split("\n"), count)
    if not places:
        return ()
    texts = ["\n".join(lines[first:last]).strip() for first, last in _spans(places, len(lines))]
    if not html:
        return tuple(Passage(each) for each in texts)
    page = document(html)
    shown = [line.text for line in page.lines]
    lines, places = _cut(shown, count)
    if not places or len(lines) != len(shown):
        return ()
    pieces = []
    for first, last in _spans(places, len(lines)):
        kept = [False] * len(page.tokens)
        for line in page.lines[first:last]:
            kept[line.first : line.last] = [True] * (line.last - line.first)
        pieces.append(page.html(kept))
    return tuple(Passage(*each) for each in zip(texts, pieces, strict=True))


def _cut(lines: list[str], count: int) -> tuple[list[str], list[tuple[int, int]]]:
    """Looked for first where a program announces them, then, as where the subject says so, at bare headers."""
    for passes_on in (False, True):
        unjoined, places = places_of(lines, passes_on=passes_on)
        if len(places) == count:
            return unjoined, places
    return lines, []


def _spans(places: list[tuple[int, int]], end: int) -> list[tuple[int, int]]:
    """(first, behind the last) line of what stands before the letters inside, and of what each of them says."""
    starts = [start for start, _body in places]
    return list(zip([0, *(body for _start, body in places)], [*starts, end], strict=True))
