"""Cleaned HTML read into tokens and lines, so that it can be cut like plain text and stays well formed."""

import re
from dataclasses import dataclass, field
from html import unescape

from rung.channels.email.reading.markup import (
    APPENDING_IDS,
    CUTTING_IDS,
    QUOTING_CLASSES,
    QUOTING_IDS,
    SIGNING_CLASSES,
    SIGNING_IDS,
)
from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones.blocks import label

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=>"]+="[^"]*")*)>|[^<]+|<')
_ATTRIBUTE = re.compile(r' ([^\s=>"]+)="([^"]*)"')
_SPACES = re.compile(r"[ \t\r\n\f]+")
_VOID = listed("br hr img col wbr")
_BLOCKS = listed(
    "blockquote caption dd div dl dt figcaption figure h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody tfoot thead tr ul"
)
_SPACED = listed("p h1 h2 h3 h4 h5 h6 ul ol table pre dl figure")
# The line that Outlook draws above the header of what is answered, in every language.
_OUTLOOKS_RULE = re.compile(r"border-top:(?:solid)?(?:1\.0pt)?(?:solid)?#(?:e1e1e1|b5c4df)", re.IGNORECASE)
_EMPTY_AT_END = re.compile(
    r"<(div|span|p|blockquote|b|i|em|strong|u|td|tr|tbody|table|li|ul)(?: [^<>]*)?>(?:\s|<br>|&nbsp;)*</\1>$"
)


MAY_CUT, CUTS = 1, 2
"""What a mark says of the line below it: the quotation begins there or further down; it begins there."""


@dataclass(slots=True)
class Line:
    """One line of text and the tokens it is made of, from `first` up to and without `last`."""

    text: str
    first: int
    last: int
    quoted: int = 0
    cuts: int = 0
    signs: bool = False


@dataclass(slots=True)
class Document:
    """Cleaned HTML as tokens, and the lines that a reader of plain text would see."""

    tokens: list[str] = field(default_factory=list)
    # For a start tag the index of its end tag and the other way round; -1 for text and void elements.
    partner: list[int] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    # The lines, as (first, behind the last), that the outermost elements hold that quote and are no <blockquote>.
    held: list[tuple[int, int]] = field(default_factory=list)

    def html(self, kept: list[bool] | None = None) -> str:
        """The HTML of the tokens wanted. A pair of tags goes when both its ends are unwanted, so the rest stays balanced."""
        if kept is None:
            return _trimmed("".join(self.tokens))
        partner = self.partner
        wanted = (
            token
            for index, token in enumerate(self.tokens)
            if kept[index] or (partner[index] >= 0 and kept[partner[index]])
        )
        return _trimmed("".join(wanted))


def _trimmed(html: str) -> str:
    """Without empty elements and blank lines at the end."""
    html = html.strip()
    for _ in range(8):
        shorter = html
        while shorter.endswith(("<br>", "&nbsp;", "<hr>")):
            shorter = shorter[: shorter.rindex("&" if shorter.endswith(";") else "<")].rstrip()
        tail = shorter[-400:]
        if match := _EMPTY_AT_END.search(tail):
            shorter = shorter[: len(shorter) - len(tail) + match.start()].rstrip()
        if shorter == html:
            break
        html = shorter
    return html


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the attributes of an element mean for us."""

    quotes: bool = False
    signs: bool = False
    cuts: int = 0
    hidden: bool = False
    preformatted: bool = False
    ruled: bool = False
    alt: str = ""


_PLAIN = _Marks()


@dataclass(slots=True)
class _Open:
    """An element that is not closed yet: its start tag's index, and what ends with it."""

    name: str
    index: int
    quotes: int = 0
    signs: int = 0
    preformats: bool = False
    # The first line inside, where a rule is drawn beside it; else -1. The same where it quotes by its name alone.
    ruled_from: int = -1
    held_from: int = -1
    # The number of the item to come, in a list that is numbered.
    number: int = 0


def document(html: str) -> Document:
    """The tokens and lines of HTML that `markup.cleaned` returned."""
    return _Walk().over(html)


