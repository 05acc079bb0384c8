import pytest
from django.test import Client

from rung.accounts.models import Agent
from tests.cast import Desk


def test_light_or_dark_is_remembered_and_drawn_by_the_server(client_of: Desk, ada: Agent) -> None:
    browser = client_of(ada)
    assert 'data-theme="system"' in browser.get("/ui").content.decode()
    answer = browser.post("/ui/appearance", {"theme": "dark", "density": "compact", "next": "/ui"})
    assert answer.headers["Location"] == "/ui"
    page = browser.get("/ui").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page


def test_keys_of_one_letter_can_be_switched_off(client_of: Desk, ada: Agent) -> None:
    browser = client_of(ada)
    assert 'data-single-keys="on"' in browser.get("/ui").content.decode()
    browser.post("/ui/appearance", {"keys": "off", "next": "/ui"})
    assert 'data-single-keys="off"' in browser.get("/ui").content.decode()


@pytest.mark.django_db
def test_nobody_is_led_elsewhere_and_no_other_word_is_kept(client: Client) -> None:
    answer = client.post("/ui/appearance", {"theme": "<script>", "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    assert "rung_theme" not in answer.cookies


def test_the_living_page_is_for_those_who_are_signed_in(client: Client, client_of: Desk, ada: Agent) -> None:
    assert client.get("/ui").status_code == 302
    assert client_of(ada).get("/ui").status_code == 200


@pytest.mark.parametrize("path", ["/queue/unassigned", "/ladder"])
def test_a_time_zone_that_this_machine_does_not_know_keeps_no_page_away(client_of: Desk, lin: Agent, path: str) -> None:
    lin.time_zone = "Mars/Olympus_Mons"
    lin.save(update_fields=["time_zone"])
    assert client_of(lin).get(path).status_code == 200
