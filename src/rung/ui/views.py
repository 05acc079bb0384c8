from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from rung.ui.components import ComponentsPage, components_page
from rung.ui.pages import DENSITIES, SINGLE_KEYS, THEMES, render

__all__ = ["ComponentsPage", "appearance", "components"]

YEAR = 365 * 24 * 3600


@require_GET
@login_required
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/components.html", components_page())


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Light or dark, wide or dense, with keys of one letter or without: kept in a cookie, because it belongs to the screen,
    and to how one works at it, more than to the person."""
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}) or urlsplit(target).netloc:
        target = "/"
    response = HttpResponseRedirect(target)
    for name, allowed in (("theme", THEMES), ("density", DENSITIES), ("keys", SINGLE_KEYS)):
        value = request.POST.get(name, "")
        if value in allowed:
            response.set_cookie(f"rung_{name}", value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
