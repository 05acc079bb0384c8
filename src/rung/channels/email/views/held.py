"""What the flood brake holds back, for leads to let go on or to drop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.mailbox import led_mailbox_for
from rung.channels.email.looking import held_was_seen
from rung.channels.email.pages.held import held_page
from rung.channels.email.verbs.brake import release_brake
from rung.ui.pages import render


@require_safe
@permission_required("letters.see")
def held(request: AgentRequest) -> HttpResponse:
    held_was_seen(request.agent, by=request.actor, at=request.received_at)
    return render(request, "email/held.html", held_page(request.agent))


@require_POST
@permission_required("letters.see")
def release(request: AgentRequest, pk: int) -> HttpResponse:
    mailbox = led_mailbox_for(request.agent, pk)
    send = "drop" not in request.POST
    count = release_brake(mailbox, send=send, by=request.actor, at=request.received_at)
    if send:
        words = ngettext("%(n)d letter goes on.", "%(n)d letters go on.", count)
    else:
        words = ngettext("%(n)d letter is not sent.", "%(n)d letters are not sent.", count)
    messages.success(request, words % {"n": count})
    return redirect("email:held")
