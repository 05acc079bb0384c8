"""The overview a second time: nothing is asked twice while nothing has happened, and what happens is there at once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rung.accounts.models import Agent
from rung.core import clock
from rung.insight import remembered
from rung.insight.engines import Mirrored
from rung.insight.mirroring import keep_mirror, own_mirror
from tests.cast import Desk
from tests.insight import test_screens
from tests.insight.conftest import Story

told = test_screens.told


@pytest.fixture
def mirrored(told: Story, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Story]:
    monkeypatch.setattr(clock, "now", lambda: told.moment(240.5))
    settings.NUMBERS = "duckdb"
    settings.DATA_DIR = tmp_path
    # However busy the machine.
    monkeypatch.setattr(remembered, "PATIENCE_S", float("inf"))
    brought_up()
    yield told
    Mirrored._duck = None


def brought_up() -> None:
    while keep_mirror(own_mirror(), at_ms=clock.epoch_ms(clock.now())):
        pass


def test_nothing_is_asked_twice_and_what_happens_is_there_at_once(
    mirrored: Story,
    lin: Agent,
    client_of: Desk,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
) -> None:
    put: list[str] = []
    answered = Mirrored.answered
    monkeypatch.setattr(
        Mirrored, "answered", lambda self, statement, *args: put.append(statement) or answered(self, statement, *args)
    )
    client = client_of(lin)
    client.get("/numbers?days=90")
    asked = len(put)
    assert asked >= 8
    with django_assert_max_num_queries(12):
        client.get("/numbers?days=90")
    assert len(put) == asked
    client.get("/numbers?days=90&team=0")
    assert len(put) > asked
    asked = len(put)
    mirrored.writes(mirrored.person(), 240.4)
    mirrored.folded(240.5)
    brought_up()
    client.get("/numbers?days=90")
    assert len(put) > asked


def test_where_asking_takes_long_one_sees_at_once_what_was_so_and_then_what_is(
    mirrored: Story, lin: Agent, client_of: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE_S", 0.0)
    client = client_of(lin)
    follows = 'hx-trigger="load"'

    def number(page: str) -> str:
        return page.split('id="kpi-active_issues"')[1].split("</article>")[0]

    before = client.get("/numbers?days=90").content.decode()
    assert follows not in before
    mirrored.writes(mirrored.person(), 240.4)
    mirrored.folded(240.5)
    brought_up()
    former = client.get("/numbers?days=90").content.decode()
    assert follows in former
    assert "As of" in former
    assert number(former) == number(before)
    answer = client.get("/numbers?days=90", headers={"HX-Request": "true"}).content.decode()
    assert answer.lstrip().startswith('<div id="numbers-answer"')
    assert follows not in answer
    assert number(answer) != number(before)
    # Who opens it now finds nothing left to be read.
    assert number(client.get("/numbers?days=90").content.decode()) == number(answer)


def test_without_scripts_one_is_not_shown_the_same_former_numbers_twice(
    mirrored: Story, lin: Agent, client_of: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "PATIENCE_S", 0.0)
    client = client_of(lin)
    client.get("/numbers?days=90")
    mirrored.writes(mirrored.person(), 240.4)
    mirrored.folded(240.5)
    brought_up()
    assert "As of" in client.get("/numbers?days=90").content.decode()
    assert "As of" not in client.get("/numbers?days=90").content.decode()
    # A sheet is taken away and kept: it is never a former one.
    mirrored.writes(mirrored.person(), 240.45)
    mirrored.folded(240.5)
    brought_up()
    sheet = client.get("/numbers.csv?days=90").content.decode()
    assert sheet == client.get("/numbers.csv?days=90").content.decode()
    assert "As of" not in client.get("/numbers?days=90").content.decode()
