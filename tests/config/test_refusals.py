from urllib.parse import quote

import pytest
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory

from rung.config.refusals import broken
from rung.touchpoints.models import Note
from tests.cast import written


def test_a_stranger_address_is_answered_in_words(client: Client) -> None:
    answer = client.get("/nowhere-at-all")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_a_name_that_is_not_ours_is_one_line_of_the_log_with_the_settings_that_name_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/account/sign-in", HTTP_HOST="scanner.example\x1b[31m")
    assert answer.status_code == 400
    (line,) = caplog.messages
    assert "'scanner.example\\x1b[31m'" in line
    assert "RUNG_BASE_URL" in line
    assert caplog.records[0].exc_info is None


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


WORDS = "Call her <b>back</b>:\nthe lamp comes on Friday."


@pytest.mark.django_db
def test_what_is_written_while_a_session_ends_is_given_back(ada, carla, at) -> None:
    matter = written(carla, at=at)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    address = f"/conversations/{matter.pk}/notes"
    client.get(f"/conversations/{matter.pk}")
    said = {"text": WORDS, "from": "mine", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    Session.objects.all().delete()
    answer = client.post(address, said)
    page = answer.content.decode()
    assert (answer.status_code, answer.headers["Cache-Control"]) == (403, "no-store")
    assert "signed out meanwhile" in page
    assert "Call her &lt;b&gt;back&lt;/b&gt;:\nthe lamp comes on Friday.</textarea>" in page
    assert f'action="{address}"' in page
    assert 'name="from" value="mine"' in page
    # Signed in again, in another tab, by which the token of this one is stale.
    client.force_login(ada)
    client.get("/account/sign-in")
    client.cookies["csrftoken"] = "a" * 32
    page = client.post(address, said, headers={"Origin": "http://testserver"}).content.decode()
    assert "no longer believed" in page
    said["csrfmiddlewaretoken"] = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    assert client.post(address, said, headers={"Origin": "http://testserver"}).status_code == 302
    assert Note.objects.get().text == WORDS


@pytest.mark.django_db
def test_a_page_of_somebody_else_gets_no_token_to_send_with(ada, carla, at) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    address = f"/conversations/{written(carla, at=at).pk}/notes"
    for headers in ({"Origin": "https://elsewhere.example"}, {}):
        page = client.post(address, {"text": WORDS}, headers=headers).content.decode()
        assert "the lamp" not in page


@pytest.mark.django_db
def test_whoever_only_pressed_a_button_signs_in_and_comes_back_to_its_page(carla, at) -> None:
    address = f"/conversations/{written(carla, at=at).pk}"
    for came_from, leads_to in ((f"http://testserver{address}?from=mine", f"{address}?from=mine"),
                                ("https://elsewhere.example/x", "/"), ("", "/")):  # fmt: skip
        answer = Client().post(f"{address}/resolution", {"sure": "1"}, headers={"Referer": came_from})
        assert answer.headers["Location"] == f"/account/sign-in?next={quote(leads_to)}"


@pytest.mark.django_db
def test_no_door_is_put_into_a_page_that_is_open(carla, at) -> None:
    """A list that looks again by itself, and a button: the page stays, and says how to go on."""
    address = f"/conversations/{written(carla, at=at).pk}"
    for ask in (Client().get, Client().post):
        answer = ask(address if ask.__name__ == "get" else f"{address}/resolution", headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Retarget"]) == (401, "[data-trouble] p")
        assert "still here" in answer.content.decode()
