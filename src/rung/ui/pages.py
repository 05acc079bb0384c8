"""Turning a page (a frozen dataclass) into an answer: the whole screen, or one named block of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_bidi
from jinja2_fragments import render_block
from markupsafe import Markup

from rung.ui import moments, navigation
from rung.ui.jinja import environment_in
from rung.ui.moments import spoken

THEMES = ("system", "light", "dark")
_CSRF_INPUT = Markup('<input type="hidden" name="csrfmiddlewaretoken" value="{}">')
DENSITIES = ("comfortable", "compact")
SINGLE_KEYS = ("on", "off")


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """What the frame around a page needs; also a context processor for third parties' views."""
    theme = request.COOKIES.get("rung_theme", "system")
    density = request.COOKIES.get("rung_density", "comfortable")
    keys = request.COOKIES.get("rung_keys", "on")
    return {
        "navigation": navigation.navigation_for(request),
        "agent": getattr(request, "agent", None),
        "theme": theme if theme in THEMES else "system",
        "density": density if density in DENSITIES else "comfortable",
        "single_keys": keys if keys in SINGLE_KEYS else "on",
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "messages": get_messages(request),
    }


def render(
    request: HttpRequest,
    template: str,
    page: object,
    *,
    block: str | None = None,
    status: int = 200,
    leans: bool = True,
) -> HttpResponse:
    """The template with `page`, or only its block. Times are in the zone of `request.agent`, seen from
    `request.received_at`; both are set by the gates of accounts and may be absent on public pages. `leans`: whether the
    frame may ask the database, for what is unread and for remarks that wait."""
    # Masked anew for each page, not for each of its forms; htmx takes it from the page's head.
    token = get_token(request)
    context = {
        "request": request,
        "csrf_input": _CSRF_INPUT.format(token),
        "csrf_token": token,
        **surroundings(request),
        "page": page,
    }
    if not leans:
        context |= {"navigation": navigation.without_counts(context["navigation"]), "messages": ()}
    agent = getattr(request, "agent", None)
    zone = agent.zone if agent is not None and agent.time_zone else timezone.get_default_timezone()
    seen_at = moments.rendered_at.set(getattr(request, "received_at", None))
    language = get_language() or ""
    env, speaks = environment_in(language), spoken.set(language)
    try:
        with timezone.override(zone):
            if block is None:
                text = env.get_template(template).render(context)
            else:
                text = render_block(env, template, block, context)
    finally:
        moments.rendered_at.reset(seen_at)
        spoken.reset(speaks)
    response = HttpResponse(text, status=status)
    # One address serves a page and its fragments; a cache must not hand the one out for the other.
    patch_vary_headers(response, ("HX-Request",))
    response.headers["Cache-Control"] = "private, no-cache"
    return response
