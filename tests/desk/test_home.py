"""The page of one's own: one's customers first, then one's day."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core import clock
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.desk.pages.home import HomePage, home_page
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    assign_conversation,
    mark_spam,
    note_signal,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
    write_note,
)
from tests.cast import Desk, written

HOUR = timedelta(hours=1)


def home(agent: Agent, at: datetime) -> HomePage:
    return home_page(agent, at=at, opens_queue_first=False)


def taken_on(customer: Customer, agent: Agent, *, at: datetime, team: Team | None = None, **said: Any) -> Conversation:
    matter = written(customer, at=at, team=team, **said)
    assign_conversation(matter, agent=agent, team=team, by=agent.actor, at=at)
    return matter


def test_whoever_waits_longest_stands_first_and_is_named(
    carla: Customer, karim: Customer, ada: Agent, lin: Agent, at: datetime
) -> None:
    taken_on(karim, ada, at=at - HOUR)
    taken_on(carla, ada, at=at - 3 * HOUR)
    taken_on(carla, lin, at=at - 9 * HOUR, subject="Another's")
    page = home(ada, at)
    assert [row.customer for row in page.waiting] == ["Carla Ruiz", "Karim Haddad"]
    assert page.lead == "Carla Ruiz and 1 other person are waiting for you."


def test_what_customers_got_done_is_what_stands(carla: Customer, karim: Customer, ada: Agent, at: datetime) -> None:
    reached = taken_on(carla, ada, at=at - 3 * HOUR)
    partly = taken_on(karim, ada, at=at - 3 * HOUR)
    undone = taken_on(karim, ada, at=at - 2 * HOUR, subject="Came back")
    resolve_conversation(reached, outcome="reached", by=ada.actor, at=at)
    resolve_conversation(partly, outcome="partly", by=ada.actor, at=at)
    resolve_conversation(undone, outcome="reached", by=ada.actor, at=at)
    reopen_conversation(undone, by=ada.actor, at=at)
    assert [each.customer for each in home(ada, at).done] == ["Carla Ruiz"]


def test_thanks_are_the_customers_words(carla: Customer, ada: Agent, lin: Agent, at: datetime) -> None:
    matter = taken_on(carla, ada, at=at - HOUR, text="You saved my summer.")
    note_signal(matter.touchpoints.get(), kind="thanks", by=lin.actor, at=at)
    (thanks,) = home(ada, at).thanks
    assert thanks.words == "You saved my summer."
    assert thanks.href.endswith(f"/conversations/{matter.pk}?touchpoint={matter.touchpoints.get().pk}")
    assert home(lin, at).thanks == ()


def test_what_comes_back_today_by_ones_own_clock_is_today(carla: Customer, ada: Agent, at: datetime) -> None:
    matter = taken_on(carla, ada, at=at - HOUR)
    snooze_conversation(matter, until=at + 14 * HOUR, by=ada.actor, at=at)
    assert [due.what for due in home(ada, at).today] == ["back"], "9 in the evening, in UTC"
    ada.time_zone = "Asia/Tokyo"
    assert home(ada, at).today == (), "in Tokyo that is tomorrow"


def test_a_colleagues_call_stands_until_it_is_read(
    carla: Customer, ada: Agent, lin: Agent, at: datetime, client_of: Desk
) -> None:
    matter = written(carla, at=at - HOUR)
    write_note(matter, "@Ada Berg, what do you think?", by=lin.actor, at=at)
    (asked,) = home(ada, at).asked
    assert (asked.who, asked.customer) == ("Lin Chen", "Carla Ruiz")
    client_of(ada).get(f"/conversations/{matter.pk}")
    assert home(ada, at).asked == ()


def test_nothing_is_shown_of_what_one_may_not_see(
    carla: Customer, bo: Agent, lin: Agent, support: Team, at: datetime
) -> None:
    matter = written(carla, at=at - HOUR, team=support)
    write_note(matter, "@Bo Falk, look", by=lin.actor, at=at)
    spam = taken_on(carla, bo, at=at - HOUR, subject="Win a bicycle")
    resolve_conversation(spam, outcome="reached", by=bo.actor, at=at)
    mark_spam(spam, by=bo.actor, at=at)
    page = home(bo, at)
    assert (page.asked, page.done) == ((), ())


def test_the_first_day_is_a_welcome(carla: Customer, ada: Agent, at: datetime, client_of: Desk) -> None:
    assert home(ada, at).is_new
    assert "Take on somebody" in client_of(ada).get("/home").content.decode()
    taken_on(carla, ada, at=at)
    assert not home(ada, at).is_new


def test_an_empty_house_leads_whoever_may_to_its_first_mailbox(
    root: Agent, ada: Agent, at: datetime, client_of: Desk
) -> None:
    link = 'href="/settings/mailboxes/new"'
    assert link in client_of(root).get("/home").content.decode()
    assert link not in client_of(ada).get("/home").content.decode()
    add_mailbox(name="Orders", address="orders@fennimore.test", by=root.actor, at=at)
    assert link not in client_of(root).get("/home").content.decode()


def test_the_service_is_said_in_words_and_only_where_much_is_known(
    carla: Customer, ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = taken_on(carla, ada, at=at - HOUR)
    resolve_conversation(matter, outcome="reached", by=ada.actor, at=at)
    assert home(ada, at).service == ""


def test_the_page_costs_the_same_however_much(
    ada: Agent, lin: Agent, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for number in range(9):
        person = recognise_customer(f"somebody{number}@example.org", name=f"Somebody {number}", by=lin.actor, at=at)
        matter = taken_on(person, ada, at=at - number * HOUR, subject=f"Matter {number}")
        write_note(matter, "@Ada Berg, look", by=lin.actor, at=at)
        done = taken_on(person, ada, at=at - number * HOUR - timedelta(minutes=1), subject=f"Done {number}")
        note_signal(done.touchpoints.get(), kind="thanks", by=lin.actor, at=at)
        resolve_conversation(done, outcome="reached", by=ada.actor, at=at)
    with django_assert_max_num_queries(19):
        page = home(ada, at)
    assert (len(page.waiting), page.waiting_count) == (6, "9")
    assert (len(page.done), len(page.thanks), len(page.asked)) == (4, 4, 5)


def test_what_opens_first_is_a_choice(ada: Agent, client_of: Desk) -> None:
    client = client_of(ada)
    assert client.get("/").url == "/home"  # type: ignore[attr-defined]  # a redirect has one
    client.post("/home/choice", {"first": "queue"})
    assert client.get("/").url == "/queue"  # type: ignore[attr-defined]  # as above
    client.post("/home/choice", {"first": "home"})
    assert client.get("/").url == "/home"  # type: ignore[attr-defined]  # as above


def test_a_greeting_knows_what_time_it_is_there(ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    assert home(ada, at).greeting == "Good morning, Ada"
    ada.time_zone = "Asia/Tokyo"
    assert home(ada, at).greeting == "Good evening, Ada"
