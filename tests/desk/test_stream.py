"""The stream, spoken to as an ASGI server would."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.customers.verbs import recognise_customer
from rung.desk.stream import app, newest_entry

pytestmark = pytest.mark.django_db(transaction=True)

Read = Callable[[], Awaitable[dict[str, Any]]]


@asynccontextmanager
async def opened(cookie: str, query: str = "", last_seen: int | None = None) -> AsyncIterator[Read]:
    headers = [(b"cookie", cookie.encode())]
    if last_seen is not None:
        headers.append((b"last-event-id", str(last_seen).encode()))
    sent: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    gone = asyncio.Event()

    async def receive() -> Any:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        await sent.put(message)

    scope: Any = {"type": "http", "method": "GET", "path": "/live", "query_string": query.encode(), "headers": headers}
    task = asyncio.ensure_future(app(scope, receive, send))
    try:
        yield lambda: asyncio.wait_for(sent.get(), 5)
    finally:
        gone.set()
        await asyncio.wait_for(task, 5)


def cookie_of(agent: Agent) -> str:
    client = Client()
    client.force_login(agent)
    return f"sessionid={client.cookies['sessionid'].value}"


def test_a_stranger_is_refused() -> None:
    async def story() -> None:
        async with opened("sessionid=nonsense") as read:
            assert (await read())["status"] == 401

    asyncio.run(story())


def test_who_is_there_hears_that_something_happened(ada: Agent, at: datetime) -> None:
    cookie = cookie_of(ada)

    def somebody_writes() -> int:
        recognise_customer("carla@example.org", by=ada.actor, at=at)
        return newest_entry()

    async def story() -> None:
        async with opened(cookie, f"after={await asyncio.to_thread(newest_entry)}") as read:
            assert (await read())["status"] == 200
            assert b"retry:" in (await read())["body"]
            await asyncio.sleep(0.5)
            entry = await asyncio.to_thread(somebody_writes)
            assert (await read())["body"] == b"id: %d\nevent: news\ndata: %d\n\n" % (entry, entry)

    asyncio.run(story())


def test_who_comes_back_hears_what_was_missed(ada: Agent, at: datetime) -> None:
    cookie, before = cookie_of(ada), newest_entry()
    recognise_customer("carla@example.org", by=ada.actor, at=at)

    async def story() -> None:
        async with opened(cookie, last_seen=before) as read:
            await read()
            await read()
            assert b"event: news" in (await read())["body"]

    asyncio.run(story())
