from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.customers.access import Purpose, customer_for, preference_for
from rung.customers.verbs import confirm_preference, end_preference, state_consent, state_preference
from rung.desk.views.customers import back_to


@require_POST
@permission_required("customers.change")
def preferences(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    said = request.POST
    try:
        state_preference(
            person, said.get("text", ""), source=said.get("source", ""), by=request.actor, at=request.received_at
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return back_to(request, person.pk)


@require_POST
@permission_required("customers.change")
def preference(request: AgentRequest, pk: int) -> HttpResponse:
    """Say that it still holds, or with `end` that it does not."""
    kept = preference_for(request.agent, pk)
    verb = end_preference if request.POST.get("end") else confirm_preference
    verb(kept, by=request.actor, at=request.received_at)
    return back_to(request, kept.customer_id)


@require_POST
@permission_required("customers.change")
def consents(request: AgentRequest, pk: int) -> HttpResponse:
    person = customer_for(request.agent, pk)
    purpose, answer = request.POST.get("purpose"), request.POST.get("answer")
    if purpose not in Purpose.values or answer not in ("yes", "no"):
        raise Http404
    source = request.POST.get("source", "")
    state_consent(person, purpose, is_given=answer == "yes", source=source, by=request.actor, at=request.received_at)
    return back_to(request, person.pk)
