import csv
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from rung.accounts.access import AgentRequest, agent_required
from rung.ladder.filters import LadderFilters, filters_from
from rung.ladder.pages import (
    explanation_page,
    ladder_page,
    ladder_rows,
    method_page,
    touchpoint_rows,
)
from rung.ui.pages import render


def _filters(request: AgentRequest) -> LadderFilters:
    return filters_from(request.GET, at=request.received_at, zone=ZoneInfo(request.agent.time_zone or "UTC"))


@require_GET
@agent_required
def ladder(request: AgentRequest) -> HttpResponse:
    return render(request, "ladder/ladder.html", ladder_page(request.agent, _filters(request)))


@require_GET
@agent_required
def table(request: AgentRequest) -> HttpResponse:
    """What is on the ladder page, as CSV; `?what=touchpoints` for the touchpoints themselves."""
    rows = touchpoint_rows if request.GET.get("what") == "touchpoints" else ladder_rows
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="ladder.csv"'
    response.write("\ufeff")  # or Excel takes it for Latin-1
    csv.writer(response).writerows([_harmless(cell) for cell in row] for row in rows(request.agent, _filters(request)))
    return response


def _harmless(cell: object) -> object:
    """A text that a spreadsheet would run as a formula is quoted; a number stays a number."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


@require_GET
@agent_required
def method(request: AgentRequest) -> HttpResponse:
    return render(request, "ladder/method.html", method_page())


@require_GET
@agent_required
def explanation(request: AgentRequest, touchpoint: int) -> HttpResponse:
    """Why a touchpoint stands where it does; a fragment for the conversation when htmx asks."""
    block = "explanation" if request.headers.get("HX-Request") == "true" else None
    return render(request, "ladder/explanation.html", explanation_page(request.agent, touchpoint), block=block)
