"""The later steps of a mailbox: dry run, history, going live; and its spam and automatic letters."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.mailbox import mailbox_for
from rung.channels.email.access.sender import sender_for
from rung.channels.email.forms import BrakeForm, HistoryForm, SenderForm, SpamForm, history_initial
from rung.channels.email.models import Mailbox
from rung.channels.email.pages.mailbox import mailbox_page
from rung.channels.email.verbs.intake import (
    ask_history,
    ask_rehearsal,
    go_live,
    pause_mailbox,
    resume_history,
    stop_history,
)
from rung.channels.email.verbs.mailbox import change_mailbox
from rung.channels.email.verbs.sender import block_sender, forget_sender, trust_sender
from rung.channels.email.views.mailboxes import show
from rung.ui.pages import render
from rung.ui.stamped import StampedForm


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def rehearsal(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    if request.method == "POST":
        ask_rehearsal(known, by=request.actor, at=request.received_at)
        return redirect("email:mailbox_rehearsal", pk)
    block = "renewed" if request.headers.get("HX-Request") else None
    page = mailbox_page(known, "rehearsal", fate=request.GET.get("fate", ""))
    return render(request, "email/mailbox_rehearsal.html", page, block=block)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def history(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    form = HistoryForm(request.POST or None, initial=history_initial(known, at=request.received_at))
    if form.is_valid():
        since, until = form.moments()
        try:
            ask_history(known, since_at=since, until_at=until, by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("email:mailbox_history", pk)
    if request.headers.get("HX-Request"):
        return render(request, "email/mailbox_history.html", mailbox_page(known, "history", form), block="renewed")
    return show(request, known, "history", form, status=422 if form.errors else 200)


@require_POST
@permission_required("settings.mailboxes")
def history_stop(request: AgentRequest, pk: int) -> HttpResponse:
    stop_history(mailbox_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("email:mailbox_history", pk)


@require_POST
@permission_required("settings.mailboxes")
def history_resumption(request: AgentRequest, pk: int) -> HttpResponse:
    resume_history(mailbox_for(request.agent, pk), by=request.actor, at=request.received_at)
    return redirect("email:mailbox_history", pk)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def live(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    if request.method == "POST":
        go_live(known, by=request.actor, at=request.received_at)
        messages.success(request, _("%(address)s is live.") % {"address": known.address})
        return redirect("email:mailbox", pk)
    return show(request, known, "live")


@require_POST
@permission_required("settings.mailboxes")
def pause(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    pause_mailbox(known, by=request.actor, at=request.received_at)
    messages.success(request, _("%(address)s is paused: nothing new is taken in.") % {"address": known.address})
    return redirect("email:mailbox", pk)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def automatic(request: AgentRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "automatic", BrakeForm)


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def spam(request: AgentRequest, pk: int) -> HttpResponse:
    return _step(request, pk, "spam", SpamForm)


def _step(request: AgentRequest, pk: int, step: str, asks: type[StampedForm]) -> HttpResponse:
    """A form whose fields are the mailbox's own."""
    known = mailbox_for(request.agent, pk)
    form = _asked(known, asks, request.POST or None)
    if form.is_valid():
        with form.refusals():
            change_mailbox(known, seen=form.seen, **form.cleaned_data, by=request.actor, at=request.received_at)
            messages.success(request, form.what_stayed() or _("Saved."))
            return redirect(f"email:mailbox_{step}", known.pk)
    return show(request, known, step, form, status=form.status)


def _asked(known: Mailbox, asks: type[StampedForm], given: QueryDict | None = None) -> StampedForm:
    return asks(given, initial={name: getattr(known, name) for name in asks.base_fields})


@require_POST
@permission_required("settings.mailboxes")
def senders(request: AgentRequest, pk: int) -> HttpResponse:
    known = mailbox_for(request.agent, pk)
    form = SenderForm(request.POST)
    if form.is_valid():
        tell = block_sender if form.cleaned_data["treatment"] == "blocked" else trust_sender
        try:
            tell(known, form.cleaned_data["who"], by=request.actor, at=request.received_at)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("email:mailbox_spam", pk)
    page = mailbox_page(known, "spam", _asked(known, SpamForm), sender=form)
    return render(request, "email/mailbox_spam.html", page, status=422)


@require_POST
@permission_required("settings.mailboxes")
def sender_forgotten(request: AgentRequest, pk: int, sender: int) -> HttpResponse:
    forget_sender(sender_for(request.agent, pk, sender), by=request.actor, at=request.received_at)
    return redirect("email:mailbox_spam", pk)
