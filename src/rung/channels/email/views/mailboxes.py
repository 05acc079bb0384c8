"""What administrators see and change about our own addresses: the list, and each step on the way to live."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.consent import wants_consent
from rung.channels.email.access.mailbox import mailbox_for
from rung.channels.email.forms import (
    AddressForm,
    NewMailboxForm,
    ServersForm,
    filled_servers,
    known_address,
    known_servers,
)
from rung.channels.email.models import Mailbox
from rung.channels.email.pages.mailbox import mailbox_page, mailboxes_page
from rung.channels.email.pages.new_mailbox import NewMailboxPage
from rung.channels.email.providers import first_settings
from rung.channels.email.verbs.mailbox import (
    add_mailbox,
    ask_for_stragglers,
    change_mailbox,
    close_mailbox,
    note_trial,
    reopen_mailbox,
)
from rung.core.seen import Overtaken
from rung.ui.pages import render


def show(
    request: AgentRequest, mailbox: Mailbox, step: str, form: Form | None = None, status: int = 200
) -> HttpResponse:
    """A step of a mailbox, with its form."""
    return render(request, f"email/mailbox_{step}.html", mailbox_page(mailbox, step, form), status=status)


@require_safe
@permission_required("settings.mailboxes")
def mailboxes(request: AgentRequest) -> HttpResponse:
    return render(request, "email/mailboxes.html", mailboxes_page(request.agent))


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def new_mailbox(request: AgentRequest) -> HttpResponse:
    form = NewMailboxForm(request.POST or None)
    if form.is_valid():
        first = first_settings(form.cleaned_data["address"], form.cleaned_data["incoming"])
        try:
            mailbox = add_mailbox(**form.cleaned_data, **first, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("email:mailbox_servers", mailbox.pk)
    return render(request, "email/mailbox_new.html", NewMailboxPage(form), status=422 if form.errors else 200)


@require_safe
@permission_required("settings.mailboxes")
def mailbox(request: AgentRequest, pk: int) -> HttpResponse:
    return render(request, "email/mailbox.html", mailbox_page(mailbox_for(request.agent, pk)))


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def address(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    form = AddressForm(request.POST or None, initial=known_address(known))
    if form.is_valid():
        with form.refusals():
            change_mailbox(known, seen=form.seen, **form.settings(), by=request.actor, at=request.received_at)
            saved = _("The mailbox %(address)s is saved.") % {"address": known.address}
            messages.success(request, form.what_stayed() or saved)
            return redirect("email:mailbox", pk)
    return show(request, known, "address", form, status=form.status)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def servers(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    if "fill" in request.POST:
        return show(request, known, "servers", filled_servers(known, request.POST))
    form = ServersForm(request.POST or None, mailbox=known, initial=known_servers(known))
    if not form.is_valid():
        return show(request, known, "servers", form, status=422 if form.errors else 200)
    try:
        change_mailbox(known, seen=form.seen, **form.settings(), by=request.actor, at=request.received_at)
    except Overtaken as overtaken:
        form.come_back(overtaken)
        return show(request, known, "servers", form, status=409)
    if "connect" in request.POST or wants_consent(known):
        # The test, which comes next, could only say that nobody has connected it.
        return redirect("email:departure", pk)
    messages.success(request, _("The mailbox %(address)s is saved.") % {"address": known.address})
    return redirect("email:mailbox_trial", pk)


@require_POST
@permission_required("settings.mailboxes")
def tried(request: AgentRequest, pk: int) -> HttpResponse:
    """Try the servers as the form names them, and save nothing; in a fragment a typed password stays where it was typed."""
    known = mailbox_for(request.agent, pk)
    form = ServersForm(request.POST, mailbox=known, initial=known_servers(known))
    fragment = "findings" if request.headers.get("HX-Request") else None
    findings = form.check_connections(at=request.received_at) if form.is_valid() else form.troubles()
    status = 200 if fragment or form.is_valid() else 422
    page = mailbox_page(known, "servers", form, findings)
    return render(request, "email/mailbox_servers.html", page, block=fragment, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def trial(request: AgentRequest, pk: int) -> HttpResponse:
    """Try the servers as they are saved."""
    known = mailbox_for(request.agent, pk)
    findings = None
    if request.method == "POST":
        form = ServersForm(known_servers(known), mailbox=known)
        findings = form.check_connections(at=request.received_at) if form.is_valid() else form.troubles()
        is_sound = all(finding.is_good for finding in findings)
        note_trial(known, is_sound=is_sound, by=request.actor, at=request.received_at)
    fragment = "renewed" if request.headers.get("HX-Request") else None
    return render(request, "email/mailbox_trial.html", mailbox_page(known, "trial", None, findings), block=fragment)


@require_POST
@permission_required("settings.mailboxes")
def stragglers(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask at once for what was left behind."""
    known = mailbox_for(request.agent, pk)
    ask_for_stragglers(known, by=request.actor, at=request.received_at)
    messages.success(
        request, _("The server is asked for them now. What comes leaves this list; of the rest it says why.")
    )
    return redirect("email:mailbox", known.pk)


@require_POST
@permission_required("settings.mailboxes")
def closure(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    close_mailbox(known, by=request.actor, at=request.received_at)
    messages.success(
        request, _("%(address)s is closed: nothing is fetched or sent through it.") % {"address": known.address}
    )
    return redirect("email:mailboxes")


@require_POST
@permission_required("settings.mailboxes")
def reopening(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    reopen_mailbox(known, by=request.actor, at=request.received_at)
    messages.success(request, _("%(address)s is open again.") % {"address": known.address})
    return redirect("email:mailboxes")
