"""What threads make reaches visitors, and those who have most to do let visitors go."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from rung.config import serving
from rung.config.serving import Pages

SCOPE: dict[str, Any] = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "http_version": "1.1"}


class Whole:
    """An answer as Django gives it."""

    streaming = False
    closed_in: str = ""

    def __iter__(self) -> Iterator[bytes]:
        return iter((b"one", b"two"))

    def close(self) -> None:
        self.closed_in = threading.current_thread().name


class InPieces(Whole):
    streaming = True


def told(pages: Pages, method: str = "GET") -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    asyncio.run(pages({**SCOPE, "method": method}, None, send))
    return messages


def pages_of(answer: Any, *headers: tuple[str, str]) -> Pages:
    def application(environ: Any, start: Any) -> Any:
        start("203 So so", [("Set-Cookie", " a=b"), *headers])
        return answer

    return Pages(application, 2)


def test_a_page_is_sent_at_once_and_a_stream_piece_by_piece() -> None:
    for answer, bodies in ((Whole(), [b"onetwo"]), (InPieces(), [b"one", b"two", b""])):
        beginning, *rest = told(pages_of(answer))
        assert (beginning["status"], beginning["headers"]) == (203, [(b"set-cookie", b"a=b")])
        assert [each["body"] for each in rest] == bodies
        assert not rest[-1].get("more_body")
        assert answer.closed_in.startswith("page"), "Django lets go of its database in the thread that asked"


def test_a_line_is_let_go_only_where_another_process_has_less_to_do() -> None:
    for mine, others, lets_go in ((0, 0, False), (1, 0, True), (1, 1, False), (3, 1, True)):
        in_hand = [others, 9]
        pages = pages_of(Whole())
        pages.load.share(in_hand, 1)
        assert in_hand == [others, 0]
        in_hand[1] = mine
        headers = told(pages)[0]["headers"]
        assert ((b"connection", b"close") in headers) is lets_go
        assert in_hand == [others, mine]


def test_a_slow_page_stops_no_other() -> None:
    second_came = threading.Event()

    def application(environ: Any, start: Any) -> Any:
        start("200 OK", [])
        if environ["PATH_INFO"] == "/slow":
            assert second_came.wait(10)
        else:
            second_came.set()
        return Whole()

    pages, done = Pages(application, 2), []

    async def send(message: dict[str, Any]) -> None:
        done.append(message["type"])

    async def both() -> None:
        await asyncio.gather(pages({**SCOPE, "path": "/slow"}, None, send), pages(SCOPE, None, send))

    asyncio.run(both())
    assert done.count("http.response.body") == 2


def test_whoever_takes_a_long_file_slowly_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many as there are threads, on lines that carry nothing; and in the end they are let go."""

    def application(environ: Any, start: Any) -> Any:
        start("200 OK", [])
        return InPieces() if environ["PATH_INFO"] == "/file" else Whole()

    pages = Pages(application, 2)
    monkeypatch.setattr(serving, "SILENCE_S", 0.3)

    async def story() -> None:
        page_came, told = asyncio.Event(), []

        async def take_nothing(message: dict[str, Any]) -> None:
            told.append(message["type"])
            await asyncio.Event().wait()

        async def take(message: dict[str, Any]) -> None:
            page_came.set()

        slow = [asyncio.create_task(pages({**SCOPE, "path": "/file"}, None, take_nothing)) for _ in range(2)]
        await asyncio.sleep(0)
        await asyncio.wait_for(pages(SCOPE, None, take), 5)
        assert page_came.is_set()
        assert not any(each.done() for each in slow)
        await asyncio.wait_for(asyncio.gather(*slow), 5)
        assert told == ["http.response.start"] * 2

    asyncio.run(story())


def test_a_small_file_goes_out_like_a_page_and_nothing_is_read_for_a_head() -> None:
    class File(InPieces):
        def __init__(self) -> None:
            self.is_read = False

        def __iter__(self) -> Iterator[bytes]:
            self.is_read = True
            return super().__iter__()

    for length, method, bodies in (
        (6, "GET", [b"onetwo"]),
        (6, "HEAD", [b""]),
        (serving.SMALL + 1, "HEAD", [b""]),
        (serving.SMALL + 1, "GET", [b"one", b"two", b""]),
    ):
        file = File()
        _beginning, *rest = told(pages_of(file, ("Content-Length", str(length))), method)
        assert [each["body"] for each in rest] == bodies
        assert file.is_read is (method == "GET")
        assert file.closed_in.startswith("page")


def test_a_stylesheet_that_an_upgrade_replaced_under_us_is_whole() -> None:
    for known in (3, 9):
        beginning, body = told(pages_of(InPieces(), ("Content-Length", str(known))))
        assert (b"content-length", b"6") in beginning["headers"]
        assert body["body"] == b"onetwo"
