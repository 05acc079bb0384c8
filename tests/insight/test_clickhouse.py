"""The mirror on a ClickHouse server: the same numbers, and nobody waits for a server that is away.

The server here speaks ClickHouse's HTTP interface, and behind it is ClickHouse's own engine, in this process.
"""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.checks import run_checks

from rung.insight import clickhouse
from rung.insight.clickhouse import Refused, Server, carry, is_carried, server_of
from rung.insight.engine import Question
from rung.insight.engines import Mirrored, OnClickHouse, chosen_engine
from rung.insight.kpis import KPIS
from rung.insight.mirror import Mirror
from rung.insight.mirroring import own_mirror
from rung.insight.models import Unmirrored
from rung.insight.spans import Span
from tests.insight.test_mirror import DAY_MS, HOUR_MS, NOW_MS, START_MS, at, kept, order, plant, state_of, unplant

QUESTION = Question(
    (Span(0, START_MS + 101 * DAY_MS, NOW_MS), Span(1, START_MS + 20 * DAY_MS, START_MS + 60 * DAY_MS)), NOW_MS
)


class Warehouse(ThreadingHTTPServer):
    """ClickHouse's HTTP interface as far as we speak it."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        chdb = pytest.importorskip("chdb")
        self.engine = chdb.connect(str(folder / "warehouse"))
        self.arriving = folder / "arriving.parquet"
        self.turn = threading.Lock()
        self.heard: list[str] = []
        self.dies_at = 0

    def answer(self, words: dict[str, str], body: bytes) -> bytes:
        text = words.get("query") or body.decode()
        self.heard.append(text)
        if self.dies_at and len(self.heard) >= self.dies_at:
            raise RuntimeError("killed")
        if "query" in words:
            self.arriving.write_bytes(body)
            text = re.sub(r"input\('(.*?)'\) FORMAT Parquet", rf"file('{self.arriving}', Parquet, '\1')", text)
        text = text.replace("{channel:String}", f"'{words.get('param_channel', '')}'")
        settings = ("join_use_nulls", "aggregate_functions_null_for_empty", "output_format_json_quote_64bit_integers")
        if text.lstrip().startswith(("SELECT", "WITH")):
            text, _, form = text.rpartition(" FORMAT ")
            text += " SETTINGS " + ", ".join(f"{name} = {words[name]}" for name in settings)
            return bytes(self.engine.query(text, form).bytes())
        self.engine.query(text)
        return b""


class _Counter(BaseHTTPRequestHandler):
    server: Warehouse

    def do_POST(self) -> None:
        words = {name: cells[-1] for name, cells in parse_qs(urlsplit(self.path).query).items()}
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            if (self.headers["X-ClickHouse-User"], self.headers["X-ClickHouse-Key"]) != ("rung", "a/b"):
                raise PermissionError("Authentication failed")
            with self.server.turn:
                told, status = self.server.answer(words, body), 200
        except Exception as trouble:
            told, status = str(trouble).encode(), 500
        self.send_response(status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    served = Warehouse(tmp_path)
    threading.Thread(target=served.serve_forever, args=(0.01,), daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()
    served.engine.close()


@pytest.fixture
def mirror(warehouse: Warehouse, tmp_path: Path, settings: Any, db: None) -> Iterator[Mirror]:
    settings.NUMBERS = f"clickhouse://rung:a%2Fb@127.0.0.1:{warehouse.server_port}/default"
    settings.DATA_DIR = tmp_path
    for n in range(1, 13):
        plant(n, days=n * 10)
        order(n, days=n * 9)
    Unmirrored.objects.all().delete()
    mirror = own_mirror()
    kept(mirror)
    yield mirror
    Mirrored._duck = None


def told(engine: Any, name: str) -> list[str]:
    rows = engine.rows(KPIS[name].statement, QUESTION, **dict(KPIS[name].numbers))
    return sorted(
        str(
            sorted(
                (column, cell if cell is None or isinstance(cell, str) else int(cell)) for column, cell in row.items()
            )
        )
        for row in rows
    )


def assert_the_same_there(mirror: Mirror) -> None:
    engine = chosen_engine(at(NOW_MS))
    assert isinstance(engine, OnClickHouse)
    assert is_carried(engine.server, engine.state)
    here = Mirrored(mirror, state_of(mirror))
    for name in ("resolution_time", "customer_retention", "active_issues"):
        assert told(engine, name) == told(here, name), name
    assert told(here, "customer_retention")


def test_the_server_gives_the_numbers_of_the_mirror_and_follows_it(mirror: Mirror, warehouse: Warehouse) -> None:
    assert_the_same_there(mirror)
    plant(3, days=30, us_ms=5)
    plant(30, days=128)
    unplant(4)
    order(2, days=60)
    kept(mirror)
    assert state_of(mirror).changed
    assert_the_same_there(mirror)
    sent, before = sum("FROM input(" in text for text in warehouse.heard), state_of(mirror).files()
    kept(mirror, NOW_MS + HOUR_MS)
    after = state_of(mirror).files()
    assert not state_of(mirror).changed
    assert_the_same_there(mirror)
    # Only the months that changed are sent again.
    assert sum("FROM input(" in text for text in warehouse.heard) - sent == len(after - before) < len(after)


def test_what_leaves_the_facts_leaves_the_server(mirror: Mirror, warehouse: Warehouse) -> None:
    server = server_of(f"clickhouse://rung:a%2Fb@127.0.0.1:{warehouse.server_port}/default")

    def holds(conversation: int) -> bool:
        table = next(text.split()[5] for text in warehouse.heard if "_conversationfact (file String" in text)
        found = server.asked(f"SELECT COUNT(*) FROM {table} WHERE conversation = {conversation} FORMAT TabSeparated")
        return int(found) > 0

    assert holds(4)
    unplant(4)
    kept(mirror)
    kept(mirror, NOW_MS + HOUR_MS)
    for minutes in (3, 6):
        kept(mirror, NOW_MS + HOUR_MS + minutes * 60_000)
    plant(5, days=50, us_ms=1)
    kept(mirror, NOW_MS + HOUR_MS + 9 * 60_000)
    assert not holds(4)
    assert holds(5)


def test_killed_while_carrying_it_loses_and_doubles_nothing(mirror: Mirror, warehouse: Warehouse) -> None:
    for steps in (2, 15, 16, 17, 18, 19, 25):
        plant(steps % 9 + 1, days=10 * (steps % 9 + 1), us_ms=steps)
        warehouse.heard.clear()
        warehouse.dies_at = steps
        kept(mirror)
        # It answers no more, so the mirror does, with the very same.
        engine = chosen_engine(at(NOW_MS))
        assert told(engine, "active_issues") == told(Mirrored(mirror, state_of(mirror)), "active_issues")
        warehouse.dies_at = 0
        plant(12, days=120, us_ms=steps)
        kept(mirror)
        assert_the_same_there(mirror)


def test_who_is_away_is_named_by_the_check_and_holds_up_nothing(
    mirror: Mirror, warehouse: Warehouse, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run_checks(tags=["numbers"]) == []
    settings.NUMBERS = f"clickhouse://rung:wrong@127.0.0.1:{warehouse.server_port}/default"
    (message,) = run_checks(tags=["numbers"])
    assert "Authentication failed" in message.msg
    assert not message.is_serious()

    def away(*args: Any, **kwargs: Any) -> Any:
        raise ConnectionRefusedError("connection refused")

    monkeypatch.setattr(clickhouse.http.client.HTTPConnection, "connect", away)
    (message,) = run_checks(tags=["numbers"])
    assert "127.0.0.1" in message.msg
    assert "cannot be reached" in message.msg
    plant(3, days=30, us_ms=50)
    kept(mirror)
    engine = chosen_engine(at(NOW_MS))
    assert told(engine, "resolution_time") == told(Mirrored(mirror, state_of(mirror)), "resolution_time")
    with pytest.raises(Refused):
        carry(server_of(settings.NUMBERS), mirror, state_of(mirror))


def test_an_address_says_where_and_how() -> None:
    assert server_of("clickhouse://who:p%40ss@numbers.test/desk") == Server(
        "numbers.test", 8123, "who", "p@ss", "desk", False
    )
    assert server_of("clickhouses://numbers.test") == Server("numbers.test", 8443, "default", "", "default", True)
    for wrong in ("clickhouse://", "http://numbers.test", "clickhouse://numbers.test?secure=1"):
        with pytest.raises(ValueError, match="clickhouse://user"):
            server_of(wrong)
