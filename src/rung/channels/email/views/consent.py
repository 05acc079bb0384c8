"""Connecting a mailbox at its provider: there with a question, back with a code."""

import secrets

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rung.accounts.access import AgentRequest, permission_required
from rung.channels.email.access.consent import client_of
from rung.channels.email.access.mailbox import mailbox_for
from rung.channels.email.consenting import (
    ConsentFailed,
    authorisation_address,
    denied_in_words,
    exchange_code,
    new_verifier,
)
from rung.channels.email.forms import OAuthClientForm
from rung.channels.email.pages.consent import client_page, known_client
from rung.channels.email.pages.mailbox import mailbox_page
from rung.channels.email.providers import PROVIDERS
from rung.channels.email.verbs.consent import give_consent, register_client, registration_of
from rung.core.given import given_key
from rung.ui.pages import render

_ASKED = "mailbox_consent"


def back_address() -> str:
    """Where providers send the browser back to, as it is registered with them."""
    return str(settings.BASE_URL).rstrip("/") + reverse("email:consent_back")


@require_http_methods(["GET", "POST"])
@permission_required("settings.mailboxes")
def client(request: AgentRequest, provider: str) -> HttpResponse:
    """How a provider knows this installation; afterwards back to the mailbox one came from."""
    if provider not in PROVIDERS:
        raise Http404
    form = OAuthClientForm(request.POST or None, provider=provider, initial=known_client(client_of(provider)))
    came_from = given_key(request.POST.get("mailbox") or request.GET.get("mailbox", ""))
    if form.is_valid():
        register_client(provider, **form.cleaned_data, by=request.actor, at=request.received_at)
        messages.success(request, _("Saved."))
        return redirect("email:departure", came_from) if came_from is not None else redirect("email:mailboxes")
    page = client_page(provider, form, back=back_address(), mailbox="" if came_from is None else str(came_from))
    return render(request, "email/oauth_client.html", page, status=422 if form.errors else 200)


@require_safe
@permission_required("settings.mailboxes")
def departure(request: AgentRequest, pk: int) -> HttpResponse:
    """Between a form of ours and the provider: the content policy lets no form lead elsewhere, however many redirects
    later. From here a link does."""
    known = mailbox_for(request.agent, pk)
    if client_of(known.provider) is None:
        return redirect(reverse("email:oauth_client", args=[known.provider or "own"]) + f"?mailbox={pk}")
    return render(request, "email/departure.html", mailbox_page(known, "servers"))


@require_safe
@permission_required("settings.mailboxes")
def begin(request: AgentRequest, pk: int) -> HttpResponse:
    """Off to the provider."""
    known = mailbox_for(request.agent, pk)
    registered = client_of(known.provider)
    if registered is None:
        return redirect(reverse("email:oauth_client", args=[known.provider or "own"]) + f"?mailbox={pk}")
    state, verifier = secrets.token_urlsafe(32), new_verifier()
    try:
        address = authorisation_address(
            registration_of(registered), state=state, verifier=verifier, back=back_address(), user=known.imap_user
        )
    except ConsentFailed as failure:
        messages.error(request, failure.reason)
        return redirect("email:mailbox_servers", pk)
    request.session[_ASKED] = {"state": state, "verifier": verifier, "mailbox": pk}
    response = redirect(address)
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@permission_required("settings.mailboxes")
def back(request: AgentRequest) -> HttpResponse:
    """Back from the provider. The state is good once, and only in the browser that was sent there."""
    asked = request.session.pop(_ASKED, None)
    state = request.GET.get("state", "")
    if not asked or not state or not constant_time_compare(state, asked["state"]):
        messages.error(request, _("That answer belongs to no question of ours. Begin again with “Connect”."))
        return redirect("email:mailboxes")
    known = mailbox_for(request.agent, asked["mailbox"])
    registered = client_of(known.provider)
    if "code" not in request.GET or registered is None:
        said = denied_in_words(request.GET.get("error", ""), request.GET.get("error_description", ""))
        messages.error(request, said)
        return redirect("email:departure", known.pk)
    try:
        tokens = exchange_code(
            registration_of(registered), code=request.GET["code"], verifier=asked["verifier"], back=back_address()
        )
    except ConsentFailed as failure:
        messages.error(request, failure.reason)
        return redirect("email:mailbox_servers", known.pk)
    consent = give_consent(known, registered, tokens, by=request.actor, at=request.received_at)
    if consent.account and consent.account != known.imap_user.lower():
        words = _(
            "Connected as %(account)s. That is another account than %(user)s: it works if it may open that mailbox."
        )
        messages.warning(request, words % {"account": consent.account, "user": known.imap_user})
    else:
        messages.success(request, _("Connected."))
    return redirect("email:mailbox_trial", known.pk)
