"""The screen for leads: the policy, the wave, the figures."""

import random
from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent
from rung.core import clock
from rung.customers.models import Customer
from rung.surveys.access import eligible_customers, present_policy
from rung.surveys.errands import send_due_invitations
from rung.surveys.models import Invitation
from rung.surveys.pages import ends, per_cent, settings_page
from rung.surveys.verbs import answer_invitation, invite_customers
from rung.touchpoints.models import Touchpoint
from tests.cast import Desk, written
from tests.surveys.test_asking import offered

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def test_agents_do_not_see_it_and_leads_do(ada: Agent, lin: Agent, client_of: Desk) -> None:
    assert client_of(ada).get("/settings/surveys").status_code == 403
    assert client_of(ada).post("/settings/surveys/waves", {"size": 5}).status_code == 403
    shown = client_of(lin).get("/settings/surveys")
    assert shown.status_code == 200


def test_a_lead_changes_the_policy(lin: Agent, client_of: Desk) -> None:
    desk = client_of(lin)
    saved = desk.post("/settings/surveys/policy", {"is_on": "on", "delay_minutes": "120", "level_share": "70"})
    assert saved.status_code == 303
    policy = present_policy()
    assert (policy.is_on, policy.delay_minutes, policy.level_share, policy.changed_by) == (True, 120, 70, lin)
    assert desk.post("/settings/surveys/policy", {"delay_minutes": "-1", "level_share": "700"}).status_code == 422
    more = {"is_on": "on", "delay_minutes": "120", "level_share": "70", "ease_share": "30"}
    assert desk.post("/settings/surveys/policy", more).status_code == 303
    assert present_policy().ease_share == 30
    assert desk.post("/settings/surveys/policy", more | {"ease_share": "31"}).status_code == 422


def test_a_wave_previews_and_asks(lin: Agent, carla: Customer, karim: Customer, client_of: Desk) -> None:
    written(carla, at=clock.now() - 30 * DAY)
    desk = client_of(lin)
    assert "1 customers may be asked; 1 would be." in desk.get("/settings/surveys?size=50").content.decode()
    assert desk.get("/settings/surveys?size=x").status_code == 200
    assert not Invitation.objects.exists()
    assert desk.post("/settings/surveys/waves", {"size": "50"}).status_code == 303
    assert [(each.customer, each.question) for each in Invitation.objects.all()] == [(carla, "nps")]


def test_a_wave_goes_out_and_its_letter_has_eleven_links(lin: Agent, carla: Customer, at: datetime) -> None:
    written(carla, at=at)
    [invitation] = invite_customers(size=5, lot=random.Random(1), by=lin.actor, at=at)
    send_due_invitations(at=at)
    letter = Touchpoint.objects.get(is_automatic=True)
    assert letter.html.count("/s/") == 11 + 1  # and no more questions
    assert letter.text.count("/s/") == 1 + 1
    answer_invitation(invitation, value=10, by=carla.actor, at=at + DAY)


def test_nobody_is_asked_about_the_relationship_twice_in_180_days(lin: Agent, carla: Customer, at: datetime) -> None:
    written(carla, at=at)
    assert len(invite_customers(size=5, lot=random.Random(1), by=lin.actor, at=at)) == 1
    send_due_invitations(at=at)
    assert invite_customers(size=5, lot=random.Random(1), by=lin.actor, at=at + 179 * DAY) == []
    assert eligible_customers(at=at + 181 * DAY).count() == 1


def test_only_people_we_served_and_can_reach_are_drawn(
    lin: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    written(carla, at=at)
    assert [person.pk for person in eligible_customers(at=at)] == [carla.pk]


def test_a_wave_takes_no_more_than_asked_for(lin: Agent, carla: Customer, karim: Customer, at: datetime) -> None:
    written(carla, at=at)
    written(karim, at=at)
    assert len(invite_customers(size=1, lot=random.Random(1), by=lin.actor, at=at)) == 1


def test_coverage_and_response_rate_are_counted(ada: Agent, carla: Customer, karim: Customer, at: datetime) -> None:
    first = offered(carla, ada, at)
    offered(karim, ada, at)
    offered(carla, ada, at + timedelta(minutes=1))
    send_due_invitations(at=at + timedelta(hours=1))
    answer_invitation(first, value=4, by=carla.actor, at=at + DAY)
    page = settings_page(at=at + DAY)
    assert (page.settled, page.asked, page.coverage, page.coverage_interval) == (3, 2, "–", "fewer than 5")
    assert [(figure.label, figure.count) for figure in page.skipped] == [("asked within the last 90 days", 1)]
    levels = page.questions[0]
    assert (levels.asked, levels.answered, levels.rate, levels.interval) == (2, 1, "–", "fewer than 5")


def test_a_rate_says_how_sure_it_is_and_of_four_only_the_counts() -> None:
    # Wilson 1927: 15 of 148 is 6.2 % to 16.0 % (Newcombe 1998a, table I, method 3).
    assert (per_cent(15, 148), ends(15, 148)) == ("10\u00a0%", "6\u00a0% to 16\u00a0%")
    assert (per_cent(0, 20), ends(0, 20)) == ("0\u00a0%", "0\u00a0% to 16\u00a0%")
    assert (per_cent(4, 4), ends(4, 4)) == ("–", "fewer than 5")
    assert (per_cent(0, 0), ends(0, 0)) == ("–", "")
