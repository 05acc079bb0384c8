"""The standing cast: who appears in every test.

Ada serves in Support, Lin leads her, Bo serves in Billing, Root administers. Carla and Karim are customers. Zoe is nobody.
"""

from datetime import UTC, datetime

import pytest
from django.test import Client

from rung.accounts.models import Agent, Role, Team
from rung.accounts.verbs import create_agent, create_team
from rung.core.actor import SYSTEM, Actor
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import receive_touchpoint

PASSWORD = "correct horse battery"


@pytest.fixture
def at() -> datetime:
    """The moment every test begins: a Tuesday morning."""
    return datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def support(db: None, at: datetime) -> Team:
    return create_team("Support", by=SYSTEM, at=at)


@pytest.fixture
def billing(db: None, at: datetime) -> Team:
    return create_team("Billing", by=SYSTEM, at=at)


@pytest.fixture
def ada(support: Team, at: datetime) -> Agent:
    return create_agent(email="ada@desk.example", name="Ada Berg", teams=[support], password=PASSWORD, by=SYSTEM, at=at)


@pytest.fixture
def lin(support: Team, at: datetime) -> Agent:
    return create_agent(
        email="lin@desk.example", name="Lin Chen", role=Role.LEAD, teams=[support], password=PASSWORD, by=SYSTEM, at=at
    )


@pytest.fixture
def bo(billing: Team, at: datetime) -> Agent:
    return create_agent(email="bo@desk.example", name="Bo Falk", teams=[billing], password=PASSWORD, by=SYSTEM, at=at)


@pytest.fixture
def root(db: None, at: datetime) -> Agent:
    return create_agent(
        email="root@desk.example", name="Root Adler", role=Role.ADMINISTRATOR, password=PASSWORD, by=SYSTEM, at=at
    )


@pytest.fixture
def carla(db: None, at: datetime) -> Customer:
    return recognise_customer("carla@example.org", name="Carla Ruiz", by=SYSTEM, at=at)


@pytest.fixture
def karim(db: None, at: datetime) -> Customer:
    return recognise_customer("karim@example.net", name="Karim Haddad", by=SYSTEM, at=at)


class Desk:
    """A browser without a screen, signed in as an agent."""

    def __call__(self, agent: Agent) -> Client:
        client = Client()
        client.force_login(agent)
        return client


@pytest.fixture
def client_of(db: None) -> Desk:
    return Desk()


def written(
    customer: Customer,
    *,
    at: datetime,
    subject: str = "My table has not come",
    text: str = "It was promised for Monday.",
    team: Team | None = None,
    reference: str = "",
    references: tuple[str, ...] = (),
    conversation: int | None = None,
    is_automatic: bool = False,
    is_archived: bool = False,
    is_spam: bool = False,
    copied: tuple[str, ...] = (),
    by: Actor | None = None,
) -> Conversation:
    """The conversation of what a customer wrote by e-mail at a moment; `by` whom it was taken in, else by themselves."""
    sender = customer.addresses.values_list("value", flat=True).first() or ""
    incoming = Incoming(
        channel="email",
        reference=reference or f"<{customer.pk}.{at.timestamp()}@example.org>",
        subject=subject,
        text=text,
        occurred_at=at,
        references=references,
        conversation=conversation,
        team=team.pk if team else None,
        is_automatic=is_automatic,
        is_archived=is_archived,
        is_spam=is_spam,
        parties=Parties(
            sender=sender,
            to=(Party("support@desk.example", is_ours=True),),
            cc=tuple(Party(address) for address in copied),
        ),
    )
    return receive_touchpoint(customer, incoming, by=by or customer.actor, at=at).conversation
