"""What can be seen of a file without opening it."""

from __future__ import annotations

from dataclasses import dataclass

from rung.desk.pages.letters import attachment_href
from rung.touchpoints.access import Attachment

SHOWN_BYTES = 40_000
MAX_THUMB = 8_000_000
"""Bytes of a picture that is shown small beside its name; a larger one waits until somebody wants it."""
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
"""What a browser draws and never runs. Not SVG."""
_TEXTS = (
    "text/plain",
    "text/csv",
    "text/calendar",
    "text/markdown",
    "text/x-log",
    "application/json",
    "message/rfc822",
)


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """`text` is the beginning of a text file, `goes_on` when there is more; `is_lost` when the storage has lost it."""

    name: str
    href: str
    text: str = ""
    goes_on: bool = False
    is_lost: bool = False


def is_text(attachment: Attachment) -> bool:
    return attachment.media_type.lower().partition(";")[0] in _TEXTS


def preview_page(attachment: Attachment) -> PreviewPage:
    href = attachment_href(attachment)
    if not is_text(attachment):
        return PreviewPage(attachment.name, href)
    try:
        with attachment.open() as content:
            beginning = content.read(SHOWN_BYTES)
    except FileNotFoundError:
        return PreviewPage(attachment.name, href, is_lost=True)
    return PreviewPage(attachment.name, href, _decoded(beginning), attachment.size > SHOWN_BYTES)


def _decoded(beginning: bytes) -> str:
    """As text, in the encodings such files are written in; the last one reads everything."""
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        return beginning.decode("utf-16", "replace")
    try:
        return beginning.decode("utf-8-sig")
    except UnicodeDecodeError as failure:
        # Cut off in the middle of a character is still UTF-8.
        if failure.start >= len(beginning) - 3:
            return beginning[: failure.start].decode("utf-8-sig")
        return beginning.decode("cp1252", "replace")
