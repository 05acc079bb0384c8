from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from rung.accounts.access import AgentRequest, agent_required
from rung.desk.pages.presence import presence_page
from rung.touchpoints.access import conversation_for
from rung.touchpoints.verbs import end_presence, show_presence
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@agent_required
def presence(request: AgentRequest, number: int) -> HttpResponse:
    """Who else has it before them. A POST says that this agent has: `writing`, and `gone` when they have no more."""
    matter = conversation_for(request.agent, number)
    by, at = request.actor, request.received_at
    if request.POST.get("gone"):
        end_presence(matter, by=by, at=at)
        return HttpResponse(status=204)
    if request.method == "POST":
        show_presence(matter, is_writing=bool(request.POST.get("writing")), by=by, at=at)
    return render(request, "desk/presence.html", presence_page(matter, request.agent, at=at))
