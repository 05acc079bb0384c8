from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required, colleague_for, team_for
from rung.core.addresses import reverse
from rung.core.ahead import ask_together
from rung.core.given import given_key
from rung.core.seldom import About, ask_whether_there
from rung.desk.forms.moments import moment_in
from rung.desk.pages.conversation import Keep, Known, Opening, conversation_page, known_of
from rung.desk.pages.left import SLIP
from rung.desk.views.onward import chosen, list_of, onward_from, remember_list
from rung.journal.access import news_asked_for
from rung.notices.access import has_unread_in
from rung.notices.verbs import read_notices
from rung.promises.access import open_promises_in
from rung.promises.verbs import keep_promise
from rung.touchpoints.access import Conversation, Outcome, asked_at_the_gate, conversation_for, is_unread_by
from rung.touchpoints.linked import open_requests
from rung.touchpoints.turns import awaiting_since
from rung.touchpoints.verbs import (
    assign_conversation,
    end_snooze,
    mark_read,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
)
from rung.ui.pages import render


@require_GET
@agent_required
def conversation(request: AgentRequest, number: int) -> HttpResponse:
    # In this order: what is committed in between must not count as seen while it is not shown.
    ask_together(lambda: (news_asked_for(number), asked_at_the_gate(request.agent, number)))
    known = known_of(number)
    matter = conversation_for(request.agent, number)
    if matter.number != number:
        return redirect(reverse("desk:conversation", args=[matter.number]) + f"?joined={number}")
    is_refresh = request.headers.get("HX-Request") == "true"
    is_as_it_was = is_refresh and _number(request.GET, "entry") == known.newest_here
    if not is_as_it_was:
        ask_whether_there(About(matter.pk, matter.customer_id, request.agent.pk))
    if has_unread_in(request.agent, matter):
        read_notices(matter, agent=request.agent, by=request.actor, at=request.received_at)
    if is_as_it_was:
        return HttpResponse(status=204)
    if is_unread_by(matter, request.agent):
        mark_read(matter, agent=request.agent, by=request.actor, at=request.received_at)
    return show(request, matter, block="live" if is_refresh else None, known=known)


@require_POST
@agent_required
def assignment(request: AgentRequest, number: int) -> HttpResponse:
    """Fields not sent stay as they are; empty ones give the conversation back. Whoever hands it to somebody else is done
    with it; who takes it on, or with `undo` takes that back, has it before them."""
    matter = conversation_for(request.agent, number)
    agent, team = matter.assignee, matter.team
    before = agent, team
    if "agent" in request.POST:
        key = _number(request.POST, "agent")
        agent = colleague_for(request.agent, key) if key else None
    if "team" in request.POST:
        key = _number(request.POST, "team")
        team = team_for(request.agent, key) if key else None
    return change(
        request,
        matter,
        lambda: assign_conversation(matter, agent=agent, team=team, by=request.actor, at=request.received_at),
        hands_over=(agent, team) != before and agent != request.agent and "undo" not in request.POST,
    )


@require_POST
@agent_required
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    by, at = request.actor, request.received_at
    if request.POST.get("end"):
        return change(request, matter, lambda: end_snooze(matter, by=by, at=at))
    wanted = request.POST.get("until") or request.POST.get("day", "")
    return change(
        request,
        matter,
        lambda: snooze_conversation(matter, until=moment_in(wanted, request.agent.zone), by=by, at=at),
        ends=True,
    )


@require_POST
@agent_required
def resolution(request: AgentRequest, number: int) -> HttpResponse:
    """Refused, once, while something it waits for is open: with `anyway` somebody has been told."""
    matter = conversation_for(request.agent, number)

    def act() -> None:
        if not request.POST.get("anyway") and (waits_for := open_requests(matter)):
            numbers = ", ".join(f"#{each}" for each in waits_for)
            raise ValidationError(
                _("It still waits for %(numbers)s. Resolve it again if that is no matter.") % {"numbers": numbers}
            )
        resolve_conversation(matter, outcome=_outcome(request.POST), by=request.actor, at=request.received_at)
        for promise in open_promises_in(matter.pk):
            if request.POST.get(f"promise-{promise.pk}") == "kept" and request.agent.may("answers.write"):
                keep_promise(promise, by=request.actor, at=request.received_at)
        remind_of_promises(request, matter)

    return change(request, matter, act, ends=True)


