"""What administrators see and change about our own addresses."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, administrator_required
from rung.channels.email.access.mailbox import mailbox_for
from rung.channels.email.forms import MailboxForm
from rung.channels.email.pages.mailbox import mailbox_page, mailboxes_page
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox, close_mailbox, reopen_mailbox
from rung.ui.pages import render


@require_safe
@administrator_required
def mailboxes(request: AgentRequest) -> HttpResponse:
    return render(request, "email/mailboxes.html", mailboxes_page(request.agent))


@require_http_methods(["GET", "POST"])
@administrator_required
def new_mailbox(request: AgentRequest) -> HttpResponse:
    form = MailboxForm(request.POST or None)
    if form.is_valid():
        try:
            mailbox = add_mailbox(**form.settings(), by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The mailbox %(address)s is set up.") % {"address": mailbox.address})
            return redirect("email:mailboxes")
    return render(request, "email/mailbox.html", mailbox_page(None, form), status=422 if form.errors else 200)


@require_POST
@administrator_required
def trial(request: AgentRequest, pk: int | None = None) -> HttpResponse:
    """Try the servers as the form names them, and save nothing; in a fragment a typed password stays where it was typed."""
    known = None if pk is None else mailbox_for(request.agent, pk)
    form = MailboxForm(request.POST, mailbox=known)
    fragment = "findings" if request.headers.get("HX-Request") else None
    if form.is_valid():
        page = mailbox_page(known, form, form.check_connections())
        return render(request, "email/mailbox.html", page, block=fragment)
    page = mailbox_page(known, form, form.troubles())
    return render(request, "email/mailbox.html", page, block=fragment, status=200 if fragment else 422)


@require_http_methods(["GET", "POST"])
@administrator_required
def mailbox(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    form = MailboxForm(request.POST, mailbox=known) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            change_mailbox(known, **form.settings(), by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("The mailbox %(address)s is saved.") % {"address": known.address})
            return redirect("email:mailboxes")
    return render(request, "email/mailbox.html", mailbox_page(known, form), status=422 if form else 200)


@require_POST
@administrator_required
def closure(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    close_mailbox(known, by=request.actor, at=request.received_at)
    messages.success(
        request, _("%(address)s is closed: nothing is fetched or sent through it.") % {"address": known.address}
    )
    return redirect("email:mailboxes")


@require_POST
@administrator_required
def reopening(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    reopen_mailbox(known, by=request.actor, at=request.received_at)
    messages.success(request, _("%(address)s is open again.") % {"address": known.address})
    return redirect("email:mailboxes")
