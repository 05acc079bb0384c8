import re

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rung.accounts.access import AgentRequest, agent_required, agents_by_key
from rung.core import clock
from rung.core.given import given_key
from rung.notices.access import Kind, bell_of
from rung.notices.forms import WaysForm
from rung.notices.letters import agent_of
from rung.notices.pages import BellPage, StopPage, notices_page, ways_page
from rung.notices.verbs import (
    choose_rhythm,
    choose_ways,
    read_notices,
    read_notices_of_mailbox,
    read_own_notices,
    stop_mail,
)
from rung.touchpoints.access import conversation_for
from rung.ui.pages import render

_CONVERSATION = re.compile(r"/conversations/(\d+)(?:[?#]|$)")


@require_GET
@agent_required
def notices(request: AgentRequest) -> HttpResponse:
    page = notices_page(
        request.agent, shows_all=request.GET.get("show") == "all", before=given_key(request.GET.get("before", ""))
    )
    is_refresh = request.headers.get("HX-Request") == "true"
    return render(request, "notices/notices.html", page, block="list" if is_refresh else None)


@require_GET
@agent_required
def bell(request: AgentRequest) -> HttpResponse:
    """The number at the bell. The conversation that is open in front of the bell will be read in a moment."""
    before_them = _CONVERSATION.search(request.headers.get("HX-Current-URL", ""))
    besides = given_key(before_them.group(1)) if before_them else None
    return render(request, "notices/bell.html", BellPage(bell_of(request.agent, besides=besides)))


@require_POST
@agent_required
def reading(request: AgentRequest) -> HttpResponse:
    """Mark as read what was told of one conversation, or of all."""
    asked = request.POST.get("conversation", "")
    number, mailbox = given_key(asked), given_key(request.POST.get("mailbox", ""))
    conversation = conversation_for(request.agent, number) if number else None
    if mailbox is not None:
        whose = request.agent.pk
        read_notices_of_mailbox(mailbox, Kind.MAILBOX, agent=whose, by=request.actor, at=request.received_at)
    elif asked == "0":  # of none: what is about themselves
        read_own_notices(request.agent.pk, by=request.actor, at=request.received_at)
    else:
        read_notices(conversation, agent=request.agent, by=request.actor, at=request.received_at)
    if request.headers.get("HX-Request") == "true":
        return render(request, "notices/notices.html", notices_page(request.agent), block="list")
    return redirect("notices:notices")


@require_http_methods(["GET", "HEAD", "POST"])
@agent_required
def ways(request: AgentRequest) -> HttpResponse:
    form = WaysForm(request.agent, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        choose_ways(request.agent, form.chosen_ways(), by=request.actor, at=request.received_at)
        choose_rhythm(request.agent, form.chosen_rhythm(), by=request.actor, at=request.received_at)
        messages.success(request, _("Saved. You are told as you chose."))
        return redirect("notices:ways")
    status = 422 if request.method == "POST" else 200
    return render(request, "notices/ways.html", ways_page(request.agent, form), status=status)


# Exempt because mail programs post here by themselves when somebody clicks "unsubscribe" (RFC 8058), without any page of
# ours before it. The link is the key; a plain visit, as scanners make it, changes nothing.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more letters to whoever this link was sent to; the page goes on telling them."""
    agent = agents_by_key([agent_of(token)]).get(agent_of(token) or 0)
    if agent is None:
        raise Http404
    if request.method == "POST":
        stop_mail(agent, by=agent.actor, at=clock.now())
    return render(request, "notices/stop.html", StopPage(is_stopped=request.method == "POST"))
