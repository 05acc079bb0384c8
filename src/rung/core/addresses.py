"""Addresses of screens. Django finds each anew among hundreds of patterns, and a page leads to forty of them; what they look
like does not change while the process lives."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, get_script_prefix
from django.urls import reverse as found

# Ten digits that no address has by itself.
_NUMBER = 2_000_000_011


def reverse(name: str, args: Sequence[Any] | None = None) -> str:
    """As Django's. Where whole numbers are all that an address is made of, it is found once and only filled in."""
    given = tuple(args) if args else ()
    if all(type(each) is int and each >= 0 for each in given):
        pattern = _pattern(name, len(given), get_script_prefix())
        if pattern is not None:
            return pattern % given
    return found(name, args=given)


@cache
def _pattern(name: str, count: int, prefix: str) -> str | None:
    """The address with `%d` where numbers go; None where they do not stand in it as they are."""
    numbers = [_NUMBER + place for place in range(count)]
    try:
        address = found(name, args=numbers).replace("%", "%%")
    except NoReverseMatch:
        return None
    for number in numbers:
        if address.count(str(number)) != 1:
            return None
        address = address.replace(str(number), "%d")
    return address
