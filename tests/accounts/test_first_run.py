import pytest
from django.test import Client

from rung.accounts.first_run import setup_code
from rung.accounts.models import Agent
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db


def filled(**changes: str) -> dict[str, str]:
    form = {
        "code": setup_code(),
        "name": "Root Adler",
        "email": "root@desk.example",
        "password": "correct horse battery",
        "time_zone": "Europe/Berlin",
    }
    return form | changes


def test_an_empty_installation_leads_from_anywhere_to_the_first_run_page(client: Client) -> None:
    answer = client.get("/settings/agents", follow=True)
    assert answer.redirect_chain[-1][0] == "/welcome"
    assert answer.status_code == 200


def test_the_code_in_the_link_is_filled_in(client: Client) -> None:
    assert setup_code() in client.get(f"/welcome?code={setup_code()}").content.decode()
    assert setup_code() not in client.get("/welcome").content.decode()


def test_the_first_administrator_is_created_and_signed_in(client: Client) -> None:
    answer = client.post("/welcome", filled())
    assert answer.headers["Location"] == "/settings"
    root = Agent.objects.get()
    assert (root.role, root.time_zone, root.check_password("correct horse battery")) == (
        "administrator",
        "Europe/Berlin",
        True,
    )
    assert client.get("/settings/agents").status_code == 200
    assert Entry.objects.get(kind="agent.joined").actor_kind == "system"


def test_a_stranger_without_the_code_gets_no_seat(client: Client) -> None:
    for code in ("", "AAAAA-AAAAA-AAAAA-AAAAA", setup_code()[:-1]):
        assert client.post("/welcome", filled(code=code)).status_code == 422
    assert not Agent.objects.exists()


def test_the_code_may_be_typed_sloppily(client: Client) -> None:
    assert client.post("/welcome", filled(code=f" {setup_code().lower().replace('-', ' ')} ")).status_code == 302


def test_the_page_is_gone_once_somebody_has_a_seat(client: Client, ada: Agent) -> None:
    assert client.get("/welcome").status_code == 404
    assert client.post("/welcome", filled()).status_code == 404
    assert Agent.objects.get() == ada


def test_a_weak_password_is_refused(client: Client) -> None:
    answer = client.post("/welcome", filled(password="password12"))
    assert answer.status_code == 422
    assert not Agent.objects.exists()


def test_the_code_depends_on_the_secret_key(settings) -> None:
    before = setup_code()
    settings.SECRET_KEY = "another"
    assert setup_code() != before
