"""Making the HTML of a letter fit to stand in a page: its own pictures from our store, none from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from markupsafe import Markup

from rung.touchpoints.access import Attachment

# The doors hand over well-formed HTML in which every attribute is quoted, so a tag ends at the first ">".
_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
_SOURCE = re.compile(r'\bsrc="([^"]*)"', re.I)
_ALT = re.compile(r'\balt="([^"]*)"', re.I)
# Our own letters carry styles on their elements, because mail programs want them there; our content policy does not.
_STYLE = re.compile(r'(<[a-z][^<>]*?)\sstyle="[^"]*"', re.I)
# What is left of a link whose address was taken away: a link that leads nowhere is none.
_DEAD_LINK = re.compile(r'<a href=""[^<>]*>(.*?)</a>', re.I | re.S)


def attachment_href(attachment: Attachment) -> str:
    return reverse("desk:attachment", args=[attachment.pk, attachment.name.replace("/", "_") or "file"])


def letter_html(html: str, attachments: Iterable[Attachment]) -> Markup:
    """Cleaned HTML, its `cid:` pictures pointing to our store. A picture from elsewhere would tell its sender that and
    when the letter was read, so only its description stands there."""
    own = {attachment.content_id.strip("<>"): attachment for attachment in attachments if attachment.content_id}

    def image(found: re.Match[str]) -> str:
        tag = found.group(0)
        source, alt = _SOURCE.search(tag), _ALT.search(tag)
        said = unescape(alt.group(1)).strip() if alt else ""
        address = unescape(source.group(1)) if source else ""
        attachment = own.get(address.removeprefix("cid:")) if address.startswith("cid:") else None
        if attachment is not None:
            return str(format_html('<img src="{}" alt="{}" loading="lazy">', attachment_href(attachment), said))
        return (
            str(format_html('<span class="letter-absent">{}</span>', said or _("picture not loaded"))) if said else ""
        )

    bare = _DEAD_LINK.sub(r"\1", _STYLE.sub(r"\1", _IMAGE.sub(image, html)))
    return Markup(bare)  # noqa: S704 - cleaned by the door, changed only by format_html
