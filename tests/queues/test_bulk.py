"""Doing one thing to many conversations, and taking it back: each deed as a row of a table."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.journal.access import entries
from rung.queues import deeds
from rung.queues.deeds import Deed, Wish
from rung.queues.models import Bulk
from rung.queues.verbs import do_to_many, undo_bulk
from rung.touchpoints.models import Conversation, Tag, Touchpoint
from rung.touchpoints.verbs import (
    assign_conversation,
    create_tag,
    mark_spam,
    resolve_conversation,
    save_draft,
    set_priority,
    snooze_conversation,
    tag_conversation,
)
from tests.cast import written

DAY = timedelta(days=1)
COLUMNS = (
    *("state", "priority", "assignee_id", "team_id", "snoozed_until_at", "awaits_us_since_at"),
    *("answer_due_at", "undelivered_at"),
)


def looks(matter: Conversation) -> dict[str, Any]:
    """Everything a queue goes by."""
    now = Conversation.objects.get(pk=matter.pk)
    tags = sorted(now.tags.values_list("name", flat=True))
    return {**{name: getattr(now, name) for name in COLUMNS}, "tags": tags}


@pytest.fixture
def tag(lin: Agent, at: datetime) -> Tag:
    return create_tag("refund", by=lin.actor, at=at)


@pytest.fixture
def matters(lin: Agent, ada: Agent, support: Team, tag: Tag, at: datetime) -> dict[str, Conversation]:
    """One of every kind a queue can hold."""
    by = lin.actor
    people = [recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at) for number in range(8)]
    names = ("open", "held", "tagged", "urgent", "asleep", "settled", "junk", "teams")
    made = {
        name: written(person, at=at, team=support if name == "teams" else None)
        for name, person in zip(names, people, strict=True)
    }
    assign_conversation(made["held"], agent=ada, team=support, by=by, at=at)
    tag_conversation(made["tagged"], tag, by=by, at=at)
    set_priority(made["urgent"], "urgent", by=by, at=at)
    snooze_conversation(made["asleep"], until=at + 3 * DAY, by=by, at=at)
    resolve_conversation(made["settled"], by=by, at=at)
    mark_spam(made["junk"], by=by, at=at)
    return made


def wish(deed: str, lin: Agent, support: Team, tag: Tag, at: datetime) -> Wish:
    return Wish(
        deed,
        agent=lin if deed == "assign" else None,
        team=support if deed == "team" else None,
        tag=tag if deed in ("tag", "untag") else None,
        priority="urgent" if deed == "priority" else "",
        until=at + DAY if deed == "snooze" else None,
        text="Dear {customer.first_name|friend}, it is on its way." if deed == "answer" else "",
    )


@pytest.mark.parametrize(
    ("deed", "changed", "same", "refused"),
    [
        ("assign", 8, 0, ""),
        ("team", 6, 2, ""),
        ("tag", 7, 1, ""),
        ("untag", 1, 7, ""),
        ("priority", 7, 1, ""),
        ("snooze", 6, 0, "settled junk"),
        ("wake", 1, 7, ""),
        ("resolve", 6, 1, "junk"),
        ("reopen", 1, 7, ""),
        ("spam", 7, 1, ""),
        ("unspam", 1, 7, ""),
        ("answer", 7, 0, "junk"),
    ],
)
def test_what_is_done_to_many_is_taken_back_whole(
    deed: str,
    changed: int,
    same: int,
    refused: str,
    lin: Agent,
    support: Team,
    tag: Tag,
    matters: dict[str, Conversation],
    at: datetime,
) -> None:
    later = at + timedelta(hours=1)
    names = {matter.pk: name for name, matter in matters.items()}
    before = {name: looks(matter) for name, matter in matters.items()}
    bulk = do_to_many(list(names), wish(deed, lin, support, tag, at), agent=lin, by=lin.actor, at=later)
    assert (len(bulk.changed), bulk.same_count) == (changed, same)
    assert {names[number] for number, _why in bulk.refused} == set(refused.split())
    moved = {names[number] for number, _before in bulk.changed}
    for name, matter in matters.items():
        assert (looks(matter) != before[name]) is (name in moved), name

    count = undo_bulk(bulk, agent=lin, by=lin.actor, at=later + timedelta(seconds=20))
    assert (count, bulk.kept) == (changed, [])
    for name, matter in matters.items():
        assert looks(matter) == before[name], name
    assert undo_bulk(bulk, agent=lin, by=lin.actor, at=later + timedelta(seconds=30)) == 0


def test_every_deed_is_in_the_table() -> None:
    marks = test_what_is_done_to_many_is_taken_back_whole.pytestmark[0]  # type: ignore[attr-defined]  # pytest puts it there
    assert {row[0] for row in marks.args[1]} == set(deeds.DEEDS)


def test_each_is_done_behind_the_gate(bo: Agent, lin: Agent, support: Team, carla: Customer, at: datetime) -> None:
    seen, hidden = written(carla, at=at), written(carla, at=at, team=support, subject="x", reference="<x@y>")
    bulk = do_to_many([seen.pk, hidden.pk, 999_999], Wish("resolve"), agent=bo, by=bo.actor, at=at)
    assert [number for number, _before in bulk.changed] == [seen.pk]
    assert [number for number, _why in bulk.refused] == [hidden.pk, 999_999]
    assert looks(hidden)["state"] == "open"


def test_what_one_no_more_sees_is_not_taken_back_by_them(
    ada: Agent, bo: Agent, billing: Team, carla: Customer, at: datetime
) -> None:
    matter = written(carla, at=at)
    bulk = do_to_many([matter.pk], Wish("priority", priority="high"), agent=ada, by=ada.actor, at=at)
    assign_conversation(matter, agent=bo, team=billing, by=bo.actor, at=at)
    assert undo_bulk(bulk, agent=ada, by=ada.actor, at=at) == 0
    assert [number for number, _why in bulk.kept] == [matter.pk]
    assert looks(matter)["priority"] == "high"


def test_what_somebody_has_changed_since_is_left_as_they_left_it(
    lin: Agent, ada: Agent, matters: dict[str, Conversation], at: datetime
) -> None:
    chosen = [matters["open"].pk, matters["held"].pk]
    bulk = do_to_many(chosen, Wish("assign", agent=lin), agent=lin, by=lin.actor, at=at)
    assign_conversation(matters["open"], agent=ada, team=None, by=ada.actor, at=at)
    assert undo_bulk(bulk, agent=lin, by=lin.actor, at=at) == 1
    assert [number for number, _why in bulk.kept] == [matters["open"].pk]
    assert looks(matters["open"])["assignee_id"] == ada.pk
    assert looks(matters["held"])["assignee_id"] == ada.pk


def test_a_customer_who_waited_waits_again_since_then(
    lin: Agent, matters: dict[str, Conversation], at: datetime
) -> None:
    bulk = do_to_many([matters["open"].pk], Wish("resolve"), agent=lin, by=lin.actor, at=at + DAY)
    assert looks(matters["open"])["awaits_us_since_at"] is None
    undo_bulk(bulk, agent=lin, by=lin.actor, at=at + DAY)
    assert looks(matters["open"])["awaits_us_since_at"] == at


def test_one_that_is_refused_does_not_touch_the_others(
    lin: Agent, matters: dict[str, Conversation], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = deeds.DEEDS["resolve"]

    def half(turn: deeds.Turn, wish: Wish) -> bool:
        settle.do(turn, wish)
        if turn.matter.pk == matters["held"].pk:
            raise ValidationError("not this one")
        return True

    monkeypatch.setitem(deeds.DEEDS, "resolve", Deed(half, settle.undo))
    told = entries().filter(kind="conversation.resolved").count()
    chosen = [matters[name].pk for name in ("open", "held", "urgent")]
    bulk = do_to_many(chosen, Wish("resolve"), agent=lin, by=lin.actor, at=at)
    assert bulk.refused == [[matters["held"].pk, "not this one"]]
    assert looks(matters["held"])["state"] == "open"
    assert looks(matters["urgent"])["state"] == "resolved"
    assert entries().filter(kind="conversation.resolved").count() == told + 2


def test_of_more_than_are_done_at_once_the_first_are_done_and_the_rest_is_said(
    lin: Agent, matters: dict[str, Conversation], at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = deeds.DEEDS["priority"]
    monkeypatch.setitem(deeds.DEEDS, "priority", Deed(press.do, press.undo, at_most=2))
    chosen = [matters[name].pk for name in ("teams", "open", "held")]
    bulk = do_to_many(chosen, Wish("priority", priority="low"), agent=lin, by=lin.actor, at=at)
    assert [number for number, _before in bulk.changed] == sorted(chosen[:2])
    assert bulk.left_count == 1
    assert looks(matters["held"])["priority"] == "normal"


def test_nothing_chosen_is_said(lin: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match="at least one"):
        do_to_many([], Wish("resolve"), agent=lin, by=lin.actor, at=at)
    assert not Bulk.objects.exists()


def test_a_letter_to_many_is_a_letter_to_each_and_no_ones_draft_is_lost(
    ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    ours, theirs = written(carla, at=at), written(karim, at=at)
    save_draft(theirs, kind="answer", text="Half a thought", by=ada.actor, at=at)
    text = "Dear {customer.first_name|friend}, it is on its way."
    bulk = do_to_many([ours.pk, theirs.pk], Wish("answer", text=text), agent=ada, by=ada.actor, at=at)
    assert [number for number, _why in bulk.refused] == [theirs.pk]
    letter = Touchpoint.objects.get(conversation=ours, direction="out")
    assert letter.text == "Dear Carla, it is on its way."
    assert letter.due_at is not None
    assert letter.due_at >= at + timedelta(seconds=60)
    assert theirs.drafts.get().text == "Half a thought"


def test_a_letter_that_has_left_is_not_taken_back(ada: Agent, carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at)
    bulk = do_to_many([matter.pk], Wish("answer", text="Here you are."), agent=ada, by=ada.actor, at=at)
    Touchpoint.objects.filter(conversation=matter, direction="out").update(due_at=None, delivery="sent")
    assert undo_bulk(bulk, agent=ada, by=ada.actor, at=at) == 0
    assert [number for number, _why in bulk.kept] == [matter.pk]


def test_five_hundred_cost_a_bounded_number_of_statements_each(
    lin: Agent, at: datetime, django_assert_max_num_queries: Any
) -> None:
    people = [recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at) for number in range(30)]
    numbers = [written(each, at=at).pk for each in people]
    with django_assert_max_num_queries(12 * len(numbers) + 12):
        bulk = do_to_many(numbers, Wish("resolve"), agent=lin, by=lin.actor, at=at)
    assert len(bulk.changed) == 30
