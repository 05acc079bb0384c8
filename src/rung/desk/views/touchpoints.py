from __future__ import annotations

from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required, permission_required
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.desk.pages.conversation import Opening, conversation_page
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.access import Phase, SignalKind, Touchpoint, conversation_for, touchpoint_for
from rung.touchpoints.verbs import note_signal, place_in_phase, send_again, withdraw_signal
from rung.ui.pages import render


@require_safe
@agent_required
def touchpoint(request: AgentRequest, pk: int) -> HttpResponse:
    """To where it stands now, whatever has been merged or split since somebody kept this address."""
    found = touchpoint_for(request.agent, pk)
    matter = conversation_for(request.agent, found.conversation_id)
    return redirect(f"{conversation_href(matter.number)}?touchpoint={found.pk}#t{found.pk}")


@require_POST
@agent_required
def phase(request: AgentRequest, pk: int) -> HttpResponse:
    touchpoint = touchpoint_for(request.agent, pk)
    wanted = request.POST.get("phase", "")
    if wanted not in Phase.values:
        return HttpResponseBadRequest()
    place_in_phase(touchpoint, wanted, by=request.actor, at=request.received_at)
    return _after(request, touchpoint)


@require_POST
@agent_required
def signals(request: AgentRequest, pk: int) -> HttpResponse:
    """`note` or `withdraw` names the signal."""
    touchpoint = touchpoint_for(request.agent, pk)
    noted, withdrawn = request.POST.get("note", ""), request.POST.get("withdraw", "")
    if not {noted, withdrawn} & set(SignalKind.values):
        return HttpResponseBadRequest()
    if noted in SignalKind.values:
        note_signal(touchpoint, noted, by=request.actor, at=request.received_at)
    else:
        withdraw_signal(touchpoint, withdrawn, by=request.actor, at=request.received_at)
    return _after(request, touchpoint)


@require_POST
@permission_required("answers.write")
def delivery(request: AgentRequest, pk: int) -> HttpResponse:
    touchpoint = touchpoint_for(request.agent, pk)
    send_again(touchpoint, by=request.actor, at=request.received_at)
    return _after(request, touchpoint)


def _after(request: AgentRequest, touchpoint: Touchpoint) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return redirect(f"{reverse('desk:conversation', args=[touchpoint.conversation_id])}#t{touchpoint.pk}")
    since, show = given_key(request.POST.get("since", "")), given_key(request.POST.get("show", "")[:6])
    page = conversation_page(
        conversation_for(request.agent, touchpoint.conversation_id),
        request.agent,
        at=request.received_at,
        opening=Opening(origin=request.POST.get("from", ""), since=since, show=show or 0),
    )
    return render(request, "desk/conversation.html", page, block="live")
