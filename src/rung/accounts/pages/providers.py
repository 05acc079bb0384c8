"""What the screens about identity providers need."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from rung.accounts.access import (
    givable_roles,
    has_second_step,
    identities_of,
    provider_instead_of_password,
    providers_at_the_door,
)
from rung.accounts.forms import ProviderForm
from rung.accounts.models import Agent, Identity, IdentityProvider
from rung.accounts.providing import back_address


@dataclass(frozen=True)
class Choice:
    """A button on the sign-in page."""

    name: str
    href: str


@dataclass(frozen=True)
class ProviderPage:
    """One provider; None while it is being added. `bound`: how many of us come in by it."""

    form: ProviderForm
    back: str
    provider: IdentityProvider | None = None
    bound: int = 0


@dataclass(frozen=True)
class WaysInPage:
    """`instead`: the provider that has taken the password's place. `could`: those that could vouch for this address,
    and have not done so yet."""

    has_password: bool
    instead: IdentityProvider | None
    has_second_step: bool
    identities: tuple[Identity, ...]
    could: tuple[IdentityProvider, ...]


def sign_in_choices(request: HttpRequest) -> dict[str, tuple[Choice, ...]]:
    """What the sign-in page offers beside the password. One query."""
    onward = request.POST.get("next") or request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(onward, allowed_hosts=None)
    query = f"?{urlencode({'next': onward})}" if is_ours else ""
    return {
        "providers": tuple(
            Choice(each.name, reverse("account_provider", args=[each.pk]) + query) for each in providers_at_the_door()
        )
    }


def provider_page(
    viewer: Agent, form: ProviderForm | None = None, provider: IdentityProvider | None = None
) -> ProviderPage:
    if provider is None:
        return ProviderPage(form or ProviderForm(roles=givable_roles(viewer)), back_address())
    names = (
        "name",
        "issuer",
        "client_id",
        "admits_newcomers",
        "newcomer_role",
        "replaces_password",
        "does_second_step",
    )
    known = {name: getattr(provider, name) for name in names}
    known |= {"domains": provider.domains, "newcomer_team": provider.newcomer_team_id}
    form = form or ProviderForm(initial=known, roles=givable_roles(viewer), is_new=False)
    return ProviderPage(form, back_address(), provider, provider.identities.count())


def ways_in_page(agent: Agent) -> WaysInPage:
    """Four queries."""
    identities = tuple(identities_of(agent))
    bound = {each.provider_id for each in identities}
    could = [each for each in providers_at_the_door() if each.pk not in bound and each.speaks_for(agent.email)]
    return WaysInPage(
        has_password=agent.has_usable_password(),
        instead=provider_instead_of_password(agent),
        has_second_step=has_second_step(agent),
        identities=identities,
        could=tuple(could),
    )
