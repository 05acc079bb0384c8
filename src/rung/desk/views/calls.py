from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required
from rung.channels.phone.access import Call, call_for
from rung.channels.phone.verbs import (
    answer_call,
    close_call,
    end_call,
    jot_promise,
    note_call,
    place_call,
    recognise_caller,
)
from rung.core.given import given_key
from rung.customers.access import customer_for
from rung.customers.verbs import meet_customer
from rung.desk.forms.promises import PROMISE_FIELDS, Promised, promise_in
from rung.desk.pages.calls import calls_page, present_page
from rung.promises.verbs import make_promise
from rung.touchpoints.access import conversation_for
from rung.ui.pages import render


@require_GET
@agent_required
def calls(request: AgentRequest) -> HttpResponse:
    page = calls_page(request.agent, at=request.received_at, before=request.GET.get("before", ""))
    block = "live" if request.headers.get("HX-Request") == "true" else None
    return render(request, "desk/calls.html", page, block=block)


@require_GET
@agent_required
def present(request: AgentRequest) -> HttpResponse:
    """What lies above every page while it rings."""
    return render(request, "desk/calls.html", present_page(request.agent, at=request.received_at), block="cards")


@require_POST
@agent_required
def taking(request: AgentRequest, pk: int) -> HttpResponse:
    call = call_for(request.agent, pk)
    answer_call(call, request.agent, by=request.actor, at=request.received_at)
    return _shown(request)


@require_POST
@agent_required
def ending(request: AgentRequest, pk: int) -> HttpResponse:
    call = call_for(request.agent, pk)
    end_call(call, by=request.actor, at=request.received_at)
    return _shown(request)


@require_POST
@agent_required
def notes(request: AgentRequest, pk: int) -> HttpResponse:
    """Keep notes, matter and what is half promised while they talk; with `do`, end the call, or be done with it. It becomes
    a promise only when somebody says so: what is typed in passing is none yet."""
    call = call_for(request.agent, pk)
    by, at, keeps = request.actor, request.received_at, "X-Keeps" in request.headers
    may_promise = not keeps and call.customer is not None and request.agent.may("answers.write")
    try:
        _keep(request, call)
        if "promise" in request.POST:
            jot_promise(call, {name: request.POST.get(name, "") for name in PROMISE_FIELDS}, by=by, at=at)
        promised = promise_in(request.POST, request.agent.zone, at=at) if may_promise else None
    except ValidationError as refused:
        said = " ".join(refused.messages)
        return HttpResponse(said, status=422, content_type="text/plain") if keeps else _shown(request, error=said)
    if keeps:
        return HttpResponse(status=204)
    if promised is not None:
        jot_promise(call, {}, by=by, at=at)
    if request.POST.get("do") == "end":
        end_call(call, by=by, at=at)
    elif request.POST.get("do") == "close":
        close_call(call, by=by, at=at)
    if promised is not None:
        _promise(request, call, promised)
    return _shown(request)


@require_POST
@agent_required
def caller(request: AgentRequest, pk: int) -> HttpResponse:
    """Say who it is: somebody known, or somebody new by name."""
    call = call_for(request.agent, pk)
    by, at = request.actor, request.received_at
    known = given_key(request.POST.get("customer", ""))
    if call.customer_id is not None:
        return _shown(request)
    try:
        if known is not None:
            person = customer_for(request.agent, known)
        else:
            person = meet_customer(name=request.POST.get("name", ""), by=by, at=at)
        recognise_caller(call, person, by=by, at=at)
    except ValidationError as refused:
        return _shown(request, error=" ".join(refused.messages))
    return _shown(request)


def _keep(request: AgentRequest, call: Call) -> None:
    by, at = request.actor, request.received_at
    if "notes" in request.POST:
        note_call(call, request.POST["notes"], by=by, at=at)
    if "matter" in request.POST:
        number = given_key(request.POST["matter"])
        place_call(call, conversation_for(request.agent, number) if number is not None else None, by=by, at=at)


def _promise(request: AgentRequest, call: Call, said: Promised) -> None:
    """What was promised on the telephone: in the call, where it has become a touchpoint, else to whoever called."""
    touchpoint = call.touchpoint
    assert call.customer is not None
    make_promise(
        call.customer,
        said.what,
        due_at=said.due_at,
        is_day=said.is_day,
        conversation=touchpoint.conversation if touchpoint is not None else call.matter,
        letter=touchpoint.pk if touchpoint is not None else None,
        by=request.actor,
        at=request.received_at,
    )


def _shown(request: AgentRequest, *, error: str = "") -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        if error:
            messages.error(request, error)
        return redirect("desk:calls")
    page = present_page(request.agent, at=request.received_at, error=error)
    return render(request, "desk/calls.html", page, block="cards")
