from django.http import HttpResponse
from django.views.decorators.http import require_GET

from rung.accounts.access import AgentRequest, agent_required
from rung.core.given import given_key
from rung.search.pages import search_page
from rung.search.palette import palette_page
from rung.ui.pages import render


@require_GET
@agent_required
def search(request: AgentRequest) -> HttpResponse:
    page = search_page(
        request.agent,
        request.GET.get("q", ""),
        sort=request.GET.get("sort", ""),
        page=given_key(request.GET.get("page", "")) or 1,
        show=request.GET.get("show", ""),
        at=request.received_at,
    )
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "search/search.html", page, block="found" if is_refresh else None)


@require_GET
@agent_required
def palette(request: AgentRequest) -> HttpResponse:
    page = palette_page(request.agent, request.GET.get("q", ""), at=request.received_at)
    return render(request, "search/palette.html", page)
