from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.desk.pages.home import home_page
from rung.ui.pages import render

_COOKIE = "rung_first"
YEAR_S = 365 * 24 * 3600


@require_safe
@agent_required
def first(request: AgentRequest) -> HttpResponse:
    """What opens first is a choice of the person at this screen."""
    return redirect("desk:queue" if _queue_first(request) else "desk:home")


@require_GET
@agent_required
def home(request: AgentRequest) -> HttpResponse:
    page = home_page(request.agent, at=request.received_at, opens_queue_first=_queue_first(request))
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "desk/home.html", page, block="day" if is_refresh else None)


@require_POST
@agent_required
def choice(request: AgentRequest) -> HttpResponse:
    """Kept in a cookie, as the looks are: it belongs to the screen as much as to the person."""
    response = redirect("desk:home")
    wanted = "queue" if request.POST.get("first") == "queue" else "home"
    response.set_cookie(_COOKIE, wanted, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    return response


def _queue_first(request: AgentRequest) -> bool:
    return request.COOKIES.get(_COOKIE) == "queue"
