"""What a letter says: its text and HTML, cut into zones."""

from dataclasses import dataclass

from rung.channels.email.reading import markup, walking, zones
from rung.channels.email.reading.contents import Slot
from rung.channels.email.reading.nouns import Zone, ZoneKind, is_interleaved
from rung.channels.email.reading.parts import Tree
from rung.channels.email.reading.zones.openings import cut_at, cut_below, held_from

MAX_SHARED = 2000
"""Lines that are looked at for an answer and an attribution that share one."""

MAX_HELD = 20
"""Elements that hold a quotation which are looked into."""


@dataclass(slots=True)
class Body:
    body: str = ""
    zones: tuple[Zone, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    fine_print: str = ""
    html: str = ""
    quoted_html: str = ""
    html_in_context: str = ""


def body_of(slots: list[Slot], tree: Tree, *, forwards: bool, names: frozenset[str] = frozenset()) -> Body:
    """The text and HTML of a letter, cut into zones. `names` are the words of the writer's name."""
    document = None
    html_lines: list[str] = []
    if any(slot.html for slot in slots):
        pieces = []
        for slot in slots:
            if slot.html:
                pieces += slot.html
            else:
                pieces += [markup.from_text(text) for text in slot.plain]
        cleaned, remarks = markup.cleaned("\n".join(pieces))
        for sentence in remarks:
            tree.remark(sentence)
        document = walking.document(cleaned)
        _free_what_stands_above(document)
        html_lines = [("> " + line.text).rstrip() if line.quoted else line.text for line in document.lines]
    plain = "\n".join(text for slot in slots for text in slot.plain).strip("\n")
    plain_lines = _lines_of(plain)
    if document is None:
        return _cut_plain(plain_lines, zones.marked(plain_lines, forwards=forwards, names=names).marks)
    html_marks = _marks_of(document, html_lines, forwards, names)
    says_less = _words(plain_lines) * 3 < _words(html_lines) or not all(slot.plain for slot in slots)
    if says_less:
        found = _cut_plain(html_lines, html_marks.marks)
    else:
        plain_marks = zones.marked(plain_lines, forwards=forwards, names=names)
        if html_marks.is_certain and not plain_marks.is_certain:
            found = _cut_plain(html_lines, html_marks.marks)
        else:
            found = _cut_plain(plain_lines, plain_marks.marks)
    if ZoneKind.REPLY not in html_marks.marks or all(mark is ZoneKind.REPLY for mark in html_marks.marks):
        found.html = document.html()
        return found
    kept = _tokens_of(document, html_marks.marks, ZoneKind.REPLY)
    found.html = document.html(kept)
    found.quoted_html = document.html([not keep for keep in kept])
    if is_interleaved(found.zones):
        found.html_in_context = document.html(
            _tokens_of(document, html_marks.marks, ZoneKind.REPLY, ZoneKind.QUOTATION)
        )
    return found


def _tokens_of(document: walking.Document, marks: list[ZoneKind], *kinds: ZoneKind) -> list[bool]:
    """Which tokens belong to lines of some kinds."""
    kept = [True] * len(document.tokens)
    for line, mark in zip(document.lines, marks, strict=True):
        if mark not in kinds:
            kept[line.first : line.last] = [False] * (line.last - line.first)
    return kept


def _marks_of(document: walking.Document, lines: list[str], forwards: bool, names: frozenset[str]) -> zones.Marked:
    """The marks of an HTML letter: what its structure says, and what its words say where it says nothing."""
    quoted = [bool(line.quoted) for line in document.lines]
    if not forwards:
        cut = _cut(document)
        if cut >= 0:
            quoted[cut:] = [True] * (len(quoted) - cut)
    signed = [index for index, line in enumerate(document.lines) if line.signs]
    return zones.marked(lines, quoted, signed, forwards=forwards, names=names)


def _cut(document: walking.Document) -> int:
    """From which line on a program's mark says that all is quoted, or -1."""
    cuts = [index for index, line in enumerate(document.lines) if line.cuts]
    if not cuts:
        return -1
    texts = [line.text for line in document.lines]
    if document.lines[cuts[0]].cuts == walking.CUTS:
        return cut_at(texts, cuts[0])
    return cut_below(texts, cuts[0], cuts[1] if len(cuts) > 1 else -1)


def _free_what_stands_above(document: walking.Document) -> None:
    """What stands within an element that holds the quotation, and above the line that announces it, is not quoted."""
    if not document.held:
        return
    texts = [line.text for line in document.lines]
    for first, end in document.held[:MAX_HELD]:
        above = next((text for text in reversed(texts[max(first - 3, 0) : first]) if text), "")
        if above.endswith((":", "：")):
            continue  # it is announced
        for line in document.lines[first : held_from(texts, first, end)]:
            line.quoted = 0 if line.quoted == 1 else line.quoted


def _lines_of(text: str) -> list[str]:
    """The lines of a text; one that holds both an answer and the attribution glued to it becomes two."""
    lines = text.split("\n") if text else []
    for index, line in enumerate(lines[:MAX_SHARED]):
        if (line.rstrip().endswith((":", "<", ">")) or ":  " in line) and (parts := zones.split_run_together(line)):
            lines[index : index + 1] = parts
            break
    return lines


def _words(lines: list[str]) -> int:
    return sum(len(line) for line in lines)


def _cut_plain(lines: list[str], marks: list[ZoneKind]) -> Body:
    text = zones.of_kind(lines, marks, ZoneKind.REPLY)
    if not text:
        # Nothing seems new: show everything rather than an empty page.
        marks = [ZoneKind.REPLY] * len(lines)
        text = zones.of_kind(lines, marks, ZoneKind.REPLY)
    return Body(
        body="\n".join(lines),
        zones=zones.spans(lines, marks),
        text=text,
        quoted=zones.of_kind(lines, marks, ZoneKind.QUOTATION),
        signature=zones.of_kind(lines, marks, ZoneKind.CLOSING, ZoneKind.SIGNATURE),
        fine_print=zones.of_kind(lines, marks, ZoneKind.FOOTER, ZoneKind.LEGAL),
    )
