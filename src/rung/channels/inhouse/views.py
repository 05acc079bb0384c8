from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required, permission_required, team_for
from rung.channels.inhouse.access import request_in
from rung.channels.inhouse.pages import asking_page, waits_page
from rung.channels.inhouse.verbs import ask_again, ask_team
from rung.core.given import given_key, given_moment
from rung.touchpoints.access import conversation_for
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@agent_required
def asking(request: AgentRequest, number: int) -> HttpResponse:
    """Ask a team for the sake of the customer of a conversation."""
    matter = conversation_for(request.agent, number)
    if request.method == "GET":
        return render(request, "inhouse/asking.html", asking_page(matter))
    given = request.POST
    try:
        key = given_key(given.get("team", ""))
        if key is None:
            raise ValidationError({"team": _("Choose the team that you ask.")})
        ask_team(
            matter,
            team=team_for(request.agent, key),
            subject=given.get("subject", ""),
            text=given.get("text", ""),
            wanted_by_at=_moment(given.get("wanted_by", ""), request),
            by=request.actor,
            at=request.received_at,
        )
    except ValidationError as refused:
        said = refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages}
        errors = {name: " ".join(each) for name, each in said.items()}
        return render(request, "inhouse/asking.html", asking_page(matter, given.dict(), errors), status=422)
    return redirect("desk:conversation", matter.number)


@require_POST
@agent_required
def asked(request: AgentRequest, number: int, request_number: int) -> HttpResponse:
    """Write to the team once more."""
    matter = conversation_for(request.agent, number)
    try:
        ask_again(
            request_in(matter, request_number), request.POST.get("text", ""), by=request.actor, at=request.received_at
        )
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("desk:conversation", matter.number)


@require_safe
@permission_required("numbers.see")
def waits(request: AgentRequest) -> HttpResponse:
    """How long customers waited for each team."""
    return render(request, "inhouse/waits.html", waits_page(request.agent, at=request.received_at))


def _moment(text: str, request: AgentRequest) -> datetime | None:
    """What a date-and-time field says in the zone of whoever asks. Raises ValidationError when it is neither."""
    if not text.strip():
        return None
    moment = given_moment(text)
    if moment is None:
        raise ValidationError({"wanted_by": _("This is no date and time.")})
    return moment if moment.tzinfo else moment.replace(tzinfo=request.agent.zone)
