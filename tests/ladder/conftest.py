from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from rung.core.actor import Actor
from rung.customers.models import Customer
from rung.journal.errands import deliver_entries
from rung.journal.verbs import record
from rung.ladder.errands import grade_matured_customers, grade_stale_customers
from rung.surveys.events import SurveyAnswered, SurveyOffered
from rung.touchpoints.models import Conversation


@pytest.fixture
def graded(db: None) -> Callable[[datetime], None]:
    """The worker's errands as far as this room has a part in them."""

    def run(at: datetime) -> None:
        while deliver_entries(at=at) or grade_stale_customers(at=at) or grade_matured_customers(at=at):
            pass

    return run


@pytest.fixture
def surveyed(db: None) -> Callable[..., None]:
    """A survey of one conversation: asked, and answered when a value is given."""

    def ask(
        customer: Customer,
        conversation: Conversation,
        *,
        at: datetime,
        value: int | None = None,
        question: str = "level",
        invitation: int = 1,
    ) -> None:
        about = {"invitation": invitation, "customer": customer.pk, "conversation": conversation.pk}
        with transaction.atomic():
            record(SurveyOffered(**about, question=question), by=Actor("system", None), at=at)
            if value is not None:
                record(SurveyAnswered(**about, question=question, value=value), by=customer.actor, at=at)

    return ask
