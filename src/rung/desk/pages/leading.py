"""Where an address in a letter leads, as browsers read it (the URL standard of the WHATWG), which is not as RFC 3986 does:
`https:\\\\evil.example\\@bank.example` leads to evil.example, and `0x7f.0x1` is this machine."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from urllib.parse import unquote, urlsplit

from django.conf import settings

from rung.customers import addresses

_WEB = re.compile(r"(https?):[/\\]*([^/\\?#]*)(.*)", re.I | re.S)
_PORT = re.compile(r":([0-9]{0,5})$")
# The ideographic full stop parts labels too; the others browsers leave out, and nobody sees them.
_UNSEEN = dict.fromkeys([0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)]) | {0x3002: "."}
_NO_HOST = re.compile(r"[\x00-\x20\"#%/:<>?@\[\\\]^`{|}\x7f]")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Letters of other alphabets that are drawn as ours are.
_DRAWN_ALIKE = frozenset("аеорсухіјѕһԁԛԝаӏοκναρτυι")
_INNER = frozenset(("local", "localhost", "internal", "lan", "home", "arpa"))


@dataclass(frozen=True, slots=True)
class Place:
    """`address` names it so that there is but one way to read it. `host` is in letters; `is_dressed` where a name stands
    before an "@", which is nothing but make-up."""

    address: str
    host: str
    port: int | None = None
    is_dressed: bool = False

    @property
    def said(self) -> str:
        """The host as it cannot be taken for another: as DNS spells it, where its letters are drawn like ours."""
        return ".".join(map(_unmistakable, self.host.split(".")))


def place_of(address: str) -> Place | None:
    """None for what is no address of the web, or leads nowhere."""
    found = _WEB.match("".join(each for each in address.strip() if each >= " ").strip())
    if found is None:
        return None
    scheme, authority, rest = found[1].lower(), found[2], found[3].replace("\\", "/", 1)
    if rest.startswith(("?", "#")):
        rest = f"/{rest}"
    dress, _at, end = authority.rpartition("@")
    numbered = _PORT.search(end)
    name = plain(end[: numbered.start()] if numbered else end)
    port = int(numbered[1]) if numbered and numbered[1] else None
    if not _is_host(name) or (port or 0) > 65535:
        return None
    shown = f"{name}:{port}" if port is not None else name
    place = f"{scheme}://{dress}{'@' if dress else ''}{shown}{rest or '/'}"
    return Place(place, in_letters(name), port, bool(dress))


def in_letters(name: str) -> str:
    """A host as people read it, whichever way it was written."""
    return addresses.in_letters(plain(name).rstrip("."))


def plain(name: str) -> str:
    """A name, or a text with names in it, as browsers read those before they ask for one."""
    return unicodedata.normalize("NFKC", unquote(name)).translate(_UNSEEN).lower()


def _is_host(name: str) -> bool:
    if not name.startswith("["):
        return bool(name.strip(".")) and not _NO_HOST.search(name)
    try:
        return name.endswith("]") and "%" not in name and bool(IPv6Address(name[1:-1]))
    except ValueError:
        return False


def is_elsewhere(address: str) -> bool:
    """Whether a picture's address is one of the wide world: not our own, whose pages know our cookies, nor one inside the
    house, where a visit can set things in motion."""
    place = place_of(address)
    if place is None or place.is_dressed or place.port not in (None, 80, 443):
        return False
    try:
        return ip_address(place.host.strip("[]")).is_global
    except ValueError:
        pass
    ours = {(urlsplit(url).hostname or "").lower() for url in (settings.BASE_URL, settings.FILES_URL)}
    ours |= {each.lower().strip("[]") for each in settings.ALLOWED_HOSTS}
    *before, last = place.host.split(".")
    # What ends in a number is an address in one of its odd spellings.
    return bool(before) and place.host not in ours and last not in _INNER and not _NUMBER.fullmatch(last)


def _unmistakable(label: str) -> str:
    foreign = {each for each in label if not each.isascii()}
    if not foreign or foreign - _DRAWN_ALIKE:
        return label
    return f"xn--{label.encode('punycode').decode()}"
