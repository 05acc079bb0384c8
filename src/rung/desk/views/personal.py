"""What we know of a person, handed over to them: GDPR, articles 15 and 20."""

from __future__ import annotations

from typing import cast

from django.http import HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_http_methods

from rung.accounts.access import AgentRequest, permission_required
from rung.accounts.verbs import note_export
from rung.core.downloads import Span, content_disposition, pieces
from rung.customers.access import customer_for
from rung.desk.pages.personal import personal_file, personal_page
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@permission_required("exports.take")
def personal_data(request: AgentRequest, pk: int) -> HttpResponse:
    """Say what goes in; then hand it over. It is in the audit list from then on."""
    person = customer_for(request.agent, pk)
    if request.method != "POST":
        return render(request, "desk/personal.html", personal_page(person, request.agent))
    content, size = personal_file(
        person,
        request.agent,
        with_notes=request.POST.get("notes") == "yes",
        with_files=request.POST.get("files") == "yes",
        at=request.received_at,
    )
    note_export(f"customers/{person.pk}", by=request.actor, at=request.received_at)
    answer = StreamingHttpResponse(pieces(content, Span(0, size)), content_type="application/zip")
    answer.headers["Content-Disposition"] = content_disposition(f"person-{person.pk}.zip", inline=False)
    answer.headers["Content-Length"] = str(size)
    answer.headers["Cache-Control"] = "private, no-store"
    # The gates speak of the answer that is there at once; one that streams goes through them alike.
    return cast(HttpResponse, answer)
