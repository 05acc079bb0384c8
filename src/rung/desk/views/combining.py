from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from rung.accounts.access import AgentRequest, agent_required
from rung.core.given import given_key
from rung.desk.pages.combining import combining_page
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import conversation_for
from rung.touchpoints.verbs import merge_conversations
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@agent_required
def combining(request: AgentRequest, number: int) -> HttpResponse:
    """Choose the conversation that this one becomes part of; both have to be this agent's to see."""
    matter = conversation_for(request.agent, number)
    if request.method == "GET":
        page = combining_page(matter, request.agent, wanted=request.GET.get("into", ""))
        return render(request, "desk/combining.html", page)
    into = conversation_for(request.agent, given_key(request.POST.get("into", "")) or 0)
    try:
        merge_conversations(matter, into, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(conversation_href(matter.number))
    return redirect(f"{conversation_href(into.number)}?joined={matter.number}#latest")
