"""Canned answers taken into what is being written, and macros applied and undone."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, agent_required
from rung.canned.access import application_in, canned_for
from rung.canned.gaps import filled, values_for
from rung.canned.pages import deeds_of
from rung.canned.verbs import apply_macro, undo_macro, use_canned
from rung.core.given import given_key
from rung.desk.forms.writing import said_in
from rung.desk.pages.canned import offered_page
from rung.desk.views.conversations import address_of
from rung.desk.views.onward import onward_from
from rung.desk.views.writing import save_said
from rung.touchpoints.access import DraftKind, State, conversation_for, draft_of
from rung.touchpoints.verbs import save_draft
from rung.ui.pages import render

ENDED = (State.RESOLVED, State.SNOOZED, State.SPAM)


@require_http_methods(["GET", "POST"])
@agent_required
def canned(request: AgentRequest, number: int) -> HttpResponse:
    """What there is to choose from; chosen, its words go below what is written so far. With `counts` they stand there
    already, and it is only counted."""
    matter = conversation_for(request.agent, number)
    if request.method == "GET":
        is_panel = request.headers.get("HX-Request") == "true"
        return render(
            request, "desk/canned.html", offered_page(matter, request.agent), block="list" if is_panel else None
        )
    chosen = canned_for(request.agent, given_key(request.POST.get("canned", "")) or 0)
    by, at = request.actor, request.received_at
    use_canned(chosen, by=by, at=at)
    if request.POST.get("counts"):
        return HttpResponse(status=204)
    words = filled(chosen.text, values_for(matter, request.agent))
    said = said_in(request.POST) if "text" in request.POST else None
    try:
        if said is not None:
            save_said(request, matter, replace(said, text=_below(said.text, words)), None)
        elif words:
            draft = draft_of(matter, request.agent)
            save_draft(
                matter,
                kind=draft.kind if draft else DraftKind.ANSWER,
                text=_below(draft.text if draft else "", words),
                to=draft.to if draft else "",
                cc=draft.cc if draft else "",
                bcc=draft.bcc if draft else "",
                send_at=draft.send_at if draft else None,
                by=by,
                at=at,
            )
    except ValidationError as refused:  # too long to be kept
        messages.error(request, " ".join(refused.messages))
    there = address_of(request, matter)
    acts = f"{'&' if '?' in there else '?'}macro={chosen.pk}#macro"
    return redirect(there + (acts if deeds_of(chosen) else "#composer"))


@require_POST
@agent_required
def macros(request: AgentRequest, number: int) -> HttpResponse:
    """Apply a macro, or with `undo` take back what one did."""
    matter = conversation_for(request.agent, number)
    there, by, at = address_of(request, matter), request.actor, request.received_at
    lay = matter.assignee_id, matter.team_id
    try:
        if (undone := given_key(request.POST.get("undo", ""))) is not None:
            applied = application_in(matter, undone)
            if applied is None:
                raise Http404
            undo_macro(applied, by=by, at=at)
            return redirect(there)
        chosen = canned_for(request.agent, given_key(request.POST.get("canned", "")) or 0)
        applied = apply_macro(chosen, matter, by=by, at=at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(there)
    try:
        matter = conversation_for(request.agent, number)
    except Http404:  # given to a team whose conversations this agent does not see
        messages.success(request, _("Handed over."))
        return redirect(onward_from(request, matter) or "desk:queue")
    lies = matter.assignee_id, matter.team_id
    is_left = matter.state in ENDED or (lies != lay and matter.assignee_id != request.agent.pk)
    onward = onward_from(request, matter, applied=applied.pk) if is_left else None
    return redirect(onward or f"{there}{'&' if '?' in there else '?'}applied={applied.pk}#macro")


def _below(text: str, words: str) -> str:
    return f"{text.rstrip()}\n\n{words}" if text.strip() else words
