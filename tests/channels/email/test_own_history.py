"""What we wrote ourselves before this desk, in the archive of a mailbox: it comes in as ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Dispatch, Letter, Mailbox, Reason, Source
from rung.channels.email.verbs.letter import Arrival, keep_letters
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.insight.models import TouchpointFact
from rung.notices.models import Notice
from rung.surveys.models import Invitation
from rung.touchpoints.models import Conversation, Participant, State, Touchpoint
from rung.touchpoints.verbs import start_conversation
from tests.cast import Desk

OURS = "Ada at Support <support@desk.example>"
CARLA, KARIM = "Carla Ruiz <carla@example.org>", "karim@example.net"
WRITTEN = datetime(2024, 3, 10, 8, 55, tzinfo=UTC)
Take = Callable[..., Touchpoint | None]
Work = Callable[..., None]


@pytest.fixture
def mailbox(support: Team, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", team=support, by=SYSTEM, at=at)


def letter(name: str, sender: str, to: str, *, refers: str = "", subject: str = "My table", head: str = "") -> bytes:
    lines = [
        *((head,) if head else ()),
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {subject}",
        "Date: Sun, 10 Mar 2024 08:55:00 +0000",
        f"Message-ID: {name}",
        *((f"In-Reply-To: {refers}", f"References: {refers}") if refers else ()),
    ]
    return "\r\n".join([*lines, "", f"Words of {name}.", ""]).encode()


@pytest.fixture
def take(mailbox: Mailbox, at: datetime) -> Take:
    """Takes a letter in as history; what it became, if anything."""

    def taken(raw: bytes, *, is_archived: bool = True) -> Touchpoint | None:
        (kept,) = keep_letters([Arrival(raw, mailbox, Source.IMAP, is_archived=is_archived)], by=SYSTEM, at=at)
        read_letters(by=SYSTEM, at=at)
        return Letter.objects.select_related("touchpoint__conversation").get(pk=kept.pk).touchpoint

    return taken


def test_what_we_wrote_before_is_ours_with_its_own_date_and_nobody_hears_of_it(
    take: Take, ada: Agent, client_of: Desk, work: Work, at: datetime
) -> None:
    asked = take(letter("<a@x>", CARLA, "support@desk.example"))
    answer = take(letter("<b@x>", OURS, CARLA, refers="<a@x>", subject="Re: My table"))
    assert asked is not None
    assert answer is not None
    assert answer.conversation == asked.conversation
    assert (answer.direction, answer.occurred_at, answer.is_archived, answer.delivery) == ("out", WRITTEN, True, "")
    assert answer.customer == asked.customer
    work(at)
    matter = Conversation.objects.get()
    assert (matter.state, matter.touch_count, matter.awaits_us_since_at) == (State.RESOLVED, 2, None)
    assert not any(model.objects.exists() for model in (Dispatch, Invitation, TouchpointFact, Notice))
    assert Participant.objects.get().address == "carla@example.org"
    page = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert ">Ada at Support</strong>" in page
    assert "Words of &lt;b@x&gt;." in page


def test_what_we_began_ourselves_stands_with_whom_it_went_to(take: Take) -> None:
    ours = take(letter("<a@x>", OURS, f"support+3@desk.example, {CARLA}, {KARIM}"))
    assert ours is not None
    assert ours.customer.name == "Carla Ruiz"
    assert set(ours.conversation.participants.values_list("address", flat=True)) == {"carla@example.org", KARIM}
    answer = take(letter("<b@x>", KARIM, "support@desk.example", refers="<a@x>"))
    assert answer is not None
    assert (answer.conversation, answer.direction) == (ours.conversation, "in")


def test_the_answer_may_come_in_before_what_it_answers(take: Take) -> None:
    answer = take(letter("<b@x>", CARLA, "support@desk.example", refers="<a@x>", subject="Re: Offer"))
    ours = take(letter("<a@x>", OURS, CARLA, subject="Offer"))
    assert answer is not None
    assert ours is not None
    assert ours.conversation == answer.conversation
    assert ours.direction == "out"


def test_the_same_letter_twice_is_one(take: Take) -> None:
    first = take(letter("<a@x>", OURS, CARLA))
    again = take(letter("<a@x>", OURS, CARLA, head="X-Folder: All mail").replace(b"Words", b"Words,"))
    assert again == first
    assert Touchpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "is_archived"),
    [
        (letter("<a@x>", OURS, CARLA), False),
        (letter("<a@x>", OURS, "support@desk.example"), True),
        (letter("<a@x>", "ada@desk.example", CARLA), True),
        (
            letter(
                "<a@x>", OURS, KARIM,
                head="Received: from evil.example by mx.desk.example; Sun, 10 Mar 2024 08:56:00 +0000\r\n"
                "Authentication-Results: mx.desk.example; dmarc=fail header.from=desk.example",
            ),
            True,
        ),
    ],
    ids=["not history", "to nobody else", "no mailbox of ours", "it came from outside and is forged"],
)  # fmt: skip
def test_what_is_not_surely_ours_is_not_held_for_it(
    take: Take, mailbox: Mailbox, raw: bytes, is_archived: bool
) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(trusted_servers="mx.desk.example")
    mailbox.refresh_from_db()
    found = take(raw, is_archived=is_archived)
    assert found is not None
    assert found.direction == "in"


def test_our_own_letters_by_this_desk_do_not_come_in_again(
    take: Take, carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    sent = start_conversation(carla, subject="Offer", text="See below.", by=ada.actor, at=at)
    work(at + timedelta(minutes=1))
    name = Dispatch.objects.get(touchpoint=sent).message_id
    assert take(letter(name, OURS, CARLA)) is None
    assert Letter.objects.get().reason == Reason.OWN_ECHO
