"""A letter in a frame of its own with the pictures it fetches from elsewhere; only there the content policy lets it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST
from markupsafe import Markup

from rung.accounts.access import AgentRequest, agent_required
from rung.core.addresses import reverse
from rung.customers.verbs import trust_pictures
from rung.desk.pages.letters import letter_html
from rung.desk.pages.safety import written_from
from rung.surveys.access import without_links
from rung.touchpoints.access import touchpoint_for
from rung.ui.pages import render

# No script, no form, no frame; same origin only so that the page around it can measure how tall it is.
POLICY = "; ".join(
    (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "img-src 'self' https: http: data:",
        "style-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)


@dataclass(frozen=True, slots=True)
class LetterPage:
    subject: str
    html: Markup
    href: str


@require_GET
@xframe_options_sameorigin
@agent_required
def letter(request: AgentRequest, pk: int) -> HttpResponse:
    touchpoint = touchpoint_for(request.agent, pk)
    html = letter_html(without_links(touchpoint.html, ""), touchpoint.attachments.all(), with_pictures=True)
    answer = render(request, "desk/letter.html", LetterPage(touchpoint.subject, html, ""))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@require_GET
@agent_required
def letter_frame(request: AgentRequest, pk: int) -> HttpResponse:
    """The frame to put in the place of the letter without pictures."""
    touchpoint = touchpoint_for(request.agent, pk)
    page = LetterPage(touchpoint.subject, Markup(""), reverse("desk:letter", args=[pk]))
    return render(request, "desk/letter_frame.html", page)


@require_POST
@agent_required
def pictures(request: AgentRequest, pk: int) -> HttpResponse:
    """Show the pictures of this sender from now on, or no longer."""
    touchpoint = touchpoint_for(request.agent, pk)
    shown = request.POST.get("always") == "yes"
    trust_pictures(written_from(touchpoint), shown=shown, by=request.actor, at=request.received_at)
    return redirect(f"{reverse('desk:conversation', args=[touchpoint.conversation_id])}#t{touchpoint.pk}")
