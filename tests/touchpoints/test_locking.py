"""Whoever needs several conversations takes them in the order of their numbers, so that nobody waits in a circle."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent
from rung.canned.verbs import Wording, apply_macro, make_canned
from rung.core.actor import Actor
from rung.customers.models import Customer
from rung.customers.verbs import forget_customer, merge_customers
from rung.queues.deeds import Wish
from rung.queues.verbs import do_to_many
from rung.rules import reactions
from rung.rules.deeds import Deed
from rung.rules.plans import Plan
from rung.rules.verbs import make_rule, switch_rule
from rung.touchpoints.incoming import Logged, Party
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    ask_beside,
    link_conversations,
    log_touchpoint,
    merge_conversations,
    resolve_conversation,
    send_now,
)
from tests.cast import written

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer, who holds everything"),
]


def locked(act: Callable[[], object]) -> list[int]:
    """The numbers of the conversations in the order in which they are first locked, those of others."""
    with CaptureQueriesContext(connection) as asked:
        act()
    found: list[int] = []
    for sql in (query["sql"] for query in asked):
        assert not re.search(r'FROM "touchpoints_conversation".* FOR UPDATE', sql), "a reference would wait for it"
        if re.search(r'FROM "touchpoints_conversation".* FOR NO KEY UPDATE', sql):
            named = re.search(r'"touchpoints_conversation"."id" (?:= (\d+)|IN \(([\d, ]+)\))', sql)
            assert named or "ORDER BY" in sql
            found += sorted(map(int, (named[1] or named[2]).split(","))) if named else []
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("act", ["settle", "answer", "put together", "many", "ask", "aside heard", "forget", "merge"])
def test_several_conversations_are_taken_in_the_order_of_their_numbers(
    act: str, carla: Customer, karim: Customer, ada: Agent, at: datetime
) -> None:
    by = ada.actor
    first, second, third = (written(carla, at=at, subject=f"Matter {n}", reference=f"<{n}@x>") for n in range(3))
    aside = ask_beside(second, to=(Party("s@x.example"),), subject="Where?", text="Where?", by=by, at=at).conversation
    for waiting in (first, third):
        link_conversations(waiting, second, kind="waits_for", by=by, at=at)
    second.beside = third
    second.save(update_fields=["beside"])
    Touchpoint.objects.update(delivery="sent")
    acts: dict[str, Callable[[], object]] = {
        "settle": lambda: resolve_conversation(second, by=by, at=at),
        "answer": lambda: answer_conversation(second, text="Here.", resolve=True, by=by, at=at),
        "put together": lambda: merge_conversations(third, first, by=by, at=at),
        "many": lambda: do_to_many([aside.pk, second.pk], Wish("resolve"), agent=ada, by=by, at=at),
        "ask": lambda: ask_beside(aside, to=(Party("s@x.example"),), subject="When?", text="When?", by=by, at=at),
        "aside heard": lambda: written(carla, at=at, reference="<again@x>", conversation=second.pk),
        "forget": lambda: forget_customer(carla, by=by, at=at),
        "merge": lambda: merge_customers(karim, carla, by=by, at=at),
    }
    numbers = locked(acts[act])
    assert numbers == sorted(numbers)
    assert len(numbers) > 1 or act in ("forget", "merge")
    assert Conversation.objects.count() >= 4


@pytest.mark.parametrize("act", ["sent later", "contact", "macro", "rule"])
def test_who_settles_by_the_way_takes_those_that_wait_in_their_order_too(
    act: str, carla: Customer, ada: Agent, at: datetime, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    by, later = ada.actor, at + timedelta(minutes=5)
    first, second = (written(carla, at=at, subject=f"Matter {n}", reference=f"<{n}@x>") for n in range(2))
    link_conversations(first, second, kind="waits_for", by=by, at=at)
    work(at)
    if act == "sent later":
        planned = answer_conversation(second, text="Here.", resolve=True, due_at=later, by=by, at=at)
    if act == "macro":
        macro = make_canned(Wording(title="Done", ending="resolve"), by=by, at=at)
    if act == "rule":
        monkeypatch.setattr(reactions.clock, "now", lambda: later)
        switch_rule(make_rule(Plan(name="Done", deeds=(Deed("resolve"),)), by=by, at=at), on=True, by=by, at=at)
        written(carla, at=at + timedelta(minutes=1), reference="<again@x>", conversation=second.pk)
    call = Logged(channel="phone", direction="in", text="Asked for the table", occurred_at=at)
    acts: dict[str, Callable[[], object]] = {
        "sent later": lambda: send_now(planned, by=by, at=later),
        "contact": lambda: settled_by_a_call(carla, call, second, by, at),
        "macro": lambda: apply_macro(macro, second, by=by, at=at),
        "rule": lambda: work(later),
    }
    assert locked(acts[act]) == [first.pk, second.pk]
    second.refresh_from_db()
    assert second.is_resolved()


def settled_by_a_call(customer: Customer, call: Logged, matter: Conversation, by: Actor, at: datetime) -> None:
    log_touchpoint(customer, call, conversation=matter, to_settle=True, by=by, at=at)
    resolve_conversation(matter, by=by, at=at)
