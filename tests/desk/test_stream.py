"""The stream, spoken to as an ASGI server would."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import pytest
from django.db import InterfaceError
from django.test import Client

from rung.accounts.access import AS, THROUGH
from rung.accounts.models import Agent, Membership
from rung.accounts.verbs import deactivate_agent
from rung.core.actor import SYSTEM
from rung.customers.verbs import recognise_customer
from rung.desk import news, newsroom, stream
from rung.desk.news import Listener, News, parted
from rung.desk.pages.conversation import newest_entry_of
from rung.desk.stream import app
from rung.journal.access import newest_entry
from rung.journal.models import Entry
from rung.touchpoints.verbs import assign_conversation
from tests.cast import written

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
            carla = Entry.objects.aget(pk=entry)
            about = b'["customer:%d"]' % ((await carla).customer or 0)
            assert (await read())["body"] == b"id: %d\nevent: news\ndata: %b\n\n" % (entry, about)

    asyncio.run(story())


def test_a_stream_ends_when_rights_change_and_whoever_has_lost_theirs_is_refused(ada: Agent, at: datetime) -> None:
    cookie = cookie_of(ada)

    async def story() -> None:
        async with opened(cookie, f"after={await asyncio.to_thread(newest_entry)}") as read:
            await read()
            await read()
            await asyncio.to_thread(deactivate_agent, ada, by=SYSTEM, at=at)
            assert b"event: news" in (await read())["body"]
            assert not (await read())["more_body"]
        async with opened(cookie) as read:
            assert (await read())["status"] == 401

    asyncio.run(story())


def test_whoever_came_in_by_an_account_elsewhere_that_is_untied_by_now_is_refused(ada: Agent) -> None:
    client = Client()
    client.force_login(ada)
    session = client.session
    session[THROUGH], session[AS] = 1, 1
    session.save()

    async def story() -> None:
        async with opened(f"sessionid={client.cookies['sessionid'].value}") as read:
            assert (await read())["status"] == 401

    asyncio.run(story())
    assert {"identity.released", "identity_provider.ended"} <= news.RIGHTS, "and those that are open ask anew"


def test_who_comes_back_hears_what_was_missed(ada: Agent, at: datetime) -> None:
    cookie, before = cookie_of(ada), newest_entry()
    recognise_customer("carla@example.org", by=ada.actor, at=at)

    async def story() -> None:
        async with opened(cookie, last_seen=before) as read:
            await read()
            await read()
            assert b"event: news" in (await read())["body"]

    asyncio.run(story())


def test_what_happens_while_one_is_let_in_is_heard(ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    cookie = cookie_of(ada)
    let_in = stream._who_is_there

    def let_in_slowly(cookies: str, seen: int | None) -> Any:
        told = let_in(cookies, seen)
        recognise_customer("carla@example.org", by=ada.actor, at=at)
        return told

    look = news.look

    def look_late() -> news.Sight:
        if threading.current_thread().name == "newsroom":
            time.sleep(0.3)
        return look()

    monkeypatch.setattr(stream, "_who_is_there", let_in_slowly)
    monkeypatch.setattr("rung.desk.newsroom.look", look_late)

    async def story() -> None:
        async with opened(cookie, f"after={await asyncio.to_thread(newest_entry)}") as read:
            await read()
            await read()
            assert b"event: news" in (await read())["body"]

    asyncio.run(story())


def test_what_was_looked_at_when_the_database_failed_is_told_afterwards(
    ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = cookie_of(ada)
    look, listen, said = news.look, newsroom.Newsroom._listen, []

    def look_on() -> news.Sight:
        sight = look()
        if threading.current_thread().name == "newsroom" and any("customer:" in repr(each) for each in sight.values()):
            said.append("seen")
        return sight

    def fail_once(self: newsroom.Newsroom) -> frozenset[int]:
        if said == ["seen"]:
            said.append("failed")
            raise InterfaceError("the connection is closed")
        return listen(self)

    monkeypatch.setattr("rung.desk.newsroom.look", look_on)
    monkeypatch.setattr(newsroom.Newsroom, "_listen", fail_once)
    monkeypatch.setattr(newsroom, "TROUBLE_S", 0.0)

    async def story() -> None:
        async with opened(cookie) as read:
            await read()
            await read()
            await asyncio.to_thread(recognise_customer, "carla@example.org", by=ada.actor, at=at)
            assert b"event: news" in (await read())["body"]

    asyncio.run(story())
    assert said[:2] == ["seen", "failed"]


def test_an_entry_that_becomes_visible_after_a_younger_one_is_news_in_its_conversation(
    ada: Agent, at: datetime
) -> None:
    """Its transaction began earlier and ended later; only PostgreSQL does that, so here the younger is put in by hand."""
    carla = recognise_customer("carla@example.org", by=ada.actor, at=at)
    matter = written(carla, at=at)
    Entry.objects.create(
        pk=10_000,
        kind="conversation.snoozed",
        occurred_at=at,
        recorded_at=at,
        actor_kind="system",
        conversation=matter.pk,
    )
    before = newest_entry_of(matter)
    Entry.objects.create(
        pk=9_999, kind="snooze.ended", occurred_at=at, recorded_at=at, actor_kind="system", conversation=matter.pk
    )
    assert newest_entry_of(matter) != before


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ({}, {}, News()),
        ({1: ("conversation:1",)}, {1: ("conversation:1",)}, News()),
        ({1: ("letter",)}, {1: ("letter",), 2: ("conversation:7", "customer:3")},
         News(2, frozenset({"conversation:7", "customer:3"}))),
        # An older one that became visible late.
        ({1: ("letter",), 3: ("letter",)}, {1: ("letter",), 2: ("conversation:7",), 3: ("letter",)},
         News(3, frozenset({"conversation:7"}))),
        # More than one can look back on.
        ({1: ("letter",)}, dict.fromkeys(range(200, 300), ("letter",)), News(299, None)),
        # The window of the newest slid on, and nothing was missed.
        (dict.fromkeys(range(100), ("letter",)), dict.fromkeys(range(2, 102), ("letter",)),
         News(101, frozenset({"letter"}))),
    ],
)  # fmt: skip
def test_news_is_what_was_not_seen_before(before: news.Sight, now: news.Sight, told: News) -> None:
    assert news.news_between(before, now) == told


def test_news_of_too_much_names_nothing() -> None:
    assert News(9, frozenset(f"conversation:{n}" for n in range(41))).message.endswith(b"data: null\n\n")
    assert News(9, frozenset({"letter"})) | News(7, None) == News(9, None)


def test_what_comes_while_a_desk_is_written_to_is_told_afterwards() -> None:
    async def story() -> None:
        desk = newsroom.Desk(Listener(1, (None, frozenset(), False), True))
        desk.tell(News(4, frozenset({"conversation:1"})))
        desk.tell(News(5, frozenset({"conversation:2"})))
        assert await desk.hear() == b'id: 5\nevent: news\ndata: ["conversation:1","conversation:2"]\n\n'
        desk.beat()
        assert await desk.hear() == b": still here\n\n"
        desk.leave()
        assert await desk.hear() is None

    asyncio.run(story())


def heard_of(what: set[str], *agents: Agent) -> list[set[str] | None]:
    """What each of these is told when this is the news."""
    who = [Listener.of(agent) for agent in agents]
    told = parted(News(7, frozenset(what), told_by=frozenset(Entry.objects.values_list("pk", flat=True))), who)
    return [set(told[each].about or ()) if each in told else None for each in who]


def test_who_may_not_see_a_conversation_hears_nothing_of_it(ada: Agent, lin: Agent, bo: Agent, at: datetime) -> None:
    support = Membership.objects.get(agent=ada).team
    matter = written(recognise_customer("carla@example.org", by=SYSTEM, at=at), at=at)
    Entry.objects.all().delete()
    assign_conversation(matter, agent=None, team=support, by=SYSTEM, at=at)
    named = f"conversation:{matter.pk}"
    assert heard_of({named}, ada, lin, bo) == [{named}, {named}, {named}], "bo saw it until now: it leaves his list"
    Entry.objects.all().delete()
    assert heard_of({named, "view"}, ada, lin, bo) == [{named, "view"}, {named, "view"}, {"view"}]
    assert heard_of({named}, bo) == [None]


def test_who_comes_into_a_conversation_is_told_to_those_who_see_it(ada: Agent, bo: Agent, at: datetime) -> None:
    support = Membership.objects.get(agent=ada).team
    matter = written(recognise_customer("carla@example.org", by=SYSTEM, at=at), at=at)
    assign_conversation(matter, agent=None, team=support, by=SYSTEM, at=at)
    who = [Listener.of(ada), Listener.of(bo)]
    assert parted(News(stirring=frozenset({matter.pk})), who) == {who[0]: News(stirring=frozenset({matter.pk}))}


def test_bells_and_calls_are_told_to_whom_they_ring(ada: Agent, bo: Agent) -> None:
    assert heard_of({f"bell:{ada.pk}", f"agent:{bo.pk}"}, ada, bo) == [{f"bell:{ada.pk}"}, {f"agent:{bo.pk}"}]


def test_a_customer_is_named_to_those_who_have_to_do_with_them(ada: Agent, bo: Agent, at: datetime) -> None:
    for agent in (ada, bo):
        agent.permissions = []
    carla = recognise_customer("carla@example.org", by=SYSTEM, at=at)
    named = f"customer:{carla.pk}"
    assert heard_of({named}, ada, bo) == [{named}, {named}], "with whom nobody has spoken, anybody may"
    support = Membership.objects.get(agent=ada).team
    assign_conversation(written(carla, at=at), agent=None, team=support, by=SYSTEM, at=at)
    assert heard_of({named}, ada, bo) == [{named}, None]


def test_whoever_sees_all_is_told_without_a_question(lin: Agent, django_assert_num_queries: Any) -> None:
    who = [Listener.of(lin)]
    with django_assert_num_queries(0):
        assert len(parted(News(7, frozenset({"conversation:1", "customer:2"})), who)) == 1


def test_many_who_may_know_alike_are_told_the_same_thing_once(ada: Agent, bo: Agent, at: datetime) -> None:
    who = [Listener(number, (number, frozenset({1}), False), True) for number in range(10, 60)]
    told = parted(News(7, frozenset({"view"})), who)
    assert len(told) == 50
    assert len({id(each) for each in told.values()}) == 1
