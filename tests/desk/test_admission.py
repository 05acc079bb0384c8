from datetime import datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import mark_spam
from tests.cast import Desk, written

HOUR = timedelta(hours=1)


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support, reference="<a@x>")


@pytest.fixture
def strangers(matter: Conversation, karim: Customer, support: Team, at: datetime) -> Conversation:
    return written(
        karim, at=at + HOUR, team=support, references=("<a@x>",), subject="About the table", text="It is ours."
    )


def test_the_page_says_which_conversation_a_stranger_named(
    matter: Conversation, strangers: Conversation, ada: Agent, client_of: Desk
) -> None:
    page = client_of(ada).get(f"/conversations/{strangers.pk}").content.decode()
    assert "takes no part" in page
    assert f'href="/conversations/{matter.pk}"' in page
    assert "Let them join" in page
    assert "Let them join" not in client_of(ada).get(f"/conversations/{matter.pk}").content.decode()


def test_one_click_lets_them_join_and_another_takes_it_back(
    matter: Conversation, strangers: Conversation, ada: Agent, client_of: Desk
) -> None:
    browser = client_of(ada)
    joined = browser.post(f"/conversations/{strangers.pk}/admission", follow=True)
    assert joined.redirect_chain[0][0] == f"/conversations/{matter.pk}?joined={strangers.pk}#latest"
    page = joined.content.decode()
    assert "It is ours." in page
    assert "Karim Haddad takes part now" in page
    moved = browser.get(f"/conversations/{strangers.pk}")
    assert moved.headers["Location"].startswith(f"/conversations/{matter.pk}")
    parted = browser.post(f"/conversations/{strangers.pk}/admission", {"end": "1"}, follow=True).content.decode()
    assert "conversation of its own again" in parted
    assert "It is ours." in parted
    assert "It is ours." not in browser.get(f"/conversations/{matter.pk}").content.decode()


def test_nobody_lets_somebody_into_what_they_cannot_see(
    strangers: Conversation, matter: Conversation, bo: Agent, billing: Team, at: datetime, client_of: Desk
) -> None:
    Conversation.objects.filter(pk=strangers.pk).update(team=billing)
    browser = client_of(bo)
    page = browser.get(f"/conversations/{strangers.pk}").content.decode()
    assert "which you cannot see" in page
    assert matter.subject not in page
    assert "Let them join" not in page
    assert browser.post(f"/conversations/{strangers.pk}/admission").status_code == 404
    assert browser.post(f"/conversations/{matter.pk}/admission").status_code == 404


def test_nobody_is_let_into_spam(
    matter: Conversation, strangers: Conversation, ada: Agent, at: datetime, client_of: Desk
) -> None:
    mark_spam(matter, by=ada.actor, at=at + 2 * HOUR)
    assert client_of(ada).post(f"/conversations/{strangers.pk}/admission").status_code == 404


def test_a_mention_costs_one_query(
    strangers: Conversation,
    ada: Agent,
    client_of: Desk,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    browser, page = client_of(ada), f"/conversations/{strangers.pk}"
    browser.get(page)
    with django_assert_max_num_queries(100) as mentioning:
        browser.get(page)
    Conversation.objects.filter(pk=strangers.pk).update(mentions=None)
    with django_assert_max_num_queries(len(mentioning) - 1):
        browser.get(page)
