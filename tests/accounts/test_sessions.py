"""Signed out everywhere: on a device that was lost, or by whoever administers seats."""

from datetime import datetime

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.accounts.verbs import deactivate_agent, end_sessions, reactivate_agent
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from tests.cast import PASSWORD, Desk

pytestmark = pytest.mark.django_db
PAGE = "/account/profile"


def opens(*browsers: Client) -> list[bool]:
    return [each.get(PAGE).status_code == 200 for each in browsers]


def test_signing_out_everywhere_else_leaves_one_in_here(client_of: Desk, ada: Agent, bo: Agent) -> None:
    here, there, other = client_of(ada), client_of(ada), client_of(bo)
    assert "Sign out everywhere else" in here.get("/account/ways-in").content.decode()
    assert here.post("/account/sessions/ending").status_code == 302
    assert opens(here, there, other) == [True, False, True]
    here.post("/account/sessions/ending")
    assert opens(here) == [True]
    assert there.post("/account/sign-in", {"login": ada.email, "password": PASSWORD}).status_code == 302
    assert opens(here, there) == [True, True]


def test_whoever_administers_seats_signs_a_colleague_out_and_nobody_else(
    client_of: Desk, ada: Agent, lin: Agent, root: Agent
) -> None:
    theirs, administrators = client_of(ada), client_of(root)
    path = f"/settings/agents/{ada.pk}/sessions/ending"
    assert client_of(lin).post(path).status_code == 403
    assert opens(theirs) == [True]
    assert path in administrators.get(f"/settings/agents/{ada.pk}").content.decode()
    administrators.post(path)
    assert opens(theirs, administrators) == [False, True]
    administrators.post(f"/settings/agents/{root.pk}/sessions/ending")
    assert opens(administrators) == [True], "one's own are ended on one's own page"
    told = Entry.objects.get(kind="agent.signed_out")
    assert (told.data["agent"], told.actor_key) == (ada.pk, root.pk)
    assert "signed out everywhere" in administrators.get("/settings/audit?kind=sign-in").content.decode()


def test_a_session_of_before_does_not_open_a_seat_that_is_given_back(
    client_of: Desk, ada: Agent, root: Agent, at: datetime
) -> None:
    theirs = client_of(ada)
    deactivate_agent(ada, by=root.actor, at=at)
    reactivate_agent(ada, by=root.actor, at=at)
    ada.refresh_from_db()
    assert opens(theirs) == [False]
    assert opens(client_of(ada)) == [True]


def test_a_password_that_is_changed_signs_out_elsewhere_as_before(client_of: Desk, ada: Agent, at: datetime) -> None:
    end_sessions(ada, by=SYSTEM, at=at)
    here, there = client_of(ada), client_of(ada)
    said = {"oldpassword": PASSWORD, "password1": "a whole other sentence", "password2": "a whole other sentence"}
    assert here.post("/account/password", said).status_code == 302
    assert opens(here, there) == [True, False]
