"""What a click in the letter does, and what it does not."""

import re
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from rung.accounts.models import Agent
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.surveys.models import Answer, Invitation, State
from rung.surveys.tokens import BadToken, form_proof, is_proof, link_token, read_token
from rung.surveys.verbs import answer_invitation, comment_answer, send_invitation
from tests.cast import Desk
from tests.surveys.test_asking import offered

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def asked(ada: Agent, carla: Customer) -> Invitation:
    """Carla was asked a minute ago."""
    at = clock.now() - timedelta(minutes=1)
    invitation = offered(carla, ada, at - HOUR)
    send_invitation(invitation, by=SYSTEM, at=at)
    invitation.refresh_from_db()
    return invitation


def page(invitation: Invitation, value: int | None = 4) -> str:
    return f"/s/{link_token(invitation.nonce, value)}"


def proof_on(answer_page: bytes) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', answer_page.decode())
    assert found is not None
    return found.group(1)


def answers() -> list[int]:
    told = Entry.objects.filter(kind="survey.answered").order_by("pk")
    return [entry.data["value"] for entry in told]


def test_looking_never_records(asked: Invitation, client: Client) -> None:
    for value in (*range(1, 7), None):
        assert client.get(page(asked, value)).status_code == 200
        assert client.head(page(asked, value)).status_code == 200
    assert client.options(page(asked)).status_code in (200, 405)
    assert not Answer.objects.exists()
    assert answers() == []
    asked.refresh_from_db()
    assert asked.state == State.SENT


def test_every_link_of_the_letter_shows_its_answer_chosen(asked: Invitation, client: Client) -> None:
    assert asked.touchpoint is not None
    links = re.findall(r"http\S+(/s/\S+)", asked.touchpoint.text)
    assert links.pop().endswith("/stop")
    assert len(links) == 6
    for value, link in enumerate(links, start=1):
        shown = client.get(link).content.decode()
        assert re.findall(r'value="(\d)" required checked', shown) == [str(value)]


def test_one_click_on_the_page_records_the_answer(asked: Invitation, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    proof = proof_on(strict.get(page(asked)).content)
    answered = strict.post(page(asked), {"value": "4", "proof": proof})
    assert answered.status_code == 303
    assert answers() == [4]
    asked.refresh_from_db()
    assert asked.state == State.ANSWERED
    why = client.get(answered.headers["Location"])
    assert b"What should we know about why?" in why.content
    said = client.post(answered.headers["Location"], {"comment": "Nobody called."})
    assert said.status_code == 303
    assert Answer.objects.get().comment == "Nobody called."
    assert client.get(said.headers["Location"]).status_code == 200
    assert Entry.objects.filter(kind="survey.commented", actor_kind="customer").count() == 1


def test_a_post_without_the_pages_proof_records_nothing(asked: Invitation, ada: Agent, client: Client) -> None:
    other = form_proof("somebody-else", at=clock.now())
    old = form_proof(asked.nonce, at=clock.now() - timedelta(days=2))
    ahead = form_proof(asked.nonce, at=clock.now() + timedelta(hours=1))
    for proof in ("", "x", "1.2", other, old, ahead, form_proof(asked.nonce, at=clock.now())[:-1] + "?"):
        assert client.post(page(asked), {"value": "4", "proof": proof}).status_code == 403
    assert answers() == []


@pytest.mark.parametrize("value", ["", "0", "7", "x", "-1", "４", "999999999"])
def test_an_answer_the_question_does_not_take_is_refused(asked: Invitation, client: Client, value: str) -> None:
    proof = form_proof(asked.nonce, at=clock.now())
    assert client.post(page(asked), {"value": value, "proof": proof}).status_code == 422
    assert answers() == []


def test_a_forged_link_gets_a_kind_page(asked: Invitation, client: Client) -> None:
    token = link_token(asked.nonce, 4)
    nonce, _value, signature = token.split(".")
    forged = [f"{nonce}.5.{signature}", token[:-1], token + "A", f"{nonce}.4.{'A' * 20}", "x", "a.b.c", "😀"]
    forged += [link_token("nobody-has-this", 4), link_token(asked.nonce, 9)]
    for each in forged:
        assert client.get(f"/s/{each}").status_code == 404
        assert client.post(f"/s/{each}", {"value": "4"}).status_code == 404
        assert client.get(f"/s/{each}/why").status_code == 404
    assert "This link leads nowhere." in client.get("/s/x").content.decode()


def test_tokens_say_what_was_signed() -> None:
    assert read_token(link_token("abcdefgh", 10)) == ("abcdefgh", 10)
    assert read_token(link_token("abcdefgh", None)) == ("abcdefgh", None)
    with pytest.raises(BadToken):
        read_token(link_token("abcdefgh", 1).replace(".1.", ".2."))


def test_a_link_signed_with_the_last_key_still_leads_home(settings: object) -> None:
    old = link_token("abcdefgh", 3)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]  # pytest-django's fixture
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]  # as above
    assert read_token(old) == ("abcdefgh", 3)


