"""Whom we may ask, as tables of cases."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rung.surveys.rules import Case, Question, Verdict, accepts, delay_of, judge, question_for, values

AT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ASK = Verdict("ask")


def verdict(at: datetime = AT, **facts: object) -> Verdict:
    return judge(Case(**{"resolved_at": AT - timedelta(hours=1), **facts}), at=at)  # type: ignore[arg-type]  # a table


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"is_on": False}, "off"),
        ({"is_automatic": True}, "automatic"),
        ({"by_person": False}, "not_by_person"),
        ({"is_resolved": False}, "reopened"),
        ({"has_address": False}, "no_address"),
        ({"resolved_at": AT - 7 * DAY}, ""),
        ({"resolved_at": AT - 7 * DAY - timedelta(seconds=1)}, "stale"),
        ({"transactional_at": AT - 89 * DAY}, "asked_recently"),
        ({"transactional_at": AT - 90 * DAY + timedelta(seconds=1)}, "asked_recently"),
        ({"transactional_at": AT - 90 * DAY}, ""),
        ({"transactional_at": AT + DAY}, "asked_recently"),
        ({"relationship_at": AT - 6 * DAY}, "relationship_wins"),
        ({"relationship_at": AT - 8 * DAY}, ""),
        ({"relationship_at": AT - 8 * DAY, "transactional_at": AT - 8 * DAY}, "asked_recently"),
        ({}, ""),
    ],
)
def test_a_reason_not_to_ask_is_named(facts: dict[str, object], reason: str) -> None:
    assert verdict(**facts) == (Verdict("skip", reason=reason) if reason else ASK)


def test_on_the_day_of_a_complaint_the_question_waits_for_the_next_morning() -> None:
    found = verdict(complained_on=frozenset({AT.date()}))
    assert found == Verdict("wait", until=datetime(2026, 3, 11, 9, 0, tzinfo=UTC))
    assert verdict(at=AT + DAY, complained_on=frozenset({AT.date()})) == ASK


def test_the_day_of_a_complaint_is_the_customers_day() -> None:
    auckland = ZoneInfo("Pacific/Auckland")
    late = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)  # the 11th in Auckland
    assert verdict(at=late, zone=auckland, complained_on=frozenset({AT.date()})) == ASK
    found = verdict(at=late, zone=auckland, complained_on=frozenset({late.astimezone(auckland).date()}))
    assert found.until == datetime(2026, 3, 12, 9, 0, tzinfo=auckland)


def test_a_reason_to_skip_comes_before_waiting() -> None:
    assert verdict(has_address=False, complained_on=frozenset({AT.date()})).kind == "skip"


def test_the_question_is_drawn_by_the_share_and_always_the_same() -> None:
    drawn = [question_for(f"nonce{n}", 30) for n in range(2000)]
    assert drawn == [question_for(f"nonce{n}", 30) for n in range(2000)]
    assert 0.25 < drawn.count(Question.LEVEL) / 2000 < 0.35
    assert {question_for(f"nonce{n}", 100) for n in range(500)} == {Question.LEVEL}
    assert {question_for(f"nonce{n}", 0) for n in range(500)} == {Question.CSAT}


def test_each_question_takes_its_own_values() -> None:
    assert [*values("level")] == [1, 2, 3, 4, 5, 6]
    assert [*values("csat")] == [1, 2, 3, 4, 5]
    assert [*values("nps")] == [*range(11)]


@pytest.mark.parametrize(
    ("sent", "answered", "open_"),
    [
        (None, None, False),
        (timedelta(days=1), None, True),
        (timedelta(days=45), None, True),
        (timedelta(days=46), None, False),
        (timedelta(days=46), timedelta(days=14), True),
        (timedelta(days=16), timedelta(days=14, seconds=1), False),
    ],
)
def test_answers_are_taken_for_a_while(sent: timedelta | None, answered: timedelta | None, open_: bool) -> None:
    assert accepts(sent_at=sent and AT - sent, answered_at=answered and AT - answered, at=AT) is open_


def test_how_easy_it_was_has_its_own_share_of_the_lots() -> None:
    drawn = [question_for(f"nonce{n}", 40, 30) for n in range(3000)]
    for question, share in ((Question.LEVEL, 0.4), (Question.CES, 0.3), (Question.CSAT, 0.3)):
        assert abs(drawn.count(question) / 3000 - share) < 0.04
    # Whoever drew the six levels draws them still.
    assert [each for each in drawn if each == Question.LEVEL] == [
        each for each in (question_for(f"nonce{n}", 40) for n in range(3000)) if each == Question.LEVEL
    ]
    assert list(values("ces")) == [1, 2, 3, 4, 5, 6, 7]


def test_how_easy_it_was_is_asked_a_day_later() -> None:
    assert delay_of(Question.CES, 60) == timedelta(hours=24)
    assert delay_of(Question.CES, 60 * 72) == timedelta(hours=72)
    assert delay_of(Question.CSAT, 60) == timedelta(hours=1)
