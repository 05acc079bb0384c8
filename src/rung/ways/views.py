from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.seen import Overtaken
from rung.ui.pages import render
from rung.ui.tables import table_answer
from rung.ui.typesetting import pdf_answer
from rung.ways.access import drawn, drawn_for, journey_for
from rung.ways.filters import WayFilters, filters_from
from rung.ways.forms import JourneyForm
from rung.ways.pages import drawing_page, journey_page, journey_paper, journeys_page, journeys_paper, journeys_rows
from rung.ways.verbs import change_journey, draw_journey, end_journey


def _filters(request: AgentRequest) -> WayFilters:
    return filters_from(request.GET, at=request.received_at, zone=request.agent.zone)


@require_GET
@permission_required("numbers.see")
def journeys(request: AgentRequest) -> HttpResponse:
    return render(request, "ways/journeys.html", journeys_page(request.agent, _filters(request)))


@require_GET
@permission_required("numbers.see")
def journey(request: AgentRequest, key: str) -> HttpResponse:
    page = journey_page(request.agent, drawn_for(request.agent, key), _filters(request))
    return render(request, "ways/journey.html", page)


@require_GET
@permission_required("numbers.see", "exports.take")
def table(request: AgentRequest, kind: str, key: str = "") -> HttpResponse:
    """The steps of all journeys, or of one, as CSV or Parquet."""
    shown = (drawn_for(request.agent, key),) if key else None
    note_export("journeys", by=request.actor, at=request.received_at)
    name = "journey" if key else "journeys"
    return table_answer(journeys_rows(request.agent, _filters(request), shown), name, kind)


@require_GET
@permission_required("numbers.see", "exports.take")
def pdf(request: AgentRequest) -> HttpResponse:
    """All journeys on paper."""
    paper = journeys_paper(request.agent, _filters(request), at=request.received_at)
    note_export("journeys", by=request.actor, at=request.received_at)
    return pdf_answer(paper, "journeys")


@require_GET
@permission_required("numbers.see", "exports.take")
def journey_pdf(request: AgentRequest, key: str) -> HttpResponse:
    """One journey on paper."""
    paper = journey_paper(request.agent, drawn_for(request.agent, key), _filters(request), at=request.received_at)
    note_export("journeys", by=request.actor, at=request.received_at)
    return pdf_answer(paper, "journey")


@require_http_methods(["GET", "POST"])
@permission_required("settings.ladder")
def new(request: AgentRequest) -> HttpResponse:
    """A journey of one's own, empty or begun from another (`?from=`)."""
    begun = drawn_for(request.agent, request.GET["from"]) if request.GET.get("from") else None
    form = JourneyForm(request.POST if request.method == "POST" else None, drawn=begun)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "ways/drawing.html", drawing_page(form), status=status)
    made = draw_journey(form.cleaned_data["name"], form.steps(), by=request.actor, at=request.received_at)
    messages.success(request, _("The journey is drawn."))
    return HttpResponseRedirect(reverse("ways:journey", args=[made.pk]), status=303)


@require_http_methods(["GET", "POST"])
@permission_required("settings.ladder")
def drawing(request: AgentRequest, key: int) -> HttpResponse:
    asked = journey_for(request.agent, key)
    form = JourneyForm(request.POST if request.method == "POST" else None, drawn=drawn(asked))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "ways/drawing.html", drawing_page(form, drawn(asked)), status=status)
    name, steps = form.cleaned_data["name"], form.steps()
    try:
        changed = change_journey(asked, name, steps, seen=form.seen, by=request.actor, at=request.received_at)
    except Overtaken as overtaken:
        form.come_back(overtaken)
        return render(request, "ways/drawing.html", drawing_page(form, drawn(asked)), status=409)
    if changed:
        messages.success(request, form.what_stayed() or _("Saved."))
    return HttpResponseRedirect(reverse("ways:journey", args=[key]), status=303)


@require_POST
@permission_required("settings.ladder")
def end(request: AgentRequest, key: int) -> HttpResponse:
    if end_journey(journey_for(request.agent, key), by=request.actor, at=request.received_at):
        messages.success(request, _("The journey is no longer shown. What customers lived is untouched."))
    return HttpResponseRedirect(reverse("ways:journeys"), status=303)
