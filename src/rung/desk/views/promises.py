"""What was promised to a customer: noted, kept, given another day, not kept, taken back; each of it undone."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.customers.access import customer_for
from rung.desk.forms.promises import day_in, promise_in
from rung.desk.views.conversations import change
from rung.promises.access import Promise, promise_for
from rung.promises.verbs import (
    break_promise,
    keep_promise,
    make_promise,
    move_promise,
    reopen_promise,
    unmove_promise,
    withdraw_promise,
)
from rung.touchpoints.access import Conversation, conversation_for

DEEDS = {
    "keep": keep_promise,
    "withdraw": withdraw_promise,
    "reopen": reopen_promise,
    "unmove": unmove_promise,
}


@require_POST
@permission_required("answers.write")
def promises(request: AgentRequest, pk: int) -> HttpResponse:
    """Note what was promised, on the phone or elsewhere; in the conversation that it is said to belong to."""
    person = customer_for(request.agent, pk)
    matter = _matter(request)

    def act() -> None:
        said = promise_in(request.POST, request.agent.zone, at=request.received_at)
        if said is None:
            raise ValidationError(_("Say what is promised, and by which day."))
        customer = matter.customer if matter is not None else person
        make_promise(
            customer,
            said.what,
            due_at=said.due_at,
            is_day=said.is_day,
            conversation=matter,
            by=request.actor,
            at=request.received_at,
        )

    return _done(request, person.pk, matter, act)


@require_POST
@permission_required("answers.write")
def promise(request: AgentRequest, pk: int) -> HttpResponse:
    """Do one thing to a promise; which, the pressed button says."""
    known = promise_for(request.agent, pk)
    deed = request.POST.get("do", "")
    if deed not in (*DEEDS, "move", "break"):
        raise Http404
    return _done(request, known.customer_id, _matter(request), lambda: _do(request, known, deed))


def _do(request: AgentRequest, known: Promise, deed: str) -> None:
    by, at = request.actor, request.received_at
    if deed == "move":
        due_at, is_day = day_in(request.POST.get("day", ""), request.POST.get("time", ""), request.agent.zone)
        move_promise(known, due_at=due_at, is_day=is_day, by=by, at=at)
    elif deed == "break":
        break_promise(known, told=request.POST.get("told", ""), by=by, at=at)
    else:
        DEEDS[deed](known, by=by, at=at)


def _matter(request: AgentRequest) -> Conversation | None:
    """The conversation whose page the form stood on."""
    number = given_key(request.POST.get("conversation", ""))
    return conversation_for(request.agent, number) if number is not None else None


def _done(request: AgentRequest, customer: int, matter: Conversation | None, act: Callable[[], None]) -> HttpResponse:
    if matter is not None:
        return change(request, matter, act)
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    if request.POST.get("then") == "home":
        return redirect("desk:home")
    return redirect(reverse("desk:customer", args=[customer]) + "#promises")
