"""`/live`: tells every open desk that something happened, by server-sent events.

A bare ASGI application beside Django: an open stream costs a few kilobytes and no database connection. The session is
looked at once, in a thread that closes its connection again. What is sent is only the number of the newest journal
entry and whom and what the news is about, by number, of what whoever listens may see; whoever wants to know more asks for it
through the gates, as for every page, and a page that the news does not concern asks for nothing. Beside the news goes in
which conversations somebody comes, leaves or begins to write: it is no news of the journal, and only who shows it listens.
"""

from __future__ import annotations

import asyncio
from importlib import import_module
from urllib.parse import parse_qs

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest, parse_cookie

from rung.accounts.access import Agent, has_shown_it_elsewhere, is_vouched_for
from rung.desk.news import Listener, News, Sight, look, news_between, parted, reaches
from rung.desk.newsroom import Desk, newsroom

# A stream ends after this long and the browser opens it again, which asks anew who is there.
LONGEST_S = 1800.0


def _who_is_there(cookies: str, seen: int | None) -> tuple[Listener | None, Sight, News]:
    """Who listens, where the session belongs to an active agent; what the journal looks like; and what of it is news to them
    who have `seen` it up to an entry. Runs in a thread of its own."""
    try:
        # First: whoever's rights change from now on is told to ask anew.
        sight = look()
        request = HttpRequest()
        engine = import_module(settings.SESSION_ENGINE)
        request.session = engine.SessionStore(parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME))
        agent = get_user(request)
        if not isinstance(agent, Agent) or not agent.is_active or not is_vouched_for(request, agent):
            return None, sight, News()
        if agent.owes_second_step and not has_shown_it_elsewhere(request):
            return None, sight, News()
        listener = Listener.of(agent)
        return listener, sight, parted(_missed(seen, sight), [listener]).get(listener, News())
    finally:
        connection.close()


def _meanwhile(listener: Listener, sight: Sight) -> News:
    """What has come while they were being let in. Runs in a thread of its own."""
    try:
        return parted(news_between(sight, newsroom.seen), [listener]).get(listener, News())
    finally:
        connection.close()


def _headers(scope: HTTPScope) -> dict[bytes, str]:
    return {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _seen_until(scope: HTTPScope, headers: dict[bytes, str]) -> int | None:
    """What the browser has seen: its Last-Event-ID on coming back, else what its page was made from (`?after=`)."""
    query = parse_qs(scope["query_string"].decode("latin-1"))
    said = headers.get(b"last-event-id") or query.get("after", [""])[0]
    return int(said) if said.isdecimal() and len(said) < 19 else None


async def app(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
    """The ASGI application: 401 for strangers, else a stream of `event: news` with the newest entry's number as id."""
    if scope["type"] != "http":
        raise RuntimeError(f"/live is not spoken to by {scope['type']}")
    headers = _headers(scope)
    seen = _seen_until(scope, headers)
    listener, sight, missed = await asyncio.to_thread(_who_is_there, headers.get(b"cookie", ""), seen)
    if listener is None or scope["method"] != "GET":
        await _refuse(send, 401 if listener is None else 405)
        return
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [
                (b"content-type", b"text/event-stream; charset=utf-8"),
                (b"cache-control", b"no-store"),
                (b"x-accel-buffering", b"no"),
                (b"x-content-type-options", b"nosniff"),
            ],
            "trailers": False,
        }
    )
    desk = Desk(listener)
    newsroom.enter(desk, sight)
    gone = asyncio.ensure_future(_until_gone(receive, desk))
    try:
        if newsroom.seen.keys() - sight.keys():
            missed |= await asyncio.to_thread(_meanwhile, listener, sight)
        await _stream(send, desk, missed)
    finally:
        gone.cancel()
        desk.leave()
        newsroom.leave(desk)


def _missed(seen: int | None, sight: Sight) -> News:
    """What has come since the browser's page was made; nothing where it does not say when."""
    newest = max(sight, default=0)
    if newest <= 0:
        return News()
    seen = newest if seen is None else seen
    # No page says which bells it has heard: whose rang lately looks again.
    came = [pk for pk in sight if pk > seen or pk < 0]
    about = frozenset(word for pk in came for word in sight[pk])
    return News(newest if about else 0, about if reaches(sight) <= seen else None, told_by=frozenset(came))


async def _stream(send: ASGISendCallable, desk: Desk, missed: News) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LONGEST_S
    await _write(send, b"retry: 2000\n: here\n\n")
    if missed.entry:
        desk.tell(missed)
    while loop.time() < ends_at:
        said = await desk.hear()
        if said is None:
            return
        await _write(send, said)
        if desk.is_to_ask_anew:
            break
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _write(send: ASGISendCallable, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(receive: ASGIReceiveCallable, desk: Desk) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    desk.leave()


async def _refuse(send: ASGISendCallable, status: int) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")],
            "trailers": False,
        }
    )
    await send({"type": "http.response.body", "body": b"", "more_body": False})