def test_a_proof_lasts_a_day(at: datetime) -> None:
    proof = form_proof("abcdefgh", at=at)
    assert is_proof(proof, "abcdefgh", at=at + timedelta(hours=24))
    assert not is_proof(proof, "abcdefgh", at=at + timedelta(hours=25))


def test_the_last_answer_counts_and_each_is_told(asked: Invitation, carla: Customer) -> None:
    sent = asked.sent_at
    assert sent is not None
    answer_invitation(asked, value=2, by=carla.actor, at=sent + HOUR)
    answer_invitation(asked, value=2, by=carla.actor, at=sent + HOUR)
    answer_invitation(asked, value=5, by=carla.actor, at=sent + timedelta(days=14))
    assert answers() == [2, 5]
    answer = Answer.objects.get()
    assert (answer.value, answer.answered_at, answer.changed_at) == (5, sent + HOUR, sent + timedelta(days=14))
    with pytest.raises(ValidationError):
        answer_invitation(asked, value=6, by=carla.actor, at=sent + timedelta(days=15))
    assert Answer.objects.get().value == 5


def test_a_first_answer_is_taken_for_45_days(asked: Invitation, carla: Customer) -> None:
    assert asked.sent_at is not None
    with pytest.raises(ValidationError):
        answer_invitation(asked, value=2, by=carla.actor, at=asked.sent_at + timedelta(days=46))


def test_an_old_link_gets_a_kind_page(asked: Invitation, client: Client) -> None:
    Invitation.objects.update(sent_at=clock.now() - timedelta(days=46))
    assert client.get(page(asked)).status_code == 410
    proof = form_proof(asked.nonce, at=clock.now())
    assert client.post(page(asked), {"value": "4", "proof": proof}).status_code == 410
    assert answers() == []


def test_another_link_after_answering_asks_before_it_changes(
    asked: Invitation, carla: Customer, client: Client
) -> None:
    answer_invitation(asked, value=2, by=carla.actor, at=clock.now())
    assert client.get(page(asked, 2)).status_code == 302
    again = client.get(page(asked, 6))
    assert b"So far you said" in again.content
    assert b"data-confirm-answer" not in again.content
    assert answers() == [2]


def test_an_agent_cannot_answer_for_the_customer(asked: Invitation, lin: Agent, client_of: Desk) -> None:
    desk = client_of(lin)
    proof = proof_on(desk.get(page(asked)).content)
    assert desk.post(page(asked), {"value": "6", "proof": proof}).status_code == 403
    assert answers() == []


def test_saying_nothing_is_fine(asked: Invitation, carla: Customer) -> None:
    answer = answer_invitation(asked, value=3, by=carla.actor, at=clock.now())
    comment_answer(answer, comment="  ", by=carla.actor, at=clock.now())
    assert Entry.objects.filter(kind="survey.commented").count() == 0


def test_the_pages_are_not_kept_and_not_found(asked: Invitation, client: Client) -> None:
    shown = client.get(page(asked))
    assert shown.headers["Cache-Control"] == "no-store"
    assert "noindex" in shown.headers["X-Robots-Tag"]
