"""Small journals planted by hand, through the verbs agents and customers use."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import place_order, recognise_customer
from rung.insight.access import Scope
from rung.insight.folding import fold_waiting
from rung.insight.kpi import Result
from rung.insight.kpis import KPIS
from rung.insight.periods import Period
from rung.insight.reckoning import Behind, Reckoning, behind, reckon
from rung.journal.verbs import record
from rung.surveys.events import SurveyAnswered, SurveyOffered
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    note_signal,
    place_in_phase,
    reopen_conversation,
    resolve_conversation,
    withdraw_signal,
)
from tests.cast import written

DAY = timedelta(days=1)


@dataclass
class Story:
    """What happens, told in hours and days since the beginning."""

    start: datetime
    agent: Agent
    work: Callable[..., None]
    invitations: int = 0
    orders: int = 0
    people: int = 0

    def moment(self, days: float) -> datetime:
        return self.start + DAY * days

    def person(self) -> Customer:
        self.people += 1
        return recognise_customer(f"person{self.people}@example.org", by=SYSTEM, at=self.start)

    def writes(
        self, customer: Customer, days: float, *, team: Team | None = None, phase: str = "", is_automatic: bool = False
    ) -> Conversation:
        conversation = written(customer, at=self.moment(days), team=team, is_automatic=is_automatic)
        if phase:
            place_in_phase(self.first(conversation), phase, by=SYSTEM, at=self.moment(days))
        return conversation

    def writes_again(self, conversation: Conversation, days: float, text: str = "It is still not here.") -> None:
        written(conversation.customer, at=self.moment(days), conversation=conversation.pk, text=text)

    def first(self, conversation: Conversation) -> Touchpoint:
        return conversation.touchpoints.order_by("occurred_at", "pk")[0]

    def answer(self, conversation: Conversation, days: float, *, resolve: bool = False) -> None:
        answer_conversation(
            conversation, text="Here it is.", resolve=resolve, by=self.agent.actor, at=self.moment(days)
        )

    def resolve(self, conversation: Conversation, days: float) -> None:
        resolve_conversation(conversation, by=self.agent.actor, at=self.moment(days))

    def reopen(self, conversation: Conversation, days: float) -> None:
        reopen_conversation(conversation, by=self.agent.actor, at=self.moment(days))

    def signal(self, conversation: Conversation, kind: str, days: float, *, withdrawn: bool = False) -> None:
        """Mark the newest touchpoint of a conversation."""
        touchpoint = conversation.touchpoints.order_by("-occurred_at", "-pk")[0]
        note_signal(touchpoint, kind, by=self.agent.actor, at=self.moment(days))
        if withdrawn:
            withdraw_signal(touchpoint, kind, by=self.agent.actor, at=self.moment(days))

    def order(self, customer: Customer, days: float) -> None:
        self.orders += 1
        moment = self.moment(days)
        place_order(
            customer, number=f"O{self.orders}", title="Table", amount_cents=12_000, currency="EUR", placed_at=moment,
            state="open", by=SYSTEM, at=moment,
        )  # fmt: skip

    @transaction.atomic
    def asked(self, conversation: Conversation, question: str, days: float) -> int:
        self.invitations += 1
        fact = SurveyOffered(
            invitation=self.invitations,
            customer=conversation.customer_id,
            conversation=conversation.pk,
            question=question,
        )
        record(fact, by=SYSTEM, at=self.moment(days))
        return self.invitations

    @transaction.atomic
    def says(self, conversation: Conversation, invitation: int, question: str, value: int, days: float) -> None:
        fact = SurveyAnswered(
            invitation=invitation,
            customer=conversation.customer_id,
            conversation=conversation.pk,
            question=question,
            value=value,
        )
        record(fact, by=conversation.customer.actor, at=self.moment(days))

    def survey(self, question: str, value: int | None, days: float, *, answered: float | None = None) -> Conversation:
        """Somebody new wrote, was answered, asked and perhaps answers."""
        conversation = self.writes(self.person(), days - 0.02)
        self.answer(conversation, days - 0.01, resolve=True)
        invitation = self.asked(conversation, question, days)
        if value is not None:
            self.says(conversation, invitation, question, value, days if answered is None else answered)
        return conversation

    def folded(self, days: float) -> None:
        self.work(at=self.moment(days))
        while fold_waiting():
            pass

    def reckoning(
        self, name: str, from_day: int, to_day: int, *, now: float, teams: tuple[int, ...] | None = None
    ) -> Reckoning:
        """A KPI over whole days counted from the beginning, `to_day` left out, as seen at `now`."""
        self.folded(now)
        period = Period(self.moment(from_day).date(), self.moment(to_day).date() - DAY, self.moment(now))
        return reckon(KPIS[name], period, Scope(teams))

    def behind(self, name: str, from_day: int, to_day: int, *, now: float) -> list[Behind]:
        """The conversations that a KPI over these days leads to."""
        self.folded(now)
        period = Period(self.moment(from_day).date(), self.moment(to_day).date() - DAY, self.moment(now))
        return behind(KPIS[name], period, Scope(None), most=200)

    def result(self, name: str, from_day: int, to_day: int, *, now: float) -> Result:
        return self.reckoning(name, from_day, to_day, now=now).result


@pytest.fixture
def story(ada: Agent, work: Callable[..., None], at: datetime) -> Story:
    """A story that begins at midnight of the day the tests begin."""
    return Story(start=at.replace(hour=0), agent=ada, work=work)