class _Walk:
    def __init__(self) -> None:
        self.found = Document()
        self.stack: list[_Open] = []
        self.pieces: list[str] = []
        self.first = self.quotes = self.signs = 0
        # How many elements deep we are inside one that is not shown.
        self.hidden = 0
        # The line break that keeps a preformatted one: "\n" inside <pre>, "<br>" where only a style said so.
        self.breaks = ""
        # How certain a mark was above which the quotation does not begin, and the same where it is the next line's.
        self.has_cut = self.cut_is_next = 0
        # Whether a bare <blockquote> was announced: then those between the answers to it quote as well.
        self.was_announced = False

    def over(self, html: str) -> Document:
        for match in _TOKEN.finditer(html):
            name = match[2]
            if name is None:
                if not self.hidden:
                    self._text(match[0])
            elif match[1]:
                self._end(name)
            else:
                self._start(name, match[3])
        self._flush()
        return self.found

    def _add(self, token: str, partner: int = -1) -> None:
        self.found.tokens.append(token)
        self.found.partner.append(partner)

    def _text(self, text: str) -> None:
        if not self.breaks or "\n" not in text:
            self._add(text)
            self.pieces.append(text)
            return
        for number, piece in enumerate(text.split("\n")):
            if number:
                self._add(self.breaks)
                self._flush(blank=True)
            if piece:
                self._add(piece)
                self.pieces.append(piece)

    def _start(self, name: str, attributes: str) -> None:
        if self.hidden:
            self.hidden += name not in _VOID
            return
        shown, marks = _rewritten(name, attributes) if attributes else ("", _PLAIN)
        if marks.hidden:
            self.hidden = int(name not in _VOID)
            return
        if name == "br":
            self._add("<br>")
            self._flush(blank=True)
            return
        if name in _BLOCKS or marks.quotes or marks.signs:
            self._flush()
            if name in _SPACED:
                self._gap()
        if marks.cuts > self.has_cut:
            self.has_cut = self.cut_is_next = marks.cuts
        if name in _VOID:
            self._add(f"<{name}{shown}>")
            self.pieces.append(marks.alt)
            return
        element = _Open(name, len(self.found.tokens), int(marks.quotes), int(marks.signs))
        if name == "blockquote" and (self.quotes or self._is_announced()):
            element.quotes = 1
        if not self.breaks and (name == "pre" or marks.preformatted):
            element.preformats, self.breaks = True, "\n" if name == "pre" else "<br>"
        self.quotes += element.quotes
        self.signs += element.signs
        self._ready(element, marks, shown)
        self.stack.append(element)
        self._add(f"<{name}{shown}>")

    def _ready(self, element: _Open, marks: _Marks, shown: str) -> None:
        """What is to be known of an element before what is inside it."""
        if marks.ruled and not element.quotes:
            element.ruled_from = len(self.found.lines)
        if element.quotes and element.quotes == self.quotes and element.name != "blockquote":
            element.held_from = len(self.found.lines)
        if element.name == "ol":
            element.number = _first_number(shown)
        elif element.name == "li":
            self._bullet()

    def _bullet(self) -> None:
        """What stands before an item: "- ", or its number."""
        around = self.stack[-1] if self.stack else None
        if around is None or not around.number:
            self.pieces.append("- ")
            return
        self.pieces.append(f"{around.number}. ")
        around.number += 1

    def _end(self, name: str) -> None:
        if self.hidden:
            self.hidden -= 1
            return
        if not self.stack or self.stack[-1].name != name:
            return
        element = self.stack.pop()
        is_block = name in _BLOCKS
        if is_block or element.quotes or element.signs or element.ruled_from >= 0:
            self._flush()
        self.found.partner[element.index] = len(self.found.tokens)
        self._add(f"</{name}>", element.index)
        if is_block:
            self._flush()
            if name in _SPACED:
                self._gap()
        elif name in ("td", "th"):
            self.pieces.append("\t")
        self.quotes -= element.quotes
        self.signs -= element.signs
        if element.preformats:
            self.breaks = ""
        if element.ruled_from >= 0:
            self._quote_ruled(element.ruled_from)
        if element.held_from >= 0:
            self.found.held.append((element.held_from, len(self.found.lines)))

    def _quote_ruled(self, start: int) -> None:
        """Quote what a rule is drawn beside, where it begins as quotations do: people draw them beside other things too."""
        inside = self.found.lines[start:]
        first = next((line.text for line in inside if line.text), "")
        if first.startswith(">") or _announces(first) or label(first)[0]:
            for line in inside:
                line.quoted = line.quoted or 1

    def _flush(self, *, blank: bool = False) -> None:
        """End the line. One without text is kept only when it was `blank` on purpose; its tokens go to the line before."""
        text = "".join(self.pieces)
        self.pieces = []
        if self.breaks:
            text = unescape(text).replace("\xa0", " ").rstrip()
        elif text:
            text = unescape(_SPACES.sub(" ", text)).replace("\xa0", " ").strip()
        last = len(self.found.tokens)
        lines = self.found.lines
        if text or (blank and last > self.first):
            lines.append(Line(text, self.first, last, self.quotes, self.cut_is_next, self.signs > 0))
            self.cut_is_next = 0
        elif last > self.first and lines:
            lines[-1].last = last
        else:
            return
        self.first = last

    def _gap(self) -> None:
        """An empty line between paragraphs, unless there is one."""
        lines = self.found.lines
        if lines and lines[-1].text:
            at = lines[-1].last
            lines.append(Line("", at, at, self.quotes if lines[-1].quoted else 0))

    def _is_announced(self) -> bool:
        """Whether the line before a bare <blockquote> announces a quotation."""
        for line in reversed(self.found.lines[-3:]):
            if line.text:
                self.was_announced = self.was_announced or _announces(line.text)
                break
        return self.was_announced


