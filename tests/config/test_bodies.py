import asyncio
from typing import Any

import pytest

from rung.config import asgi, bodies

SIZE = 700_000


def scope(method: str = "POST", **headers: str) -> Any:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "method": method, "path": "/account/sign-in", "headers": listed}


def pieces(*messages: dict[str, Any]) -> Any:
    """What a visitor sends, and after that nothing more, for ever."""
    waiting = list(messages)

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    return receive


def piece(body: bytes, *, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def answered(receive: Any) -> tuple[list[int], list[bytes]]:
    """Which statuses were answered, and which bodies reached the pages."""
    statuses, reached = [], []

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message["body"], message["more_body"]
        if status := bodies.turned_away.get():
            await send({"type": "http.response.start", "status": status, "headers": []})
            await send({"type": "http.response.body", "body": b"Too large"})
        reached.append(body)

    before, asgi.pages = asgi.pages, pages
    try:
        asyncio.run(asgi.application(scope(content_length="10"), receive, send))
    finally:
        asgi.pages = before
    return statuses, reached


def test_a_body_reaches_the_pages_whole() -> None:
    halves = (b"a" * SIZE, b"b" * SIZE)
    receive = pieces(piece(halves[0], more=True), piece(halves[1], more=False))
    assert answered(receive) == ([], [b"".join(halves)])


def test_a_half_sent_form_never_takes_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SILENCE_S", 0.05)
    assert answered(pieces(piece(b"login=", more=True))) == ([408], [])


def test_a_dripping_form_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST_S", 0.2)

    async def dripping() -> Any:
        await asyncio.sleep(0.01)
        return piece(b"x", more=True)

    assert answered(dripping) == ([408], [])


def test_too_much_is_refused_before_all_of_it_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", SIZE)
    monkeypatch.setattr(bodies, "LINGERS_S", 0.05)
    assert answered(pieces(piece(b"a" * SIZE, more=True), piece(b"b", more=True))) == ([413], [b""])


def test_what_is_too_much_is_let_pass_so_that_the_answer_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGEST", 3)
    rest = [piece(b"aaaa", more=True), piece(b"b", more=True), piece(b"c", more=False)]

    async def receive() -> Any:
        return rest.pop(0)

    assert answered(receive) == ([413], [b""])
    assert rest == []


def test_whoever_leaves_is_not_answered() -> None:
    assert answered(pieces(piece(b"login=", more=True), {"type": "http.disconnect"})) == ([], [])


def test_only_what_has_a_body_is_waited_for() -> None:
    assert bodies.has_body(scope(content_length="3"))
    assert bodies.has_body(scope(transfer_encoding="chunked"))
    assert not bodies.has_body(scope(content_length="0"))
    assert not bodies.has_body(scope("GET", host="localhost"))
