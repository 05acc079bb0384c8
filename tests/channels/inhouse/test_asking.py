"""Asking another team for the sake of a customer who waits."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Dispatch
from rung.channels.inhouse.models import Request
from rung.channels.inhouse.pages import waits_page
from rung.channels.inhouse.verbs import ask_again, ask_team
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.notices.models import Notice
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    mark_spam,
    merge_conversations,
    part_from_conversation,
    resolve_conversation,
    set_priority,
    snooze_conversation,
    unmark_spam,
)
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def matter(carla: Customer, ada: Agent, support: Team, at: datetime) -> Conversation:
    """Carla's, looked after by Ada of Support."""
    matter = written(carla, at=at, team=support)
    assign_conversation(matter, agent=ada, team=support, by=ada.actor, at=at)
    set_priority(matter, "high", by=ada.actor, at=at)
    return matter


@pytest.fixture
def request_(matter: Conversation, ada: Agent, billing: Team, at: datetime) -> Request:
    return ask_team(
        matter,
        team=billing,
        subject="Her invoice",
        text="Was it paid?",
        wanted_by_at=at + 5 * HOUR,
        by=ada.actor,
        at=at,
    )


def test_a_team_gets_a_conversation_whose_customer_is_the_colleague(
    request_: Request, matter: Conversation, billing: Team, ada: Agent, at: datetime
) -> None:
    child = request_.conversation
    assert (child.team, child.channel, child.priority, child.awaits_us_since_at) == (billing, "inhouse", "high", at)
    assert (child.customer.name, child.customer.is_internal, child.beside) == ("Ada Berg", True, None)
    assert child.links_here.get().one == matter
    fact = Entry.objects.get(kind="request.made")
    assert fact.data == {
        "conversation": child.pk,
        "parent": matter.pk,
        "team": billing.pk,
        "customer": child.customer_id,
    }


def test_pressing_twice_asks_once(
    request_: Request, matter: Conversation, billing: Team, ada: Agent, at: datetime
) -> None:
    again = ask_team(matter, team=billing, subject="Her invoice", text="Was it paid?", by=ada.actor, at=at)
    assert again == request_
    assert Request.objects.count() == 1


@pytest.mark.parametrize(
    "lacking", [{"subject": " "}, {"text": ""}, {"wanted_by_at": datetime(2020, 1, 1).astimezone()}]
)
def test_nothing_is_asked_that_lacks_something(
    lacking: dict[str, Any], matter: Conversation, billing: Team, ada: Agent, at: datetime
) -> None:
    said = {"subject": "x", "text": "x"} | lacking
    with pytest.raises(ValidationError):
        ask_team(matter, team=billing, by=ada.actor, at=at, **said)
    assert not Request.objects.exists()


def test_the_answer_stands_where_it_was_asked_and_the_wait_is_the_teams(
    request_: Request, matter: Conversation, bo: Agent, ada: Agent, at: datetime, work: Any,
    monkeypatch: pytest.MonkeyPatch, client_of: Desk,
) -> None:  # fmt: skip
    monkeypatch.setattr("rung.notices.reactions.clock.now", lambda: at + 3 * HOUR)
    snooze_conversation(matter, until=at + timedelta(days=2), by=ada.actor, at=at)
    page = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert "waits for Billing" in page
    letter = answer_conversation(request_.conversation, text="Paid on Monday.", by=bo.actor, at=at + 2 * HOUR)
    work(at + 3 * HOUR)
    request_.refresh_from_db()
    matter.refresh_from_db()
    letter.refresh_from_db()
    assert (request_.answered_at, request_.settled_at) == (at + 2 * HOUR, None)
    assert (matter.state, letter.delivery, Dispatch.objects.count()) == ("open", "sent", 0)
    fact = Entry.objects.get(kind="request.answered")
    assert (fact.conversation, fact.data["waited_ms"]) == (matter.pk, 2 * 3600 * 1000)
    assert Notice.objects.filter(agent=ada, entry=fact.pk).exists()
    page = client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    assert "Paid on Monday." in page
    assert "waits for Billing" not in page


