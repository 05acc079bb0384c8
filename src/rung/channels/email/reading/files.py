"""Names and kinds of enclosed files."""

import re
import struct
import unicodedata
from mimetypes import guess_extension

from rung.channels.email.reading.words import tidy

MAX_NAME = 150
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f-\x9f]')
_JOINERS = re.compile(r"(?<=[^\x00-\u02ff])[\u200c\u200d](?=[^\x00-\u02ff\u2000-\u206f])")
_DEVICES = frozenset(
    [
        "con",
        "prn",
        "aux",
        "nul",
        "conin$",
        "conout$",
        *(f"{port}{number}" for port in ("com", "lpt") for number in "123456789¹²³"),
    ]
)
_EXTENSIONS = {
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "application/pdf": ".pdf",
    "application/ms-tnef": ".dat",
    "application/pgp-signature": ".asc",
    "application/pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "text/vcard": ".vcf",
    "audio/ogg": ".ogg",
    "image/heic": ".heic",
    "application/rtf": ".rtf",
}


def harmless(name: str, media_type: str, fallback: str) -> str:
    """A file name without paths, control characters, writing-direction tricks or device names.

    At most MAX_NAME characters, its extension kept; `fallback` with a fitting extension when nothing is left.
    """
    name = unicodedata.normalize("NFC", tidy(name[:2000]))
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]
    # Category Cf: invisible formatting, among it the override that makes "gpj.exe" read "exe.jpg". What joins and parts the
    # letters of Persian and Hindi words, and the halves of pictures, belongs to them.
    joined = {match.start() for match in _JOINERS.finditer(name)}
    name = "".join(
        letter
        for at, letter in enumerate(name)
        if at in joined or unicodedata.category(letter) not in ("Cf", "Co", "Cn")
    )
    name = name.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    name = _FORBIDDEN.sub("_", name).strip(" .")
    if not name:
        extension = _EXTENSIONS.get(media_type) or guess_extension(media_type) or ""
        return fallback + extension
    if name.partition(".")[0].strip().lower() in _DEVICES:
        name = "_" + name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:MAX_NAME].rstrip(" .")
    return f"{stem[: MAX_NAME - len(extension) - 1].rstrip(' .')}.{extension}"


def apart(names: list[str]) -> list[str]:
    """The same names, later ones numbered where two are equal: "a.pdf", "a (2).pdf"."""
    seen: dict[str, int] = {}
    given = {name.lower() for name in names}
    out = []
    for name in names:
        count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
        if count > 1:
            stem, dot, extension = name.rpartition(".")
            while True:
                numbered = f"{stem} ({count}).{extension}" if dot else f"{name} ({count})"
                if numbered.lower() not in given:
                    break
                count = seen[name.lower()] = count + 1
            name = numbered
            given.add(name.lower())
        out.append(name)
    return out


BOMB_RATIO = 100
BOMB_SIZE = 50 * 1024 * 1024


def is_bomb(content: bytes) -> bool:
    """Whether an archive says of itself that it unpacks to more than BOMB_RATIO times its size and BOMB_SIZE bytes.

    Only its table of contents is read, at most 2,000 entries of it. Nothing is unpacked.
    """
    if content[:4] == b"PK\x03\x04":
        end = content.rfind(b"PK\x05\x06")
        if end < 0 or len(content) < end + 22:
            return False
        at = struct.unpack_from("<I", content, end + 16)[0]
        total = 0
        for _ in range(2000):
            if content[at : at + 4] != b"PK\x01\x02" or len(content) < at + 46:
                break
            size, name, extra, comment = struct.unpack_from("<IHHH", content, at + 24)
            total += size
            at += 46 + name + extra + comment
        return total > BOMB_SIZE and total > BOMB_RATIO * len(content)
    if content[:2] == b"\x1f\x8b" and len(content) > 18:
        size = struct.unpack_from("<I", content, len(content) - 4)[0]
        return bool(size > BOMB_SIZE and size > BOMB_RATIO * len(content))
    return False
