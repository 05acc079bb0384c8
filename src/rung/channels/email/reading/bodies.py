"""What a letter says: its text and HTML found among the parts, and cut into zones."""

import re
from dataclasses import dataclass, field

from rung.channels.email.reading import markup, walking, zones
from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.files import apart, harmless, is_bomb
from rung.channels.email.reading.nouns import Zone, ZoneKind
from rung.channels.email.reading.parts import Part, Tree, content
from rung.channels.email.reading.words import from_base64, tidy, words
from rung.core.text import storable
from rung.touchpoints.incoming import IncomingFile

MAX_TEXT = 2_000_000
"""Characters of text that are read; the raw letter keeps the rest."""

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DATA_IMAGE = re.compile(r'src\s*=\s*["\']?data:(image/[a-zA-Z0-9.+-]{1,40});base64,([^"\'>]*)["\']?', re.IGNORECASE)
_SIGNED_OR_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


@dataclass(slots=True)
class Body:
    body: str = ""
    zones: tuple[Zone, ...] = ()
    text: str = ""
    quoted: str = ""
    signature: str = ""
    html: str = ""
    quoted_html: str = ""
    files: list[IncomingFile] = field(default_factory=list)


@dataclass(slots=True)
class _Slot:
    """One place in the letter where something is to be read: a text, or several versions of the same one."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


def body_of(tree: Tree, *, forwards: bool) -> Body:
    """The text, HTML and files of a letter."""
    slots: dict[tuple[str, int], _Slot] = {}
    files: list[tuple[Part, bytes]] = []
    images: list[IncomingFile] = []
    for number, part in enumerate(tree.parts):
        data = content(part, tree)
        kind = part.media_type
        if kind == "text/x-amp-html" or (kind == "text/watch-html"):
            continue
        if kind in ("text/plain", "text/html") and _is_body(part, tree):
            outermost = next((step for step in part.path if step[0] == "alternative"), ("part", -1 - number))
            slot = slots.setdefault(outermost, _Slot())
            if kind == "text/html":
                slot.html.append(_html_text(data, part, tree, images))
            else:
                slot.plain.append(_plain_text(data, part, tree))
        else:
            files.append((part, data))
    found = _read(list(slots.values()), tree, forwards)
    shown = markup.content_ids(found.html) | markup.content_ids(found.quoted_html)
    found.files = _enclosed(files, shown, tree)
    found.files += images
    return found


def _is_body(part: Part, tree: Tree) -> bool:
    if part.is_attachment:
        return False
    if part.disposition.parameters.get("filename") or part.type.parameters.get("name"):
        # A named text is a file, unless it is all there is.
        return len(tree.parts) == 1 or (part.position == 0 and part.is_within("alternative"))
    return True


def _plain_text(data: bytes, part: Part, tree: Tree) -> str:
    text = _decoded(data, part.type.parameters.get("charset", ""), tree)
    if part.type.parameters.get("format", "").lower() == "flowed":
        text = _unflowed(text, part.type.parameters.get("delsp", "").lower() == "yes")
    return text


def _decoded(data: bytes, label: str, tree: Tree) -> str:
    if len(data) > MAX_TEXT * 4:
        data = data[: MAX_TEXT * 4]
        tree.remark("The text is longer than 2 million characters; the rest is in the raw letter only.")
    text, as_labelled = decoded(data, label)
    if not as_labelled:
        tree.remark(
            f"The text says it is written in “{tidy(label)[:40]}”, but is not; it was read as it made most sense."
            if label
            else "The text does not say in which character set it is written; it was read as it made most sense."
        )
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        tree.remark("The text is longer than 2 million characters; the rest is in the raw letter only.")
    return storable(text)


def _html_text(data: bytes, part: Part, tree: Tree, images: list[IncomingFile]) -> str:
    label = part.type.parameters.get("charset", "")
    if not label and (meta := _META_CHARSET.search(data[:4096])):
        label = meta[1].decode("ascii")
    html = _decoded(data, label, tree)
    if "data:image/" in html:
        html = _DATA_IMAGE.sub(lambda match: _lifted(match, images), html)
    return html


def _lifted(match: re.Match[str], images: list[IncomingFile]) -> str:
    """An image written into the HTML itself becomes an inline file: shown, and served as every other one."""
    number = len(images) + 1
    if number > 100:
        return 'src=""'
    identifier = f"data-{number}@letter"
    kind = match[1].lower()
    picture = from_base64(match[2].encode("ascii", "ignore"))
    images.append(
        IncomingFile(
            name=harmless("", kind, f"image-{number}"),
            media_type=kind,
            content=picture,
            content_id=identifier,
            is_inline=True,
        )
    )
    return f'src="cid:{identifier}"'


def _unflowed(text: str, delete_space: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one of the same quotation depth."""
    out: list[str] = []
    flowing = -1
    for line in text.split("\n"):
        bare = line.lstrip(">")
        depth = len(line) - len(bare)
        if bare.startswith(" "):
            bare = bare[1:]
        is_signature = bare == "-- "
        if flowing == depth and not is_signature and out:
            out[-1] += bare
        else:
            out.append((">" * depth + " " if depth else "") + bare)
        if bare.endswith(" ") and not is_signature:
            flowing = depth
            if delete_space:
                out[-1] = out[-1][:-1]
        else:
            flowing = -1
    return "\n".join(out)


