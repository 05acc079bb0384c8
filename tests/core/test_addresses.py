"""An address that is filled in is the one that Django finds."""

import pytest
from django.urls import NoReverseMatch, set_script_prefix
from django.urls import reverse as found

from rung.core.addresses import _pattern, reverse


def test_addresses_are_those_that_django_finds() -> None:
    for name, args in (
        ("desk:queue", ()),
        ("desk:conversation", (7,)),
        ("desk:conversation", [1_234_567]),
        ("desk:conversation", ("89",)),
        ("desk:link", (3, 4)),
        ("desk:queue_view", ("unassigned",)),
        ("desk:queue_view", ["all"]),
    ):
        for _ in range(2):
            assert reverse(name, args) == found(name, args=args)


def test_what_has_no_address_has_none() -> None:
    for args in ((-1,), ("seven",), (1, 2)):
        with pytest.raises(NoReverseMatch):
            reverse("desk:conversation", args)


def test_it_stands_below_where_we_are_mounted() -> None:
    there = reverse("desk:conversation", (7,))
    set_script_prefix("/100%/")
    _pattern.cache_clear()
    try:
        assert reverse("desk:conversation", (7,)) == f"/100%25{there}"
    finally:
        set_script_prefix("/")
        _pattern.cache_clear()
