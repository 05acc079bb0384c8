"""What lies in the parts of a letter: texts to be read, files, letters, an invitation."""

import re
from dataclasses import dataclass, field

from rung.channels.email.reading import inside, smime
from rung.channels.email.reading.calendar import invitation_in
from rung.channels.email.reading.enriched import enriched_text, richtext_text
from rung.channels.email.reading.files import apart, harmless, is_bomb
from rung.channels.email.reading.findings import Invitation, Protection
from rung.channels.email.reading.headers import split
from rung.channels.email.reading.kinds import media_type
from rung.channels.email.reading.locations import content_id, located, pictures_of
from rung.channels.email.reading.parts import Part, Tree, content, take_apart
from rung.channels.email.reading.protection import MAX_OPAQUE, opaque_signature, without_armour
from rung.channels.email.reading.rtf import is_rtf, rtf_text
from rung.channels.email.reading.texts import html_text, plain_text, text_of
from rung.channels.email.reading.words import from_base64, tidy, words
from rung.core.text import storable
from rung.touchpoints.incoming import IncomingFile

LETTERS = frozenset({"message/rfc822", "message/global", "message/news"})

_DATA_IMAGE = re.compile(r'src\s*=\s*["\']?data:(image/[a-zA-Z0-9.+-]{1,40});base64,([^"\'>]*)["\']?', re.IGNORECASE)
_RICH = frozenset({"text/enriched", "text/richtext"})
_RTF = frozenset({"text/rtf", "application/rtf", "text/x-rtf"})
_CALENDAR = frozenset({"text/calendar", "application/ics", "text/x-vcalendar", "application/calendar"})
# What a file is called that came without a name.
_FALLBACKS = {
    "text/calendar": "invitation",
    "text/vcard": "contact",
    "application/pkcs7-signature": "signature",
    "application/pgp-signature": "signature",
    "message/delivery-status": "delivery report",
    "text/rfc822-headers": "headers",
}
_MAJOR = {"image": "image", "audio": "audio", "video": "video", "text": "text"}
# Versions of a text for machines and watches.
_OTHER_VERSIONS = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(slots=True)
class Slot:
    """One place in the letter where something is to be read: a text, or several versions of the same one."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    # RTF and the like, read when there is nothing else.
    other: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    """`letters` are the bytes of letters that lie in this one; `opaque` is a signature that enclosed the letter;
    `clear` a text
    between the lines of PGP; `pictures` are parts by what the HTML may call them."""

    slots: list[Slot] = field(default_factory=list)
    files: list[tuple[Part, bytes]] = field(default_factory=list)
    images: list[IncomingFile] = field(default_factory=list)
    letters: list[bytes] = field(default_factory=list)
    invitation: Invitation | None = None
    protection: Protection | None = None
    opaque: smime.Signature | None = None
    clear: tuple[bytes, Part] | None = None
    pictures: dict[str, Part] | None = None


def contents_of(tree: Tree, depth: int = 0) -> Contents:
    """The texts and files of a letter, in its order."""
    found = Contents()
    slots: dict[tuple[str, int], Slot] = {}
    for number, part in enumerate(tree.parts):
        if part.media_type in _OTHER_VERSIONS:
            continue
        data = content(part, tree)
        if _is_text(part, tree):
            outermost = next((step for step in part.path if step[0] == "alternative"), ("part", -1 - number))
            _take_text(data, part, tree, slots.setdefault(outermost, Slot()), found)
        elif not _unpacked(data, part, tree, found, slots, depth):
            _take_file(data, part, tree, found)
    for slot in slots.values():
        if not (slot.plain or slot.html):
            slot.plain = slot.other
    found.slots = [slot for slot in slots.values() if slot.plain or slot.html]
    if not any(text.strip() for slot in found.slots for text in (*slot.plain, *slot.html)):
        _promote(tree, found)
    return found


def _promote(tree: Tree, found: Contents) -> None:
    """A text with a name is what was written where nothing else was: some programs name their bodies."""
    for index, (part, data) in enumerate(found.files):
        if part.media_type in ("text/plain", "text/html") and not part.is_attachment:
            slot = Slot()
            _take_text(data, part, tree, slot, found)
            found.slots.append(slot)
            del found.files[index]
            return


def _is_text(part: Part, tree: Tree) -> bool:
    kind = part.media_type
    if kind in _RICH or kind in _RTF:
        return _is_body(part, tree)
    return kind in ("text/plain", "text/html", "text/markdown") and _is_body(part, tree)


def _is_body(part: Part, tree: Tree) -> bool:
    if part.is_attachment:
        return False
    if part.disposition.parameters.get("filename") or part.type.parameters.get("name"):
        # A named text is a file, unless it is all there is.
        return len(tree.parts) == 1 or (part.position == 0 and part.is_within("alternative"))
    return True


def _take_text(data: bytes, part: Part, tree: Tree, slot: Slot, found: Contents) -> None:
    kind = part.media_type
    if kind == "text/html":
        html = html_text(data, part, tree)
        if found.pictures is None:
            found.pictures = pictures_of(tree)
        html = located(
            found.pictures, html, words(part.headers.raw("content-base") or part.headers.raw("content-location"))
        )
        if "data:image/" in html:
            html = _DATA_IMAGE.sub(lambda match: _lifted(match, found.images), html)
        slot.html.append(html)
    elif kind in _RTF:
        text, is_html = rtf_text(data) if is_rtf(data) else ("", False)
        (slot.html if is_html else slot.other).append(storable(text))
    elif kind in _RICH:
        text = text_of(data, part.type.parameters.get("charset", ""), tree)
        slot.other.append(enriched_text(text) if kind == "text/enriched" else richtext_text(text))
    else:
        data, files = inside.from_lines(data, part)
        found.files += files
        text, protection = without_armour(plain_text(data, part, tree))
        found.protection = found.protection or protection
        if protection is not None and protection.is_signed and found.clear is None:
            found.clear = data, part
        slot.plain.append(text)


def _unpacked(
    data: bytes, part: Part, tree: Tree, found: Contents, slots: dict[tuple[str, int], Slot], depth: int
) -> bool:
    """Whether a part was a package, and what is in it stands in its place now."""
    if inside.is_tnef(part, data):
        tnef, files = inside.from_tnef(data, part)
        if tnef is None or not (files or tnef.text.strip() or tnef.html.strip()):
            return False
        found.files += files
        tree.remark(
            "Outlook sent a winmail.dat; what is in it is shown in its place."
            + (" It is damaged: something may be missing." if tnef.is_damaged else "")
        )
        if not any(text.strip() for slot in slots.values() for text in (*slot.plain, *slot.html)):
            slot = slots.setdefault(("tnef", part.start), Slot())
            slot.plain += [storable(tnef.text)] if tnef.text.strip() else []
            slot.html += [storable(tnef.html)] if tnef.html.strip() else []
        return True
    if depth < MAX_OPAQUE and (signature := opaque_signature(part, data)):
        within = take_apart(signature.content or b"")
        more = contents_of(within, depth + 1)
        found.opaque = signature
        found.files += more.files
        found.images += more.images
        found.letters += more.letters
        found.invitation = found.invitation or more.invitation
        for number, slot in enumerate(more.slots):
            slots[("opaque", part.start + number)] = slot
        for sentence in within.remarks:
            tree.remark(sentence)
        return True
    # The resource fork of a file on an old Macintosh, of no use anywhere else.
    return part.media_type == "application/applefile" and part.is_within("appledouble")


def _take_file(data: bytes, part: Part, tree: Tree, found: Contents) -> None:
    kind = part.media_type
    if kind in LETTERS:
        if b":" not in data[:2000] and b":" in (opened := from_base64(data))[:2000]:
            data = opened
        found.letters.append(data)
    elif kind in _CALENDAR or data[:15] == b"BEGIN:VCALENDAR":
        if found.invitation is None:
            text = text_of(data, part.type.parameters.get("charset", "utf-8"), tree)
            found.invitation = invitation_in(text, part.type.parameters.get("method", ""))
        same = next((index for index, (_, other) in enumerate(found.files) if data == other), -1)
        if same >= 0:  # the same once as a version of the text and once as a file; the one with a name stays
            if not _given_name(found.files[same][0]):
                found.files[same] = part, data
            return
    elif kind in inside.TNEF:
        tree.remark("Outlook sent a winmail.dat that cannot be opened; it is attached as it came.")
    elif kind == "message/external-body":
        tree.remark("A part of the letter lies elsewhere; the attached note says where.")
    elif kind == "message/partial":
        tree.remark("This is one part of a letter that was sent in several; the others are letters of their own.")
    found.files.append((part, data))


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


def files_of(found: Contents, shown: set[str], tree: Tree) -> tuple[IncomingFile, ...]:
    """The enclosed files; `shown` are the Content-IDs of those that the HTML shows."""
    names = apart([_name(part, data, number) for number, (part, data) in enumerate(found.files, 1)])
    files = []
    for name, (part, data) in zip(names, found.files, strict=True):
        identifier = content_id(part.headers)
        if is_bomb(data):
            tree.remark(
                f"“{name}” claims to unpack to more than a hundred times its size. Rung never unpacks anything."
            )
        kind = media_type(part.media_type, name, data)
        if kind == "application/x-msdownload" and part.media_type.startswith(("image/", "text/", "audio/", "video/")):
            tree.remark(f"“{name}” says it is {part.media_type}, but is a program.")
        files.append(
            IncomingFile(
                name=name,
                media_type=kind,
                content=data,
                content_id=identifier,
                is_inline=bool(identifier) and identifier in shown,
            )
        )
    return (*files, *found.images)


def _given_name(part: Part) -> str:
    return part.disposition.parameters.get("filename") or part.type.parameters.get("name") or ""


def _name(part: Part, data: bytes, number: int) -> str:
    name = _given_name(part)
    kind = media_type(part.media_type, "", data)
    fallback = _FALLBACKS.get(kind) or f"{_MAJOR.get(kind.partition('/')[0], 'file')}-{number}"
    if part.media_type in LETTERS:
        head, _, _ = split(data[:20_000])
        fallback = tidy(head.text("subject"))[:80].replace("/", "-").replace("\\", "-") or "letter"
        fallback = harmless(fallback + ".eml", "", "letter").removesuffix(".eml")
    if not name and "." in (described := words(part.headers.raw("content-description"))[:80]):
        name = described
    if not name and (location := words(part.headers.raw("content-location"))[:500]):
        name = location.split("?")[0].rstrip("/").rpartition("/")[2]
        name = name if "." in name else ""
    return harmless(name, kind, fallback)
