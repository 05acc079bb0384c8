from __future__ import annotations

from typing import cast

from django.http import FileResponse, Http404, HttpResponse
from django.views.decorators.http import require_GET

from rung.accounts.access import AgentRequest, agent_required
from rung.touchpoints.access import attachment_for

# Only what a browser draws and never runs may stand in the page; all else is handed over as a file.
SHOWN = {"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif"}
WEEK = 7 * 24 * 3600


@require_GET
@agent_required
def attachment(request: AgentRequest, pk: int, name: str) -> HttpResponse:
    found = attachment_for(request.agent, pk)
    try:
        content = found.open()
    except FileNotFoundError:
        raise Http404 from None
    media_type = found.media_type.lower()
    shown = media_type in SHOWN
    response = FileResponse(
        content,
        as_attachment=not shown,
        filename=found.name,
        content_type=media_type if shown else "application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = f"private, max-age={WEEK}, immutable"
    return cast(HttpResponse, response)  # it streams; the gates know answers by this name
