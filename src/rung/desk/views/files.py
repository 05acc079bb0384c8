"""Files that came with touchpoints. Their makers are strangers, so they are handed over where no cookie counts: the desk
gives out an address that is signed and ends soon; behind it a file stands in a sandbox of its own, or, with RUNG_FILES_URL,
on a host of its own."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.views.decorators.http import require_GET, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.core import clock
from rung.core.addresses import reverse
from rung.core.downloads import Span, Unsatisfiable, asked_span, content_disposition, pieces
from rung.desk.pages.previews import PICTURES, preview_page
from rung.touchpoints.access import Attachment, attachment_for
from rung.touchpoints.filekeys import attachment_by_key, file_key
from rung.ui.pages import render

PDF = "application/pdf"
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
# A sandbox keeps browsers' own PDF viewers from working; without one a PDF may only be where there is nothing else.
PDF_ALONE = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
HOUR = 3600


@require_GET
@agent_required
def attachment(request: AgentRequest, pk: int, name: str) -> HttpResponse:
    """To the file's address of this hour, for whoever may see its conversation."""
    found = attachment_for(request.agent, pk)
    key = file_key(found, agent=request.agent, at=request.received_at)
    answer = HttpResponseRedirect(settings.FILES_URL + reverse("desk:file", args=[key, name]))
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@agent_required
def preview(request: AgentRequest, pk: int) -> HttpResponse:
    """The beginning of a text, or a picture, to look at without leaving the conversation."""
    return render(request, "desk/preview.html", preview_page(attachment_for(request.agent, pk)), block="preview")


@require_safe
def file(request: HttpRequest, key: str, name: str) -> HttpResponse | StreamingHttpResponse:
    """The file itself. Neither session nor cookie is looked at: the signature in the address is the right to have it."""
    found = attachment_by_key(key, at=clock.now())
    etag = f'"{found.digest}"'
    answer = _answer(request, found, etag)
    media_type = found.media_type.lower()
    alone = media_type == PDF and bool(settings.FILES_URL)
    shown = media_type in PICTURES or alone
    answer.headers["Content-Type"] = media_type if shown else "application/octet-stream"
    answer.headers["Content-Disposition"] = content_disposition(found.name, inline=shown)
    answer.headers["Content-Security-Policy"] = PDF_ALONE if alone else SANDBOX
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin" if settings.FILES_URL else "same-origin"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex, nofollow"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["ETag"] = etag
    answer.headers["Cache-Control"] = f"private, max-age={HOUR}, immutable"
    return answer


def _answer(request: HttpRequest, found: Attachment, etag: str) -> HttpResponse | StreamingHttpResponse:
    """All of it, the piece that was asked for, or that it is known already."""
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304)
    try:
        content = found.open()
    except FileNotFoundError:
        raise Http404 from None
    size = content.seek(0, 2)
    wanted = request.headers.get("Range", "")
    try:
        span = asked_span(wanted, size) if request.headers.get("If-Range", etag) == etag else None
    except Unsatisfiable:
        content.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = StreamingHttpResponse(pieces(content, span or Span(0, size)), status=206 if span else 200)
    if span is not None:
        answer.headers["Content-Range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    answer.headers["Content-Length"] = str(span.end - span.start if span else size)
    return answer
