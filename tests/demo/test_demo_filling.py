"""The demo company moves in: once for all tests of this file, small, and looked at from every side."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Mailbox
from rung.core.made_up import is_made_up
from rung.customers.models import Address, Customer, Order
from rung.demo.company import DEMO_PASSWORD, DEMO_SIGN_INS
from rung.demo.filling import STARTERS, Filled, NotEmpty, fill, settle
from rung.desk.pages.queue import VIEWS
from rung.insight.access import Scope
from rung.insight.kpis import KPIS
from rung.insight.periods import last_days
from rung.insight.reckoning import reckon
from rung.journal.models import Entry, Undelivered
from rung.journal.ringing import ERRANDS
from rung.ladder.models import Grade
from rung.patterns.models import Study
from rung.surveys.models import Answer, Invitation
from rung.touchpoints.access import visible_conversations
from rung.touchpoints.models import Attachment, Conversation, Signal, Touchpoint

AT = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)
SCALE = 0.15
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def company(django_db_setup: None, django_db_blocker: object) -> Iterator[Filled]:
    """Sixty customers instead of four hundred, there for all tests of this file and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]  # pytest-django's own class
        filled = fill(at=AT, scale=SCALE)
        settle(at=AT)
        yield filled
        transaction.set_rollback(True)


def test_it_is_as_large_as_asked_for(company: Filled) -> None:
    assert company.customers == Customer.objects.count() == 60
    assert (Team.objects.count(), company.agents, Agent.objects.count()) == (3, 8, 9)
    assert company.conversations > 100
    assert company.orders > 30


def test_it_reaches_back_half_a_year_and_never_into_the_future(company: Filled) -> None:
    begins = Conversation.objects.order_by("opened_at").values_list("opened_at", flat=True)[0]
    assert begins < AT - timedelta(days=150)
    late = Entry.objects.filter(occurred_at__gt=AT + timedelta(minutes=1))
    assert [(entry.kind, entry.occurred_at) for entry in late] == []
    assert Order.objects.filter(placed_at__gt=AT).count() == 0


def test_the_journal_was_written_in_the_order_things_happened(company: Filled) -> None:
    # What targets say is reckoned by the worker, when all is written.
    told = Entry.objects.exclude(kind__startswith="deadline.")
    rows = list(told.order_by("pk").values_list("kind", "recorded_at"))
    # A letter is recorded seconds after it was sent, a delivery seconds after it was written.
    back = [(one, two) for one, two in pairwise(rows) if two[1] < one[1] - timedelta(minutes=2)]
    assert back == []


def test_no_reaction_is_left_or_failed(company: Filled) -> None:
    assert Undelivered.objects.count() == 0


@pytest.mark.parametrize("address", [address for address, _role in DEMO_SIGN_INS])
def test_the_sign_ins_work(company: Filled, address: str) -> None:
    agent = Agent.objects.get(email=address)
    assert agent.check_password(DEMO_PASSWORD)
    assert (address, agent.role) in DEMO_SIGN_INS


def test_nobody_else_can_sign_in(company: Filled) -> None:
    others = Agent.objects.exclude(email__in=[address for address, _role in DEMO_SIGN_INS])
    assert not any(agent.has_usable_password() for agent in others)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("who", ["ada", "lin"])
def test_every_queue_has_something_in_it(company: Filled, view: str, who: str) -> None:
    agent = Agent.objects.get(email=f"{who}@fennimore.test")
    assert VIEWS[view].narrow(visible_conversations(agent), agent).exists()


def test_unresolved_work_is_of_every_age(company: Filled) -> None:
    ages = [
        (AT - opened).total_seconds() / 3600
        for opened in Conversation.objects.open().values_list("opened_at", flat=True)
    ]
    for low, high in ((0, 4), (4, 24), (24, 96), (96, 1000)):
        assert any(low <= age < high for age in ages)


