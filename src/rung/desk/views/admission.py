from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, agent_required
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import conversation_for, former_conversation, mentioned_for
from rung.touchpoints.verbs import admit_to_conversation, part_from_conversation


@require_POST
@agent_required
def admission(request: AgentRequest, number: int) -> HttpResponse:
    """Let a stranger's conversation join the one it mentions; with `end`, take that back. Both have to be ours to see."""
    matter = conversation_for(request.agent, number)
    try:
        if request.POST.get("end"):
            former = former_conversation(matter, number)
            if former is None:
                raise Http404
            part_from_conversation(former, by=request.actor, at=request.received_at)
            messages.success(request, _("Taken back: it is a conversation of its own again."))
            return redirect(conversation_href(number))
        if mentioned_for(request.agent, matter) is None:
            raise Http404
        into = admit_to_conversation(matter, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(conversation_href(matter.number))
    return redirect(f"{conversation_href(into.number)}?joined={number}#latest")