def _read(slots: list[_Slot], tree: Tree, forwards: bool) -> Body:
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
        html_lines = [("> " + line.text).rstrip() if line.quoted else line.text for line in document.lines]
    plain = "\n".join(text for slot in slots for text in slot.plain).strip("\n")
    plain_lines = plain.split("\n") if plain else []
    if document is None:
        return _cut_plain(plain_lines, zones.marked(plain_lines, forwards=forwards).marks)
    html_marks = _marks_of(document, html_lines, forwards)
    says_less = _words(plain_lines) * 3 < _words(html_lines) or not all(slot.plain for slot in slots)
    if says_less:
        found = _cut_plain(html_lines, html_marks.marks)
    else:
        plain_marks = zones.marked(plain_lines, forwards=forwards)
        if html_marks.is_certain and not plain_marks.is_certain:
            found = _cut_plain(html_lines, html_marks.marks)
        else:
            found = _cut_plain(plain_lines, plain_marks.marks)
    if ZoneKind.REPLY not in html_marks.marks or all(mark is ZoneKind.REPLY for mark in html_marks.marks):
        found.html = document.html()
        return found
    kept = [True] * len(document.tokens)
    for line, mark in zip(document.lines, html_marks.marks, strict=True):
        if mark is not ZoneKind.REPLY:
            kept[line.first : line.last] = [False] * (line.last - line.first)
    found.html = document.html(kept)
    found.quoted_html = document.html([not keep for keep in kept])
    return found


def _marks_of(document: walking.Document, lines: list[str], forwards: bool) -> zones.Marked:
    """The marks of an HTML letter: what its structure says, and what its words say where it says nothing."""
    quoted = [bool(line.quoted) for line in document.lines]
    if not forwards:
        cut = next((index for index, line in enumerate(document.lines) if line.cuts), -1)
        if cut >= 0:
            quoted[cut:] = [True] * (len(quoted) - cut)
    found = zones.marked(lines, quoted, forwards=forwards)
    for index, line in enumerate(document.lines):
        if line.signs and found.marks[index] is ZoneKind.REPLY:
            found.marks[index] = ZoneKind.SIGNATURE
    return found


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
        signature=zones.of_kind(lines, marks, ZoneKind.SIGNATURE),
    )


def _enclosed(parts: list[tuple[Part, bytes]], shown: set[str], tree: Tree) -> list[IncomingFile]:
    names = apart([_name(part, number) for number, (part, _) in enumerate(parts, 1)])
    files = []
    for name, (part, data) in zip(names, parts, strict=True):
        identifier = tidy(part.headers.raw("content-id").decode("utf-8", "replace")).strip("<> ")[:250]
        is_inline = bool(identifier) and identifier in shown
        if is_bomb(data):
            tree.remark(
                f"“{name}” claims to unpack to more than a hundred times its size. Rung never unpacks anything."
            )
        if part.media_type in _SIGNED_OR_SEALED:
            tree.remark("The letter, or a part of it, is encrypted or sealed; what is inside is in the attached file.")
        elif part.media_type == "application/ms-tnef":
            tree.remark("Outlook sent a winmail.dat; it is attached as it came.")
        files.append(
            IncomingFile(
                name=name, media_type=_media_type(part), content=data, content_id=identifier, is_inline=is_inline
            )
        )
    return files


def _media_type(part: Part) -> str:
    kind = part.media_type
    return (
        kind if re.fullmatch(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}", kind) else "application/octet-stream"
    )


def _name(part: Part, number: int) -> str:
    name = part.disposition.parameters.get("filename") or part.type.parameters.get("name") or ""
    fallback = "letter" if part.media_type == "message/rfc822" else f"part-{number}"
    if not name and "." in (described := words(part.headers.raw("content-description"))[:80]):
        name = described
    return harmless(name, part.media_type, fallback)