def test_no_mail_goes_anywhere_real(company: Filled) -> None:
    for value in Address.objects.filter(kind="email").values_list("value", flat=True):
        assert is_made_up(value)
    for parties in Touchpoint.objects.values_list("parties", flat=True):
        for address in [parties.get("from", ""), *parties.get("to", [])]:
            assert address == "" or is_made_up(address)
    # What somebody trying it out writes stays in the house, to whomever, and whatever mail server there is.
    assert {*Mailbox.objects.values_list("outgoing", flat=True)} == {"outbox"}
    # Nothing is left that a door could carry out.
    assert not Touchpoint.objects.filter(delivery="waiting").exists()


def test_every_kind_of_thing_occurs(company: Filled) -> None:
    assert {*Touchpoint.objects.values_list("channel", flat=True)} == {"email", "phone", "visit", "letter"}
    assert {*Touchpoint.objects.values_list("phase", flat=True)} == {"before", "during", "after"}
    assert {*Signal.objects.values_list("kind", flat=True)} >= {"complaint", "thanks", "referral"}
    assert {*Answer.objects.values_list("invitation__question", flat=True)} == {"level", "csat", "nps", "ces"}
    assert {*Invitation.objects.values_list("state", flat=True)} >= {"sent", "answered", "skipped"}
    assert Conversation.objects.filter(reopen_count__gt=0).exists()
    assert Touchpoint.objects.exclude(html="").exists()
    assert Touchpoint.objects.exclude(quoted="").exists()
    assert Attachment.objects.filter(is_inline=False).exists()
    assert Attachment.objects.filter(is_inline=True).exists()
    assert Conversation.objects.filter(subject="").exists()
    for kind in ("note.written", "conversation.snoozed", "survey.commented", "order.moved", "customer.met"):
        assert Entry.objects.filter(kind=kind).exists()


def test_attachments_can_be_opened(company: Filled) -> None:
    for attachment in Attachment.objects.all()[:5]:
        with attachment.open() as content:
            assert len(content.read()) == attachment.size


def test_no_text_was_left_with_an_unfilled_brace(company: Filled) -> None:
    odd = Touchpoint.objects.filter(text__contains="{").exclude(text__contains="{curly}")
    assert not odd.exists()


def test_levels_stand_on_five_rungs(company: Filled) -> None:
    rungs = {*Grade.objects.values_list("level", flat=True)}
    assert len(rungs) >= 4
    assert rungs <= {1, 2, 3, 4, 5, 6}


# In a seventh of the company fewer than thirty were customers a year ago.
NOT_THERE = {"customer_health"}


@pytest.mark.parametrize("name", sorted(KPIS.keys() - NOT_THERE))
def test_every_number_can_be_measured(company: Filled, name: str) -> None:
    scope = Scope(teams=None)
    result = reckon(KPIS[name], last_days(90, AT), scope).result
    assert result.headline.n > 0
    assert result.headline.estimate is not None


def test_satisfaction_is_neither_miserable_nor_miraculous(company: Filled) -> None:
    answers = list(Answer.objects.filter(invitation__question="csat").values_list("value", flat=True))
    assert len(answers) > 5
    assert 0.6 <= sum(value >= 4 for value in answers) / len(answers) <= 1


def test_many_do_not_answer(company: Filled) -> None:
    asked = Invitation.objects.filter(state__in=("sent", "answered")).count()
    assert 0.2 < Answer.objects.count() / asked < 0.55


def test_it_does_not_move_in_where_somebody_works(company: Filled) -> None:
    with pytest.raises(NotEmpty):
        fill(at=AT, scale=SCALE)
    with pytest.raises(CommandError, match="agents in this database"):
        call_command("demo", scale=SCALE)


def test_what_takes_a_process_of_its_own_is_left_to_the_worker(company: Filled) -> None:
    """One that is started here ends with us, and has cost one of its tries."""
    assert set(STARTERS) <= set(ERRANDS)
    assert {name for name in ERRANDS if name.partition(".")[2].startswith("start_")} == set(STARTERS)
    assert not Study.objects.filter(tries__gt=0).exists()