def test_the_answer_finds_the_conversation_that_the_asking_one_has_joined(
    request_: Request, matter: Conversation, carla: Customer, bo: Agent, ada: Agent, support: Team, at: datetime,
    work: Any, client_of: Desk,
) -> None:  # fmt: skip
    into = written(carla, at=at, subject="Once more", team=support, reference="<2@x>")
    last = written(carla, at=at, subject="And again", team=support, reference="<3@x>")
    merge_conversations(matter, into, by=ada.actor, at=at)
    merge_conversations(Conversation.objects.get(pk=into.pk), last, by=ada.actor, at=at)
    snooze_conversation(last, until=at + timedelta(days=2), by=ada.actor, at=at)
    answer_conversation(request_.conversation, text="Paid on Monday.", by=bo.actor, at=at + 2 * HOUR)
    work(at + 3 * HOUR)
    last.refresh_from_db()
    assert last.state == "open"
    assert Entry.objects.get(kind="request.answered").conversation == last.pk
    assert "Paid on Monday." in client_of(ada).get(f"/conversations/{last.pk}").content.decode()
    again = client_of(ada).post(f"/conversations/{last.pk}/asked/{request_.pk}", {"text": "When?"})
    assert again.status_code == 302


def test_whoever_asked_sees_the_answer_and_not_the_teams_notes(
    request_: Request, client_of: Desk, ada: Agent, bo: Agent
) -> None:
    assert client_of(ada).get(f"/conversations/{request_.pk}").status_code == 404
    page = client_of(bo).get(f"/conversations/{request_.pk}").content.decode()
    assert "Ada Berg asks Billing for the sake of" in page


def test_being_told_twice_of_one_answer_is_one_fact(request_: Request, bo: Agent, at: datetime, work: Any) -> None:
    from rung.channels.inhouse.reactions import carry_within_the_house

    answer_conversation(request_.conversation, text="Paid.", by=bo.actor, at=at + HOUR)
    work(at + HOUR)
    entry = Entry.objects.get(kind="conversation.answered")
    carry_within_the_house(entry.event, entry=entry)
    assert Entry.objects.filter(kind="request.answered").count() == 1


def test_a_request_that_is_settled_without_a_word_ends_the_wait(
    request_: Request, matter: Conversation, bo: Agent, at: datetime, work: Any
) -> None:
    resolve_conversation(request_.conversation, by=bo.actor, at=at + HOUR)
    work(at + HOUR)
    request_.refresh_from_db()
    assert (request_.answered_at, request_.settled_at) == (at + HOUR, at + HOUR)
    assert Entry.objects.filter(kind="request.settled", conversation=matter.pk).count() == 1


def test_a_request_taken_for_spam_is_waited_for_no_longer_until_it_is_none(
    request_: Request, bo: Agent, at: datetime, work: Any
) -> None:
    mark_spam(request_.conversation, by=bo.actor, at=at + HOUR)
    work(at + HOUR)
    request_.refresh_from_db()
    assert (request_.answered_at, request_.settled_at) == (at + HOUR, at + HOUR)
    unmark_spam(request_.conversation, by=bo.actor, at=at + 2 * HOUR)
    work(at + 2 * HOUR)
    request_.refresh_from_db()
    assert request_.settled_at is None


@pytest.mark.parametrize("how", ["answered", "settled"])
def test_a_request_that_has_become_part_of_another_waits_with_it(
    how: str, request_: Request, matter: Conversation, ada: Agent, bo: Agent, billing: Team, at: datetime, work: Any
) -> None:
    another = ask_team(matter, team=billing, subject="Once more", text="Was it?", by=ada.actor, at=at)
    merge_conversations(request_.conversation, another.conversation, by=bo.actor, at=at + HOUR)
    work(at + HOUR)
    request_.refresh_from_db()
    assert request_.answered_at is None
    kept = Conversation.objects.get(pk=another.pk)
    if how == "answered":
        answer_conversation(kept, text="Paid.", by=bo.actor, at=at + 2 * HOUR)
    else:
        resolve_conversation(kept, by=bo.actor, at=at + 2 * HOUR)
    work(at + 2 * HOUR)
    for each in (request_, another):
        each.refresh_from_db()
        assert each.answered_at == at + 2 * HOUR, each


