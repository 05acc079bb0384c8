from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, agent_required
from rung.core.addresses import reverse
from rung.desk.pages.queue import place_from
from rung.desk.views.conversations import address_of
from rung.desk.views.onward import onward_from
from rung.touchpoints.access import conversation_for
from rung.touchpoints.doors import door
from rung.touchpoints.verbs import mark_spam, unmark_spam


@require_POST
@agent_required
def spam(request: AgentRequest, number: int) -> HttpResponse:
    """Declare a conversation spam, and shut its sender out where that is asked for; with `end`, take it back."""
    matter = conversation_for(request.agent, number)
    if "end" in request.POST:
        unmark_spam(matter, by=request.actor, at=request.received_at)
        messages.success(request, _("It is no spam: it is back where it was, and its sender is remembered as good."))
        return redirect(address_of(request, matter))
    mark_spam(matter, by=request.actor, at=request.received_at)
    block, shut_out = request.POST.get("block", ""), door(matter.channel).shut_out
    if block and shut_out is not None:
        try:
            shut_out(matter, whole_domain=block == "domain", by=request.actor, at=request.received_at)
        except ValidationError as refused:
            messages.warning(request, " ".join(refused.messages))
    onward = onward_from(request, matter)
    if onward is not None:
        return redirect(onward)
    messages.success(request, _("Marked as spam. It lies under Spam, where it can be taken back."))
    place = place_from(request.POST.get("from", ""), request.agent, at=request.received_at)
    return redirect(place.href if place is not None else reverse("desk:queue_view", args=["unassigned"]))
