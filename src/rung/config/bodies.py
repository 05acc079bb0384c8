"""What a visitor sends, taken in before a thread is given to it.

The pages are answered by a few threads. Were a thread to wait for what is still on its way, a handful of half-sent forms
(or uploads over a poor line) would stop the desk for everybody. Here they wait in the event loop, where waiting is free.
"""

import asyncio
from contextvars import ContextVar
from tempfile import SpooledTemporaryFile
from typing import Any, cast

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, HTTPRequestEvent, HTTPScope

LARGEST = 64 * 1024 * 1024
IN_MEMORY = 1024 * 1024
CHUNK = 256 * 1024
SILENCE_S = 30.0
"""Seconds between two pieces of a body, and"""
LONGEST_S = 900.0
"""seconds for all of it, after which nobody waits for the rest."""
LINGERS_S = 20.0
LEFT_UNREAD = 4 * LARGEST
"""What is too much is let in unread for so long, up to so many bytes, and thrown away: a browser that is still sending when
the line closes shows a broken line, and not what it was told."""

turned_away: ContextVar[int] = ContextVar("turned_away", default=0)
"""While a page is made for a request whose body was not taken in: the status to say so with."""


class Gone(Exception):
    """The visitor left before everything had come."""


class TooLarge(Exception):
    """More came than is taken in at once."""


class TooSlow(Exception):
    """It did not come within the time there is."""


def has_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in scope["headers"]
    )


async def whole(receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Take in a body to its end; a `receive` that hands it out again without waiting. Raises Gone, TooLarge and TooSlow."""
    body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when read to its end
    try:
        async with asyncio.timeout(LONGEST_S):
            size = await _fill(body, receive)
    except BaseException as failure:
        body.close()
        if isinstance(failure, TimeoutError):
            raise TooSlow from None
        raise
    body.seek(0)
    handed = 0

    async def again() -> ASGIReceiveEvent:
        nonlocal handed
        if body.closed:
            return await receive()  # only the leave-taking is still to come
        piece = body.read(CHUNK)
        handed += len(piece)
        if handed >= size:
            body.close()
        return cast(HTTPRequestEvent, {"type": "http.request", "body": piece, "more_body": handed < size})

    return again


async def _fill(body: "SpooledTemporaryFile[bytes]", receive: ASGIReceiveCallable) -> int:
    size = 0
    while True:
        async with asyncio.timeout(SILENCE_S):
            message = await receive()
        if message["type"] != "http.request":
            raise Gone
        size += len(message["body"])
        if size > LARGEST:
            raise TooLarge
        body.write(message["body"])
        if not message.get("more_body"):
            return size


async def say_too_large(pages: Any, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """Answer with a page, made as any other but without the body; then let the rest of it pass, and close the line."""

    async def nothing() -> HTTPRequestEvent:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def tell(message: Any) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        else:
            message = {**message, "more_body": True}
        await send(message)

    of_body = (b"content-length", b"transfer-encoding", b"content-type")
    bare = {**scope, "headers": [(name, value) for name, value in scope["headers"] if name not in of_body]}
    was = turned_away.set(413)
    try:
        await pages(bare, nothing, tell)
    finally:
        turned_away.reset(was)
    await _let_pass(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _let_pass(receive: ASGIReceiveCallable) -> None:
    size = 0
    try:
        async with asyncio.timeout(LINGERS_S):
            while size < LEFT_UNREAD:
                message = await receive()
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
                size += len(message["body"])
    except TimeoutError:
        return


async def say_too_slow(send: ASGISendCallable) -> None:
    """Say so in a line and close the connection: no thread is taken for whoever is slow on purpose."""
    said = b"It took too long to arrive. Please try again."
    await send(
        {
            "type": "http.response.start",
            "status": 408,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": said, "more_body": False})
