from dataclasses import dataclass
from typing import Any

from django.forms import Form

from rung.channels.email.models import OAuthClient
from rung.channels.email.providers import PROVIDERS, Provider


@dataclass(frozen=True)
class ClientPage:
    """How a provider knows this installation; `back` is the address to register there, `mailbox` where one came from."""

    provider: Provider
    form: Form
    back: str
    mailbox: str


def client_page(provider: str, form: Form, *, back: str, mailbox: str) -> ClientPage:
    return ClientPage(PROVIDERS[provider], form, back, mailbox)


def known_client(client: OAuthClient | None) -> dict[str, Any]:
    """What the form shows of it: everything but its secret."""
    if client is None:
        return {}
    return {name: getattr(client, name) for name in ("client_id", "tenant", "authorize_url", "token_url", "scopes")}
