"""How a conversation stands to others: linked, split off; and its history."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.core.given import given_key
from rung.desk.pages.history import history_page
from rung.desk.pages.kin import BY_HAND, linking_page
from rung.desk.pages.rows import conversation_href
from rung.desk.pages.splitting import splitting_page
from rung.touchpoints.access import Conversation, conversation_for, touchpoint_for
from rung.touchpoints.linked import link_for
from rung.touchpoints.verbs import (
    link_conversations,
    split_conversation,
    unlink_conversations,
    unsplit_conversation,
)
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@agent_required
def links(request: AgentRequest, number: int) -> HttpResponse:
    """Choose another conversation and how this one stands to it; both have to be this agent's to see."""
    matter = conversation_for(request.agent, number)
    if request.method == "GET":
        return render(request, "desk/linking.html", linking_page(matter, request.agent))
    wanted = request.POST.get("other") or request.POST.get("number", "").strip().removeprefix("#")
    kind = request.POST.get("kind", "")
    try:
        if kind not in BY_HAND:
            raise ValidationError(_("Say how the two stand to each other."))
        other = _other(request, wanted)
        link_conversations(matter, other, kind=kind, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        error = " ".join(refused.messages)
        page = linking_page(matter, request.agent, kind=kind, wanted=wanted, error=error)
        return render(request, "desk/linking.html", page, status=422)
    return redirect(conversation_href(matter.number))


def _other(request: AgentRequest, wanted: str) -> Conversation:
    """What is not theirs to see is refused as what is not there."""
    if not wanted:
        raise ValidationError(_("Choose another conversation."))
    try:
        return conversation_for(request.agent, given_key(wanted) or 0)
    except Http404:
        told = _("There is no conversation #%(number)s that you may see.") % {"number": wanted[:20]}
        raise ValidationError(told) from None


@require_POST
@agent_required
def link(request: AgentRequest, number: int, pk: int) -> HttpResponse:
    """Take a link away."""
    matter = conversation_for(request.agent, number)
    unlink_conversations(link_for(request.agent, matter, pk), by=request.actor, at=request.received_at)
    return redirect(conversation_href(matter.number))


@require_http_methods(["GET", "POST"])
@agent_required
def splitting(request: AgentRequest, number: int) -> HttpResponse:
    """Put a touchpoint into a conversation of its own; with `end`, take back that this one was split off."""
    matter = conversation_for(request.agent, number)
    if request.POST.get("end"):
        try:
            former = unsplit_conversation(matter, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(conversation_href(matter.number))
        messages.success(request, _("Taken back: it stands where it stood before."))
        return redirect(f"{conversation_href(former.number)}#latest")
    given = request.POST if request.method == "POST" else request.GET
    if request.method == "GET" and not given.get("touchpoint"):
        return redirect(conversation_href(matter.number))
    touchpoint = touchpoint_for(request.agent, given_key(given.get("touchpoint", "")) or 0)
    if touchpoint.conversation_id != matter.pk:
        return redirect("desk:touchpoint", touchpoint.pk)
    if request.method == "GET":
        return render(request, "desk/splitting.html", splitting_page(touchpoint))
    try:
        new = split_conversation(
            touchpoint,
            with_later=given.get("reach") == "later",
            subject=given.get("subject", ""),
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(conversation_href(matter.number))
    return redirect(conversation_href(new.number))


@require_safe
@agent_required
def history(request: AgentRequest, number: int) -> HttpResponse:
    matter = conversation_for(request.agent, number)
    if matter.number != number:
        return redirect("desk:history", matter.number)
    asked = request.GET
    page = history_page(matter, request.agent, tells_all="all" in asked, before=asked.get("before", ""))
    return render(request, "desk/history.html", page)
