"""The form under which an address is kept, whichever way it was written."""

import re

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

    E-mail in lower case (no server in use tells apart addresses by case); phone numbers as digits with a leading +.
    """
    if kind == AddressKind.PHONE:
        number = _NOT_DIALLED.sub("", address.replace("(0)", "").strip())
        number = number[:1] + number[1:].replace("+", "")
        if number.startswith("00"):
            number = "+" + number[2:]
        return number if len(number) >= 3 else ""
    value = one_line(address, 1000).lower()
    return value if len(value) <= 254 and _EMAIL.fullmatch(value) else ""


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
