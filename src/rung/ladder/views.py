from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.accounts.verbs import note_export
from rung.ladder.access import estimation_for
from rung.ladder.filters import LadderFilters, filters_from
from rung.ladder.pages import (
    MOST_ON_A_PAGE,
    estimation_page,
    estimations_page,
    explanation_page,
    ladder_page,
    ladder_paper,
    ladder_rows,
    method_page,
    over_time_rows,
    touchpoint_rows,
)
from rung.ladder.verbs import ask_estimation, publish_estimation, return_to, stop_estimation
from rung.ui.pages import render
from rung.ui.tables import table_answer
from rung.ui.typesetting import pdf_answer


def _filters(request: AgentRequest) -> LadderFilters:
    return filters_from(request.GET, at=request.received_at, zone=request.agent.zone)


@require_GET
@permission_required("numbers.see")
def ladder(request: AgentRequest) -> HttpResponse:
    """The ladder page; a fragment while it is being added up."""
    block = "answer" if request.headers.get("HX-Request") == "true" else None
    page = ladder_page(request.agent, _filters(request), most=MOST_ON_A_PAGE)
    return render(request, "ladder/ladder.html", page, block=block)


@require_GET
@permission_required("numbers.see", "exports.take")
def table(request: AgentRequest, kind: str) -> HttpResponse:
    """What is on the ladder page, as CSV or Parquet; `?what=` "touchpoints" for these themselves, "over_time" for how the
    level went and what moved it."""
    rows = {"touchpoints": touchpoint_rows, "over_time": over_time_rows}.get(request.GET.get("what", ""), ladder_rows)
    note_export("ladder", by=request.actor, at=request.received_at)
    return table_answer(rows(request.agent, _filters(request)), "ladder", kind)


@require_GET
@permission_required("numbers.see", "exports.take")
def pdf(request: AgentRequest) -> HttpResponse:
    """The ladder page on paper."""
    paper = ladder_paper(request.agent, _filters(request), at=request.received_at)
    note_export("ladder", by=request.actor, at=request.received_at)
    return pdf_answer(paper, "ladder")


@require_GET
@permission_required("numbers.see")
def method(request: AgentRequest) -> HttpResponse:
    return render(request, "ladder/method.html", method_page(may_estimate=request.agent.may("settings.ladder")))


@require_GET
@agent_required
def explanation(request: AgentRequest, touchpoint: int) -> HttpResponse:
    """Why a touchpoint stands where it does; a fragment for the conversation when htmx asks."""
    block = "explanation" if request.headers.get("HX-Request") == "true" else None
    return render(request, "ladder/explanation.html", explanation_page(request.agent, touchpoint), block=block)


@require_GET
@permission_required("settings.ladder")
def estimations(request: AgentRequest) -> HttpResponse:
    """Which settings are in force, and all there were; a fragment while one is being worked out."""
    block = "answer" if request.headers.get("HX-Request") == "true" else None
    return render(request, "ladder/estimations.html", estimations_page(), block=block)


@require_GET
@permission_required("settings.ladder")
def estimation(request: AgentRequest, pk: int) -> HttpResponse:
    return render(request, "ladder/estimation.html", estimation_page(estimation_for(request.agent, pk)))


@require_POST
@permission_required("settings.ladder")
def ask(request: AgentRequest) -> HttpResponse:
    ask_estimation(by=request.actor, at=request.received_at)
    return HttpResponseRedirect(reverse("ladder:estimations"), status=303)


@require_POST
@permission_required("settings.ladder")
def stop(request: AgentRequest, pk: int) -> HttpResponse:
    if stop_estimation(estimation_for(request.agent, pk), by=request.actor, at=request.received_at):
        messages.success(request, _("Stopped."))
    return HttpResponseRedirect(reverse("ladder:estimations"), status=303)


@require_POST
@permission_required("settings.ladder")
def publish(request: AgentRequest, pk: int) -> HttpResponse:
    """Publish what was found; what had been published before is returned to."""
    found = estimation_for(request.agent, pk)
    put = return_to if found.in_force_from else publish_estimation
    if put(found, by=request.actor, at=request.received_at):
        messages.success(request, _("In force. All levels are being worked out again; that may take some minutes."))
    return HttpResponseRedirect(reverse("ladder:estimations"), status=303)


@require_POST
@permission_required("settings.ladder")
def defaults(request: AgentRequest) -> HttpResponse:
    if return_to(None, by=request.actor, at=request.received_at):
        messages.success(request, _("Back to the default settings. All levels are being worked out again."))
    return HttpResponseRedirect(reverse("ladder:estimations"), status=303)
