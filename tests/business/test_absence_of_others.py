"""Whoever is ill cannot say so: somebody says it for them."""

from datetime import datetime

import pytest

from rung.accounts.models import Agent
from rung.business.access import absences
from rung.business.models import Absence
from rung.core import clock
from rung.journal.models import Entry
from tests.cast import Desk

pytestmark = pytest.mark.django_db
PLACE = "/settings/calendars/away"


def test_a_colleague_is_noted_as_away_and_as_back(client_of: Desk, ada: Agent, root: Agent) -> None:
    browser = client_of(root)
    assert browser.post(PLACE, {"agent": ada.pk, "until": "2099-01-02"}).status_code == 302
    assert absences([ada.pk], at=clock.now())[ada.pk] == datetime.fromisoformat("2099-01-02T00:00:00+00:00")
    page = browser.get("/settings/calendars").content.decode()
    assert "Ada Berg is back" in page
    told = Entry.objects.get(kind="agent.away")
    assert (told.data["agent"], told.actor_key) == (ada.pk, root.pk)
    assert browser.post(PLACE, {"back": ada.pk}).status_code == 302
    assert not absences([ada.pk], at=clock.now())
    assert "Everybody is here" in browser.get("/settings/calendars").content.decode()


def test_a_day_that_is_over_is_refused_and_what_was_chosen_stays(client_of: Desk, ada: Agent, root: Agent) -> None:
    answer = client_of(root).post(PLACE, {"agent": ada.pk, "until": "2001-01-02"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "That is over already" in page
    assert "2001-01-02" in page
    assert client_of(root).post(PLACE, {"agent": "9" * 30, "until": "2099-01-02"}).status_code == 422
    assert not Absence.objects.exists()


def test_only_whoever_looks_after_working_hours_says_so_of_others(client_of: Desk, ada: Agent, lin: Agent) -> None:
    assert client_of(lin).post(PLACE, {"agent": ada.pk, "until": "2099-01-02"}).status_code == 403
    assert not Absence.objects.exists()
