"""Mailboxes in address headers, as people's mail programs write them and as others do."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.words import tidy, undone

MAX_PEOPLE = 1000
"""Mailboxes of one header that are read."""

MAX_NAME = 200

_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
# Quoted strings, comments and words have an end, because one that is opened and never closed may be opened often.
_QUOTED = r'"(?:[^"\\]|\\.){0,1000}+"'
_TOKEN = re.compile(
    rf"""=\?[^?\s]{{0,60}}\?[bBqQ]\?(?:[^?<>]|\?(?!=)){{0,2000}}+\?=
    |{_QUOTED}@[^\s<>(),;:"]{{1,255}} |{_QUOTED} |\[[^\[\]<>\s]{{0,200}}\] |<[^<>]*>? |\\. |[(),;:="\[\\]
    |[^"(),;:<=\[\\]+""",
    re.VERBOSE,
)
# It knows of no quotes, and of no brackets but its own.
_WITHIN_COMMENT = re.compile(r"\\.|[()\\]|[^()\\]+", re.DOTALL)
_DOMAIN = r"(?:[^\s<>()\[\],;:\"@]{1,255}|\[[\w.:-]{1,100}\])"
_ADDRESS = re.compile(rf"(?:{_QUOTED}|[^\s<>()\[\],;:\"@]{{1,128}})@{_DOMAIN}")
_ONLY_ADDRESSES = re.compile(rf"\s*(?:[^\s<>()\[\],;:\"@]{{1,128}}@{_DOMAIN}\s*){{2,}}+$")
# Ada Berg <ada@example.org>, "Berg, Ada" <ada@example.org>, <ada@example.org>, ada@example.org: nine of ten headers.
_PLAIN = r"([\w.+-]{1,64}@[\w.-]{0,254}\w)"
_USUAL = re.compile(rf"(?:(?:\"([\w .,&-]{{1,200}}+)\" ?|([\w][\w .-]{{0,200}}+))?<{_PLAIN}>|{_PLAIN})")
_COMMENT = re.compile(r"\([^()]{0,500}\)")
_ONE_LEFT = re.compile(r"[^<>@:]{1,200}<[^<>\s@]{1,128}@[^<>\s]{1,255}>\s*$")
_SWALLOWED = re.compile(r"<[^<>\s@]{1,128}@[^<>\s]{1,255}>\s*,")
_SPACED_DOT = re.compile(r"[ \t]{0,20}+([.@])[ \t]{0,20}+")
_MAILTO = re.compile(r" ?\[?mailto:\]?", re.IGNORECASE)


def people(value: bytes, hint: str = "") -> tuple[list[Person], int]:
    """The mailboxes of an address header, at most MAX_PEOPLE, and how many more it seems to name.

    Groups are opened, comments dropped, names with an unquoted comma kept whole, and words that were encoded together with
    the address read all the same.
    """
    text = value.decode("ascii") if value.isascii() and b"\x1b" not in value else decoded(value, "", hint)[0]
    if usual := _USUAL.fullmatch(text):
        name, address = tidy(usual[1] or usual[2] or ""), usual[3] or usual[4]
        return [Person(address[:320], "" if name.lower() == address.lower() else name[:MAX_NAME])], 0
    found: list[Person] = []
    more = 0
    for display, address in _mailboxes(text):
        if len(found) >= MAX_PEOPLE:
            more += 1
            continue
        found.append(_person(display, address, hint))
    if text and "=?" in text and not any("@" in person.address for person in found):
        opened = undone(text)
        if "@" in opened:
            found = [_person(display, address, hint) for display, address in list(_mailboxes(opened))[:MAX_PEOPLE]]
    return [person for person in found if person.address or person.name], more


def _person(display: str, address: str, hint: str) -> Person:
    name = tidy(undone(undone(display)) if "=?" in display else display)
    name = _unquoted(name) if len(name) > 1 else name.strip("<>")
    address = _bare(address)
    if "=?" in address:
        address = _bare(undone(address))
    if "@" not in address and "@" in name:
        match = _ADDRESS.search(name)
        if match:
            address, name = _bare(match[0]), name.replace(match[0], "").strip("<>()[] '\"")
            name = _MAILTO.sub("", name)
    if name.lower() == address.lower():
        name = ""
    elif name.lower().endswith(f" <{address.lower()}>"):
        name = name[: -len(address) - 3].strip("\"' ")
    return Person(address=address[:320], name=name[:MAX_NAME])


def _unquoted(name: str) -> str:
    """A name without what stands around it; one that is quoted only in part, "'Ann Lee' via Support", keeps its quotes."""
    name = name.strip('" \t')
    if name.endswith(">") and "<" not in name:
        name = name.rstrip("> ")
    is_in_part = name.count("'") == 2 and (name[0] == "'") != (name[-1] == "'")
    return name if is_in_part else name.strip("'\" \t")


def _bare(address: str) -> str:
    """An address without what stands around it: brackets, quotes, spaces, comments, "mailto:" and its question."""
    address = tidy(address)
    for _ in range(3):  # one within another
        if "(" in address:
            address = _COMMENT.sub("", address)
    address = address.strip("<> ")
    if len(address) > 1 and address[0] == address[-1] and address[0] in "'\"":
        address = address[1:-1]
    scheme, colon, rest = address.partition(":")
    if colon and scheme.lower() in ("mailto", "smtp"):
        address = rest.partition("?")[0]
    if not address.startswith('"'):
        address = address.strip("'\"").replace(" ", "")
    return address.removesuffix(".") if "@" in address else address


@dataclass(slots=True)
class _Scan:
    """What has been seen of the mailbox that is being read."""

    display: list[str] = field(default_factory=list)
    comment: str = ""
    address: str = ""
    depth: int = 0
    # "Smith" of an unquoted "Smith, John <john@…>"
    held: str = ""
    # How much of the display stood before the address.
    named: int = 0
    # Whether the display holds an "@": asked at every colon, and a header may consist of them.
    has_at: bool = False

    def has_address(self) -> bool:
        return bool(self.address) or self.has_at

    def name(self) -> str:
        return "".join(self.display).strip()

    def take(self, piece: str) -> None:
        """A piece that ends no mailbox."""
        first = piece[0]
        if self.depth:
            self.depth += (piece == "(") - (piece == ")")
            if piece not in "()" and len(self.comment) < 4 * MAX_NAME:
                self.comment += _QUOTED_PAIR.sub(r"\1", piece)
        elif first == "(":
            # Of several comments the last one is the name: "carla(her account)@example.org (Carla Ruiz)".
            self.depth, self.comment = 1, ""
        elif first == '"':
            if not piece.endswith('"'):  # "john doe"@example.org
                self.address = self.address or piece
            elif len(piece) > 1:
                self._show(_QUOTED_PAIR.sub(r"\1", piece[1:-1]))
        elif first == "<":
            inside = piece[1:].rstrip(">")
            if inside.strip() or not self.address:
                self.address = inside.rsplit(":", 1)[-1] if inside.startswith("@") else inside
                self.named = len(self.display)
        elif first != ")" and not (self.address and piece.strip() == "."):
            self._show(piece)

    def _show(self, piece: str) -> None:
        self.display.append(piece)
        self.has_at = self.has_at or "@" in piece

    def next(self, after: int | None = None) -> None:
        """Begin another mailbox, with what was shown `after` so many pieces."""
        self.display = [] if after is None else self.display[after:]
        self.comment, self.address, self.named, self.has_at = "", "", 0, False


def _mailboxes(text: str) -> Iterator[tuple[str, str]]:
    """(display name, address) of each mailbox; the address may be empty."""
    scan = _Scan()
    at = 0
    divided = max(text.rfind(";"), text.rfind(","))
    while match := (_WITHIN_COMMENT if scan.depth else _TOKEN).match(text, at):
        piece, at = match[0], match.end()
        if scan.depth:
            scan.take(piece)
            continue
        if piece[0] == '"' and len(piece) > 1 and _SWALLOWED.search(piece):
            # The quote of one name was never closed, and this is the next one's: neither means anything.
            piece, at = '"', match.start() + 1
        elif piece[0] == "<" and "@" in scan.address and "@" in piece and scan.address not in piece:
            # The comma between two people is missing.
            yield from _finished(scan.held, "".join(scan.display[: scan.named]).strip(), scan.address, scan.comment)
            scan.next(after=scan.named)
            scan.held = ""
        if piece not in (",", ";", ":"):
            scan.take(piece)
            continue
        if piece == ":":
            is_group = not scan.has_address() and not (len(scan.display) <= 3 and scan.name().lower() == "mailto")
            # "Support: Team A <a@example.org>" names nobody else and has no end: a name with a colon in it.
            if not is_group or (at > divided and _ONE_LEFT.match(text, at)):
                scan.display.append(piece)
            else:  # the name of a group
                scan.next()
                scan.held = ""
            continue
        name = scan.name()
        if scan.has_address():
            yield from _finished(scan.held, name, scan.address, scan.comment)
            scan.held = ""
        elif name and len(scan.held) < MAX_NAME:
            scan.held = f"{scan.held}, {name}" if scan.held else name
        scan.next()
    name = scan.name()
    if scan.address or name or scan.held:
        yield from _finished(scan.held, name, scan.address, scan.comment)


def _finished(held: str, name: str, address: str, comment: str) -> Iterator[tuple[str, str]]:
    if address:
        yield (f"{held}, {name}" if held and name else held or name or comment.strip(), address)
        return
    if held:
        yield held, ""
    if name.count("@") > 1 and _ONLY_ADDRESSES.match(name[:20_000]):
        for each in name.split():
            yield "", each
        return
    match = _ADDRESS.fullmatch(_SPACED_DOT.sub(r"\1", name)) or _ADDRESS.search(name)
    if match:
        rest = (name[: match.start()] + name[match.end() :]).strip(" <>[]") if match.string == name else ""
        yield _MAILTO.sub("", rest) or comment.strip(), match[0]
    elif name:
        within = _ADDRESS.fullmatch(comment.strip())  # Ada Berg (ada@example.org)
        yield name, within[0] if within else ""
