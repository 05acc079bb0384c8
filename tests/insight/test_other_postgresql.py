"""A PostgreSQL server beside the desk's own: the same numbers, and nobody waits for one that is away."""

from typing import Any

import psycopg
import pytest
from django.core.checks import run_checks
from django.db import connection

from rung.insight.engine import OwnDatabase
from rung.insight.engines import OtherPostgreSQL, chosen_engine
from tests.insight.test_clickhouse import told
from tests.insight.test_mirror import NOW_MS, at, plant, unplant
from tests.ports import free_port


def away() -> str:
    return f"postgres://rung:secret@127.0.0.1:{free_port()}/copy"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="there is a PostgreSQL server to be asked only then")
@pytest.mark.django_db(transaction=True)
def test_a_copy_gives_the_same_numbers_as_the_database(settings: Any) -> None:
    about = connection.settings_dict
    settings.NUMBERS = f"postgres://{about['USER']}@{about['HOST']}:{about['PORT']}/{about['NAME']}"
    for n in range(1, 13):
        plant(n, days=n * 10)
    assert run_checks(tags=["numbers"]) == []
    copy = chosen_engine(at(NOW_MS))
    found = told(copy, "resolution_time")
    assert found
    assert found == told(OwnDatabase(), "resolution_time")
    for n in range(1, 13):
        unplant(n)


@pytest.mark.django_db
def test_where_it_is_away_the_database_answers_and_it_is_asked_once(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NUMBERS = away()
    plant(1, days=20)
    calls: list[str] = []
    connect = psycopg.connect
    monkeypatch.setattr(psycopg, "connect", lambda address, **more: calls.append(address) or connect(address, **more))
    engine = chosen_engine(at(NOW_MS))
    assert isinstance(engine, OtherPostgreSQL)
    for name in ("resolution_time", "active_issues"):
        assert told(engine, name) == told(OwnDatabase(), name)
    assert len(calls) == 1
    assert "the numbers come from the database" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.django_db
def test_that_it_is_away_is_told_by_the_checks(settings: Any) -> None:
    settings.NUMBERS = away()
    (message,) = run_checks(tags=["numbers"])
    assert (message.id, message.hint) == (
        "insight.W003",
        "Until it answers the numbers come from the database itself, and nothing is lost.",
    )
    assert "secret" not in message.msg


@pytest.mark.django_db
@pytest.mark.parametrize("named", ["duckdb", "database"])
def test_what_is_here_already_is_not_looked_for(settings: Any, named: str) -> None:
    settings.NUMBERS = named
    assert run_checks(tags=["numbers"]) == []
