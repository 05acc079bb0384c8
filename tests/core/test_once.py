"""What is asked once while a page is made, and anew by the next one."""

from contextvars import copy_context
from datetime import datetime

from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.access import teams_of
from rung.accounts.models import Agent, Membership, Team
from rung.core.once import once_a_page, one_page
from rung.customers.models import Customer
from tests.cast import Desk, written

_asked: list[tuple[int, str]] = []


@once_a_page
def _answer(number: int, *, to: str = "") -> list[int]:
    _asked.append((number, to))
    return [number]


def test_within_a_page_each_question_is_asked_once() -> None:
    _asked.clear()
    with one_page():
        assert _answer(1) is _answer(1)
        assert [_answer(2), _answer(2, to="x"), _answer(2, to="x")] == [[2], [2], [2]]
    assert _asked == [(1, ""), (2, ""), (2, "x")]


def test_outside_of_a_page_and_on_the_next_one_it_is_asked_anew() -> None:
    _asked.clear()
    _answer(1)
    with one_page():
        _answer(1)
        with one_page():
            _answer(1)
        _answer(1)
    with one_page():
        _answer(1)
    _answer(1)
    assert len(_asked) == 5


def test_a_page_made_beside_it_knows_nothing_of_it() -> None:
    _asked.clear()
    beside = copy_context()
    with one_page():
        _answer(1)
        beside.run(_answer, 1)
    assert len(_asked) == 2


def test_a_colleagues_teams_are_asked_once_a_page_and_by_the_next_one_anew(
    client_of: Desk, bo: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    browser, matter = client_of(bo), written(carla, at=at)
    for teams in (1, 2):
        with CaptureQueriesContext(connection) as asked:
            page = browser.get(f"/conversations/{matter.pk}")
        assert page.status_code == 200
        about_teams = [
            each["sql"] for each in asked if each["sql"].startswith('SELECT "accounts_membership"."team_id"')
        ]
        assert len(about_teams) == 1
        assert len(teams_of(bo)) == teams
        Membership.objects.get_or_create(agent=bo, team=support, joined_at=at)
