"""A company whose domain has letters beyond a to z: DNS and servers spell it otherwise than people do."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from pytest_django import Settings

from rung.accounts.models import Agent
from rung.channels.email.checking import check_outgoing
from rung.channels.email.connecting import PLAIN, Server, reply
from rung.channels.email.models import Mailbox
from rung.channels.email.tokens import conversation_in
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.touchpoints.access import reply_recipients
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import answer_conversation
from tests.sink import Sink

LETTERS, DNS = "hilfe@bücher.example", "hilfe@xn--bcher-kva.example"
QUESTION = f"""From: Carla <carla@example.org>
To: {DNS}
Cc: karim@example.org
Subject: My book has not come
Message-ID: <first@example.org>
Date: Tue, 10 Mar 2026 09:00:00 +0000

Where is it?
""".encode()


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture(params=[LETTERS, DNS])
def mailbox(request: pytest.FixtureRequest, db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Hilfe", address=request.param, by=SYSTEM, at=at)


@pytest.fixture
def matter(mailbox: Mailbox, at: datetime, work: Callable[..., None]) -> Conversation:
    keep_letter(QUESTION, mailbox=mailbox, by=SYSTEM, at=at)
    work(at)
    return Conversation.objects.get()


def test_our_own_address_is_no_participant_however_it_is_spelt(matter: Conversation) -> None:
    assert [party.address for party in reply_recipients(matter).all] == ["carla@example.org", "karim@example.org"]
    assert set(matter.participants.values_list("address", flat=True)) == {"carla@example.org", "karim@example.org"}


def test_an_answer_leaves_under_the_name_that_servers_know(
    sink: Sink, matter: Conversation, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    answer_conversation(matter, text="Friday.", by=ada.actor, at=at)
    work(at)
    [received] = sink.received
    assert received.raw.isascii()
    assert received.sender.endswith("@xn--bcher-kva.example")
    assert conversation_in([received.sender], ()) == matter.pk
    assert str(received.letter["Message-ID"]).endswith("@xn--bcher-kva.example>")
    assert conversation_in((), [str(received.letter["Message-ID"])]) == matter.pk


@pytest.mark.parametrize("address", [LETTERS, DNS])
def test_the_test_of_its_server_says_whether_it_is_taken(sink: Sink, address: str) -> None:
    server = Server("127.0.0.1", sink.port, PLAIN)
    assert all(finding.is_good for finding in check_outgoing(server, address))


def test_what_a_server_says_can_be_kept() -> None:
    assert reply(550, b"5.1.1 no\x00 such\r\n user\x1b[0m") == "550 5.1.1 no such user[0m"
