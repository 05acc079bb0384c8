"""The audit list, and the same as a table."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.downloads import harmless
from rung.desk.pages.audit import Filters, audit_page, audit_rows
from rung.ui.pages import render


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
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    response.write("\ufeff")  # or Excel takes it for Latin-1
    with timezone.override(request.agent.zone):
        rows = audit_rows(Filters.read(request.GET))
        csv.writer(response).writerows([harmless(cell) for cell in row] for row in rows)
    return response
