"""Nobody finds, counts or is told of what they may not see."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.search import access
from rung.search.gates import READ_AHEAD
from rung.search.pages import search_page
from rung.search.palette import palette_page
from rung.touchpoints.verbs import assign_conversation, mark_spam
from tests.cast import Desk, written

Finds = Callable[..., list[int]]
Work = Callable[..., None]


def test_another_teams_matters_are_not_found_nor_counted_nor_suggested(
    ada: Agent,
    bo: Agent,
    lin: Agent,
    carla: Customer,
    support: Team,
    billing: Team,
    finds: Finds,
    at: datetime,
    work: Work,
) -> None:
    ours = written(carla, at=at, subject="Falcon wings", text="An ordinary question.", team=support)
    theirs = written(carla, at=at + timedelta(hours=1), subject="Takeover of Falconry", text="Secret.", team=billing)
    nobodys = written(carla, at=at + timedelta(hours=2), subject="Falcon feathers", text="Whoever reads this.")
    work(at + timedelta(hours=3))
    assert finds(lin, "falc") == [nobodys.pk, theirs.pk, ours.pk]
    assert finds(ada, "falc") == [nobodys.pk, ours.pk]
    assert finds(bo, "falc") == [nobodys.pk, theirs.pk]
    for typed in (
        "falconry",
        "Secret",
        f"#{theirs.pk}",
        "in:billing falconry",
        "-feathers falconry",
        "falconry OR xyzzy",
    ):
        page = search_page(ada, typed, at=at)
        assert (page.conversations, page.count) == ((), "0"), typed
        palette = palette_page(ada, typed, at=at)
        assert not any("Takeover" in option.html for group in palette.groups for option in group.options), typed
    assert not any("falconry" in each.html for each in search_page(ada, "falconri ", at=at).suggestions)
    assert "<mark>falconry</mark>" in [str(each.html) for each in search_page(bo, "falconri ", at=at).suggestions]


def test_what_lies_behind_the_first_that_are_looked_at_is_found_as_well(
    ada: Agent,
    carla: Customer,
    support: Team,
    billing: Team,
    finds: Finds,
    at: datetime,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = written(carla, at=at, subject="Falcon wings", team=support)
    for hours in range(1, 5):
        written(carla, at=at + timedelta(hours=hours), subject=f"Falcon {hours}", team=billing)
    work(at + timedelta(hours=6))
    monkeypatch.setattr(access, "FIRST", 2)
    assert finds(ada, "falcon") == [ours.pk]


def test_the_index_may_lag_and_the_law_does_not(
    ada: Agent,
    bo: Agent,
    lin: Agent,
    carla: Customer,
    support: Team,
    billing: Team,
    finds: Finds,
    at: datetime,
    work: Work,
) -> None:
    matter = written(carla, at=at, subject="Falcon wings", team=support)
    work(at)
    assert finds(ada, "falcon") == [matter.pk]
    assign_conversation(matter, agent=None, team=billing, by=lin.actor, at=at)
    assert finds(ada, "falcon") == []  # before the index knows of it
    work(at + timedelta(hours=1))
    assert finds(ada, "falcon") == []
    assert finds(bo, "falcon") == [matter.pk]


def test_what_lies_with_an_agent_is_theirs_to_find(
    ada: Agent, lin: Agent, carla: Customer, billing: Team, finds: Finds, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at, subject="Falcon wings", team=billing)
    assign_conversation(matter, agent=ada, team=billing, by=lin.actor, at=at)
    work(at)
    assert finds(ada, "falcon") == [matter.pk]


def test_spam_is_found_only_by_those_who_ask_for_it(
    lin: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    matter = written(carla, at=at, subject="Falcon wings")
    work(at)
    mark_spam(matter, by=lin.actor, at=at)
    assert finds(lin, "falcon") == []
    work(at + timedelta(hours=1))
    assert finds(lin, "falcon") == []
    assert finds(lin, "falcon is:spam") == [matter.pk]


def test_strangers_are_asked_to_sign_in(db: None, client_of: Desk, ada: Agent) -> None:
    from django.test import Client

    for address in ("/search?q=x", "/palette?q=x"):
        assert Client().get(address).status_code == 302
        assert client_of(ada).get(address).status_code == 200


def test_rows_are_fetched_many_at_once_where_the_machine_of_the_database_can(
    ada: Agent, carla: Customer, finds: Finds, at: datetime, work: Work
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite reads page after page")
    matter = written(carla, at=at, subject="Falcon wings")
    work(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT boot_val::int, setting::int FROM pg_settings WHERE name = 'effective_io_concurrency'")
        by_itself, before = cursor.fetchone()
        assert finds(ada, "falcon") == [matter.pk]
        cursor.execute("SHOW effective_io_concurrency")
        assert int(cursor.fetchone()[0]) == (max(before, READ_AHEAD) if before else by_itself)
