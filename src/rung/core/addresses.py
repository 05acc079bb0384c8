"""Addresses of screens. Django finds each anew among hundreds of patterns, and a page leads to forty of them; what they look
like does not change while the process lives, nor does the path we are mounted at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from django.urls import NoReverseMatch
from django.urls import reverse as found

# Ten digits that no address has by itself.
_NUMBER = 2_000_000_011


def reverse(name: str, args: Sequence[Any] | None = None) -> str:
    """As Django's. Where whole numbers are all that an address is made of, it is found once and only filled in; where words
    are, as in the names of views, what was found lately is known."""
    given = tuple(args) if args else ()
    for each in given:
        if type(each) is not int or each < 0:
            return _found(name, given) if all(type(each) is str for each in given) else found(name, args=given)
    pattern = _pattern(name, len(given))
    return pattern % given if pattern is not None else found(name, args=given)


@lru_cache(maxsize=512)
def _found(name: str, given: tuple[str, ...]) -> str:
    return found(name, args=given)


@cache
def _pattern(name: str, count: int) -> str | None:
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
