from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.insight.access import kpi_for
from rung.reports.access import schedule_for
from rung.reports.forms import ScheduleForm
from rung.reports.making import compared_paper_for, paper_for
from rung.reports.pages import schedules_page
from rung.reports.verbs import end_report, schedule_report
from rung.ui.pages import render
from rung.ui.typesetting import pdf_answer


@require_GET
@permission_required("numbers.see", "exports.take")
def overview_pdf(request: AgentRequest) -> HttpResponse:
    return _pdf(request, "")


@require_GET
@permission_required("numbers.see", "exports.take")
def kpi_pdf(request: AgentRequest, name: str) -> HttpResponse:
    return _pdf(request, kpi_for(request.agent, name).name)


@require_GET
@permission_required("numbers.see", "exports.take")
def compared_pdf(request: AgentRequest) -> HttpResponse:
    """Two periods or teams against each other."""
    paper = compared_paper_for(request.agent, request.GET.dict(), at=request.received_at)
    note_export("numbers/compared", by=request.actor, at=request.received_at)
    return pdf_answer(paper, "compared")


def _pdf(request: AgentRequest, kpi: str) -> HttpResponse:
    paper = paper_for(request.agent, kpi, request.GET.dict(), at=request.received_at)
    note_export(f"numbers/{kpi}" if kpi else "numbers", by=request.actor, at=request.received_at)
    return pdf_answer(paper, kpi or "numbers")


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("numbers.see", "exports.take")
def schedules(request: AgentRequest) -> HttpResponse:
    is_post = request.method == "POST"
    form = ScheduleForm(
        request.agent, request.POST if is_post else None, asked=request.GET.dict(), at=request.received_at
    )
    if is_post and form.is_valid():
        receiver = form.receiver()
        try:
            schedule_report(receiver, form.wish(), by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
        else:
            messages.success(request, _("The report goes to %(email)s.") % {"email": receiver.email})
            return redirect("reports:schedules")
    page = schedules_page(request.agent, form, at=request.received_at)
    return render(request, "reports/schedules.html", page, status=422 if is_post else 200)


@require_POST
@permission_required("numbers.see")
def ending(request: AgentRequest, pk: int) -> HttpResponse:
    end_report(schedule_for(request.agent, pk), by=request.actor, at=request.received_at)
    messages.success(request, _("This report comes no more."))
    return redirect("reports:schedules")
