from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, agent_required
from rung.core.given import given_key
from rung.core.seen import Overtaken
from rung.desk.forms.many import wish_in
from rung.desk.pages.left import left_by
from rung.desk.pages.queue import numbers_at, place_from, queue_page, read_place
from rung.desk.pages.queue.place import LONGEST, Place
from rung.desk.pages.queue.saving import look_in, saved_numbers, views_page
from rung.queues.access import bulk_for, changeable_view_for, saved_view_for
from rung.queues.deeds import AT_ONCE
from rung.queues.verbs import change_view, delete_view, do_to_many, save_view, undo_bulk
from rung.ui.pages import render
from rung.ui.stamped import seen_in, theirs_stays


@require_safe
@agent_required
def queue(request: AgentRequest, view: str) -> HttpResponse:
    place = read_place(view, request.GET, request.agent, at=request.received_at)
    if place is None:
        raise Http404
    return _show(request, place)


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def saved_view(request: AgentRequest, pk: int) -> HttpResponse:
    """The list of a saved view; posted to, it asks from now on for what is posted, or with `name` is called that."""
    if request.method == "POST":
        return _change(request, pk)
    saved = saved_view_for(request.agent, pk)
    place = read_place(saved.base, request.GET, request.agent, at=request.received_at, saved=saved)
    if place is None:
        raise Http404
    return _show(request, place)


@require_safe
@agent_required
def saved_views(request: AgentRequest) -> HttpResponse:
    return render(request, "desk/views.html", views_page(request.agent, at=request.received_at))


@require_safe
@agent_required
def numbers(request: AgentRequest) -> HttpResponse:
    """What stands on the tabs of saved views, asked for when the page stands and whenever there is news."""
    return render(request, "desk/queue_numbers.html", saved_numbers(request.agent, at=request.received_at))


@require_POST
@agent_required
def new_view(request: AgentRequest) -> HttpResponse:
    look = look_in(request.POST, request.agent, at=request.received_at)
    is_shared = "shared" in request.POST and request.agent.may("settings.words")
    name = request.POST.get("name", "")
    try:
        view = save_view(name, look, is_shared=is_shared, by=request.actor, at=request.received_at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(_back(request).href)
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect("desk:saved_view", view.pk)


def _change(request: AgentRequest, pk: int) -> HttpResponse:
    view = changeable_view_for(request.agent, pk)
    by, at = request.actor, request.received_at
    try:
        if "name" in request.POST:
            shares = "shared" in request.POST if request.agent.may("settings.words") else None
            change_view(view, name=request.POST["name"], is_shared=shares, seen=seen_in(request.POST), by=by, at=at)
        else:
            look = look_in(request.POST, request.agent, at=at)
            change_view(view, look=look, seen=seen_in(request.POST), by=by, at=at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except Overtaken as overtaken:
        if "look" in overtaken.present:
            told = _("Somebody else changed what this view asks meanwhile. Keep the change again if you mean yours.")
            messages.error(request, told)
            return redirect(_back(request).href)
        messages.error(request, theirs_stays(overtaken))
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return redirect("desk:saved_views") if request.POST.get("then") == "views" else redirect("desk:saved_view", pk)


@require_POST
@agent_required
def view_deletion(request: AgentRequest, pk: int) -> HttpResponse:
    view = changeable_view_for(request.agent, pk)
    delete_view(view, by=request.actor, at=request.received_at)
    messages.success(request, _("The view “%(name)s” is gone.") % {"name": view.name})
    return redirect("desk:saved_views" if request.POST.get("then") == "views" else "desk:queue")


@require_POST
@agent_required
def many(request: AgentRequest) -> HttpResponse:
    """Do one thing to the conversations that were chosen, or with `every` to all that the list holds, up to a bound."""
    place = _back(request)
    agent, by, at = request.agent, request.actor, request.received_at
    try:
        wish = wish_in(request.POST, agent, by=by, at=at)
        if "every" in request.POST:
            numbers = numbers_at(agent, place, at=at, at_most=AT_ONCE + 1)
        else:
            given = (given_key(each) for each in request.POST.getlist("c"))
            numbers = [number for number in given if number is not None]
        bulk = do_to_many(numbers, wish, agent=agent, by=by, at=at)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(place.href)
    return redirect(_saying(place, bulk.pk))


@require_POST
@agent_required
def many_undo(request: AgentRequest, pk: int) -> HttpResponse:
    bulk = bulk_for(request.agent, pk)
    undo_bulk(bulk, agent=request.agent, by=request.actor, at=request.received_at)
    return redirect(_saying(_back(request), bulk.pk))


def _show(request: AgentRequest, place: Place) -> HttpResponse:
    if not all(request.GET.values()):  # a form names what was left empty too; the address of a list does not
        return redirect(place.href)
    had = min(given_key(request.GET.get("had", "")) or 0, LONGEST)
    done = given_key(request.GET.get("done", ""))
    bulk = bulk_for(request.agent, done) if done is not None else None
    left = left_by(
        request.agent,
        given_key(request.GET.get("left", "")),
        place,
        applied=given_key(request.GET.get("applied", "")),
        handed=given_key(request.GET.get("handed", "")),
        at=request.received_at,
    )
    page = queue_page(request.agent, place, at=request.received_at, had=had, bulk=bulk, left=left)
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "desk/queue.html", page, block=("further" if had else "live") if is_fragment else None)


def _back(request: AgentRequest) -> Place:
    """The list that a form was sent from."""
    place = place_from(request.POST.get("from", ""), request.agent, at=request.received_at)
    return place or Place("unassigned")


def _saying(place: Place, bulk: int) -> str:
    href = place.href
    return f"{href}{'&' if '?' in href else '?'}done={bulk}#done"
