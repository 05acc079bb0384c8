from django.http import HttpResponse
from django.views.decorators.http import require_GET

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.given import given_page
from rung.insight.access import kpi_for
from rung.insight.engines import chosen_engine
from rung.insight.pages.compared import compared as compared_sides
from rung.insight.pages.compared import compared_page
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import Filters, filters_of
from rung.insight.pages.overview import overview_page, reckonings_of
from rung.insight.reckoning import Reckoning, reckon
from rung.insight.sheets import COMPARED_TYPES, compared_rows, parquet, sheet
from rung.ui.pages import render
from rung.ui.tables import table_answer


@require_GET
@permission_required("numbers.see")
def overview(request: AgentRequest) -> HttpResponse:
    """The overview; a fragment with what is true now, where the page came with what was told before."""
    is_fragment = request.headers.get("HX-Request") == "true"
    filters = filters_of(request.GET.dict(), request.agent, at=request.received_at)
    page = overview_page(filters, may_be_former=not is_fragment)
    return render(request, "insight/overview.html", page, block="answer" if is_fragment else None)


@require_GET
@permission_required("numbers.see")
def kpi(request: AgentRequest, name: str) -> HttpResponse:
    asked = kpi_for(request.agent, name)
    filters = filters_of(request.GET.dict(), request.agent, at=request.received_at)
    return render(
        request,
        "insight/kpi.html",
        kpi_page(asked, filters, request.agent, behind_page=given_page(request.GET.get("behind", ""))),
    )


@require_GET
@permission_required("numbers.see")
def compared(request: AgentRequest) -> HttpResponse:
    page = compared_page(request.GET.dict(), request.agent, at=request.received_at)
    return render(request, "insight/compared.html", page)


@require_GET
@permission_required("numbers.see", "exports.take")
def compared_file(request: AgentRequest, kind: str) -> HttpResponse:
    """What is compared, as CSV or Parquet."""
    found = compared_sides(request.GET.dict(), request.agent, at=request.received_at)
    note_export("numbers/compared", by=request.actor, at=request.received_at)
    return table_answer(compared_rows(found), "compared", kind, types=COMPARED_TYPES)


@require_GET
@permission_required("numbers.see", "exports.take")
def overview_csv(request: AgentRequest) -> HttpResponse:
    filters = filters_of(request.GET.dict(), request.agent, at=request.received_at)
    note_export("numbers", by=request.actor, at=request.received_at)
    return _csv(
        sheet(reckonings_of(filters, engine=chosen_engine(request.received_at)), filters, is_whole=False), "numbers"
    )


@require_GET
@permission_required("numbers.see", "exports.take")
def kpi_csv(request: AgentRequest, name: str) -> HttpResponse:
    reckoning, filters = _taken(request, name)
    return _csv(sheet([reckoning], filters, is_whole=True), name)


@require_GET
@permission_required("numbers.see", "exports.take")
def overview_parquet(request: AgentRequest) -> HttpResponse:
    filters = filters_of(request.GET.dict(), request.agent, at=request.received_at)
    note_export("numbers", by=request.actor, at=request.received_at)
    reckonings = reckonings_of(filters, engine=chosen_engine(request.received_at))
    return _parquet(parquet(reckonings, filters, is_whole=False), "numbers")


@require_GET
@permission_required("numbers.see", "exports.take")
def kpi_parquet(request: AgentRequest, name: str) -> HttpResponse:
    reckoning, filters = _taken(request, name)
    return _parquet(parquet([reckoning], filters, is_whole=True), name)


def _taken(request: AgentRequest, name: str) -> tuple[Reckoning, Filters]:
    """One number, as the address narrows it, to be taken away; that it was is noted."""
    asked = kpi_for(request.agent, name)
    filters = filters_of(request.GET.dict(), request.agent, at=request.received_at)
    reckoning = reckon(
        asked, filters.period, filters.scope, channel=filters.channel, engine=chosen_engine(request.received_at),
        is_whole=True,
    )  # fmt: skip
    note_export(f"numbers/{name}", by=request.actor, at=request.received_at)
    return reckoning, filters


def _csv(text: str, name: str) -> HttpResponse:
    # The mark at the head tells spreadsheets that it is UTF-8.
    return _download("\ufeff" + text, "text/csv; charset=utf-8", f"{name}.csv")


def _parquet(content: bytes, name: str) -> HttpResponse:
    return _download(content, "application/vnd.apache.parquet", f"{name}.parquet")


def _download(content: str | bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
