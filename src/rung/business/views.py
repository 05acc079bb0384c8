from datetime import datetime, time

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required, colleague_for, permission_required
from rung.business.access import Calendar, business, calendar_for
from rung.business.forms import AwayForm, BusinessForm, CalendarForm, ColleagueAwayForm, known_calendar
from rung.business.pages import CalendarPage, away_page, business_page, calendars_page
from rung.business.verbs import change_calendar, come_back, describe_business, end_calendar, go_away, make_calendar
from rung.core.given import given_key
from rung.ui.pages import render


@require_http_methods(["GET", "POST"])
@permission_required("settings.business")
def description(request: AgentRequest) -> HttpResponse:
    form = BusinessForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        with form.refusals():
            describe_business(seen=form.seen, by=request.actor, at=request.received_at, **form.cleaned_data)
            messages.success(request, form.what_stayed() or _("Saved."))
            return redirect("business:description")
    return render(request, "business/description.html", business_page(form), status=form.status if form else 200)


@require_safe
@permission_required("settings.business")
def calendars(request: AgentRequest) -> HttpResponse:
    return render(request, "business/calendars.html", calendars_page(request.agent, at=request.received_at))


@require_http_methods(["GET", "POST"])
@permission_required("settings.business")
def new_calendar(request: AgentRequest) -> HttpResponse:
    return _written(request, None)


@require_http_methods(["GET", "POST"])
@permission_required("settings.business")
def calendar(request: AgentRequest, pk: int) -> HttpResponse:
    return _written(request, calendar_for(request.agent, pk))


@require_POST
@permission_required("settings.business")
def ending(request: AgentRequest, pk: int) -> HttpResponse:
    end_calendar(calendar_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("business:calendars")


@require_http_methods(["GET", "POST"])
@agent_required
def away(request: AgentRequest) -> HttpResponse:
    """One's own absence: from now until a day; without a day, back again."""
    form = AwayForm(request.POST) if request.method == "POST" and "until" in request.POST else None
    if request.method == "POST" and form is None:
        come_back(request.agent, by=request.actor, at=request.received_at)
        return redirect("business:away")
    if form and form.is_valid():
        until = datetime.combine(form.cleaned_data["until"], time(), request.agent.zone)
        try:
            go_away(request.agent, until=until, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error("until", " ".join(refused.messages))
        else:
            return redirect("business:away")
    page = away_page(request.agent, form, at=request.received_at)
    return render(request, "business/away.html", page, status=422 if form else 200)


@require_POST
@permission_required("settings.business")
def colleague_away(request: AgentRequest) -> HttpResponse:
    """Say for a colleague that they are away, or here again: whoever is ill cannot."""
    agent, by, at = request.agent, request.actor, request.received_at
    if request.POST.get("back"):
        come_back(colleague_for(agent, given_key(request.POST["back"]) or 0), by=by, at=at)
        return redirect("business:calendars")
    form = ColleagueAwayForm(request.POST, agent=agent)
    if form.is_valid():
        person = form.people[form.cleaned_data["agent"]]
        try:
            go_away(person, until=datetime.combine(form.cleaned_data["until"], time(), person.zone), by=by, at=at)
        except ValidationError as refused:
            form.add_error("until", " ".join(refused.messages))
        else:
            messages.success(request, _("%(name)s is away.") % {"name": person.name})
            return redirect("business:calendars")
    return render(request, "business/calendars.html", calendars_page(agent, form, at=at), status=422)


def _written(request: AgentRequest, present: Calendar | None) -> HttpResponse:
    initial = known_calendar(present, time_zone=business().time_zone)
    form = CalendarForm(request.POST if request.method == "POST" else None, initial=initial, agent=request.agent)
    if form.is_valid():
        by, at = request.actor, request.received_at
        with form.refusals():
            if present is None:
                make_calendar(**form.said(), by=by, at=at)
            else:
                change_calendar(present, **form.said(), seen=form.seen, by=by, at=at)
            messages.success(request, form.what_stayed() or _("The calendar is saved."))
            return redirect("business:calendars")
    return render(request, "business/calendar.html", CalendarPage(form, present), status=form.status)
