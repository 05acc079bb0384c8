"""The bell, the page behind it, and what somebody chooses to hear of."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.core import clock
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.notices.access import bell_of, has_unread_in
from rung.notices.models import Kind, Notice, Rhythm, Wish
from rung.notices.pages import notices_page
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import assign_conversation, write_note
from tests.cast import Desk, written

Work = Callable[..., None]


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))


@pytest.fixture
def called(carla: Customer, ada: Agent, lin: Agent, support: Team, at: datetime, work: Work) -> Conversation:
    """A matter in which Lin has called Ada three times."""
    matter = written(carla, at=at, team=support, subject="My table <b>has not</b> come")
    for words in ("look", "look again", "are you there?"):
        write_note(matter, f"@Ada Berg, {words}", by=lin.actor, at=at)
    work(at)
    return matter


def test_what_happened_in_one_conversation_is_one_line(called: Conversation, ada: Agent) -> None:
    (told,) = notices_page(ada).lines
    assert (told.line.number, told.line.count, told.news) == (called.pk, 3, "3 new")
    assert told.line.sentences == ("Lin Chen calls you in a note",)


def test_the_bell_says_how_many_and_reading_silences_it(called: Conversation, ada: Agent, client_of: Desk) -> None:
    client = client_of(ada)
    assert "1 unread" in client.get("/notices").content.decode()
    assert "1 unread" in client.get("/notices/bell").content.decode()
    before_it = {"HX-Current-URL": f"http://testserver/conversations/{called.pk}?from=mine"}
    assert "unread" not in client.get("/notices/bell", headers=before_it).content.decode()
    client.get(f"/conversations/{called.pk}")
    assert not has_unread_in(ada, called)
    page = client.get("/notices").content.decode()
    assert "You have seen everything" in page
    assert "My table &lt;b&gt;" in client.get("/notices?show=all").content.decode()


def test_an_open_conversation_reads_what_comes_while_it_is_open(
    called: Conversation, ada: Agent, client_of: Desk
) -> None:
    client = client_of(ada)
    client.get(f"/conversations/{called.pk}")
    Notice.objects.update(read_at=None)
    from rung.desk.pages.conversation import newest_entry_of

    unchanged = client.get(
        f"/conversations/{called.pk}?entry={newest_entry_of(called)}", headers={"HX-Request": "true"}
    )
    assert unchanged.status_code == 204
    assert bell_of(ada) == 0


def test_one_or_all_can_be_read_by_hand(
    called: Conversation, carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work, client_of: Desk
) -> None:
    other = written(carla, at=at + timedelta(seconds=1), subject="A chair")
    assign_conversation(other, agent=ada, team=None, by=lin.actor, at=at)
    work(at)
    client = client_of(ada)
    client.post("/notices/reading", {"conversation": called.pk})
    assert [each.line.number for each in notices_page(ada).lines] == [other.pk]
    client.post("/notices/reading")
    assert notices_page(ada).lines == ()


def test_nobody_reads_for_another(called: Conversation, ada: Agent, bo: Agent, client_of: Desk) -> None:
    assert client_of(bo).post("/notices/reading", {"conversation": called.pk}).status_code == 404
    client_of(bo).post("/notices/reading")
    assert bell_of(ada) == 1


def test_the_page_shows_nothing_of_what_one_may_no_longer_see(
    called: Conversation, ada: Agent, lin: Agent, billing: Team, at: datetime, client_of: Desk
) -> None:
    assign_conversation(called, agent=None, team=billing, by=lin.actor, at=at)
    for address in ("/notices", "/notices?show=all"):
        page = client_of(ada).get(address).content.decode()
        assert "My table" not in page
        assert "Carla" not in page


def test_the_page_costs_the_same_however_much(
    called: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        person = recognise_customer(f"somebody{number}@example.org", name=f"Somebody {number}", by=lin.actor, at=at)
        matter = written(person, at=at, subject=f"Matter {number}")
        assign_conversation(matter, agent=ada, team=None, by=lin.actor, at=at)
        work(at)
    with django_assert_max_num_queries(8):
        assert len(notices_page(ada).lines) == 13


def test_further_back_is_a_page_further_on(
    called: Conversation, ada: Agent, monkeypatch: pytest.MonkeyPatch, client_of: Desk
) -> None:
    monkeypatch.setattr("rung.notices.pages.PAGE", 2)
    page = notices_page(ada, shows_all=True)
    assert page.next_href
    further = client_of(ada).get(page.next_href).content.decode()
    assert "My table" in further
    assert "The latest" in further


def test_what_one_chooses_is_kept(ada: Agent, client_of: Desk) -> None:
    client = client_of(ada)
    chosen = dict.fromkeys(Kind.values, "page")
    hours = {"quiet_from": "18:30", "quiet_until": "09:15", "digest_at": "12:00"}
    assert client.post("/account/notices", {**chosen, "colleague": "digest", **hours}).status_code == 302
    assert Wish.objects.get(agent=ada, kind="colleague").way == "digest"
    rhythm = Rhythm.objects.get(agent=ada)
    assert (f"{rhythm.quiet_from:%H:%M}", rhythm.is_quiet_at_weekends) == ("18:30", False)
    assert "12:00" in client.get("/account/notices").content.decode()


def test_nonsense_is_refused_and_changes_nothing(ada: Agent, client_of: Desk) -> None:
    answer = client_of(ada).post("/account/notices", {"mentioned": "by pigeon", "quiet_from": "late"})
    assert answer.status_code == 422
    assert not Wish.objects.exists()
    assert client_of(ada).get("/notices?before=99999999999999999999&show=%00").status_code == 200
    assert client_of(ada).post("/notices/reading", {"conversation": "x"}).status_code == 302


def test_a_stranger_is_sent_to_sign_in(client: Any, db: None) -> None:
    for address in ("/notices", "/notices/bell", "/account/notices"):
        assert client.get(address).status_code == 302
