"""SQLite is told again how its tables are filled when they have grown; PostgreSQL sees to that by itself."""

import pytest
from django.db import connection

from rung.core import clock
from rung.core.planner import look_at_tables, pages
from rung.customers.models import Company
from rung.journal import errands


@pytest.mark.django_db
def test_the_planner_is_told_how_many_rows_there_are() -> None:
    Company.objects.bulk_create(Company(name=f"Fjord {number}", domain=f"{number}.example") for number in range(20))
    look_at_tables()
    if connection.vendor != "sqlite":
        assert pages() == 0
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT stat FROM sqlite_stat1 WHERE tbl = 'customers_company' LIMIT 1")
        assert cursor.fetchone()[0].split()[0] == "20"
    assert pages() > 0


def test_it_is_told_again_when_the_database_has_changed_by_a_tenth(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, looked = [1000, 1000, 1099, 1101, 1102, 900, 0], []
    monkeypatch.setattr(errands, "_looked_at_pages", 0)
    monkeypatch.setattr(errands, "pages", lambda: sizes[0])
    monkeypatch.setattr(errands, "look_at_tables", lambda: looked.append(sizes[0]))
    while sizes:
        assert not errands.look_at_tables_that_grew(at=clock.now())
        del sizes[0]
    assert looked == [1000, 1101, 900, 0]
