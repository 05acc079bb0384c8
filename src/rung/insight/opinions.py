"""What customers say of the service in one conversation, as facts: answers to surveys, complaints, and other signals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from rung.insight.days import calendar
from rung.insight.models import ENDLESS, AnswerFact, ComplaintFact, SignalFact

ESCALATIONS = ("escalation", "negative_review")

Signals = Mapping[tuple[int, str], int]
"""By touchpoint and kind: when it was said, in milliseconds since 1970 UTC."""


@dataclass
class Answer:
    """A question of a survey that was put to a customer, and what they answered."""

    customer: int
    offered_ms: int
    answered_ms: int | None = None
    answer: int | None = None


def signal_facts(signals: Signals, **of: Any) -> list[Model]:
    """`of`: the conversation, customer, channel and team of each, as of `complaint_facts`."""
    return [
        SignalFact(touchpoint=touchpoint, signal=kind, said_ms=ms, **of) for (touchpoint, kind), ms in signals.items()
    ]


def answer_facts(answers: Mapping[tuple[int, str], Answer], **of: Any) -> list[Model]:
    """`answers` by invitation and question; `of`: the conversation, channel and team of each."""
    last: dict[str, int] = {}
    for (invitation, question), answer in answers.items():
        if answer.answered_ms is not None:
            before = answers.get((last.get(question, 0), question))
            if before is None or (before.answered_ms or 0) <= answer.answered_ms:
                last[question] = invitation
    empty = {"day": None, "week": None, "month": None}
    return [
        AnswerFact(
            invitation=invitation,
            question=question,
            customer=answer.customer,
            offered_ms=answer.offered_ms,
            answered_ms=answer.answered_ms,
            **(calendar(answer.answered_ms) if answer.answered_ms is not None else empty),
            answer=answer.answer,
            is_last=int(last.get(question) == invitation),
            **of,
        )
        for (invitation, question), answer in answers.items()
    ]


def complaint_facts(signals: Signals, **of: Any) -> list[Model]:
    complaints = [ms for (_, kind), ms in signals.items() if kind == "complaint"]
    escalations = [ms for (_, kind), ms in signals.items() if kind in ESCALATIONS]
    # An escalation without a complaint marked before it was one: somebody complained, or there was nothing to escalate.
    received = [*complaints, *(ms for (_, kind), ms in signals.items() if kind == "escalation")]
    if not received:
        return []
    received_ms = min(received)
    return [
        ComplaintFact(
            received_ms=received_ms,
            **calendar(received_ms),
            escalated_ms=min((ms for ms in escalations if ms >= received_ms), default=ENDLESS),
            **of,
        )
    ]
