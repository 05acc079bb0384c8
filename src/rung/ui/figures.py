"""Figures as the language in force writes them: decimals, groups of thousands, per cent."""

from functools import lru_cache

from django.utils.formats import get_format
from django.utils.translation import get_language, gettext


def figure(value: float, spec: str) -> str:
    """A number by a format specification of Python's (`",.1f"`): "1,240.5", in German "1.240,5"."""
    return format(value, spec).translate(_marks(get_language()))


def counted(number: int) -> str:
    """How many: "1,240"."""
    return figure(number, ",")


def percent(share: float, places: int = 0) -> str:
    """A fraction of 1 as per cent: "69 %"."""
    return gettext("%(n)s\u00a0%%") % {"n": figure(100 * share, f".{places}f")}


@lru_cache
def _marks(language: str | None) -> dict[int, str]:
    group, point = (
        get_format(name, lang=language, use_l10n=True) for name in ("THOUSAND_SEPARATOR", "DECIMAL_SEPARATOR")
    )
    return {ord(","): group, ord("."): point}
