import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.test import Client

from rung.accounts.errands import forget_ended_sessions
from rung.accounts.models import Agent
from rung.accounts.verbs import deactivate_agent
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from tests.cast import PASSWORD, Desk

pytestmark = pytest.mark.django_db
SIGN_IN = "/account/sign-in"


def sign_in(client: Client, email: str, password: str) -> int:
    return client.post(SIGN_IN, {"login": email, "password": password}).status_code


def link_in(letter: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/account/password/new/\S+)", letter)
    assert found, letter
    return found.group(1)


def test_an_agent_signs_in_with_address_and_password(client: Client, ada: Agent) -> None:
    assert client.get(SIGN_IN).status_code == 200
    answer = client.post(SIGN_IN, {"login": "Ada@Desk.example", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account/profile").status_code == 200


def test_signing_in_leads_on_to_the_page_that_was_asked_for(client: Client, ada: Agent) -> None:
    asked = client.get("/account/profile")
    assert asked.headers["Location"] == f"{SIGN_IN}?next=/account/profile"
    answer = client.post(
        asked.headers["Location"], {"login": ada.email, "password": PASSWORD, "next": "/account/profile"}
    )
    assert answer.headers["Location"] == "/account/profile"


def test_signing_in_never_leads_to_a_strangers_site(client: Client, ada: Agent) -> None:
    answer = client.post(SIGN_IN, {"login": ada.email, "password": PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"


def test_a_wrong_password_and_a_strangers_address_are_answered_alike(client: Client, ada: Agent) -> None:
    wrong = client.post(SIGN_IN, {"login": ada.email, "password": "wrong wrong wrong"})
    stranger = client.post(SIGN_IN, {"login": "zoe@nowhere.example", "password": "wrong wrong wrong"})
    assert wrong.status_code == stranger.status_code == 200
    assert wrong.context is None or "errors" not in wrong.context  # rendered by Jinja2: compare what is said

    def said(answer: object) -> list[str]:
        return re.findall(r'role="alert".*?</div>', answer.content.decode(), re.S)  # type: ignore[attr-defined]  # HttpResponse

    assert said(wrong) == said(stranger) != []


def test_guessing_is_stopped_for_that_address_even_with_the_right_password(client: Client, ada: Agent) -> None:
    for _try in range(5):
        sign_in(client, ada.email, "wrong wrong wrong")
    sign_in(client, ada.email, PASSWORD)
    assert client.get("/account/profile").status_code == 302


def test_guessing_at_many_addresses_does_not_make_one_be_forgotten(client: Client, ada: Agent) -> None:
    for _try in range(5):
        sign_in(client, ada.email, "wrong wrong wrong")
    for number in range(400):
        cache.set(f"counted-of-others-{number}", [0.0], 300)
    sign_in(client, ada.email, PASSWORD)
    assert client.get("/account/profile").status_code == 302


def test_sessions_that_have_ended_do_not_stay(client: Client, ada: Agent) -> None:
    sign_in(client, ada.email, PASSWORD)
    [session] = Session.objects.all()
    forget_ended_sessions(at=session.expire_date - timedelta(seconds=1))
    assert Session.objects.exists()
    forget_ended_sessions(at=session.expire_date)
    assert not Session.objects.exists()


def test_guessing_at_one_address_does_not_lock_out_another(client: Client, ada: Agent, bo: Agent) -> None:
    for _try in range(6):
        sign_in(client, ada.email, "wrong wrong wrong")
    assert sign_in(Client(), bo.email, PASSWORD) == 302


def test_many_tries_from_one_machine_are_answered_429(client: Client, ada: Agent) -> None:
    answers = [sign_in(client, f"guess-{number}@desk.example", "x") for number in range(31)]
    assert answers[-1] == 429


def test_who_asks_is_the_proxys_word_only_behind_a_proxy(client: Client, ada: Agent, settings) -> None:
    def last_of_31(*, proxy: bool) -> int:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = int(proxy)
        form = {"login": "zoe@nowhere.example", "password": "x"}
        return [client.post(SIGN_IN, form, headers={"x-forwarded-for": f"10.0.0.{n}"}).status_code for n in range(31)][
            -1
        ]

    assert last_of_31(proxy=True) == 200
    assert last_of_31(proxy=False) == 429


def test_a_closed_seat_cannot_sign_in_and_is_signed_out_at_once(client: Client, ada: Agent, at) -> None:
    sign_in(client, ada.email, PASSWORD)
    deactivate_agent(ada, by=SYSTEM, at=at)
    assert client.get("/account/profile").status_code == 302
    answer = client.post(SIGN_IN, {"login": ada.email, "password": PASSWORD}, follow=True)
    assert "closed" in answer.content.decode()
    assert client.get("/account/profile").status_code == 302


def test_nobody_signs_up(client: Client, ada: Agent) -> None:
    assert client.get("/account/signup/").status_code == 404
    assert client.get("/account/email/").status_code == 404


def test_signing_out_asks_first_and_then_ends_the_session(client: Client, ada: Agent) -> None:
    sign_in(client, ada.email, PASSWORD)
    assert client.get("/account/sign-out").status_code == 200
    assert client.get("/account/profile").status_code == 200
    assert client.post("/account/sign-out").headers["Location"] == SIGN_IN
    assert client.get("/account/profile").status_code == 302


def test_a_forgotten_password_is_chosen_anew_by_mail(client: Client, ada: Agent) -> None:
    assert client.get("/account/password/forgotten").status_code == 200
    client.post("/account/password/forgotten", {"email": ada.email})
    [letter] = mail.outbox
    assert letter.to == [ada.email]
    page = client.get(link_in(letter.body), follow=True)
    assert page.status_code == 200
    new = "a fine new sentence"
    answer = client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert answer.status_code == 302
    assert client.get("/account/profile").status_code == 200
    assert sign_in(Client(), ada.email, new) == 302
    changed = Entry.objects.get(kind="agent.changed")
    assert changed.data == {"agent": ada.pk, "changed": ["password"], "values": []}
    assert changed.actor_key == ada.pk


def test_a_link_for_a_new_password_works_once(client: Client, ada: Agent) -> None:
    client.post("/account/password/forgotten", {"email": ada.email})
    link = link_in(mail.outbox[0].body)
    page = client.get(link, follow=True)
    new = "a fine new sentence"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    again = Client().get(link, follow=True)
    assert "does not work any more" in again.content.decode()


def test_the_link_names_our_address_and_not_the_one_in_the_request(client: Client, ada: Agent, settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    client.post("/account/password/forgotten", {"email": ada.email}, headers={"host": "evil.example"})
    assert "evil.example" not in mail.outbox[0].body
    assert link_in(mail.outbox[0].body)


def test_a_strangers_address_gets_no_mail_and_the_same_answer(client: Client, ada: Agent) -> None:
    known = client.post("/account/password/forgotten", {"email": ada.email})
    unknown = client.post("/account/password/forgotten", {"email": "zoe@nowhere.example"})
    assert [letter.to for letter in mail.outbox] == [[ada.email]]
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert client.get(known.headers["Location"]).status_code == 200


def test_a_mail_server_that_is_down_does_not_tell_who_has_a_seat(client: Client, ada: Agent, settings) -> None:
    settings.SMTP_URL, settings.EMAIL_BACKEND = "smtp://127.0.0.1:1", "rung.channels.email.backend.OutgoingBackend"
    known = client.post("/account/password/forgotten", {"email": ada.email})
    unknown = client.post("/account/password/forgotten", {"email": "zoe@nowhere.example"})
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])


def test_an_invitation_that_cannot_be_mailed_is_handed_over(client_of: Desk, root: Agent, ada: Agent, settings) -> None:
    settings.SMTP_URL, settings.EMAIL_BACKEND = "smtp://127.0.0.1:1", "rung.channels.email.backend.OutgoingBackend"
    answer = client_of(root).post(f"/settings/agents/{ada.pk}/invitation")
    assert answer.status_code == 200
    assert "/account/password/new/" in answer.content.decode()


def test_a_password_is_changed_only_with_the_present_one(client: Client, ada: Agent) -> None:
    sign_in(client, ada.email, PASSWORD)
    new = {"password1": "a fine new sentence", "password2": "a fine new sentence"}
    refused = client.post("/account/password", {"oldpassword": "wrong", **new})
    assert refused.status_code == 200
    assert Agent.objects.get(pk=ada.pk).check_password(PASSWORD)
    answer = client.post("/account/password", {"oldpassword": PASSWORD, **new})
    assert answer.status_code == 302
    assert Agent.objects.get(pk=ada.pk).check_password("a fine new sentence")
    assert client.get("/account/profile").status_code == 200, "the one who changed it stays signed in"


def test_a_weak_password_is_refused(client: Client, ada: Agent) -> None:
    sign_in(client, ada.email, PASSWORD)
    client.post("/account/password", {"oldpassword": PASSWORD, "password1": "password12", "password2": "password12"})
    assert Agent.objects.get(pk=ada.pk).check_password(PASSWORD)


def test_choosing_a_password_says_beforehand_what_it_takes_and_never_that_a_password_was_kept(
    client: Client, ada: Agent
) -> None:
    client.post("/account/password/forgotten", {"email": ada.email})
    page = client.get(link_in(mail.outbox[0].body), follow=True)
    assert "At least ten characters" in page.content.decode()
    said = client.post(page.request["PATH_INFO"], {"password1": "short", "password2": "short"}).content.decode()
    assert "Passwords have to be typed again" in said
    assert "nothing you wrote was lost" not in said
