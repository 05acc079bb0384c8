"""Whether the line to PostgreSQL still holds is seen from it, and asked only when it lay still."""

from typing import Any

import pytest
from django.db import connection, connections

from rung.core.postgresql import base

# Not Django's stand-in for it, which has no attributes of its own to be restored.
LINE: Any = connections["default"]

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no line that could break"),
]


def _asks_for_a_new_page(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the server is asked before the first question of a page."""
    asked: list[bool] = []
    usable = LINE.is_usable

    def noted() -> bool:
        asked.append(usable())
        return asked[-1]

    with monkeypatch.context() as watched:
        watched.setattr(LINE, "is_usable", noted)
        LINE.health_check_done = False
        LINE.close_if_health_check_failed()
    return bool(asked)


def _who_serves() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _checked(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(LINE, "health_check_enabled", True)
    monkeypatch.setattr(LINE, "_was_good_at", float("-inf"), raising=False)


def test_a_line_that_was_just_good_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asks_for_a_new_page(monkeypatch)
    assert not _asks_for_a_new_page(monkeypatch)


def test_one_that_lay_still_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _asks_for_a_new_page(monkeypatch)
    monkeypatch.setattr(base, "FRESH_S", 0.0)
    assert _asks_for_a_new_page(monkeypatch)


def test_one_that_the_server_has_cut_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    _asks_for_a_new_page(monkeypatch)
    cut = _who_serves()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [cut])
    finally:
        other.close()
    _asks_for_a_new_page(monkeypatch)
    assert _who_serves() != cut