def test_a_request_that_has_become_part_of_what_is_none_is_waited_for_no_longer(
    request_: Request, matter: Conversation, bo: Agent, at: datetime, work: Any
) -> None:
    merge_conversations(request_.conversation, matter, by=bo.actor, at=at + HOUR)
    work(at + 2 * HOUR)
    request_.refresh_from_db()
    assert (request_.answered_at, request_.settled_at) == (at + HOUR, at + HOUR)
    part_from_conversation(request_.conversation, by=bo.actor, at=at + 3 * HOUR)
    work(at + 3 * HOUR)
    request_.refresh_from_db()
    assert request_.settled_at is None


def test_writing_again_comes_into_the_same_request_and_takes_it_up(
    request_: Request, bo: Agent, lin: Agent, at: datetime, work: Any
) -> None:
    resolve_conversation(request_.conversation, by=bo.actor, at=at + HOUR)
    touchpoint = ask_again(request_, "And the other one?", by=lin.actor, at=at + 2 * HOUR)
    work(at + 2 * HOUR)
    assert touchpoint.conversation_id == request_.pk
    request_.refresh_from_db()
    assert request_.settled_at is None
    assert Touchpoint.objects.filter(conversation=request_.pk).count() == 2
    assert Conversation.objects.get(pk=request_.pk).state == "open"


def test_waits_are_charged_to_the_team(
    request_: Request, matter: Conversation, billing: Team, ada: Agent, bo: Agent, lin: Agent, at: datetime, work: Any
) -> None:
    for hours in (3, 6):
        other = ask_team(matter, team=billing, subject=f"{hours}", text="x", by=ada.actor, at=at)
        answer_conversation(other.conversation, text="y", by=bo.actor, at=at + hours * HOUR)
    work(at + 6 * HOUR)
    page = waits_page(lin, at=at + 7 * HOUR)
    line = page.teams[0]
    assert (line.team, line.count, line.median_s, line.total_s) == ("Billing", 2, 4.5 * 3600, 9 * 3600)
    assert (line.open, line.late) == (1, 1)
    assert [each.number for each in page.open] == [request_.pk]


def test_the_form_asks_and_says_what_it_lacks(
    client_of: Desk, ada: Agent, bo: Agent, matter: Conversation, billing: Team
) -> None:
    browser = client_of(ada)
    address = f"/conversations/{matter.pk}/asking"
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"team": str(billing.pk), "subject": "x", "text": ""}).status_code == 422
    assert browser.post(address, {"team": "", "subject": "x", "text": "x"}).status_code == 422
    answer = browser.post(
        address, {"team": str(billing.pk), "subject": "x", "text": "y", "wanted_by": "2999-01-01T10:00"}
    )
    assert answer.status_code == 302
    request = Request.objects.get()
    assert browser.post(f"/conversations/{matter.pk}/asked/{request.pk}", {"text": "More"}).status_code == 302
    assert Touchpoint.objects.filter(conversation=request.pk).count() == 2
    assert client_of(bo).post(f"/conversations/{matter.pk}/asked/{request.pk}", {"text": "More"}).status_code == 404


def test_a_conversation_without_requests_costs_nothing_more(
    client_of: Desk, ada: Agent, matter: Conversation, billing: Team, at: datetime
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser, counts = client_of(ada), []
    for number in range(3):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/conversations/{matter.pk}").status_code == 200
        counts.append(len([each for each in asked if "inhouse_request" in each["sql"]]))
        ask_team(matter, team=billing, subject=f"{number}", text="x", by=ada.actor, at=at)
    assert counts == [0, 1, 1]
