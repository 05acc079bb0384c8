import pytest
from django.test import Client, RequestFactory

from rung.config.refusals import broken


def test_a_stranger_address_is_answered_in_words(client: Client) -> None:
    answer = client.get("/nowhere-at-all")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


@pytest.mark.django_db
def test_a_role_that_does_not_reach_is_told_so(client_of, ada) -> None:
    answer = client_of(ada).get("/settings/agents")
    assert answer.status_code == 403
    assert "Not with your role" in answer.content.decode()


def test_our_own_fault_is_said_without_asking_the_database(rf: RequestFactory) -> None:
    answer = broken(rf.get("/"))
    assert answer.status_code == 500
    assert "our fault" in answer.content.decode()


@pytest.mark.django_db
def test_a_stale_form_is_told_so(ada) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert "reload it" in client.post("/account/profile", {"name": "Ada"}).content.decode()
