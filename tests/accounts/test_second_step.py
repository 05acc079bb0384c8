"""Signing in in two steps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from rung.accounts.models import Agent, RecoveryCode, SecondStep
from rung.accounts.totp import PERIOD_S, address_of, code_in, matching_window, new_secret, window_at
from rung.accounts.verbs import (
    begin_second_step,
    change_agent,
    create_agent,
    demand_second_step,
    end_second_step,
    make_recovery_codes,
    take_second_step,
)
from rung.accounts.verbs.second_step import LOCKED_FOR, MOST_TRIES
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from tests.cast import PASSWORD, Desk

# RFC 6238, appendix B, for SHA-1; the last six digits of its eight.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
PERIOD = timedelta(seconds=PERIOD_S)


@pytest.mark.parametrize(("seconds", "code"), VECTORS)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    at = datetime.fromtimestamp(seconds, tz=UTC)
    assert code_in(SECRET, window_at(at)) == code
    assert matching_window(SECRET, f"{code[:3]} {code[3:]}", at) == window_at(at)


def test_a_clock_may_be_half_a_minute_off_and_no_more(at: datetime) -> None:
    code = code_in(SECRET, window_at(at))
    assert [matching_window(SECRET, code, at + n * PERIOD) is not None for n in (-2, -1, 0, 1, 2)] == [
        False, True, True, True, False,
    ]  # fmt: skip
    assert matching_window(SECRET, "", at) is None
    assert matching_window(SECRET, "１２３４５６", at) is None


def test_an_app_is_told_who_and_where() -> None:
    assert address_of("ABC", who="ada@desk.example", where="desk.example") == (
        "otpauth://totp/desk.example%3Aada%40desk.example?secret=ABC&issuer=desk.example"
    )


def code(at: datetime, later: int = 0) -> str:
    return code_in(SECRET, window_at(at) + later)


@pytest.fixture
def codes(ada: Agent, at: datetime) -> list[str]:
    """Ada signs in in two steps; her recovery codes."""
    return begin_second_step(ada, secret=SECRET, code=code(at), by=ada.actor, at=at)


def test_it_begins_only_with_a_code_that_is_right(ada: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        begin_second_step(ada, secret=SECRET, code="000000", by=ada.actor, at=at)
    assert not SecondStep.objects.exists()


def test_secret_and_recovery_codes_are_not_kept_in_clear(codes: list[str], ada: Agent) -> None:
    assert SECRET not in ada.second_step.secret
    kept = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert len(kept) == len(codes) == 10
    assert not kept & set(codes)
    assert not any(SECRET in str(entry.data) or codes[0] in str(entry.data) for entry in Entry.objects.all())


def test_a_code_opens_once(codes: list[str], ada: Agent, at: datetime) -> None:
    assert not take_second_step(ada, code(at), by=ada.actor, at=at), "it was used to set it up"
    assert take_second_step(ada, code(at, 1), by=ada.actor, at=at)
    assert not take_second_step(ada, code(at, 1), by=ada.actor, at=at)


def test_a_recovery_code_opens_once_however_it_is_typed(codes: list[str], ada: Agent, at: datetime) -> None:
    assert take_second_step(ada, f" {codes[3].upper().replace('-', ' ')} ", by=ada.actor, at=at)
    assert not take_second_step(ada, codes[3], by=ada.actor, at=at)
    assert Entry.objects.get(kind="recovery_code.used").data == {"agent": ada.pk, "left": 9}
    fresh = make_recovery_codes(ada, by=ada.actor, at=at)
    assert not take_second_step(ada, codes[4], by=ada.actor, at=at)
    assert take_second_step(ada, fresh[0], by=ada.actor, at=at)


def test_somebody_elses_recovery_code_opens_nothing(codes: list[str], lin: Agent, at: datetime) -> None:
    secret = new_secret()
    begin_second_step(lin, secret=secret, code=code_in(secret, window_at(at)), by=lin.actor, at=at)
    assert not take_second_step(lin, codes[0], by=lin.actor, at=at)


def test_guessing_is_stopped_for_a_while(codes: list[str], ada: Agent, at: datetime) -> None:
    for _try in range(MOST_TRIES):
        assert not take_second_step(ada, "000000", by=ada.actor, at=at)
    with pytest.raises(ValidationError):
        take_second_step(ada, code(at, 1), by=ada.actor, at=at)
    later = at + LOCKED_FOR
    assert take_second_step(ada, code(later), by=ada.actor, at=later)


def enters(browser: Client, agent: Agent) -> str:
    answer = browser.post("/account/sign-in", {"login": agent.email, "password": PASSWORD})
    assert answer.status_code == 302
    return str(answer["Location"])


def is_in(browser: Client) -> bool:
    return browser.get("/account/profile").status_code == 200


def test_the_password_alone_opens_nothing(ada: Agent) -> None:
    now = clock.now()
    begin_second_step(ada, secret=SECRET, code=code(now, -1), by=ada.actor, at=now)
    browser = Client()
    assert enters(browser, ada) == "/account/sign-in/second-step"
    assert not is_in(browser)
    assert browser.post("/account/sign-in/second-step", {"code": "000000"}).status_code == 422
    assert not is_in(browser)
    answer = browser.post("/account/sign-in/second-step", {"code": code(clock.now())})
    assert answer.status_code == 302
    assert is_in(browser)
    assert Entry.objects.filter(kind="agent.sign_in_failed", data__agent=ada.pk).count() == 1


def test_nobody_comes_to_the_second_step_without_the_first(db: None) -> None:
    assert Client().get("/account/sign-in/second-step")["Location"].endswith("/account/sign-in")


def test_a_new_password_is_no_way_around_it(codes: list[str], ada: Agent, mailoutbox: list[object]) -> None:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    browser = Client()
    key = f"{user_pk_to_url_str(ada)}-{default_token_generator.make_token(ada)}"
    page = browser.get(f"/account/password/new/{key}", follow=True)
    path = page.redirect_chain[-1][0]
    browser.post(path, {"password1": "another long secret", "password2": "another long secret"}, follow=True)
    assert not is_in(browser)


def test_without_it_the_password_is_enough(ada: Agent) -> None:
    browser = Client()
    enters(browser, ada)
    assert is_in(browser)


def test_it_is_set_up_on_a_page_with_a_picture(client_of: Desk, ada: Agent) -> None:
    browser = client_of(ada)
    page = browser.get("/account/second-step")
    secret = browser.session["second_step_secret"]
    assert "<svg" in page.content.decode()
    assert "style=" not in page.content.decode().split("<svg")[1].split("</svg>")[0]
    assert browser.post("/account/second-step", {"do": "begin", "code": "12"}).status_code == 422
    right = code_in(secret, window_at(clock.now()))
    page = browser.post("/account/second-step", {"do": "begin", "code": right})
    assert page.content.decode().count("<li><code>") == 10
    assert secret not in browser.get("/account/second-step").content.decode()
    assert browser.post("/account/second-step", {"do": "end", "password": "wrong"}).status_code == 422
    assert SecondStep.objects.filter(agent=ada).exists()
    assert browser.post("/account/second-step", {"do": "end", "password": PASSWORD}).status_code == 302
    assert not SecondStep.objects.exists()


def test_a_role_can_demand_it_and_nothing_opens_before(
    client_of: Desk, root: Agent, ada: Agent, lin: Agent, at: datetime
) -> None:
    browser = client_of(ada)
    assert is_in(browser)
    client_of(root).post("/settings/sign-in", {"roles": ["agent"]})
    for address in ("/account/profile", "/settings", "/settings/canned", "/search"):
        assert browser.get(address)["Location"] == "/account/second-step", address
    assert browser.get("/account/second-step").status_code == 200
    assert is_in(client_of(lin))
    page = browser.get("/account/second-step")
    right = code_in(browser.session["second_step_secret"], window_at(clock.now()))
    assert "demands a second step" in page.content.decode()
    browser.post("/account/second-step", {"do": "begin", "code": right})
    assert is_in(browser)


def test_who_may_go_without_it_is_said_by_the_role(
    root: Agent, ada: Agent, lin: Agent, codes: list[str], at: datetime
) -> None:
    demand_second_step(["lead"], ["agent", "lead"], by=root.actor, at=at)
    new = create_agent(email="n@desk.example", name="New", role="lead", by=SYSTEM, at=at)
    change_agent(ada, role="lead", by=SYSTEM, at=at)
    owes = dict(Agent.objects.values_list("pk", "owes_second_step"))
    assert (owes[new.pk], owes[lin.pk], owes[ada.pk], owes[root.pk]) == (True, True, False, False)
    end_second_step(ada, by=root.actor, at=at)
    assert Agent.objects.get(pk=ada.pk).owes_second_step
    change_agent(ada, role="agent", by=SYSTEM, at=at)
    assert not Agent.objects.get(pk=ada.pk).owes_second_step
    demand_second_step([], ["agent", "lead"], by=root.actor, at=at)
    assert not Agent.objects.filter(owes_second_step=True).exists()
    assert Entry.objects.filter(kind="second_step.demanded").count() == 2


def test_an_administrator_helps_whoever_lost_the_device(
    client_of: Desk, root: Agent, ada: Agent, bo: Agent, codes: list[str]
) -> None:
    assert client_of(bo).post(f"/settings/agents/{ada.pk}/second-step").status_code == 403
    assert "Take away the second step" in client_of(root).get(f"/settings/agents/{ada.pk}").content.decode()
    client_of(root).post(f"/settings/agents/{ada.pk}/second-step")
    assert not SecondStep.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert Entry.objects.get(kind="second_step.ended").actor_key == root.pk


def test_whoever_lost_the_device_is_let_in_once_it_was_ended_for_them(
    codes: list[str], ada: Agent, at: datetime
) -> None:
    browser = Client()
    enters(browser, ada)
    end_second_step(ada, by=SYSTEM, at=at)
    browser.post("/account/sign-in/second-step", {"code": "000000"})
    assert is_in(browser)


def test_nobody_ends_their_own_without_the_password(client_of: Desk, root: Agent, at: datetime) -> None:
    begin_second_step(root, secret=SECRET, code=code(at), by=root.actor, at=at)
    answer = client_of(root).post(f"/settings/agents/{root.pk}/second-step")
    assert answer["Location"] == "/account/second-step"
    assert SecondStep.objects.filter(agent=root).exists()


def test_whoever_found_a_desk_unlocked_does_not_find_the_password_by_guessing(
    client_of: Desk, codes: list[str], ada: Agent
) -> None:
    desk = client_of(ada)
    for guess in range(10):
        assert desk.post("/account/second-step", {"do": "end", "password": f"guess {guess}"}).status_code == 422
    answer = desk.post("/account/second-step", {"do": "end", "password": PASSWORD})
    assert answer.status_code == 422
    assert "Too many tries" in answer.content.decode()
    assert SecondStep.objects.filter(agent=ada).exists()
