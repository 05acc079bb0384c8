"""A company whose drivers and topics are known before anybody looks for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest

from rung.accounts.models import Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.ladder.models import Grade
from rung.patterns.models import Study, Topic
from rung.patterns.verbs import ask_study, begin_study, finish_study
from rung.patterns.working import work_out
from rung.touchpoints.models import Conversation, Touchpoint
from tests.patterns.stories import ENGLISH, NAMES, letter

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True)
class Company:
    """What was planted: ``themes`` by conversation."""

    now: datetime
    themes: dict[int, str]


def company(at: datetime, teams: list[Team], *, customers: int = 150, each: int = 3, seed: int = 11) -> Company:
    """Customers with some conversations each. A late first reply (every third) frustrates four of ten, anything else one of
    twenty; a delivery adds three of ten. Somebody known (every fourth) delights half, anything else one of twenty. Being
    handed on does nothing at all."""
    rng = np.random.default_rng(seed)
    people = Customer.objects.bulk_create(
        Customer(name=NAMES[i % len(NAMES)], name_folded="x", first_seen_at=at) for i in range(customers)
    )
    talks, themes = [], []
    for number in range(customers * each):
        theme = list(ENGLISH)[int(rng.integers(len(ENGLISH)))]
        opened = at - timedelta(days=float(rng.uniform(10, 300)))
        themes.append(theme)
        talks.append(
            Conversation(
                subject="", customer=people[number % customers], channel="email" if number % 4 else "phone",
                opened_at=opened, last_touch_at=opened + 5 * HOUR, last_inbound_at=opened, touch_count=2,
                team=teams[number % len(teams)] if teams else None,
            )
        )  # fmt: skip
    talks = Conversation.objects.bulk_create(talks)
    asked, answers = [], []
    for talk, theme in zip(talks, themes, strict=True):
        common = {
            "conversation": talk,
            "customer": talk.customer,
            "channel": talk.channel,
            "recorded_at": talk.opened_at,
        }
        asked.append(Touchpoint(direction="in", text=letter(theme, rng), occurred_at=talk.opened_at, **common))
        answers.append(Touchpoint(direction="out", text="Here.", occurred_at=talk.opened_at + 4 * HOUR, **common))
    Touchpoint.objects.bulk_create(asked)
    answers = Touchpoint.objects.bulk_create(answers)
    grades = []
    for talk, theme, answer in zip(talks, themes, answers, strict=True):
        late, known, handed = rng.random(3) < (1 / 3, 1 / 4, 1 / 3)
        frustrated = rng.random() < 0.05 + 0.4 * late + 0.3 * (theme == "delivery")
        delighted = not frustrated and rng.random() < 0.05 + 0.45 * known
        evidence = [{"kind": "complaint", "value": float(frustrated), "part": 0.0}]
        evidence += [{"kind": "thanks", "value": 1.0, "part": 0.0}] if delighted else []
        d = -1.5 * frustrated + 1.5 * delighted
        shares = np.full(6, 0.08)
        shares[1 if frustrated else 4 if delighted else 2] += 0.52
        grades.append(
            Grade(
                touchpoint=answer, customer=talk.customer, conversation=talk, channel=talk.channel, phase="during",
                team=talk.team, occurred_at=answer.occurred_at, mean=d, sd=0.8, p5=d - 1.3, p50=d, p95=d + 1.3,
                level=int(shares.argmax()) + 1, level_low=2, level_high=5, is_stated=True, evidence_count=1,
                **{f"share_{k + 1}": float(shares[k]) for k in range(6)}, expected=0.1, parameters="default", fingerprint=0,
                parts={
                    "causes": {}, "expectation": 0.0, "evidence": evidence,
                    "facts": {
                        "wait_s": 9000.0 if late else 3600.0, "expected_wait_s": 3600.0, "reopened": False,
                        "transfers": int(handed), "proactive": False, "known": bool(known),
                    },
                },
            )
        )  # fmt: skip
    Grade.objects.bulk_create(grades)
    return Company(at, {talk.pk: theme for talk, theme in zip(talks, themes, strict=True)})


@pytest.fixture(autouse=True)
def fewer_draws(monkeypatch):
    """Enough to tell planted drivers from chance; the product draws four times as often."""
    monkeypatch.setattr("rung.patterns.slicing.VARIANCE_DRAWS", 50)


@pytest.fixture
def planted(db, at, support, billing):
    return company(at, [support, billing])


@pytest.fixture
def studied(planted, at):
    """The planted company, studied: how a worker's process would, without the process."""
    return study(at)


def study(at: datetime, *, finds_topics: bool = True, wanted: int | None = 4) -> Study:
    ask_study(finds_topics=finds_topics, wanted=wanted, by=SYSTEM, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    assert begun is not None
    report, fit = work_out(begun, at=at, progress=lambda *_said: True)
    assert finish_study(begun, report, fit=fit, by=SYSTEM, at=at)
    begun.refresh_from_db()
    return begun


def topic_called(word: str) -> Topic:
    return next(topic for topic in Topic.objects.all() if word in dict(topic.words))
