"""What programs pack into one part: files between the lines of a text, and Outlook's winmail.dat."""

from rung.channels.email.reading.charsets import decoded
from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.parts import Part
from rung.channels.email.reading.tnef import Tnef, tnef_of
from rung.channels.email.reading.uuencode import taken_out
from rung.channels.email.reading.values import Value
from rung.channels.email.reading.words import tidy

TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_SIGNATURE = b"\x78\x9f\x3e\x22"


def packed(kind: str, name: str, *, content_id: str = "", beside: Part | None = None) -> Part:
    """A part for something that had none of its own."""
    headers = Headers([("content-id", f"<{content_id}>".encode("utf-8", "replace"))] if content_id else [])
    parameters = {"filename": name} if name else {}
    path = beside.path if beside else ()
    return Part(headers, Value(kind, {}), Value("attachment", parameters), 0, 0, path)


def from_lines(data: bytes, part: Part) -> tuple[bytes, list[tuple[Part, bytes]]]:
    """A text without the files in it, and those files."""
    data, files = taken_out(data)
    return data, [(packed("", decoded(name)[0], beside=part), content) for name, content in files]


def is_tnef(part: Part, data: bytes) -> bool:
    return data[:4] == _SIGNATURE and (
        part.media_type in TNEF
        or "winmail" in (part.disposition.parameters.get("filename") or part.type.parameters.get("name") or "").lower()
        or part.media_type == "application/octet-stream"
    )


def from_tnef(data: bytes, part: Part) -> tuple[Tnef | None, list[tuple[Part, bytes]]]:
    """What a winmail.dat says, and the files in it; those of letters in it as well."""
    found = tnef_of(data)
    return found, _files(found, part) if found else []


def _files(found: Tnef, part: Part) -> list[tuple[Part, bytes]]:
    files: list[tuple[Part, bytes]] = []
    for file in found.files:
        if file.inner is not None:
            text = file.inner.text or ""
            if text.strip():
                title = tidy(file.inner.subject or file.name)[:80] or "letter"
                files.append((packed("text/plain", f"{title}.txt", beside=part), text.encode("utf-8", "replace")))
            files += _files(file.inner, part)
        elif file.content or file.name:
            files.append(
                (packed(file.media_type, file.name, content_id=file.content_id[:250], beside=part), file.content)
            )
    return files[:500]
