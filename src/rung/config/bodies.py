"""What a visitor sends, taken in before a thread is given to it.

The pages are answered by a few threads. Were a thread to wait for what is still on its way, a handful of half-sent forms
(or uploads over a poor line) would stop the desk for everybody. Here they wait in the event loop, where waiting is free.
"""

import asyncio
from tempfile import SpooledTemporaryFile
from typing import cast

from asgiref.typing import ASGIReceiveCallable, ASGIReceiveEvent, ASGISendCallable, HTTPRequestEvent, HTTPScope

LARGEST = 64 * 1024 * 1024
IN_MEMORY = 1024 * 1024
CHUNK = 256 * 1024
SILENCE_S = 30.0
"""Seconds between two pieces of a body, and"""
LONGEST_S = 900.0
"""seconds for all of it, after which nobody waits for the rest."""


class Gone(Exception):
    """The visitor left before everything had come."""


class Refused(Exception):
    """What came is too much (413) or too slow (408)."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def has_body(scope: HTTPScope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value.strip() != b"0")
        for name, value in scope["headers"]
    )


async def whole(receive: ASGIReceiveCallable) -> ASGIReceiveCallable:
    """Take in a body to its end; a `receive` that hands it out again without waiting. Raises Gone and Refused."""
    body: SpooledTemporaryFile[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115  # closed when read to its end
    try:
        async with asyncio.timeout(LONGEST_S):
            size = await _fill(body, receive)
    except BaseException as failure:
        body.close()
        if isinstance(failure, TimeoutError):
            raise Refused(408) from None
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
            raise Refused(413)
        body.write(message["body"])
        if not message.get("more_body"):
            return size


async def refuse(send: ASGISendCallable, status: int) -> None:
    """Say so in a line and close the connection: the rest of the body may still be on its way."""
    said = {408: b"It took too long to arrive. Please try again.", 413: b"That is too large."}[status]
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": said, "more_body": False})
