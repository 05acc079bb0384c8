"""The form under which an address is kept, whichever way it was written."""

import re
import unicodedata
from collections.abc import Iterable

import phonenumbers
from django.conf import settings

from rung.core.text import one_line
from rung.customers.models import AddressKind

_NOT_DIALLED = re.compile(r"[^0-9+]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
# So much of a name is looked at: far more than is shown of it, and little enough for a pattern that begins at every letter.
LOOKED_AT = 1000
_NAMED_ADDRESS = re.compile(r"[^\s@<>()\"']+@[^\s@<>()\"']+\.[^\s@<>()\"']")
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_NOT_TOLD_APART = re.compile(r"[._\-]|\+.*")
# Anybody may have an address there: that two people write from one says nothing.
FREE_MAIL = frozenset((
    "gmail.com", "googlemail.com", "outlook.com", "outlook.de", "hotmail.com", "hotmail.de", "hotmail.fr", "live.com",
    "live.de", "msn.com", "yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.co.uk", "yahoo.es", "yahoo.it", "ymail.com",
    "icloud.com", "me.com", "mac.com", "gmx.de", "gmx.net", "gmx.at", "gmx.ch", "gmx.com", "web.de", "mail.de",
    "email.de", "t-online.de", "freenet.de", "arcor.de", "posteo.de", "posteo.net", "mailbox.org", "proton.me",
    "protonmail.com", "pm.me", "tutanota.com", "tuta.io", "fastmail.com", "hey.com", "zoho.com", "aol.com", "aol.de",
    "mail.com", "orange.fr", "free.fr", "laposte.net", "sfr.fr", "wanadoo.fr", "libero.it", "virgilio.it", "tiscali.it",
    "mail.ru", "yandex.ru", "yandex.com", "bluewin.ch", "chello.at", "btinternet.com", "comcast.net", "verizon.net",
    "att.net", "sbcglobal.net", "cox.net", "qq.com", "163.com", "126.com", "sina.com", "naver.com", "uol.com.br",
    "bol.com.br", "seznam.cz", "wp.pl", "o2.pl", "onet.pl", "interia.pl", "telenet.be", "skynet.be", "ziggo.nl",
))  # fmt: skip
# Desks, not people: that two firms have one says nothing.
_SHARED = frozenset((
    "abuse", "accounting", "accounts", "admin", "administration", "billing", "buchhaltung", "buero", "contact",
    "contacto", "desk", "einkauf", "facturacion", "hello", "help", "helpdesk", "hola", "hostmaster", "info",
    "kontakt", "mail", "marketing", "me", "news", "newsletter", "noreply", "office", "orders", "post",
    "postmaster", "purchasing", "rechnung", "root", "sales", "service", "shop", "support", "team", "verkauf",
    "vertrieb", "webmaster",
))  # fmt: skip


def normalised(address: str, kind: str) -> str:
    """The form under which an address is kept and found again; empty when it is none of that kind.

    E-mail in lower case (no server in use tells apart addresses by case), its domain as people read it: `xn--mller-kva.de`
    and `müller.de` are one; phone numbers as E.164, `+497115500`, those
    without a country code as of settings.PHONE_REGION. What is no number of any country stays as the digits it has.
    """
    if kind == AddressKind.PHONE:
        return _dialled(address)
    value = one_line(address, 1000).lower()
    if "xn--" in value or not value.isascii():
        value = in_letters(value)
    return value if len(value) <= 254 and _EMAIL.fullmatch(value) else ""


def in_letters(address: str) -> str:
    """An e-mail address with its domain in the letters people write, not in those of DNS (`xn--…`), as far as it is one."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{'.'.join(map(_label, domain.split('.')))}"


def spellings(addresses: Iterable[str]) -> set[str]:
    """Normalised e-mail addresses, and beside them those that DNS spells otherwise (`xn--…`) as it does."""
    found = set(addresses)
    for address in tuple(found):
        local, at, domain = address.rpartition("@")
        if not domain.isascii():
            labels = (
                each if each.isascii() else f"xn--{each.encode('punycode').decode()}" for each in domain.split(".")
            )
            found.add(f"{local}{at}{'.'.join(labels)}")
    return found


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return unicodedata.normalize("NFC", label)
    try:
        read = label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    # Only what is spelled in this one way, and needs it: else `xn--google-` would be google's.
    is_needed = not read.isascii() and all(unicodedata.category(sign)[0] in "LMN" or sign == "-" for sign in read)
    is_plain = read == unicodedata.normalize("NFC", read).lower() and read.encode("punycode") == label[4:].encode()
    return read if is_needed and is_plain else label


def _dialled(written: str) -> str:
    number = _NOT_DIALLED.sub("", written.replace("(0)", "").strip())
    number = number[:1] + number[1:].replace("+", "")
    if number.startswith("00"):
        number = "+" + number[2:]
    # Up to five digits are an extension or a number for emergencies, which no country code makes any better.
    if not 5 < len(number) <= 25:
        return number if 2 <= len(number) <= 25 else ""
    read = _read(number)
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164) if read else number


def _read(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        read = phonenumbers.parse(number, settings.PHONE_REGION or None)
    except phonenumbers.NumberParseException:
        return None
    return read if phonenumbers.is_possible_number(read) else None


def readable(value: str, kind: str) -> str:
    """A kept address as one reads it aloud: `+49 711 5500` for `+497115500`."""
    read = _read(value) if kind == AddressKind.PHONE and value.startswith("+") else None
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if read else value


def domain_named(written: str) -> str:
    """A domain as it is kept, also from "@example.com" or "https://www.example.com/shop"; empty when it is none."""
    bare = one_line(written, 400).lower().partition("://")[2] or one_line(written, 400).lower()
    bare = bare.partition("/")[0].rpartition("@")[2].removeprefix("www.").rstrip(".")
    return bare if len(bare) <= 190 and _DOMAIN.fullmatch(bare) else ""


def domain_of(value: str, kind: str) -> str:
    """What stands behind the @ of a normalised e-mail address; empty for a number."""
    return value.rpartition("@")[2][:190] if kind == AddressKind.EMAIL else ""


def likeness(value: str, kind: str) -> str:
    """What a normalised address has in common with other addresses the same person may have; empty when nothing.

    The last nine digits of a number, whatever stands before them; what stands before the @ without its dots and +tags, as
    people keep it from one provider to the next. Shared desks such as info@ and short names say nothing.
    """
    if kind == AddressKind.PHONE:
        digits = value.lstrip("+0")
        return digits[-9:] if len(digits) >= 7 else ""
    local = _NOT_TOLD_APART.sub("", value.rpartition("@")[0])
    return local[:40] if len(local) >= 5 and local not in _SHARED else ""


def personal_name(name: str, length: int = 160) -> str:
    """A name as its bearer gave it, on one line; empty when it is an address or shows one.

    Whoever writes as "boss@firm.example" <x@elsewhere.example> would stand on every screen as somebody they are not.
    """
    return "" if _NAMED_ADDRESS.search(name[:LOOKED_AT]) else one_line(name, length)
