"""Dates as the language in force writes them: "21 Nov 2026", in German "21. Nov. 2026"."""

from datetime import date

from django.utils import formats
from django.utils.translation import pgettext_lazy

# Not Django's own DATE_FORMAT and its like: English would then begin with the month, and short forms have none.
_FORMATS = {
    "j": pgettext_lazy("date format", "j"),
    "j M": pgettext_lazy("date format", "j M"),
    "j M Y": pgettext_lazy("date format", "j M Y"),
    "j M Y, H:i": pgettext_lazy("date format", "j M Y, H:i"),
    "j F Y, H:i": pgettext_lazy("date format", "j F Y, H:i"),
    "j M, H:i": pgettext_lazy("date format", "j M, H:i"),
}


def date_format(moment: date, wanted: str) -> str:
    """A day, or a moment as its own zone has it. Raises KeyError for a format that no catalogue could know."""
    return formats.date_format(moment, str(_FORMATS[wanted]))
