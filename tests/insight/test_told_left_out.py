"""Of each number: what it says it leaves out changes it by nothing, and is counted; and nothing else is said to be."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.db.models import Model

from rung.insight.days import calendar
from rung.insight.engine import OwnDatabase, Question
from rung.insight.exclusions import OF_ANSWERS, OF_CALLS, WORDS, counted
from rung.insight.kpi import Measure, Result
from rung.insight.kpis import KPIS
from rung.insight.models import (
    ENDLESS,
    AnswerFact,
    CallFact,
    ColleagueFact,
    ComplaintFact,
    ConversationFact,
    DeadlineFact,
    LeftOutFact,
    OrderFact,
    PromiseFact,
    ResolutionFact,
    SignalFact,
    SpellFact,
    TouchpointFact,
)
from rung.insight.spans import Span

DAY = 86_400_000
START = 20_000 * DAY


def on(day: float) -> int:
    return START + int(day * DAY)


FROM, TO, NOW = on(100), on(107), on(300)
WHERE: dict[str, Any] = {"channel": "email", "team": 0}
COLLEAGUE = 77


def conversation(number: int, day: float = 101, *, by: str = "customer", **says: Any) -> ConversationFact:
    known: dict[str, Any] = {"is_resolved": 0, "reopen_count": 0, "contacts": 1, "us_ms": 0, "customer_ms": 0}
    opened = {"opened_ms": on(day), **calendar(on(day)), "opened_by": by}
    return ConversationFact(conversation=number, customer=number, **WHERE, **opened, **(known | says))


def settled(number: int, day: float = 101, **says: Any) -> ConversationFact:
    """After an hour, by a person."""
    moments = {"first_resolved_ms": on(day) + DAY // 24, "last_resolved_ms": on(day) + DAY // 24}
    minutes = {"first_minutes": 60, "full_minutes": 60}
    return conversation(number, day, **({"is_resolved": 1} | moments | minutes | says))


def resolution(
    number: int, day: float = 101, *, ordinal: int = 0, until: float | None = None, by_agent: int = 1
) -> ResolutionFact:
    return ResolutionFact(
        conversation=number, ordinal=ordinal, customer=number, **WHERE, resolved_ms=on(day), **calendar(on(day)),
        reopened_ms=ENDLESS if until is None else on(until), outcome="unknown", by_agent=by_agent,
    )  # fmt: skip


def contact(number: int, day: float = 101, *, who: int = 1, phase: str = "during") -> TouchpointFact:
    return TouchpointFact(
        touchpoint=number, conversation=number, customer=who, **WHERE, direction="in", phase=phase, is_contact=1,
        occurred_ms=on(day), **calendar(on(day)),
    )  # fmt: skip


def answer(number: int, question: str, value: int | None, *, who: int = 0, is_last: int = 1) -> AnswerFact:
    given = {"answered_ms": on(102), **calendar(on(102))} if value is not None else {}
    return AnswerFact(
        invitation=number, question=question, conversation=number, customer=who or number, **WHERE, offered_ms=on(101),
        answer=value, is_last=is_last if value is not None else 0, **given,
    )  # fmt: skip


def order(number: int, day: float, *, who: int) -> OrderFact:
    return OrderFact(placed_order=number, customer=who, amount_cents=1, placed_ms=on(day), **calendar(on(day)))


def call(number: int, **says: Any) -> CallFact:
    taken = {"is_answered": 1, "is_over": 1, "rang_s": 10, "spoken_s": 60}
    return CallFact(phone_call=number, customer=number, began_ms=on(101), **(taken | says))


def complaint(number: int, escalated_ms: int = ENDLESS) -> ComplaintFact:
    said = {"received_ms": on(101), **calendar(on(101)), "escalated_ms": escalated_ms}
    return ComplaintFact(conversation=number, customer=number, **WHERE, **said)


def owed(number: int, is_met: int) -> DeadlineFact:
    return DeadlineFact(
        deadline=number, conversation=number, customer=number, **WHERE, target=1, owed="first", priority="normal",
        is_met=is_met, settled_ms=on(101), paused_s=0,
    )  # fmt: skip


def promise(number: int, due: float) -> PromiseFact:
    ends = {"due_ms": on(due), "state": "kept", "ended_ms": on(101.5)}
    return PromiseFact(promise=number, customer=number, made_ms=on(101), **ends)


def spell(number: int) -> SpellFact:
    lasts = {"opened_ms": on(101), "began_ms": on(101), "ended_ms": ENDLESS}
    return SpellFact(conversation=number, ordinal=0, customer=number, **WHERE, turn="us", **lasts)


def inside() -> ColleagueFact:
    return ColleagueFact(customer=COLLEAGUE, ordinal=0, began_ms=0, ended_ms=ENDLESS)


@dataclass(frozen=True, kw_only=True)
class Case:
    """``more`` facts beside those ``there``, or these in their place, are one more of what is told as ``label``, and change
    nothing of the measure: the headline, where it does not say of which part."""

    there: Sequence[Model]
    more: Sequence[Model]
    label: str
    of: Callable[[Result], Measure] = lambda result: result.headline
    now: int = NOW


ACTIVE = [contact(1, 5), *(contact(10 + who, day, who=who) for who in (1, 2) for day in (95,)), contact(20, 106, who=1)]
ASKED = "people asked who have not answered"
REPLACED = "answers later replaced by another"
OURS = "conversations we or a machine began"
COLLEAGUES = "colleagues who are customers of ours"
JOINED = "customers new or back in the period"
STOOD = "settled in the period and so at its end"
CASES: dict[str, list[Case]] = {
    "abandonment": [
        Case(there=[call(1)], more=[call(2, is_answered=0, rang_s=3, spoken_s=None)], label="hung up within 5 seconds"),
    ],
    "active_issues": [Case(there=[spell(1)], more=[resolution(2)], label=STOOD),
                      Case(there=[spell(1)], more=[resolution(2, until=120)], label=STOOD)],
    "backlog_age": [Case(there=[spell(1), conversation(1)], more=[resolution(2, until=120)], label=STOOD)],
    "churn": [
        Case(there=ACTIVE, more=[contact(30, 106, who=3)], label=JOINED),
        Case(there=ACTIVE, more=[contact(30, 95, who=COLLEAGUE), inside()], label=COLLEAGUES),
    ],
    "complaint_escalation_rate": [
        Case(there=[complaint(1), complaint(2)], more=[complaint(2, on(140))], label="escalations later than 30 days"),
    ],
    "contacts_per_need": [Case(there=[conversation(1)], more=[conversation(2, by="us")], label=OURS)],
    "conversion_rate": [
        Case(there=[contact(1, phase="before")], more=[contact(2, 102, phase="before")], label="further contacts"),
        Case(there=[contact(1, phase="before")], more=[contact(2, who=COLLEAGUE, phase="before"), inside()],
             label=COLLEAGUES),
    ],
    "customer_effort_score": [
        Case(there=[answer(1, "ces", 6)], more=[answer(2, "ces", 2, is_last=0)], label=REPLACED),
        Case(there=[answer(1, "ces", 6)], more=[answer(2, "ces", None)], label=ASKED),
    ],
    "customer_health": [Case(there=[order(1, 50, who=1)], more=[order(2, 50, who=COLLEAGUE), inside()], label=COLLEAGUES)],
    "customer_retention": [
        Case(there=ACTIVE, more=[contact(30, 106, who=3)], label=JOINED),
        Case(there=ACTIVE, more=[contact(30, 95, who=COLLEAGUE), inside()], label=COLLEAGUES),
    ],
    "failure_demand": [
        Case(there=[contact(1), SignalFact(touchpoint=1, signal="value_demand", conversation=1, customer=1, **WHERE,
                                           said_ms=on(101))],
             more=[contact(2)], label="contacts whose cause nobody noted"),
    ],
    "first_contact_resolution": [
        Case(there=[settled(1)], more=[conversation(2, by="us")], label=OURS),
        Case(there=[settled(1)], more=[conversation(2, is_resolved=2), resolution(2, by_agent=0)],
             label="settled by a rule and not by a person"),
    ],
    "first_reply_time": [
        Case(there=[conversation(1)], more=[conversation(2, is_resolved=1)], label="resolved without a reply"),
        Case(there=[conversation(1)], more=[conversation(2, by="machine")], label=OURS),
    ],
    "net_promoter_score": [
        Case(there=[answer(1, "nps", 9)], more=[answer(2, "nps", 2, is_last=0)], label=REPLACED),
        Case(there=[answer(1, "nps", 9)], more=[answer(2, "nps", None)], label=ASKED),
        Case(there=[answer(1, "nps", 9)], more=[answer(2, "nps", 0, who=COLLEAGUE), inside()], label=COLLEAGUES),
    ],
    "observed_effort": [Case(there=[conversation(1)], more=[conversation(2, by="us")], label=OURS)],
    "overall_satisfaction": [
        Case(there=[answer(1, "csat", 5)], more=[answer(2, "csat", 2, is_last=0)], label=REPLACED),
        Case(there=[answer(1, "csat", 5)], more=[answer(2, "csat", None)], label=ASKED),
    ],
    "proactive_share": [
        Case(there=[conversation(1)], more=[conversation(2, by="machine")],
             label="conversations begun by an automatic letter"),
    ],
    "promise_kept_rate": [
        Case(there=[promise(1, 102)], more=[promise(2, 120)], label="made in the period, and not due in it"),
    ],
    "reopen_rate": [
        Case(there=[resolution(1, until=102)], more=[resolution(1, 103, ordinal=1)], label="further resolutions"),
        Case(there=[resolution(1)], more=[resolution(2, by_agent=0)], label="settled by a rule and not by a person"),
    ],
    "repeat_rate": [
        Case(there=[order(1, 101, who=1)], more=[order(2, 201, who=1)], label="second orders later than 90 days"),
        Case(there=[order(1, 101, who=1)], more=[order(2, 101, who=COLLEAGUE), inside()], label=COLLEAGUES),
    ],
    "resolution_time": [
        Case(there=[settled(1)], more=[conversation(2, by="us")], label="conversations we began ourselves"),
        Case(there=[settled(1)], more=[conversation(2, by="machine")],
             label="conversations begun by an automatic letter"),
        Case(there=[settled(1)], more=[conversation(2, is_resolved=2, full_minutes=60, last_resolved_ms=on(101.1))],
             label="settled by a rule and not by a person"),
        Case(there=[settled(1)], more=[settled(2, is_resolved=2, full_minutes=9_000)],
             label="settled by a rule in the end: left out of the full time", of=lambda result: result.parts[2]),
    ],
    "resolved_issues": [
        Case(there=[resolution(1)], more=[resolution(2, until=103)], label="resolutions taken back within the period"),
        Case(there=[resolution(1, 100.5)], more=[resolution(2, 106)], label="left out of the durable share alone",
             of=lambda result: result.parts[0], now=on(108)),
        Case(there=[resolution(1)], more=[resolution(2, by_agent=0)], label="settled by a rule and not by a person"),
    ],
    "service_level": [
        Case(there=[call(1)], more=[call(2, is_answered=0, rang_s=3, spoken_s=None)], label="given up within 5 seconds"),
        Case(there=[call(1)], more=[call(2, rang_s=None)], label="announced only once they were taken or over"),
    ],
    "sla_attainment": [
        Case(there=[owed(1, 1), owed(2, 0)], more=[owed(3, 2)], label="owed no longer"),
    ],
    "speed_of_answer": [
        Case(there=[call(1)], more=[call(2, rang_s=None)], label="answered, but announced only then"),
        Case(there=[call(1)], more=[call(2, is_answered=0, spoken_s=None)], label="never answered"),
    ],
}  # fmt: skip
for _name, _kpi in KPIS.items():
    if _kpi.left_out == OF_CALLS:
        CASES[_name] += [
            Case(there=[call(1)], more=[call(2, way="out")], label="calls we made"),
            Case(there=[call(1)], more=[call(2, is_answered=0, is_over=0, rang_s=None)], label="no more was heard"),
        ]
    elif _kpi.left_out:
        _there = CASES[_name][0].there
        CASES[_name] += [
            Case(there=_there, more=[LeftOutFact(conversation=9, customer=1, **WHERE, began_ms=on(101), reason=_reason)],
                 label=str(WORDS[_reason]))
            for _reason in ("spam", "joined", "beside", "archived")
            if (_kpi.left_out, _reason) != (OF_ANSWERS, "joined")
        ]  # fmt: skip
TABLE = [(name, case) for name, cases in CASES.items() for case in cases]


def told(name: str, facts: Sequence[Model], now: int) -> tuple[Result, dict[str, int]]:
    """A result over these facts and no others, and what was left out of it, label to count."""
    kpi, question = KPIS[name], Question((Span(0, FROM, TO),), now)
    by_key: dict[Any, Model] = {}
    for fact in facts:  # the later of two that are the same one
        by_key[type(fact), fact.pk or len(by_key)] = fact
    for fact in by_key.values():
        fact._state.adding = True
        fact.save(force_insert=True)
    result = kpi.finish(OwnDatabase().rows(kpi.statement, question, **dict(kpi.numbers)))
    left_out = {str(each.label): each.count for each in result.excluded}
    if kpi.left_out:
        rows = OwnDatabase().rows(kpi.left_out, question, **dict(kpi.numbers))
        left_out |= {str(label): count for label, count in counted(kpi.left_out, rows)}
    for model in {type(fact) for fact in facts}:
        model._default_manager.all().delete()
    for fact in facts:
        if fact._meta.pk.name == "id":
            fact.pk = None
    return result, left_out


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "case"), TABLE, ids=[f"{name}: {case.label}" for name, case in TABLE])
def test_what_is_told_as_left_out_is(name: str, case: Case) -> None:
    before, left_out_before = told(name, case.there, case.now)
    after, left_out_after = told(name, [*case.there, *case.more], case.now)
    (label,) = [each for each in left_out_after if case.label in each]
    assert case.of(before).n > 0, "nothing to be left out of"
    assert case.of(after) == case.of(before)
    assert left_out_after[label] == left_out_before.get(label, 0) + 1
    others = {each: count for each, count in left_out_after.items() if each != label and count}
    assert others == {each: count for each, count in left_out_before.items() if each != label and count}


@pytest.mark.django_db
@pytest.mark.parametrize("name", KPIS)
def test_nothing_is_told_as_left_out_that_is_not_tried_here(name: str) -> None:
    _result, left_out = told(name, (), NOW)
    tried = [case.label for case in CASES[name]]
    assert not [label for label in left_out if not any(each in label for each in tried)]
