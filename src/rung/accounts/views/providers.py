"""Identity providers by hand, and how somebody signs in."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rung.accounts.access import (
    AgentRequest,
    IdentityProvider,
    agent_required,
    givable_roles,
    identity_for,
    permission_required,
    provider_for,
    seat_for,
)
from rung.accounts.forms import ProviderForm
from rung.accounts.openid import Client, ProviderFailed, check_client, issuer_in
from rung.accounts.pages.providers import provider_page, ways_in_page
from rung.accounts.providing import back_address, client_of
from rung.accounts.verbs import ProviderWish, add_provider, change_provider, end_provider, release_identity
from rung.core.seen import Overtaken
from rung.ui.pages import render


@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "POST"])
@permission_required("settings.providers")
def new_provider(request: AgentRequest) -> HttpResponse:
    form = ProviderForm(request.POST or None, roles=givable_roles(request.agent))
    if form.is_valid():
        try:
            wish = _checked(form, None)
            provider = add_provider(wish, by=request.actor, at=request.received_at)
        except ProviderFailed as failure:
            form.add_error(failure.field, failure.reason)
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("It is there and knows us. Now test the connection."))
            return redirect("accounts:provider", provider.pk)
    page = provider_page(request.agent, form)
    return render(request, "accounts/provider.html", page, status=422 if form.errors else 200)


@sensitive_post_parameters("client_secret")
@require_http_methods(["GET", "POST"])
@permission_required("settings.providers")
def provider(request: AgentRequest, pk: int) -> HttpResponse:
    present = provider_for(request.agent, pk)
    roles = givable_roles(request.agent)
    form = ProviderForm(request.POST, roles=roles, is_new=False) if request.method == "POST" else None
    status = 422 if form else 200
    if form and form.is_valid():
        try:
            wish = _checked(form, present)
            change_provider(present, wish, seen=form.seen, by=request.actor, at=request.received_at)
        except ProviderFailed as failure:
            form.add_error(failure.field, failure.reason)
        except ValidationError as refused:
            form.add_error(None, refused)
        except Overtaken as overtaken:
            form.come_back(overtaken)
            status = 409
        else:
            messages.success(request, form.what_stayed() or _("Saved."))
            return redirect("accounts:provider", pk)
    return render(request, "accounts/provider.html", provider_page(request.agent, form, present), status=status)


@require_POST
@permission_required("settings.providers")
def ending(request: AgentRequest, pk: int) -> HttpResponse:
    present = provider_for(request.agent, pk)
    end_provider(present, by=request.actor, at=request.received_at)
    messages.success(request, _("Nobody signs in with %(name)s any more.") % {"name": present.name})
    return redirect("accounts:sign_in")


@require_POST
@permission_required("settings.team")
def release(request: AgentRequest, pk: int, identity: int) -> HttpResponse:
    """For a colleague whose account elsewhere was made anew, or is not theirs any more."""
    seat = seat_for(request.agent, pk)
    bound = identity_for(seat, identity)
    release_identity(bound, by=request.actor, at=request.received_at)
    words = {"name": seat.name, "provider": bound.provider.name}
    messages.success(request, _("That account at %(provider)s does not open the seat of %(name)s any more.") % words)
    return redirect("accounts:agent", seat.pk)


@require_safe
@agent_required
def ways_in(request: AgentRequest) -> HttpResponse:
    """How whoever asks signs in."""
    return render(request, "accounts/ways_in.html", ways_in_page(request.agent))


def _checked(form: ProviderForm, present: IdentityProvider | None) -> ProviderWish:
    """What is wished, after the provider was asked whether it knows us; when nothing of that was changed it is not asked,
    so that a provider that is down can still be changed. Raises ProviderFailed."""
    given = dict(form.cleaned_data)
    given["issuer"] = issuer_in(given["issuer"])
    same = present is not None and (given["issuer"], given["client_id"]) == (present.issuer, present.client_id)
    secret = given["client_secret"]
    if not same or secret:
        if not secret and present is not None:
            if given["issuer"] != present.issuer:
                # The one we keep is for the present one alone: asked there, another would be told it.
                words = _("Another provider gives out another secret: enter that too.")
                raise ProviderFailed("secret", words, field="client_secret")
            secret = client_of(present).client_secret
        given["issuer"] = check_client(Client(given["issuer"], given["client_id"], secret, back_address()))
    return ProviderWish(**given)
