"""Lengths of time as people enter and read them. Pure."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def in_hours(minutes: int | None) -> str:
    """Minutes in, hours as a number field holds them out: 90 gives "1.5"; empty for None."""
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".") if minutes is not None else ""


def in_minutes(hours: Decimal | None) -> int | None:
    return round(hours * 60) if hours is not None else None


def in_words(minutes: int) -> str:
    """Minutes in, "45 min", "4 hours", "1.5 hours" out."""
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    return ngettext("%(n)s hour", "%(n)s hours", 1 if minutes == 60 else 2) % {"n": in_hours(minutes)}
