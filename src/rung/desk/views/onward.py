"""From one conversation to the next in the list it was opened from: by key, and when it is done with."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote, unquote, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from rung.accounts.access import AgentRequest, agent_required
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.desk.pages.due import next_due_at
from rung.desk.pages.left import last_handing
from rung.desk.pages.onward import LIST, NEXT, STAY
from rung.desk.pages.queue import Place, holding, number_beside, place_from
from rung.touchpoints.access import Conversation, conversation_for, draft_of

_COOKIE = "rung_onward"
YEAR_S = 365 * 24 * 3600
_LIST = "rung_list"
LONGEST_LIST = 1_000


@require_GET
@agent_required
def beside(request: AgentRequest, number: int, *, back: bool) -> HttpResponse:
    """The next conversation of the list that `from` names, or with `back` the one before."""
    matter = conversation_for(request.agent, number)
    place = _place(request, request.GET.get("from", ""), matter)
    if place is None:
        return redirect("desk:conversation", matter.number)
    found = number_beside(request.agent, place, at=request.received_at, back=back)
    if found is not None:
        return redirect(_conversation(found, place))
    words = _("“%(view)s” begins here.") if back else _("“%(view)s” ends here.")
    messages.info(request, words % {"view": place.label})
    return redirect(f"{reverse('desk:conversation', args=[matter.number])}?{urlencode({'from': place.origin})}")


@require_POST
@agent_required
def choice(request: AgentRequest) -> HttpResponse:
    """Kept in a cookie, as what opens first is: one may want another thing on a telephone than at a desk."""
    matter = conversation_for(request.agent, given_key(request.POST.get("conversation", "")) or 0)
    place = _place(request, request.POST.get("from", ""), matter)
    address = reverse("desk:conversation", args=[matter.number])
    response = redirect(f"{address}?{urlencode({'from': place.origin})}" if place is not None else address)
    wanted = request.POST.get("onward", "")
    if wanted in (NEXT, LIST, STAY):
        response.set_cookie(_COOKIE, wanted, max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    return response


def chosen(request: AgentRequest) -> str:
    return request.COOKIES.get(_COOKIE, NEXT)


def list_of(request: AgentRequest, matter: Conversation) -> str:
    """The list that this conversation was opened from, where it was the last that was opened: whoever comes back to it from
    its history, or from having linked it, is still on their way through that list."""
    number, _, origin = request.COOKIES.get(_LIST, "").partition(" ")
    return unquote(origin) if number == str(matter.number) else ""


def remember_list(request: AgentRequest, response: HttpResponse, matter: Conversation, origin: str) -> None:
    """Not in every address that leads away and back: those are many, in several rooms, and one forgotten ends the way."""
    said = f"{matter.number} {quote(origin, safe='/')}" if origin else ""
    if said and len(said) <= LONGEST_LIST and request.COOKIES.get(_LIST) != said:
        response.set_cookie(_LIST, said, httponly=True, samesite="Lax", secure=request.is_secure())


def onward_from(
    request: AgentRequest, matter: Conversation, *, applied: int | None = None, is_handed: bool = False
) -> str | None:
    """Where whoever is done with a conversation goes on, as an address that knows what they have left; None when they stay:
    because they want to, came from no list, or still have something to send. `applied`: the macro that did it; `is_handed`:
    they have given it to somebody else."""
    if chosen(request) == STAY:
        return None
    place = _place(request, request.POST.get("from", ""), matter)
    if place is None or draft_of(matter, request.agent) is not None:
        return None
    found = number_beside(request.agent, place, at=request.received_at)
    left = {"left": matter.number} | ({"applied": applied} if applied is not None else {})
    if is_handed and (handing := last_handing(matter)) is not None:
        left["handed"] = handing.pk
    if found is not None and chosen(request) != LIST:
        return f"{_conversation(found, place)}&{urlencode(left)}"
    href = replace(place, at="").href
    return f"{href}{'&' if '?' in href else '?'}{urlencode(left)}" + (f"#c{found}" if found is not None else "")


def _conversation(number: int, place: Place) -> str:
    """It, as if it had been opened from the list."""
    address = reverse("desk:conversation", args=[number])
    return f"{address}?{urlencode({'from': replace(place, at='').origin})}"


def _place(request: AgentRequest, origin: str, matter: Conversation) -> Place | None:
    place = place_from(origin, request.agent, at=request.received_at) if origin else None
    if place is None:
        return None
    return holding(place, matter, due_by=next_due_at(matter) if place.order == "due" else None)
