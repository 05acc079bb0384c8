"""What an answer looks like as it leaves: closing lines, quotations, blind copies, a letter passed on."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.letterhead import closing_lines, letterhead, ours
from rung.channels.email.models import Mailbox
from rung.channels.email.tokens import conversation_in
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox, thread_through
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.incoming import IncomingFile, Party
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import answer_conversation, ask_beside
from tests.cast import Desk, written
from tests.sink import Sink

Work = Callable[..., None]
HOUR = timedelta(hours=1)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Desk", address="support@desk.example", team=support, by=SYSTEM, at=at)


@pytest.fixture
def matter(carla: Customer, support: Team, mailbox: Mailbox, at: datetime) -> Conversation:
    return written(carla, at=at, team=support, reference="<first@example.org>")


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_team_is_asked_for_where_a_line_names_it(mailbox: Mailbox, ada: Agent, at: datetime) -> None:
    change_mailbox(mailbox, team=None, signature="{name}", by=SYSTEM, at=at)
    with CaptureQueriesContext(connection) as asked:
        assert closing_lines(ada, mailbox) == "Ada Berg"
    without = len(asked)
    change_mailbox(mailbox, signature="{name}, {team}", by=SYSTEM, at=at)
    with CaptureQueriesContext(connection) as asked:
        assert closing_lines(ada, mailbox) == "Ada Berg, Support"
    assert len(asked) == without + 1


def test_closing_lines_are_the_agents_in_the_frame_of_the_mailbox(
    sink: Sink, mailbox: Mailbox, matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    Agent.objects.update(signature="{name}\n{role}", title="Wheel builder")
    ada.refresh_from_db()
    change_mailbox(mailbox, signature="{own}\n{team}, {address}", by=SYSTEM, at=at)
    lines = "Ada Berg\nWheel builder\nSupport, support@desk.example"
    shown = letterhead(matter, ada)
    assert shown is not None
    assert (shown.signature, shown.sender) == (lines, "Ada Berg at Desk <support@desk.example>")
    answer_conversation(matter, text="Friday.", by=ada.actor, at=at)
    work(at)
    assert f"-- \n{lines}\n\nOn 10 March" in plain(sink.received[0].letter)


@pytest.mark.parametrize(("quoting", "depth"), [("none", 0), ("last", 1), ("history", 3)])
def test_a_mailbox_repeats_as_much_as_it_is_told(
    quoting: str, depth: int, sink: Sink, mailbox: Mailbox, matter: Conversation, carla: Customer, ada: Agent,
    at: datetime, work: Work,
) -> None:  # fmt: skip
    change_mailbox(mailbox, quoting=quoting, by=SYSTEM, at=at)
    answer_conversation(matter, text="Which table?", by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, conversation=matter.pk, text="The round one.")
    answer_conversation(matter, text="Friday.", by=ada.actor, at=at + 3 * HOUR)
    work(at + 3 * HOUR)
    said = plain(sink.received[-1].letter)
    assert [said.count(mark) for mark in ("> The round one.", ">> Which table?", ">>> It was promised")] == [
        int(depth > 0),
        int(depth > 1),
        int(depth > 2),
    ]


def test_a_blind_copy_arrives_and_nobody_sees_it(
    sink: Sink, matter: Conversation, ada: Agent, at: datetime, work: Work
) -> None:
    to = (Party("carla@example.org", "Carla Ruiz"),)
    answer_conversation(matter, text="Friday.", to=to, bcc=(Party("boss@desk.example"),), by=ada.actor, at=at)
    work(at)
    [received] = sink.received
    assert sorted(received.recipients) == ["boss@desk.example", "carla@example.org"]
    assert "boss@" not in received.letter.as_string()


def test_who_is_asked_beside_gets_the_letter_and_answers_to_the_aside(
    sink: Sink, mailbox: Mailbox, matter: Conversation, ada: Agent, support: Team, at: datetime, work: Work
) -> None:
    orders = add_mailbox(name="Orders", address="orders@desk.example", team=support, by=SYSTEM, at=at)
    thread_through({matter.pk: orders.pk}, by=SYSTEM, at=at)
    photo = IncomingFile(name="leg.jpg", media_type="image/jpeg", content=b"JFIF")
    sent = ask_beside(
        matter,
        to=(Party("parts@kellermann.example", "Kellermann"),),
        subject="A leg",
        text="Have you one?",
        forwards=matter.touchpoints.get(),
        files=(photo,),
        by=ada.actor,
        at=at,
    )
    work(at)
    letter = sink.received[0].letter
    assert "orders@desk.example" in str(letter["From"])  # the address that the customer knows
    assert letter["Subject"] == "A leg"
    said = plain(letter)
    assert said.index("Have you one?") < said.index("Forwarded message") < said.index("It was promised for Monday.")
    assert "From: Carla Ruiz <carla@example.org>" in said
    assert [part.get_filename() for part in letter.iter_attachments()] == ["leg.jpg"]
    assert conversation_in([str(letter["Reply-To"])], []) == sent.conversation_id


def test_what_leads_back_to_us_is_ours(mailbox: Mailbox) -> None:
    assert ours(["support@desk.example", "support+r1abc@desk.example", "x@example.org"]) == {
        "support@desk.example",
        "support+r1abc@desk.example",
    }


def test_a_mailbox_takes_what_it_is_set_to(mailbox: Mailbox, matter: Conversation, ada: Agent, at: datetime) -> None:
    change_mailbox(mailbox, max_letter_mb=10, by=SYSTEM, at=at)
    shown = letterhead(matter, ada)
    assert shown is not None
    assert 7_000_000 < shown.max_file_bytes < 7_500_000


def test_closing_lines_of_a_mailbox_are_tried_by_administrators_only(client_of: Desk, root: Agent, ada: Agent) -> None:
    said = {"signature": "{name} of {mailbox} <b>", "name": "Desk", "address": "s@desk.example", "team": ""}
    shown = client_of(root).post("/settings/mailboxes/signature", said).content.decode()
    assert "Root Adler of Desk &lt;b&gt;" in shown
    assert client_of(ada).post("/settings/mailboxes/signature", said).status_code == 403
