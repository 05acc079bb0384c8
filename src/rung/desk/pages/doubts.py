"""Why a letter may not be from whom it says, in sentences for whoever is about to answer it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from rung.touchpoints.access import Touchpoint


def doubts_of(touchpoint: Touchpoint) -> tuple[str, ...]:
    """What its door found and kept with it; empty for most."""
    kept = (touchpoint.brought or {}).get("doubts", ())
    return tuple(filter(None, map(_in_words, kept if isinstance(kept, list) else ())))


def _in_words(doubt: Mapping[str, Any]) -> str:
    said = {
        "fails": _("The mail server %(server)s says that it fails the checks of %(domain)s (%(check)s)."),
        "not_ours": _("It says that it comes from %(domain)s, which is ours, and nothing shows that it does."),
        "names_another": _("The sender's name says %(named)s, but it comes from %(domain)s."),
        "answers_elsewhere": _("It comes from %(domain)s, and answers are asked for at %(address)s."),
        "lookalike": _("It comes from %(domain)s, which looks like %(own)s and is not."),
    }.get(str(doubt.get("kind", "")), "")
    try:
        return said % doubt
    except (KeyError, TypeError, ValueError):  # kept by a version that said less
        return ""