def _announces(line: str) -> bool:
    return line.endswith((":", "：")) and any(map(str.isdigit, line))


def _first_number(attributes: str) -> int:
    """With which number a list begins: 1, unless it says another one."""
    start = attributes.partition(' start="')[2].partition('"')[0]
    return int(start) if start.isascii() and start.isdigit() and 0 < len(start) < 6 else 1


def _rewritten(name: str, attributes: str) -> tuple[str, _Marks]:
    """The attributes that are shown, and what the others meant."""
    shown: list[str] = []
    said: dict[str, str] = {}
    for key, value in _ATTRIBUTE.findall(attributes):
        if key in ("style", "class", "id", "name", "type"):
            said[key] = value
        elif key == "src":
            shown.append(f' src="{value}"' if value[:4].lower() == "cid:" else f' data-remote="{value}"')
        else:
            shown.append(f' {key}="{value}"')
            if key == "alt":
                said[key] = value
    if not said:
        return "".join(shown), _PLAIN
    style = said.get("style", "").replace(" ", "")
    classes = set(said.get("class", "").split())
    # Gmail also puts forwarded letters into div.gmail_quote, and their title into div.gmail_attr.
    quoting = classes & QUOTING_CLASSES - ({"gmail_attr"} if name == "blockquote" else {"gmail_attr", "gmail_quote"})
    cuts = (
        "name" in said
        or said.get("id") in CUTTING_IDS
        or "OutlookMessageHeader" in classes
        or (name == "div" and "border-top" in style and _OUTLOOKS_RULE.search(style) is not None)
    )
    marks = _Marks(
        quotes="type" in said or bool(quoting - {"OutlookMessageHeader"}) or said.get("id") in QUOTING_IDS,
        signs=bool(classes & SIGNING_CLASSES) or said.get("id") in SIGNING_IDS,
        cuts=MAY_CUT if said.get("id") in APPENDING_IDS else CUTS * cuts,
        hidden="display:none" in style,
        preformatted="white-space:pre" in style,
        ruled="border-left" in style and "solid" in style and name in ("div", "blockquote", "td"),
        alt=said.get("alt", "") if len(said.get("alt", "")) <= 8 else "",
    )
    return "".join(shown), marks
