"""Signing in with an identity provider: there with a question, back with an answer."""

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import perform_login
from allauth.account.models import Login
from allauth.core.internal.ratelimit import consume_or_429
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from rung.accounts.access import AgentRequest, may, permission_required, provider_for, providers_at_the_door
from rung.accounts.adapter import network_address
from rung.accounts.models import Agent, IdentityProvider
from rung.accounts.openid import Asked, Person, ProviderFailed, departure_address, person_behind
from rung.accounts.providing import SIGN_IN, TRIAL, Question, client_of, keep_question, take_question
from rung.accounts.verbs import NotLetIn, admit, note_failed_sign_in, note_trial
from rung.core import clock
from rung.core.actor import SYSTEM


@never_cache
@require_safe
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Off to the provider, from the sign-in page."""
    if (too_often := _too_often(request)) is not None:
        return too_often
    wished = request.GET.get("next", "")
    is_ours = wished.startswith("/") and url_has_allowed_host_and_scheme(wished, allowed_hosts=None)
    onward = wished if is_ours else ""
    if isinstance(request.user, Agent):
        return redirect(onward or "/")
    provider = _at_the_door(pk)
    if provider is None:
        return _refuse(request, "", NotLetIn("ended", _("Nobody signs in with that provider any more.")), onward)
    try:
        return _off(request, Question(provider.pk, SIGN_IN, Asked.anew(), onward), provider)
    except ProviderFailed as failure:
        return _refuse(request, provider.name, failure, onward)


@never_cache
@require_safe
@permission_required("settings.providers")
def trial(request: AgentRequest, pk: int) -> HttpResponse:
    """Off to the provider, to see whether it works; nobody is signed in by it."""
    provider = provider_for(request.agent, pk)
    try:
        return _off(request, Question(provider.pk, TRIAL, Asked.anew()), provider)
    except ProviderFailed as failure:
        messages.error(request, failure.reason)
        return redirect("accounts:provider", provider.pk)


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """Back from the provider. A state is good once, for ten minutes, and only in the browser that was sent there."""
    if (too_often := _too_often(request)) is not None:
        return too_often
    question = take_question(request.session, request.GET.get("state", ""), at=clock.now())
    if question is None:
        words = _("That sign-in took too long, or was begun in another window. Begin again here.")
        return _refuse(request, "", NotLetIn("state", words), "")
    provider = _at_the_door(question.provider)
    if provider is None:
        return _refuse(request, "", NotLetIn("ended", _("Nobody signs in with that provider any more.")), "")
    if question.purpose == TRIAL:
        return _tried(request, question, provider)
    email = ""
    try:
        person = _answered(request, question, provider)
        email = person.email
        agent = admit(provider, person, by=SYSTEM, at=clock.now())
    except (ProviderFailed, NotLetIn) as failure:
        return _refuse(request, provider.name, failure, question.next, email)
    onward = question.next or None
    login = Login(user=agent, redirect_url=onward, signal_kwargs={"through": provider.pk}, email=agent.email)
    answer: HttpResponse = perform_login(request, login)
    return answer


def _too_often(request: HttpRequest) -> HttpResponse | None:
    """Each time costs a line in the audit list or a question to the provider, and whoever asks is still a stranger."""
    answer: HttpResponse | None = consume_or_429(request, app="allauth.account", action="provider", limit_get=True)
    return answer


def _tried(request: HttpRequest, question: Question, provider: IdentityProvider) -> HttpResponse:
    agent: Any = request.user
    if not isinstance(agent, Agent) or not agent.is_active or not may(agent, "settings.providers"):
        return redirect("account_login")
    try:
        person = _answered(request, question, provider)
    except ProviderFailed as failure:
        messages.error(request, failure.reason)
        return redirect("accounts:provider", provider.pk)
    note_trial(provider, by=agent.actor, at=clock.now())
    words = {"email": person.email or "-", "subject": person.subject[:60]}
    messages.success(
        request, _("It works: you are %(email)s there (%(subject)s). Nobody was signed in by this.") % words
    )
    if not person.is_verified:
        messages.warning(
            request, _("But it does not say that this address is verified, so it would not open a seat by it.")
        )
    return redirect("accounts:provider", provider.pk)


def _off(request: HttpRequest, question: Question, provider: IdentityProvider) -> HttpResponse:
    """Raises ProviderFailed."""
    address = departure_address(client_of(provider), question.asked)
    keep_question(request.session, question, at=clock.now())
    answer = redirect(address)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _answered(request: HttpRequest, question: Question, provider: IdentityProvider) -> Person:
    """Who came back. Raises ProviderFailed."""
    said, client = request.GET, client_of(provider)
    if "iss" in said and not constant_time_compare(said["iss"], provider.issuer):
        raise ProviderFailed("issuer", _("That answer comes from another provider than the one you were sent to."))
    if said.get("error") == "access_denied":
        raise ProviderFailed("denied", _("You did not sign in at %(provider)s.") % {"provider": provider.name})
    if "code" not in said or "error" in said:
        words = " ".join((said.get("error_description") or said.get("error") or "-").split())[:300]
        raise ProviderFailed(
            "refused", _("%(provider)s did not let you in: %(words)s") % {"provider": provider.name, "words": words}
        )
    return person_behind(client, code=said["code"], asked=question.asked, at=clock.now())


def _at_the_door(pk: int) -> IdentityProvider | None:
    return next((provider for provider in providers_at_the_door() if provider.pk == pk), None)


def _refuse(
    request: HttpRequest, name: str, failure: ProviderFailed | NotLetIn, onward: str, email: str = ""
) -> HttpResponse:
    """To our sign-in page, with words; and into the audit list."""
    about = failure.agent.email if isinstance(failure, NotLetIn) and failure.agent is not None else email
    note_failed_sign_in(
        about, came_from=network_address(request), through=name, reason=failure.kind, by=SYSTEM, at=clock.now()
    )
    messages.error(request, failure.reason)
    query = f"?{urlencode({'next': onward})}" if onward else ""
    return redirect(reverse("account_login") + query)
