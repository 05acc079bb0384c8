"""The number of a call, in whichever way a telephone system says it."""

import re

from rung.customers.access import AddressKind
from rung.customers.addresses import normalised

_SCHEME = re.compile(r"\b(?:sips?|tel):", re.IGNORECASE)
_LONGEST = 40


def number_said(said: str) -> str:
    """As E.164 where it is a number of some country, else its digits, as those of an internal number; empty where the caller
    withholds it. Of `sip:+497115500@10.0.0.1` only what stands before the host."""
    bare = re.split(r"[@;>]", _SCHEME.split(said, maxsplit=1)[-1], maxsplit=1)[0]
    return normalised(bare, AddressKind.PHONE)[:_LONGEST] or "".join(re.findall("[0-9]", bare))[:_LONGEST]


def is_internal(number: str) -> bool:
    """Whether it leads nowhere outside the house: up to five digits, which no country code makes any better."""
    return number.isdigit() and len(number) <= 5
