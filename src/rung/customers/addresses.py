"""The form under which an address is kept, whichever way it was written."""

import re

import phonenumbers
from django.conf import settings

from rung.core.text import one_line
from rung.customers.models import AddressKind

_NOT_DIALLED = re.compile(r"[^0-9+]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")
_NAMED_ADDRESS = re.compile(r"[^\s@<>()\"']+@[^\s@<>()\"']+\.[^\s@<>()\"']")
_NOT_TOLD_APART = re.compile(r"[._\-]|\+.*")
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

    E-mail in lower case (no server in use tells apart addresses by case); phone numbers as E.164, `+497115500`, those
    without a country code as of settings.PHONE_REGION. What is no number of any country stays as the digits it has.
    """
    if kind == AddressKind.PHONE:
        return _dialled(address)
    value = one_line(address, 1000).lower()
    return value if len(value) <= 254 and _EMAIL.fullmatch(value) else ""


def _dialled(written: str) -> str:
    number = _NOT_DIALLED.sub("", written.replace("(0)", "").strip())
    number = number[:1] + number[1:].replace("+", "")
    if number.startswith("00"):
        number = "+" + number[2:]
    # Up to five digits are an extension or a number for emergencies, which no country code makes any better.
    if not 5 < len(number) <= 25:
        return number if 3 <= len(number) <= 25 else ""
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
    return "" if _NAMED_ADDRESS.search(name) else one_line(name, length)
