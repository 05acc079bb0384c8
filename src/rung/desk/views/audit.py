"""The audit list, and the same as a table."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.desk.pages.audit import Filters, audit_page, audit_rows
from rung.ui.pages import render
from rung.ui.tables import table_answer


@require_safe
@permission_required("audit.see")
def audit(request: AgentRequest) -> HttpResponse:
    with timezone.override(request.agent.zone):
        page = audit_page(Filters.read(request.GET))
    return render(request, "desk/audit.html", page)


@require_safe
@permission_required("audit.see", "exports.take")
def table(request: AgentRequest) -> HttpResponse:
    note_export("audit", by=request.actor, at=request.received_at)
    with timezone.override(request.agent.zone):
        return table_answer(audit_rows(Filters.read(request.GET)), "audit", "csv")