@require_POST
@agent_required
def reopening(request: AgentRequest, number: int) -> HttpResponse:
    """Within the hour it takes the settling back: whoever was waiting waits on, instead of having had their answer."""
    matter, at = conversation_for(request.agent, number), request.received_at
    is_slip = matter.resolved_at is not None and at - matter.resolved_at < SLIP
    waited = awaiting_since(matter.touchpoints.order_by("occurred_at", "pk")) if is_slip else None
    return change(
        request,
        matter,
        lambda: reopen_conversation(matter, awaits_us_since_at=waited, by=request.actor, at=at),
    )


def remind_of_promises(request: AgentRequest, matter: Conversation) -> None:
    """Say what is still promised in a conversation that is settled."""
    for promise in open_promises_in(matter.pk)[:3]:
        words = _("It is resolved; still open is the promise: %(what)s (%(day)s).")
        day = date_format(promise.due_at.astimezone(request.agent.zone), "j M")
        messages.warning(request, words % {"what": promise.what, "day": day})


def show(
    request: AgentRequest,
    matter: Conversation,
    *,
    block: str | None = None,
    keep: Keep | None = None,
    known: Known | None = None,
    status: int = 200,
) -> HttpResponse:
    """The conversation; `keep` turns the composer of the moment into what was just sent and could not be taken."""
    given = request.POST if request.method == "POST" else request.GET
    opening = Opening(
        origin=given.get("from") or list_of(request, matter),
        since=_number(given, "since"),
        show=_number(given, "show") or 0,
        wanted=_number(given, "touchpoint"),
        joined=_number(given, "joined"),
        macro=_number(given, "macro"),
        applied=_number(given, "applied"),
        forwards=_number(given, "forwards"),
        is_aside="aside" in given or request.path.endswith("/asides"),
        only_sender=given.get("reply") == "sender",
        left=_number(given, "left"),
        handed=_number(given, "handed"),
        onward=chosen(request),
    )
    page = conversation_page(
        matter,
        request.agent,
        at=request.received_at,
        opening=opening,
        keep=keep,
        known=known,
    )
    response = render(request, "desk/conversation.html", page, block=block, status=status)
    if block is None:
        remember_list(request, response, matter, page.origin)
    return response


def change(
    request: AgentRequest,
    matter: Conversation,
    act: Callable[[], None],
    *,
    ends: bool = False,
    hands_over: bool = False,
) -> HttpResponse:
    """Do it; then the changed parts for htmx, so that what is being written stays, or the page again for everyone else.
    `ends`, and `hands_over` to somebody else: whoever has done it is done with the conversation, and goes on where they
    want to."""
    is_htmx = request.headers.get("HX-Request") == "true"
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        ends = hands_over = False
    onward = onward_from(request, matter, is_handed=hands_over) if ends or hands_over else None
    if onward is not None and ends:
        return _leave(onward, is_htmx)
    try:
        matter = conversation_for(request.agent, matter.number)
    except Http404:  # given to a team whose conversations this agent does not see
        messages.success(request, _("Handed over."))
        return _leave(onward or reverse("desk:queue"), is_htmx)
    if onward is not None:
        return _leave(onward, is_htmx)
    return show(request, matter, block="live") if is_htmx else redirect(address_of(request, matter))


def _leave(address: str, is_htmx: bool) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": address}) if is_htmx else HttpResponseRedirect(address)


def address_of(request: AgentRequest, matter: Conversation) -> str:
    """Where the conversation is, with the way back to the view it was opened from."""
    origin = request.POST.get("from", "")
    address = reverse("desk:conversation", args=[matter.number])
    return address + (f"?from={quote(origin[:1500], safe='/')}" if origin else "")


def _number(given: QueryDict, name: str) -> int | None:
    return given_key(given.get(name, ""))


def _outcome(given: QueryDict) -> str:
    wanted = given.get("outcome", "")
    return wanted if wanted in Outcome.values else Outcome.UNKNOWN.value
