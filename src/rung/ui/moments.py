"""Moments, durations and sizes in words, in the zone that is active while a page is rendered."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language, gettext, ngettext
from markupsafe import Markup, escape

# The moment the request came in. A page is rendered against one "now", so two rows never disagree about it, and
# nothing here has to ask the clock.
rendered_at: ContextVar[datetime | None] = ContextVar("rendered_at", default=None)


# The language of the page that is being rendered: asked for once, where Django's way to it was a twentieth of a page.
spoken: ContextVar[str] = ContextVar("spoken", default="")


def _(message: str) -> str:
    return translated(spoken.get() or get_language(), message)


@lru_cache(maxsize=8192)
def translated(language: str | None, message: str) -> str:
    """A list says the same words in every line; looking each up in the catalogue took a tenth of the page's time."""
    return gettext(message)


def date_format(local: datetime, wanted: str) -> str:
    return _written(spoken.get() or get_language(), local.tzinfo, local, wanted)


@lru_cache(maxsize=8192)
def _written(language: str | None, zone: tzinfo | None, local: datetime, wanted: str) -> str:
    """The zone is named because the same moment is equal in all zones, and written otherwise in each."""
    return formats.date_format(local, wanted)


def duration(seconds: float | None) -> str:
    """A length of time in the largest unit that fits: seconds in, "40 s", "12 min", "3 h", "5 d" out."""
    if seconds is None:
        return ""
    whole = max(0, int(seconds))
    if whole < 60:
        return _("%(n)s s") % {"n": whole}
    if whole < 3600:
        return _("%(n)s min") % {"n": whole // 60}
    if whole < 86400:
        hours, rest = divmod(whole, 3600)
        if hours < 3 and rest >= 600:
            return _("%(h)s h %(m)s min") % {"h": hours, "m": rest // 60}
        return _("%(n)s h") % {"n": hours}
    days = whole // 86400
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def since(at: datetime | None) -> str:
    """How long ago, without "ago": for "waiting for us 3 h"."""
    now = rendered_at.get()
    if at is None or now is None:
        return ""
    seconds = (now - at).total_seconds()
    return _("a moment") if seconds < 60 else duration(seconds)


def _relative(local: datetime, now: datetime) -> str:
    seconds = (now - local).total_seconds()
    today = now.astimezone(local.tzinfo).date()
    clock = date_format(local, "H:i")
    if -60 < seconds < 60:
        return _("just now")
    if 0 <= seconds < 3600:
        return _("%(n)s min ago") % {"n": int(seconds // 60)}
    if local.date() == today:
        return _("today %(time)s") % {"time": clock}
    if local.date() == today - timedelta(days=1):
        return _("yesterday %(time)s") % {"time": clock}
    if local.date() == today + timedelta(days=1):
        return _("tomorrow %(time)s") % {"time": clock}
    if abs((today - local.date()).days) < 7:
        return f"{date_format(local, 'D')} {clock}"
    if local.year == today.year:
        return date_format(local, "j M")
    return date_format(local, "j M Y")


def moment(at: datetime | None, style: str = "relative") -> str:
    """`<time>` in the active zone. Styles: "relative" (default), "ahead" for what is still to come, "full", "date", "time".

    An absent moment is an empty string, so that a template need not ask.
    """
    if at is None:
        return ""
    local = timezone.localtime(at)
    full = date_format(local, "l j F Y, H:i")
    now = rendered_at.get()
    if style == "date":
        text = date_format(local, "j M Y")
    elif style == "time":
        text = date_format(local, "H:i")
    elif style == "ahead" and now is not None and (at - now).total_seconds() < 60:
        text = _("in a moment")
    elif style == "full" or now is None:
        text = date_format(local, "j M Y, H:i")
    else:
        text = _relative(local, now)
    stamp = local.isoformat(timespec="seconds")
    return Markup(f'<time datetime="{stamp}" title="{escape(full)}">{escape(text)}</time>')  # noqa: S704 - escaped here


def size(octets: int) -> str:
    """Bytes in, "812 bytes", "14 kB", "2.3 MB" out (decimal units, as file managers show them)."""
    if octets < 1000:
        return ngettext("%(n)s byte", "%(n)s bytes", octets) % {"n": octets}
    if octets < 1_000_000:
        return _("%(n)s kB") % {"n": round(octets / 1000)}
    return _("%(n)s MB") % {"n": f"{octets / 1_000_000:.1f}"}


def money(cents: int, currency: str) -> str:
    """An amount in hundredths in, "1,240.00 EUR" out."""
    return f"{cents / 100:,.2f} {currency}"
