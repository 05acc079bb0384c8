"""A company in which is known who does what how well, before anybody looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import pytest

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import create_agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.ladder.models import Grade
from rung.patterns.drivers import BITS
from rung.patterns.models import Case, Study, Topic
from rung.touchpoints.models import Conversation, Touchpoint
from rung.training.models import Agreement, Round
from rung.training.verbs import ask_round, begin_round
from rung.training.working import work_out

DAY = timedelta(days=1)
USUAL = 0.8
DELIVERY = 0.4


@dataclass(frozen=True)
class Company:
    """``people``: seven of us by key; ``topics`` by name. Refunds go well in eight of ten cases, with Zed in four
    of ten and with Ada nearly always; delivery goes worse with everybody; Bo gets the hard channel and does as well there as
    anybody."""

    people: dict[str, Agent]
    topics: dict[str, Topic]


def company(at: datetime, teams: list[Team], known: dict[str, Agent], *, each: int = 50, seed: int = 7) -> Company:
    rng = np.random.default_rng(seed)
    made = [
        create_agent(email=f"{name}@desk.example", name=f"{name.title()} Ohm", teams=teams[:1], by=SYSTEM, at=at)
        for name in ("zed", "mia", "tom", "ulf", "eve")
    ]
    people = {**known, **{agent.name.split()[0].lower(): agent for agent in made}}
    topics = {
        name: Topic.objects.create(name=name, words=[[name, 1.0]], found_at=at) for name in ("refunds", "delivery")
    }
    study = Study.objects.create(asked_at=at, state="done", ended_at=at)
    crowd = Customer.objects.bulk_create(Customer(name=f"C {n}", name_folded="c", first_seen_at=at) for n in range(400))
    plans = []
    for who in people:
        for name in topics:
            for _ in range(each):
                hard = rng.random() < (0.6 if who == "bo" else 0.1)
                share = DELIVERY if name == "delivery" else USUAL
                if name == "refunds" and who == "zed":
                    share = 0.4
                if name == "refunds" and who == "ada":
                    share = 0.97
                plans.append((who, name, hard, rng.random() < share - 0.3 * hard, int(rng.integers(len(crowd)))))
    opened = [at - timedelta(days=float(day)) for day in rng.uniform(20, 300, size=len(plans))]
    talks = Conversation.objects.bulk_create(
        Conversation(
            subject=f"About {name}", customer=crowd[person], channel="phone" if hard else "email", opened_at=moment,
            last_touch_at=moment, last_inbound_at=moment, touch_count=2, team=teams[0],
        )
        for (who, name, hard, hit, person), moment in zip(plans, opened, strict=True)
    )  # fmt: skip
    turns = Touchpoint.objects.bulk_create(
        Touchpoint(
            conversation=talk, customer=talk.customer, channel=talk.channel, direction="out", text="Here.",
            agent=people[plan[0]], occurred_at=talk.opened_at, recorded_at=talk.opened_at,
        )
        for talk, plan in zip(talks, plans, strict=True)
    )  # fmt: skip
    grades, cases, entries = [], [], []
    for talk, turn, (who, name, _hard, hit, _person) in zip(talks, turns, plans, strict=True):
        grades.append(
            Grade(
                touchpoint=turn, customer=talk.customer, conversation=talk, channel=talk.channel, phase="during",
                team=talk.team, occurred_at=turn.occurred_at, mean=0.0, sd=0.8, p5=-1.0, p50=0.0, p95=1.0,
                level=3 if hit else 2, level_low=2, level_high=4, is_stated=True, evidence_count=1,
                **{f"share_{k}": 1 / 6 for k in range(1, 7)}, expected=0.1, parameters="default", fingerprint=0,
            )
        )  # fmt: skip
        flags = BITS["late_first"] if name == "delivery" and rng.random() < 0.7 else 0
        cases.append(
            Case(
                study=study, touchpoint=turn.pk, conversation=talk.pk, customer=talk.customer_id, team=teams[0].pk,
                channel=talk.channel, occurred_at=turn.occurred_at, flags=flags, topic=topics[name].pk,
                is_frustrated=not hit, is_delighted=False,
            )
        )  # fmt: skip
        entries += _settled(talk, people[who].pk, hit)
    Grade.objects.bulk_create(grades, batch_size=200)
    Case.objects.bulk_create(cases, batch_size=200)
    Entry.objects.bulk_create(entries, batch_size=200)
    return Company(people, topics)


def _settled(talk: Conversation, agent: int, hit: bool) -> list[Entry]:
    """Declared settled an hour later; taken up again the next day where it did not go well."""
    told = [
        ("conversation.resolved", talk.opened_at + timedelta(hours=1), {"outcome": "reached" if hit else "unknown"})
    ]
    if not hit:
        told.append(("conversation.reopened", talk.opened_at + DAY, {}))
    common = {"actor_kind": "agent", "actor_key": agent, "customer": talk.customer_id, "conversation": talk.pk}
    about = {"conversation": talk.pk, "customer": talk.customer_id}
    return [
        Entry(kind=kind, occurred_at=moment, recorded_at=moment, data={**about, **more}, **common)
        for kind, moment, more in told
    ]


@pytest.fixture
def planted(support, billing, ada, bo, at) -> Company:
    Agreement.objects.create(is_on=True)
    return company(at, [support, billing], {"ada": ada, "bo": bo})


def work_round(at: datetime) -> Round:
    """A round, as the worker's process does it, without the process."""
    ask_round(by=SYSTEM, at=at)
    begun = begin_round(by=SYSTEM, at=at)
    assert begun is not None
    assert work_out(begun, at=at, progress=lambda *_said: True) is not None
    begun.refresh_from_db()
    return begun


@pytest.fixture
def found(planted, at) -> Company:
    work_round(at)
    return planted


@pytest.fixture
def at_that_moment(monkeypatch, at) -> Callable[[], None]:
    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    return lambda: None
