"""Addresses and forms that no screen of ours writes: answered in words or with nothing found, never with a failure."""

from datetime import datetime
from urllib.parse import quote

import pytest

from rung.accounts.models import Agent
from rung.customers.models import Customer
from tests.cast import Desk, written

HUGE = "9" * 25
ENDLESS = "9" * 5000
BEFORE_TIME = "0001-01-01T00:00:00+14:00"
AFTER_TIME = "9999-12-31T23:59:59-12:00"


@pytest.mark.parametrize(
    "address",
    [
        f"/queue/all?after=us~{BEFORE_TIME}~1",
        f"/queue/all?after=them~{AFTER_TIME}~1",
        f"/queue/all?after=them~2026-01-01T00:00:00+00:00~{HUGE}",
        f"/customers?after=x~{HUGE}",
        f"/customers?after=x~{ENDLESS}",
        f"/customers/1?before={BEFORE_TIME}~1",
        f"/conversations/new?customer={ENDLESS}",
        f"/conversations/new?conversation={ENDLESS}",
        f"/touchpoints/new?customer={ENDLESS}",
        f"/touchpoints/new?customer={HUGE}",
        f"/touchpoints/new?conversation={ENDLESS}",
        f"/ladder/touchpoints/{HUGE}",
        "/ladder?to=0001-01-01",
        "/ladder.csv?from=0001-01-01&to=0001-01-02",
        "/ladder?from=9999-12-31&to=9999-12-31",
    ],
)
def test_an_address_of_nonsense_is_answered(client_of: Desk, ada: Agent, carla: Customer, address: str) -> None:
    path, _, query = address.partition("?")
    answer = client_of(ada).get(f"{path}?{quote(query, safe='=&')}")
    assert answer.status_code in (200, 404)


@pytest.mark.parametrize("field", ["until", "day"])
@pytest.mark.parametrize("moment", [BEFORE_TIME, AFTER_TIME, "9999-12-31"])
def test_nothing_is_laid_aside_until_the_end_of_time(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime, field: str, moment: str
) -> None:
    matter = written(carla, at=at)
    answer = client_of(ada).post(f"/conversations/{matter.pk}/snooze", {field: moment})
    assert answer.status_code == 302
    matter.refresh_from_db()
    assert not matter.is_snoozed()


def test_a_call_is_not_logged_at_the_beginning_of_time(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    said = {"customer": carla.pk, "channel": "phone", "direction": "in", "text": "Hello", "outcome": "open"}
    for moment in (BEFORE_TIME, "0001-01-01T00:00", AFTER_TIME):
        answer = client_of(ada).post("/touchpoints/new", {**said, "occurred_at": moment})
        assert answer.status_code == 422
    for person in (HUGE, ENDLESS):
        said |= {"customer": person, "occurred_at": "2026-03-10T09:00"}
        assert client_of(ada).post("/touchpoints/new", said).status_code in (404, 422)


def test_a_signal_is_noted_whatever_the_page_says_it_has_shown(
    client_of: Desk, ada: Agent, carla: Customer, at: datetime
) -> None:
    touchpoint = written(carla, at=at).touchpoints.get()
    said = {"note": "thanks", "since": ENDLESS, "show": ENDLESS}
    answer = client_of(ada).post(f"/touchpoints/{touchpoint.pk}/signals", said, headers={"HX-Request": "true"})
    assert answer.status_code == 200


@pytest.mark.parametrize("key", [HUGE, ENDLESS, "-1", "x"])
def test_a_seat_in_a_team_that_cannot_be_is_refused(client_of: Desk, root: Agent, ada: Agent, key: str) -> None:
    team = ada.teams.get()
    said = {"name": ada.name, "email": ada.email, "role": ada.role, "teams": key}
    assert client_of(root).post(f"/settings/agents/{ada.pk}", said).status_code == 422
    assert client_of(root).post(f"/settings/teams/{team.pk}", {"name": "Support", "members": key}).status_code == 422


def test_a_certificate_of_strange_letters_is_refused(client_of: Desk, root: Agent) -> None:
    said = {
        "name": "Help",
        "address": "help@desk.example",
        "incoming": "door",
        "outgoing": "outbox",
        "certificate": "²",
    }
    assert client_of(root).post("/settings/mailboxes/new", said).status_code == 422


ADDRESSES = [
    "/touchpoints/new?find=",
    "/customers?q=",
    "/companies?q=",
    "/recipients?find=",
    "/search?q=",
    "/palette?q=",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_letter_that_no_database_holds_is_not_looked_for(
    client_of: Desk, ada: Agent, carla: Customer, address: str
) -> None:
    assert client_of(ada).get(f"{address}car%00la").status_code == 200
    assert client_of(ada).get(f"{address.partition('?')[0]}?after=car%00la~1").status_code == 200


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_novel_is_not_looked_for(client_of: Desk, ada: Agent, carla: Customer, address: str) -> None:
    assert client_of(ada).get(address + "a" * 60_000).status_code == 200
