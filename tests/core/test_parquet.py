import duckdb
import pytest

from rung.core.parquet import parquet_of


@pytest.fixture
def read(tmp_path):
    def rows(table):
        file = tmp_path / "table.parquet"
        file.write_bytes(parquet_of(table))
        found = duckdb.sql(f"SELECT * FROM '{file}'")
        return found.columns, [str(kind) for kind in found.types], found.fetchall()

    return rows


def test_numbers_stay_numbers_words_stay_words_and_nothing_is_null(read):
    names, kinds, rows = read(
        [("step", "n", "share"), ('Ann\'s "way",\nback', 3, 0.25), ("=SUM(1)", 4, ""), ("007", 5, 1)]
    )
    assert (names, kinds) == (["step", "n", "share"], ["VARCHAR", "BIGINT", "DOUBLE"])
    assert rows == [('Ann\'s "way",\nback', 3, 0.25), ("=SUM(1)", 4, None), ("007", 5, 1.0)]


def test_heads_that_come_twice_are_told_apart_and_a_table_may_be_empty(read):
    names, kinds, rows = read([("low", "it's", "low")])
    assert (names, kinds, rows) == (["low", "it's", "low (2)"], ["VARCHAR"] * 3, [])


def test_heads_that_differ_in_capitals_alone_and_empty_ones_are_told_apart(read):
    names, _kinds, rows = read([("Team", "team", "", "", "team (2)"), (1, 2, 3, 4, 5)])
    assert names == ["Team", "team (2)", "–", "– (2)", "team (2) (2)"]
    assert rows == [(1, 2, 3, 4, 5)]
