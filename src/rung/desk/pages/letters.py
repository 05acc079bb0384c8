"""Making the HTML of a letter fit to stand in a page: its own pictures from our store, none from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote, urlsplit

from django.utils.html import format_html
from django.utils.translation import gettext as _
from markupsafe import Markup

from rung.core.addresses import reverse
from rung.desk.pages.leading import in_letters, is_elsewhere, place_of, plain
from rung.touchpoints.access import Attachment

# The doors hand over well-formed HTML in which every attribute is quoted, so a tag ends at the first ">".
_IMAGE = re.compile(r"<img\b[^>]*>", re.I)
# A picture from elsewhere comes to us with its address put aside, so that not even a page that forgets this module loads it.
_SOURCE = re.compile(r'\s(?:src|data-remote)="([^"]*)"', re.I)
_ALT = re.compile(r'\balt="([^"]*)"', re.I)
_EXTENT = re.compile(r'\b(width|height)="(\d{1,4})"', re.I)
# Our own letters carry styles on their elements, because mail programs want them there; our content policy does not.
_STYLE = re.compile(r'(<[a-z][^<>]*?)\sstyle="[^"]*"', re.I)
# What is left of a link whose address was taken away: a link that leads nowhere is none.
_DEAD_LINK = re.compile(r'<a\b(?![^<>]*\shref="[^"])[^<>]*>(.*?)</a>', re.I | re.S)
# Outlook parts paragraphs by blank ones.
_BLANK = re.compile(r"<p\b[^<>]*>(?=(?:\s|&nbsp;|\u200b|</?(?:span|b|i|u|strong|em)\b[^<>]*>)*</p>)", re.I)
_LINK = re.compile(r'(<a(?:\s+[\w:-]+="[^"]*")*?\s+href=")([^"]+)("[^<>]*>)(.*?)</a>', re.I | re.S)
_TAG = re.compile(r"<[^<>]*>")
_NAMED_HOST = re.compile(
    r"(?:https?://|www\.|\b)((?:[\w-]{1,63}\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})|(?:\d{1,3}\.){3}\d{1,3})\b"
)
_NAMED_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
# Endings of files that read like the ending of a host: "offer.zip" promises no other place.
_FILE_ENDINGS = frozenset(
    {"doc", "docx", "gif", "htm", "html", "jpeg", "jpg", "pdf", "php", "png", "txt", "xls", "xlsx"}
)


def attachment_href(attachment: Attachment) -> str:
    return reverse("desk:attachment", args=[attachment.pk, attachment.name.replace("/", "_") or "file"])


def letter_html(html: str, attachments: Iterable[Attachment], *, with_pictures: bool = False) -> Markup:
    """Cleaned HTML, its `cid:` pictures pointing to our store, and behind links that promise another place where they lead.

    A picture from elsewhere would tell its sender that and when the letter was read, so only its description stands there;
    `with_pictures` leaves it in, for a frame of its own whose content policy lets it load.
    """
    own = {attachment.content_id.strip("<>"): attachment for attachment in attachments if attachment.content_id}

    def image(found: re.Match[str]) -> str:
        tag = found.group(0)
        source, alt = _SOURCE.search(tag), _ALT.search(tag)
        said = unescape(alt.group(1)).strip() if alt else ""
        address = unescape(source.group(1)) if source else ""
        attachment = own.get(address.removeprefix("cid:")) if address.startswith("cid:") else None
        if attachment is not None:
            return str(format_html('<img src="{}" alt="{}" loading="lazy">', attachment_href(attachment), said))
        if with_pictures and is_elsewhere(address) and (place := place_of(address)):
            extent = {name.lower(): value for name, value in _EXTENT.findall(tag)}
            return str(
                format_html(
                    '<img src="{}" alt="{}" width="{}" height="{}" referrerpolicy="no-referrer">',
                    place.address, said, extent.get("width", ""), extent.get("height", ""),
                )
            ).replace(' width=""', "").replace(' height=""', "")  # fmt: skip
        return (
            str(format_html('<span class="letter-absent">{}</span>', said or _("picture not loaded"))) if said else ""
        )

    bare = _DEAD_LINK.sub(r"\1", _STYLE.sub(r"\1", _IMAGE.sub(image, html)))
    bare = _BLANK.sub('<p class="letter-blank">', bare)
    return Markup(_LINK.sub(_with_true_place, bare))  # noqa: S704 - cleaned by the door, changed only by format_html


def has_pictures_elsewhere(html: str) -> bool:
    """Whether a letter would fetch a picture from outside."""
    return "<img" in html and any(
        is_elsewhere(unescape(source[1])) for tag in _IMAGE.findall(html) if (source := _SOURCE.search(tag))
    )


def _with_true_place(found: re.Match[str]) -> str:
    """The link, its address so written that there is one way to read it, and behind it where it leads when its text names
    another place."""
    opened, written, closed, said = found.groups()
    address = unescape(written).strip()
    text = unescape(_TAG.sub("", said))[:2000]
    leads = ""
    if address.lower().startswith(("http:", "https:")):
        place = place_of(address)
        if place is None:
            return said
        address = place.address
        # What stands before an "@" in an address is nothing but make-up.
        if place.is_dressed or place.said != place.host or _names_another(text, place.host):
            leads = place.said
    elif address.lower().startswith("mailto:"):
        leads = _another_receiver(text, address)
    link = f"{opened}{escape(address)}{closed}{said}</a>"
    if not leads:
        return link
    note = _("leads to %(host)s") % {"host": leads}
    return link + str(format_html(' <span class="letter-leads" title="{}">({})</span>', address[:500], note))


def _names_another(text: str, host: str) -> bool:
    """Whether a link's text names a host that the link does not lead to."""
    for found in _NAMED_HOST.findall(plain(text)):
        named = in_letters(found).removeprefix("www.")
        bare = host.removeprefix("www.")
        if named.rpartition(".")[2] in _FILE_ENDINGS:
            continue
        if named != bare and not named.endswith("." + bare) and not bare.endswith("." + named):
            return True
    return False


def _another_receiver(text: str, address: str) -> str:
    """Whom a link writes to, where its text names somebody else."""
    receiver = unquote(urlsplit(address).path).lower().strip()
    named = {each.lower() for each in _NAMED_ADDRESS.findall(text)}
    return receiver if named and not any(each in receiver for each in named) else ""
