from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.desk.pages.queue import queue_page
from rung.ui.pages import render


@require_safe
@agent_required
def home(request: AgentRequest) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk:queue"))


@require_safe
@agent_required
def queue(request: AgentRequest, view: str) -> HttpResponse:
    page = queue_page(request.agent, view, sort=request.GET.get("sort", ""), after=request.GET.get("after", ""))
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "desk/queue.html", page, block="live" if is_refresh else None)
