"""What administrators see and change about agents and teams."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, givable_roles, permission_required, seat_for, team_for
from rung.accounts.forms import SeatForm, TeamForm
from rung.accounts.invitations import invite
from rung.accounts.pages import AgentPage, agent_page, agents_page, team_page, teams_page
from rung.accounts.verbs import (
    change_seat,
    change_team,
    create_agent,
    create_team,
    deactivate_agent,
    end_sessions,
    reactivate_agent,
    staff_team,
)
from rung.ui.pages import render


@require_safe
@permission_required("settings.team")
def agents(request: AgentRequest) -> HttpResponse:
    return render(request, "accounts/agents.html", agents_page(request.GET.get("q", "")[:200].strip()))


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def new_agent(request: AgentRequest) -> HttpResponse:
    """Give a seat, and mail the way into it."""
    form = SeatForm(request.POST or None, roles=givable_roles(request.agent))
    if form.is_valid():
        try:
            # Whoever invites mostly sits where they do; by a clock of nobody's, quiet hours and digests come at odd ones.
            zone = request.agent.time_zone
            agent = create_agent(**form.cleaned_data, time_zone=zone, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            page = agent_page(agent, request.agent, invitation=invite(agent, by=request.actor))
            return render(request, "accounts/agent.html", page, status=201)
    return render(request, "accounts/agent.html", AgentPage(form), status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def agent(request: AgentRequest, pk: int) -> HttpResponse:
    seat = seat_for(request.agent, pk)
    form = SeatForm(request.POST, roles=givable_roles(request.agent)) if request.method == "POST" else None
    if form and form.is_valid():
        with form.refusals():
            change_seat(seat, **form.cleaned_data, seen=form.seen, by=request.actor, at=request.received_at)
            saved = _("%(name)s's seat is saved.") % {"name": seat.name}
            messages.success(request, form.what_stayed() or saved)
            return redirect("accounts:agents")
    return render(
        request, "accounts/agent.html", agent_page(seat, request.agent, form), status=form.status if form else 200
    )


@require_POST
@permission_required("settings.team")
def invitation(request: AgentRequest, pk: int) -> HttpResponse:
    """Mail a new link to somebody who has lost theirs."""
    seat = seat_for(request.agent, pk)
    page = agent_page(seat, request.agent, invitation=invite(seat, by=request.actor))
    return render(request, "accounts/agent.html", page)


@require_POST
@permission_required("settings.team")
def sessions_ending(request: AgentRequest, pk: int) -> HttpResponse:
    """For a colleague whose device was stolen, or who left a door open. One's own are ended elsewhere."""
    seat = seat_for(request.agent, pk)
    if seat.pk == request.agent.pk:
        return redirect("accounts:ways_in")
    end_sessions(seat, by=request.actor, at=request.received_at)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": seat.name})
    return redirect("accounts:agent", seat.pk)


@require_POST
@permission_required("settings.team")
def departure(request: AgentRequest, pk: int) -> HttpResponse:
    seat = seat_for(request.agent, pk)
    try:
        deactivate_agent(seat, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(
            request,
            _("%(name)s cannot sign in any more. What they did stays; their open conversations go back to their teams.")
            % {"name": seat.name},
        )
    return redirect("accounts:agents")


@require_POST
@permission_required("settings.team")
def arrival(request: AgentRequest, pk: int) -> HttpResponse:
    seat = seat_for(request.agent, pk)
    reactivate_agent(seat, by=request.actor, at=request.received_at)
    messages.success(request, _("%(name)s may sign in again.") % {"name": seat.name})
    return redirect("accounts:agents")


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def teams(request: AgentRequest) -> HttpResponse:
    form = TeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = create_team(form.cleaned_data["name"], by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            staff_team(team, form.cleaned_data["members"], by=request.actor, at=request.received_at)
            return redirect("accounts:teams")
    return render(request, "accounts/teams.html", teams_page(form), status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@permission_required("settings.team")
def team(request: AgentRequest, pk: int) -> HttpResponse:
    present = team_for(request.agent, pk)
    form = TeamForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with form.refusals():
            change_team(present, **form.cleaned_data, seen=form.seen, by=request.actor, at=request.received_at)
            messages.success(request, form.what_stayed() or _("The team is saved."))
            return redirect("accounts:teams")
    return render(request, "accounts/team.html", team_page(present, form), status=form.status if form else 200)
