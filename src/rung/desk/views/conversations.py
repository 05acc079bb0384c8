from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required, colleague_for, team_for
from rung.core.given import given_key
from rung.desk.forms.files import files_of
from rung.desk.forms.moments import moment_in
from rung.desk.pages.conversation import (
    Composer,
    conversation_page,
    is_unread_by,
    newest_entry_of,
    unseen_by_writer,
)
from rung.desk.pages.naming import name_of
from rung.touchpoints.access import Conversation, Outcome, conversation_for
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    end_snooze,
    mark_read,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
    write_note,
)
from rung.ui.pages import render


@require_GET
@agent_required
def conversation(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    if matter.number != number:
        return redirect(reverse("desk:conversation", args=[matter.number]) + f"?joined={number}")
    is_refresh = request.headers.get("HX-Request") == "true"
    if is_refresh and _number(request.GET, "entry") == newest_entry_of(matter):
        return HttpResponse(status=204)
    if is_unread_by(matter, request.agent):
        mark_read(matter, agent=request.agent, by=request.actor, at=request.received_at)
    return _show(request, matter, block="live" if is_refresh else None)


@require_POST
@agent_required
def answers(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    resolves = request.POST.get("do") == "resolve"
    if unseen_by_writer(matter, _number(request.POST, "seen")):
        said = _(
            "%(name)s wrote while you were writing. Read it above; your answer is kept here, send it when it fits."
        )
        return _keep(request, matter, said % {"name": name_of(matter.customer)}, status=409)
    try:
        answer_conversation(
            matter,
            text=request.POST.get("text", ""),
            files=files_of(request.FILES.getlist("files")),
            resolve=resolves,
            outcome=_outcome(request.POST),
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        return _keep(request, matter, " ".join(refused.messages))
    if resolves:
        messages.success(request, _("Answered and resolved."))
    return redirect(_address(request, matter) + "#latest")


@require_POST
@agent_required
def notes(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    try:
        write_note(matter, request.POST.get("text", ""), by=request.actor, at=request.received_at)
    except ValidationError as refused:
        return _keep(request, matter, " ".join(refused.messages))
    return redirect(_address(request, matter) + "#latest")


@require_POST
@agent_required
def assignment(request: AgentRequest, number: int) -> HttpResponse:
    """Fields not sent stay as they are; empty ones give the conversation back."""
    matter = conversation_for(request.agent, number)
    agent, team = matter.assignee, matter.team
    if "agent" in request.POST:
        key = _number(request.POST, "agent")
        agent = colleague_for(request.agent, key) if key else None
    if "team" in request.POST:
        key = _number(request.POST, "team")
        team = team_for(request.agent, key) if key else None
    return _change(
        request,
        matter,
        lambda: assign_conversation(matter, agent=agent, team=team, by=request.actor, at=request.received_at),
    )


@require_POST
@agent_required
def snooze(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    by, at = request.actor, request.received_at
    if request.POST.get("end"):
        return _change(request, matter, lambda: end_snooze(matter, by=by, at=at))
    wanted = request.POST.get("until") or request.POST.get("day", "")
    return _change(
        request,
        matter,
        lambda: snooze_conversation(matter, until=moment_in(wanted, request.agent.zone), by=by, at=at),
    )


@require_POST
@agent_required
def resolution(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    return _change(
        request,
        matter,
        lambda: resolve_conversation(matter, outcome=_outcome(request.POST), by=request.actor, at=request.received_at),
    )


@require_POST
@agent_required
def reopening(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    return _change(request, matter, lambda: reopen_conversation(matter, by=request.actor, at=request.received_at))


def _show(
    request: AgentRequest,
    matter: Conversation,
    *,
    block: str | None = None,
    composer: Composer | None = None,
    status: int = 200,
) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    page = conversation_page(
        matter,
        request.agent,
        at=request.received_at,
        origin=given.get("from", ""),
        since=_number(given, "since") or _number(given, "seen"),
        show=_number(given, "show") or 0,
        wanted=_number(given, "touchpoint"),
        joined=_number(given, "joined"),
        composer=composer,
    )
    return render(request, "desk/conversation.html", page, block=block, status=status)


def _keep(request: AgentRequest, matter: Conversation, said: str, *, status: int = 422) -> HttpResponse:
    """The page again with what was written, and why it was not taken."""
    composer = Composer(
        kind="note" if request.path.endswith("/notes") else "answer",
        text=request.POST.get("text", ""),
        error=said,
        outcome=_outcome(request.POST),
        lost_files=bool(request.FILES),
    )
    return _show(request, matter, composer=composer, status=status)


def _change(request: AgentRequest, matter: Conversation, act: Callable[[], None]) -> HttpResponse:
    """Do it; then the changed parts for htmx, so that what is being written stays, or the page again for everyone else."""
    try:
        act()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    is_htmx = request.headers.get("HX-Request") == "true"
    try:
        matter = conversation_for(request.agent, matter.number)
    except Http404:  # given to a team whose conversations this agent does not see
        messages.success(request, _("Handed over."))
        return _leave(reverse("desk:queue"), is_htmx)
    return _show(request, matter, block="live") if is_htmx else redirect(_address(request, matter))


def _leave(address: str, is_htmx: bool) -> HttpResponse:
    return HttpResponse(headers={"HX-Redirect": address}) if is_htmx else HttpResponseRedirect(address)


def _address(request: AgentRequest, matter: Conversation) -> str:
    origin = request.POST.get("from", "")
    address = reverse("desk:conversation", args=[matter.number])
    return address + (f"?from={origin}" if origin.isalpha() else "")


def _number(given: QueryDict, name: str) -> int | None:
    return given_key(given.get(name, ""))


def _outcome(given: QueryDict) -> str:
    wanted = given.get("outcome", "")
    return wanted if wanted in Outcome.values else Outcome.UNKNOWN.value
