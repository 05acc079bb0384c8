"""What the agent sees of the letters of machines."""

from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.desk.pages.conversation import conversation_page
from rung.desk.pages.person import person_of
from rung.desk.pages.thread import Item
from rung.touchpoints.access import conversation_for
from rung.touchpoints.incoming import Reported
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, report_outcome
from tests.cast import Desk, written


@pytest.fixture
def ours(carla: Customer, support: Team, ada: Agent, at: datetime) -> Touchpoint:
    matter = written(carla, at=at, team=support)
    return answer_conversation(matter, text="It comes on Friday.", by=ada.actor, at=at)


def item(ada: Agent, ours: Touchpoint, at: datetime) -> Item:
    page = conversation_page(conversation_for(ada, ours.conversation_id), ada, at=at)
    return next(each for each in page.thread.items if each.number == ours.pk and each.kind == "touch")


def test_a_failure_is_told_in_words_on_the_letter_and_in_the_queue(
    ada: Agent, ours: Touchpoint, at: datetime, client_of: Desk
) -> None:
    failed = Reported(
        came="failed", address="carla@example.org", status="5.2.2", code="552", reason="mailbox_full", said="Full."
    )
    report_outcome(ours, failed, by=SYSTEM, at=at)
    word = item(ada, ours, at).words[0]
    assert (word.address, word.why, word.is_loud) == ("carla@example.org", "the mailbox is full", True)
    shown = client_of(ada).get(f"/conversations/{ours.conversation_id}").content.decode()
    assert "the mailbox is full" in shown
    assert "turn-failed" in client_of(ada).get("/queue/team").content.decode()


def test_a_delay_is_shown_until_something_later_is_heard(ada: Agent, ours: Touchpoint, at: datetime) -> None:
    report_outcome(ours, Reported(came="delayed", address="carla@example.org"), by=SYSTEM, at=at)
    assert [word.symbol for word in item(ada, ours, at).words] == ["clock"]
    report_outcome(ours, Reported(came="opened", address="carla@example.org"), by=SYSTEM, at=at)
    assert [word.is_loud for word in item(ada, ours, at).words] == [False]


def test_a_delay_is_forgotten_when_nobody_tries_any_more(ada: Agent, ours: Touchpoint, at: datetime) -> None:
    report_outcome(ours, Reported(came="delayed", address="carla@example.org"), by=SYSTEM, at=at)
    assert item(ada, ours, at + timedelta(days=4)).words
    assert not item(ada, ours, at + timedelta(days=6)).words


def automatic(carla: Customer, at: datetime, **kept: str) -> Conversation:
    matter = written(carla, at=at)
    Touchpoint.objects.filter(conversation=matter).update(
        is_automatic=True, brought={"automatic": {"kind": "", "until": "", "link": "", **kept}}
    )
    return matter


def test_an_absence_offers_to_wait_and_stands_beside_the_person(
    ada: Agent, carla: Customer, at: datetime, client_of: Desk
) -> None:
    back = (at + timedelta(days=9)).date()
    matter = automatic(carla, at, kind="absence", until=back.isoformat())
    page = conversation_page(conversation_for(ada, matter.pk), ada, at=at)
    machine = page.thread.items[0].machine
    assert machine is not None
    assert machine.is_away_still
    assert str(back.year) in person_of(carla, ada, at=at).away_until
    assert not person_of(carla, ada, at=at + timedelta(days=20)).away_until
    assert "This is no answer" in client_of(ada).get(f"/conversations/{matter.pk}").content.decode()


def test_a_challenge_is_shown_as_text_for_a_person(ada: Agent, carla: Customer, at: datetime, client_of: Desk) -> None:
    link = "https://doorkeeper.example/c?t=<b>"
    matter = automatic(carla, at, kind="challenge", link=link)
    shown = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert "doorkeeper.example/c?t=&lt;b&gt;" in shown
    assert f'href="{link[:30]}' not in shown
