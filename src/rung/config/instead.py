"""What is answered where there is no page: in the frame, with all ways on, for whoever is signed in; on a calm sheet for
anybody else; in a line where only a part of a page was asked for.

It is told from the address alone, never from what lies there: whether something is missing or not theirs to see reads alike.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.db import Error
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from rung.accounts.access import through_the_gate
from rung.config import bodies
from rung.ui.pages import render
from rung.ui.speaking import in_strangers_language


@dataclass(frozen=True)
class InsteadPage:
    """`back`: where whoever asked came from, empty where that is nowhere of ours."""

    title: str
    text: str
    back: str = ""


def instead(request: HttpRequest, title: str, text: str, *, status: int) -> HttpResponse:
    """A page that says why there is none."""
    is_there = True
    try:
        know_who_asks(request)
    except Error:  # without a database nobody is known, and is told so all the same
        is_there = False
    if request.headers.get("HX-Request"):
        return in_part(request, title, text, status=status)
    page = InsteadPage(title, text, came_from(request))
    return render(request, "config/refusal.html", page, status=status, leans=is_there)


def know_who_asks(request: HttpRequest) -> None:
    """Let the frame be drawn for whoever is signed in, though no gate was gone through. Raises Error of the database."""
    if getattr(request, "agent", None) is None and (agent := through_the_gate(request)) is not None:
        request.agent = agent  # type: ignore[attr-defined]  # as the gates of accounts do


def in_part(request: HttpRequest, title: str, text: str, *, status: int) -> HttpResponse:
    """For a part of a page that htmx asked for. What was to be done says why it was not, at the head of the page; what was
    to be read gives way, unless the fault is ours: then the next look will do."""
    answer = HttpResponse(f"{escape(title)}. {escape(text)}", status=status)
    if request.method not in ("GET", "HEAD"):
        answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "[data-trouble] p", "innerHTML"
    elif status >= 500:
        answer.headers["HX-Reswap"] = "none"
    else:
        answer.content = render_to_string("config/part.html", {"page": InsteadPage(title, text)})
    answer.headers["Cache-Control"] = "no-store"
    return answer


def signed_out_in_part(request: HttpRequest) -> HttpResponse:
    """For a part of a page whose session is over: the rest stays, with what is written in it, and says how to go on."""
    door = f'<a href="{reverse("account_login")}" target="_blank" rel="noopener">{escape(_("Sign in"))}</a>'
    said = escape(
        _("You were signed out. What you have written is still here: sign in in a tab of its own, then go on.")
    )
    answer = HttpResponse(f"{said} {door}", status=401)
    answer.headers["HX-Retarget"], answer.headers["HX-Reswap"] = "[data-trouble] p", "innerHTML"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def came_from(request: HttpRequest) -> str:
    """The page of ours that led here, unless that is this one and was only looked at."""
    came = urlsplit(request.headers.get("Referer", ""))
    with suppress(DisallowedHost):
        is_ours = came.netloc == request.get_host() and came.path[:1] == "/" != came.path[1:2]
        if is_ours and (came.path != request.path or request.method == "POST"):
            return came._replace(scheme="", netloc="", fragment="").geturl()
    return ""


@in_strangers_language
def not_that_way(request: HttpRequest) -> HttpResponse:
    said = _("What is done here is done by a button of a page, and is nothing to look at.")
    return instead(request, _("There is no page here"), said, status=405)


@in_strangers_language
def too_large(request: HttpRequest) -> HttpResponse:
    most = bodies.LARGEST // (1024 * 1024)
    said = _("At most %(most)s MB are taken at once, and nothing of it was kept. Send fewer or smaller files.")
    return instead(request, _("That is too large"), said % {"most": most}, status=413)


class InWords:
    """Gives a page to what would be answered without one: an address that cannot be looked at, and a body that was not
    taken in. Stands behind whatever says who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if bodies.turned_away.get():
            return too_large(request)
        answer = self.get_response(request)
        if answer.status_code == 405 and not answer.content and "text/html" in request.headers.get("Accept", ""):
            page = not_that_way(request)
            page.headers["Allow"] = answer.headers.get("Allow", "")
            return page
        return answer
