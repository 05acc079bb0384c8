"""What lies in the parts of a letter: texts to be read, and files."""

import re
from dataclasses import dataclass, field

from rung.channels.email.reading.files import apart, harmless, is_bomb
from rung.channels.email.reading.parts import Part, Tree, content
from rung.channels.email.reading.texts import html_text, plain_text
from rung.channels.email.reading.words import from_base64, tidy, words
from rung.touchpoints.incoming import IncomingFile

_DATA_IMAGE = re.compile(r'src\s*=\s*["\']?data:(image/[a-zA-Z0-9.+-]{1,40});base64,([^"\'>]*)["\']?', re.IGNORECASE)
_SIGNED_OR_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})


@dataclass(slots=True)
class Slot:
    """One place in the letter where something is to be read: a text, or several versions of the same one."""

    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Contents:
    slots: list[Slot] = field(default_factory=list)
    files: list[tuple[Part, bytes]] = field(default_factory=list)
    images: list[IncomingFile] = field(default_factory=list)


def contents_of(tree: Tree) -> Contents:
    """The texts and files of a letter, in its order."""
    slots: dict[tuple[str, int], Slot] = {}
    found = Contents()
    for number, part in enumerate(tree.parts):
        data = content(part, tree)
        kind = part.media_type
        if kind == "text/x-amp-html" or (kind == "text/watch-html"):
            continue
        if kind in ("text/plain", "text/html") and _is_body(part, tree):
            outermost = next((step for step in part.path if step[0] == "alternative"), ("part", -1 - number))
            slot = slots.setdefault(outermost, Slot())
            if kind == "text/html":
                html = html_text(data, part, tree)
                if "data:image/" in html:
                    html = _DATA_IMAGE.sub(lambda match: _lifted(match, found.images), html)
                slot.html.append(html)
            else:
                slot.plain.append(plain_text(data, part, tree))
        else:
            found.files.append((part, data))
    found.slots = list(slots.values())
    return found


def _is_body(part: Part, tree: Tree) -> bool:
    if part.is_attachment:
        return False
    if part.disposition.parameters.get("filename") or part.type.parameters.get("name"):
        # A named text is a file, unless it is all there is.
        return len(tree.parts) == 1 or (part.position == 0 and part.is_within("alternative"))
    return True


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
    names = apart([_name(part, number) for number, (part, _) in enumerate(found.files, 1)])
    files = []
    for name, (part, data) in zip(names, found.files, strict=True):
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
    return (*files, *found.images)


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
