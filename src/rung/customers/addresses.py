"""The form under which an address is kept, whichever way it was written."""

import re

from rung.core.text import one_line
from rung.customers.models import AddressKind

_NOT_DIALLED = re.compile(r"[^0-9+]")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


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
