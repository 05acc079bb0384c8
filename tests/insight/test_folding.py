"""Facts: what entries come to, kept up or made again from nothing."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.insight.days import calendar
from rung.insight.facts import conversation_facts
from rung.insight.folding import fold_waiting
from rung.insight.models import (
    ENDLESS,
    AnswerFact,
    ComplaintFact,
    ConversationFact,
    OrderFact,
    ResolutionFact,
    SpellFact,
    TouchpointFact,
    Unfolded,
)
from rung.insight.reactions import await_folding
from rung.journal.models import Entry
from rung.journal.reacting import Told
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import assign_conversation, log_touchpoint
from tests.insight.conftest import Story

FACTS = (
    ConversationFact, SpellFact, ResolutionFact, TouchpointFact, AnswerFact, ComplaintFact, OrderFact,
)  # fmt: skip


def all_facts() -> dict[str, list[dict[str, Any]]]:
    return {
        model.__name__: sorted(
            ({name: value for name, value in row.items() if name != "id"} for row in model._default_manager.values()),
            key=str,
        )
        for model in FACTS
    }


def told(kind: str, minutes: int, actor: str = "agent", **data: Any) -> SimpleNamespace:
    moment = datetime.fromisoformat("2026-03-10T09:00:00+00:00") + timedelta(minutes=minutes)
    return SimpleNamespace(
        kind=kind, occurred_at=moment, actor_kind=actor, data={"conversation": 1, "customer": 2} | data
    )


def opened(minutes: int = 0) -> SimpleNamespace:
    return told("conversation.opened", minutes, channel="email", team=None)


def received(minutes: int, touchpoint: int = 1, *, automatic: bool = False) -> SimpleNamespace:
    return told(
        "touchpoint.received", minutes, touchpoint=touchpoint, channel="email", phase="during", automatic=automatic
    )


def answered(minutes: int, touchpoint: int = 2) -> SimpleNamespace:
    return told(
        "conversation.answered",
        minutes,
        touchpoint=touchpoint,
        channel="email",
        phase="during",
        agent=1,
        proactive=False,
    )


def spells(*entries: SimpleNamespace) -> list[tuple[str, int, int | None]]:
    """(turn, from minute, to minute; None while it lasts)"""
    zero = opened().occurred_at.timestamp() * 1000
    return [
        (fact.turn, round((fact.began_ms - zero) / 60_000),
         None if fact.ended_ms == ENDLESS else round((fact.ended_ms - zero) / 60_000))
        for fact in conversation_facts(entries)
        if isinstance(fact, SpellFact)
    ]  # fmt: skip


RESOLVED = ("conversation.resolved", {"agent": 1, "outcome": "unknown"})


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([opened(), received(0)], [("us", 0, None)]),
        ([opened(), received(0), answered(10)], [("us", 0, 10), ("customer", 10, None)]),
        (
            [opened(), received(0), answered(10), told(RESOLVED[0], 10, **RESOLVED[1])],
            [("us", 0, 10)],
        ),
        (
            [opened(), received(0), answered(10), received(30, 3), received(40, 4), answered(60, 5)],
            [("us", 0, 10), ("customer", 10, 30), ("us", 30, 60), ("customer", 60, None)],
        ),
        (
            [
                opened(),
                received(0),
                told(RESOLVED[0], 5, **RESOLVED[1]),
                received(20, 3),
                told("conversation.reopened", 20),
            ],
            [("us", 0, 5), ("us", 20, None)],
        ),
        # The customer wrote before we resolved, and the letter came after.
        (
            [
                opened(),
                received(0),
                received(4, 3),
                told(RESOLVED[0], 5, **RESOLVED[1]),
                told("conversation.reopened", 6),
            ],
            [("us", 0, 5), ("us", 6, None)],
        ),
        # A machine's letter is nobody's turn.
        (
            [opened(), received(0), answered(10), received(11, 3, automatic=True)],
            [("us", 0, 10), ("customer", 10, None)],
        ),
    ],
)
def test_spells_say_whose_turn_it_was(entries: list[SimpleNamespace], expected: list[Any]) -> None:
    assert spells(*entries) == expected


def thanks(minutes: int, touchpoint: int, *, came: int | None = None) -> list[SimpleNamespace]:
    """A letter that says thank you and no more, and what it reopened when it came."""
    letter = received(minutes, touchpoint)
    letter.data["thanks"] = True
    return [letter, told("conversation.reopened", minutes if came is None else came, thanks=True)]


SETTLED = [opened(), received(0), told(RESOLVED[0], 5, **RESOLVED[1])]
AGAIN = told(RESOLVED[0], 30, **RESOLVED[1])


@pytest.mark.parametrize(
    ("entries", "resolutions", "is_resolved"),
    [
        # Thanks, and nobody has settled it again; and somebody has.
        (thanks(20, 3), [(5, None)], 1),
        ([*thanks(20, 3), AGAIN], [(5, None)], 1),
        # Thanks, an answer to them, settled.
        ([*thanks(20, 3), answered(25, 4), AGAIN], [(5, None)], 1),
        # More is said while it lies open, by letter or by telephone; and after it was settled again.
        ([*thanks(20, 3), received(25, 4)], [(5, 25)], 0),
        ([*thanks(20, 3), told("touchpoint.logged", 25, touchpoint=4, channel="phone", direction="in")], [(5, 25)], 0),
        ([*thanks(20, 3), received(25, 4), AGAIN], [(5, 25), (30, None)], 1),
        ([*thanks(20, 3), AGAIN, told("conversation.reopened", 40), received(40, 4)], [(5, 40)], 0),
        # Thanks twice.
        ([*thanks(20, 3), AGAIN, *thanks(35, 4)], [(5, None)], 1),
        # Thanks after a complaint of before that had not come yet.
        ([received(15, 4), *thanks(20, 3), AGAIN], [(5, 20), (30, None)], 1),
        # A machine's letter says nothing.
        ([*thanks(20, 3), received(25, 4, automatic=True)], [(5, None)], 1),
        # A letter that joined it while it lay open for thanks, and has no answer.
        ([*thanks(20, 3), SimpleNamespace(**vars(told("conversation.waits", 26)))], [(5, 26)], 0),
    ],
)
def test_thanks_are_seen_through(
    entries: list[SimpleNamespace], resolutions: list[tuple[int, int | None]], is_resolved: int
) -> None:
    zero = opened().occurred_at.timestamp() * 1000
    facts = conversation_facts([*SETTLED, *entries])
    found = [
        (round((fact.resolved_ms - zero) / 60_000),
         None if fact.reopened_ms == ENDLESS else round((fact.reopened_ms - zero) / 60_000))
        for fact in facts if isinstance(fact, ResolutionFact)
    ]  # fmt: skip
    assert found == resolutions
    own = next(fact for fact in facts if isinstance(fact, ConversationFact))
    assert (own.is_resolved, own.reopen_count) == (is_resolved, sum(1 for _, until in resolutions if until is not None))


def test_thanks_are_no_contact() -> None:
    own = next(fact for fact in conversation_facts([*SETTLED, *thanks(20, 3)]) if isinstance(fact, ConversationFact))
    assert own.contacts == 1


def joined(minutes: int, said: int, touchpoint: int, *, direction: str = "in", split: bool = False) -> SimpleNamespace:
    """What was said in another conversation, at minute `said`, and came here."""
    return told(
        "touchpoint.joined",
        minutes,
        touchpoint=touchpoint,
        channel="email",
        phase="during",
        direction=direction,
        automatic=False,
        archived=False,
        occurred_ms=round((opened().occurred_at + timedelta(minutes=said)).timestamp() * 1000),
        former=9,
        split=split,
    )


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        # An earlier letter, not answered, joins the later one.
        ([opened(100), received(100), joined(150, 0, 7)], [("us", 0, None)]),
        ([opened(100), received(100), joined(150, 0, 7), answered(200)], [("us", 0, 200), ("customer", 200, None)]),
        # The earlier one had been answered, and the later is not.
        (
            [opened(100), received(100), joined(150, 0, 7), joined(150, 40, 8, direction="out")],
            [("us", 0, 40), ("customer", 40, 100), ("us", 100, None)],
        ),
        # The later was answered before the earlier, which nobody had answered, joined it.
        (
            [opened(100), received(100), answered(120), joined(150, 0, 7)],
            [("us", 0, 120), ("customer", 120, 150), ("us", 150, None)],
        ),
        # A later letter joins the earlier, which was settled meanwhile.
        (
            [
                opened(),
                received(0),
                told(RESOLVED[0], 60, **RESOLVED[1]),
                joined(150, 90, 7),
                told("conversation.reopened", 150),
            ],
            [("us", 0, 60), ("us", 150, None)],
        ),
        # It joined, and parted again.
        (
            [
                opened(100),
                received(100),
                joined(150, 0, 7),
                told("touchpoint.parted", 160, touchpoint=7),
                answered(200),
            ],
            [("us", 100, 200), ("customer", 200, None)],
        ),
    ],
)
def test_of_two_that_became_one_the_clock_starts_at_the_earliest_word(
    entries: list[SimpleNamespace], expected: list[Any]
) -> None:
    assert spells(*entries) == expected


def test_the_first_reply_of_two_that_became_one_is_the_earlier() -> None:
    entries = [opened(100), received(100), answered(130), joined(150, 0, 7), joined(150, 40, 8, direction="out")]
    own = next(fact for fact in conversation_facts(entries) if isinstance(fact, ConversationFact))
    assert (own.reply_minutes, own.opened_by, own.contacts) == (40, "customer", 2)
    assert own.opened_ms == round(opened().occurred_at.timestamp() * 1000)


def test_without_its_opening_a_conversation_has_no_facts() -> None:
    assert conversation_facts([received(0)]) == []


@pytest.mark.parametrize(
    ("text", "day", "week", "month"),
    [("1970-01-01T00:00:00+00:00", 0, 0, 0), ("1970-01-04T23:59:59+00:00", 3, 0, 0), ("1970-01-05T00:00:00+00:00", 4, 1, 0),
     ("2026-03-10T09:00:00+00:00", 20522, 2932, 674)],
)  # fmt: skip
def test_days_weeks_and_months_are_whole_numbers(text: str, day: int, week: int, month: int) -> None:
    ms = int(datetime.fromisoformat(text).timestamp() * 1000)
    assert calendar(ms) == {"day": day, "week": week, "month": month}


@pytest.fixture
def busy(story: Story, carla: Customer, karim: Customer, ada: Agent, support: Team, billing: Team) -> Story:
    first = story.writes(carla, 0.4, team=support, phase="before")
    story.answer(first, 0.5, resolve=True)
    story.writes_again(first, 1)
    assign_conversation(first, agent=None, team=billing, by=ada.actor, at=story.moment(1.1))
    story.answer(first, 1.2, resolve=True)
    invitation = story.asked(first, "csat", 1.3)
    story.says(first, invitation, "csat", 2, 1.4)
    story.says(first, invitation, "csat", 4, 1.5)
    second = story.writes(karim, 2)
    story.signal(second, "complaint", 2.1)
    story.writes_again(second, 3)
    story.signal(second, "escalation", 3.1)
    third = story.writes(karim, 3.5)
    story.signal(third, "complaint", 3.6, withdrawn=True)
    story.order(carla, 4)
    call = Logged(channel="phone", direction="in", text="Called about it.", occurred_at=story.moment(4.2))
    log_touchpoint(karim, call, by=ada.actor, at=story.moment(4.3))
    return story


def test_the_facts_of_a_conversation(busy: Story, carla: Customer, karim: Customer, billing: Team) -> None:
    busy.folded(5)
    fact = ConversationFact.objects.get(customer=carla.pk)
    assert fact.team == billing.pk
    assert fact.opened_by == "customer"
    assert (fact.first_minutes, fact.full_minutes) == (144, 1152)
    assert (fact.reopen_count, fact.is_resolved) == (1, 1)
    assert fact.us_ms == round((0.1 + 0.2) * 86_400_000)
    answer = AnswerFact.objects.get()
    assert (answer.answer, answer.is_last) == (4, 1)
    complaint = ComplaintFact.objects.get()
    assert complaint.customer == karim.pk
    assert complaint.escalated_ms - complaint.received_ms == 86_400_000
    assert OrderFact.objects.get().customer == carla.pk
    assert ResolutionFact.objects.filter(reopened_ms=ENDLESS).count() == 1
    call = TouchpointFact.objects.get(channel="phone")
    assert call.is_contact == 1


def test_kept_up_entry_by_entry_is_the_same_as_made_from_nothing(busy: Story) -> None:
    busy.folded(5)
    kept_up = all_facts()
    assert all(kept_up.values())
    for model in FACTS:
        model._default_manager.all().delete()
    call_command("refold", verbosity=0)
    assert all_facts() == kept_up


def test_refolding_over_existing_facts_changes_nothing_and_drops_strays(busy: Story) -> None:
    busy.folded(5)
    before = all_facts()
    OrderFact.objects.create(placed_order=999, customer=1, amount_cents=1, placed_ms=1, day=0, week=0, month=0)
    stray = ConversationFact.objects.first()
    assert stray is not None
    ConversationFact.objects.filter(pk=stray.pk).update(team=77)
    SpellFact.objects.create(
        conversation=9_999,
        ordinal=0,
        customer=1,
        channel="email",
        team=0,
        turn="us",
        opened_ms=0,
        began_ms=0,
        ended_ms=1,
    )
    call_command("refold", verbosity=0)
    assert all_facts() == before


def test_delivered_twice_and_out_of_order_the_facts_are_the_same(busy: Story) -> None:
    busy.folded(5)
    before = all_facts()
    for model in FACTS:
        model._default_manager.all().delete()
    replayed = list(Entry.objects.all()) * 2
    random.Random(7).shuffle(replayed)
    for entry in replayed:
        await_folding([Told(entry.event, entry)])
        if entry.pk % 5 == 0:
            fold_waiting()
    while fold_waiting():
        pass
    fold_waiting()
    assert all_facts() == before
    assert not Unfolded.objects.exists()


def test_folding_again_writes_nothing(busy: Story, django_assert_max_num_queries: Callable[..., Any]) -> None:
    busy.folded(5)
    rows = [Unfolded(entry=entry.pk, conversation=entry.conversation) for entry in Entry.objects.all()]
    Unfolded.objects.bulk_create(rows)
    with django_assert_max_num_queries(23) as queries:
        fold_waiting()
    facts = [query["sql"] for query in queries.captured_queries if "fact" in query["sql"].lower()]
    written = [sql for sql in facts if sql.startswith(("DELETE", "UPDATE", "INSERT"))]
    assert all("orderfact" in sql for sql in written)
