"""Signing in with an identity provider, against one that runs: who comes in, and who does not, however they try."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from rung.accounts.access import has_second_step
from rung.accounts.invitations import invite
from rung.accounts.models import Agent, Identity, IdentityProvider, Role, Team
from rung.accounts.openid import Person
from rung.accounts.providing import ASKED, GOOD_FOR_S
from rung.accounts.totp import code_in, window_at
from rung.accounts.verbs import (
    NotLetIn,
    ProviderWish,
    add_provider,
    admit,
    begin_second_step,
    change_provider,
    deactivate_agent,
    demand_second_step,
    end_provider,
    note_trial,
    release_identity,
)
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from tests.cast import PASSWORD, Desk
from tests.identities import CLIENT_ID, CLIENT_SECRET, Identities, by_key, by_nobody, by_secret, public_pem

DOOR = "/account/sign-in"


@pytest.fixture(scope="module")
def running() -> Iterator[Identities]:
    with Identities() as running:
        yield running


@pytest.fixture
def house(running: Identities) -> Identities:
    running.begin_anew()
    running.says = {"email": "ada@desk.example", "email_verified": True, "name": "Ada Berg"}
    return running


def wish(house: Identities, **other: Any) -> ProviderWish:
    given = {"name": "House", "issuer": house.base, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return ProviderWish(**{**given, "domains": ["desk.example"], **other})


@pytest.fixture
def provider(db: None, house: Identities) -> IdentityProvider:
    return add_provider(wish(house), by=SYSTEM, at=clock.now())


def set_to(provider: IdentityProvider, house: Identities, **other: Any) -> None:
    note_trial(provider, by=SYSTEM, at=clock.now())
    change_provider(provider, wish(house, client_secret="", **other), by=SYSTEM, at=clock.now())


def sent_off(browser: Client, provider: IdentityProvider, query: str = "") -> dict[str, str]:
    """What the browser is sent to the provider with."""
    answer = browser.get(f"{DOOR}/with/{provider.pk}{query}")
    assert answer.status_code == 302
    return {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def back(browser: Client, address: str) -> Any:
    parts = urlsplit(address)
    return browser.get(f"{parts.path}?{parts.query}")


def goes(browser: Client, provider: IdentityProvider, house: Identities, query: str = "") -> str:
    """There and back; where the browser ends up."""
    answer = back(browser, house.allow(sent_off(browser, provider, query)))
    assert answer.status_code == 302
    return str(answer["Location"])


def is_in(browser: Client) -> bool:
    return browser.get("/account/profile").status_code == 200


def reason() -> str:
    return str(Entry.objects.filter(kind="agent.sign_in_failed").latest("pk").data["reason"])


def test_there_and_back_opens_the_seat_of_the_verified_address(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    browser = Client()
    page = browser.get(f"{DOOR}?next=/search").content.decode()
    assert "Sign in with House" in page
    assert f"{DOOR}/with/{provider.pk}?next=%2Fsearch" in page
    assert goes(browser, provider, house, "?next=/search") == "/search"
    assert is_in(browser)
    assert Identity.objects.get().agent == ada
    entry = Entry.objects.get(kind="agent.signed_in")
    assert entry.data["agent"] == ada.pk
    assert entry.data["through"] == "House"
    end = browser.session.get_expiry_date()
    assert timedelta(0) < end - clock.now() <= timedelta(hours=12)
    session = browser.session
    session["more"] = "work"
    session.save()
    assert browser.session.get_expiry_date() == end, "however busy they are"
    browser.post("/account/sign-out")
    assert not is_in(browser)


def test_what_is_asked_for_is_bound_to_this_browser(provider: IdentityProvider, house: Identities, ada: Agent) -> None:
    browser = Client()
    one, other = sent_off(browser, provider), sent_off(browser, provider)
    assert one["code_challenge_method"] == "S256"
    assert "openid" in one["scope"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name]) >= 43
        assert one[name] != other[name]
    assert back(browser, house.allow(one))["Location"] == "/"


def test_the_subject_opens_it_for_good_whatever_the_address_is_by_then(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    goes(Client(), provider, house)
    house.says = {"email": "ada.berg-sonne@elsewhere.example", "email_verified": False}
    browser = Client()
    goes(browser, provider, house)
    assert is_in(browser)


def test_an_address_told_only_at_the_userinfo_endpoint_counts_if_it_is_of_the_same_person(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    house.says, house.userinfo = {}, {"email": "ada@desk.example", "email_verified": True, "sub": "somebody"}
    assert goes(Client(), provider, house) == DOOR
    assert reason() == "no_email"
    house.userinfo["sub"] = house.user
    browser = Client()
    goes(browser, provider, house)
    assert is_in(browser)


def test_a_key_that_was_changed_over_there_is_fetched_once_more(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    goes(Client(), provider, house)
    house.published_key = 1
    browser = Client()
    goes(browser, provider, house)
    assert is_in(browser)


BROUGHT = {"kty": "oct", "k": "AA"}
LONG_AGO, SOON = 1_500_000_000, 4_000_000_000
FORGED: dict[str, tuple[dict[str, Any], str]] = {
    "for somebody else": ({"claims": {"aud": "another-client"}}, "token"),
    "for several, ours not the one": ({"claims": {"aud": [CLIENT_ID, "b"], "azp": "b"}}, "token"),
    "for several, not saying whose": ({"claims": {"aud": [CLIENT_ID, "b"]}}, "token"),
    "by another issuer": ({"claims": {"iss": "https://evil.example"}}, "token"),
    "by none": ({"claims": {"iss": None}}, "token"),
    "of another question": ({"claims": {"nonce": "another"}}, "token"),
    "of no question": ({"claims": {"nonce": None}}, "token"),
    "of another access token": ({"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}, "token"),
    "over": ({"claims": {"exp": LONG_AGO}}, "clock"),
    "not yet": ({"claims": {"nbf": SOON}}, "clock"),
    "made in the future": ({"claims": {"iat": SOON, "exp": SOON + 9}}, "clock"),
    "without an end": ({"claims": {"exp": None}}, "token"),
    "of nobody": ({"claims": {"sub": None}}, "token"),
    "of an empty name": ({"claims": {"sub": ""}}, "token"),
    "of a number": ({"claims": {"sub": 7}}, "token"),
    "signed by nobody": ({"header": {"alg": "none", "kid": None}, "signer": by_nobody}, "signature"),
    "signed with our own secret": ({"header": {"alg": "HS256"}, "signer": by_secret(CLIENT_SECRET.encode())}, "signature"),
    "signed with the public key": ({"header": {"alg": "HS256"}, "signer": by_secret(public_pem())}, "signature"),
    "signed with another key": ({"signer": by_key(2)}, "signature"),
    "with a key nobody published": ({"header": {"kid": "key-9"}, "signer": by_key(2)}, "signature"),
    "with a key it brings along": ({"header": {"kid": None, "jwk": BROUGHT}, "signer": by_key(2)}, "signature"),
    "with a promise of more": ({"header": {"crit": ["more"], "more": 1}}, "signature"),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGED)
def test_a_token_that_was_tampered_with_opens_nothing(
    how: str, provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    twists, kind = FORGED[how]
    for name, value in twists.items():
        setattr(house, name, value)
    browser = Client()
    assert goes(browser, provider, house) == DOOR
    assert not is_in(browser)
    assert reason() == kind
    assert not Identity.objects.exists()
    page = browser.get(DOOR).content.decode()
    assert 'role="alert"' in page or "notice" in page


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"email": "ada@desk.example"}, "unverified"),
        ({"email": "ada@desk.example", "email_verified": False}, "unverified"),
        ({"email": "ada@desk.example", "email_verified": "false"}, "unverified"),
        ({"email": "ada@desk.example", "email_verified": 1}, "unverified"),
        ({"email_verified": True}, "no_email"),
        ({"email": ["ada@desk.example"], "email_verified": True}, "no_email"),
        ({"email": "ada@desk.example.evil.example", "email_verified": True}, "domain"),
        ({"email": "ada@evil.example", "email_verified": True}, "domain"),
        ({"email": "zoe@desk.example", "email_verified": True}, "no_seat"),
        ({"email": "ada@desK.example".replace("K", "\u212a"), "email_verified": True}, "no_seat"),
        ({"email": "ad\u0251@desk.example", "email_verified": True}, "no_seat"),
        ({"email": "bo\u017f@desk.example", "email_verified": True}, "no_seat"),
    ],
)
def test_only_a_verified_address_that_is_the_seats_is_bound(
    said: dict[str, Any], kind: str, provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    house.says = said
    browser = Client()
    goes(browser, provider, house)
    assert reason() == kind
    assert not is_in(browser)
    assert not Identity.objects.exists()


def test_microsofts_own_word_for_a_verified_address_counts(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    house.says = {"email": "Ada@desk.example", "xms_edov": True}
    browser = Client()
    goes(browser, provider, house)
    assert is_in(browser)


def test_another_account_with_the_same_address_is_refused_and_told(
    provider: IdentityProvider, house: Identities, ada: Agent, root: Agent, client_of: Desk
) -> None:
    goes(Client(), provider, house)
    house.user = "subject-2"
    browser = Client()
    goes(browser, provider, house)
    assert reason() == "other_subject"
    assert "Another account at House" in browser.get(DOOR).content.decode()
    path = f"/settings/agents/{ada.pk}/identities/{Identity.objects.get().pk}/ending"
    assert client_of(ada).post(path).status_code == 403
    assert client_of(root).post(path).status_code == 302
    goes(browser, provider, house)
    assert is_in(browser)


def test_a_closed_seat_stays_closed(provider: IdentityProvider, house: Identities, ada: Agent) -> None:
    goes(Client(), provider, house)
    deactivate_agent(ada, by=SYSTEM, at=clock.now())
    browser = Client()
    goes(browser, provider, house)
    assert reason() == "closed"
    assert not is_in(browser)
    assert Entry.objects.filter(kind="agent.sign_in_failed", data__agent=ada.pk).exists()


def test_a_newcomer_gets_the_seat_that_was_said_and_only_then(
    provider: IdentityProvider, house: Identities, support: Team
) -> None:
    house.says = {"email": "Zoe@desk.example", "email_verified": True, "name": "Zoe\nNobody"}
    goes(Client(), provider, house)
    assert reason() == "no_seat"
    set_to(provider, house, admits_newcomers=True, newcomer_role=Role.AGENT, newcomer_team=support)
    browser = Client()
    goes(browser, provider, house)
    zoe = Agent.objects.get()
    assert (zoe.email, zoe.name, zoe.role, list(zoe.teams.all())) == (
        "zoe@desk.example",
        "Zoe Nobody",
        "agent",
        [support],
    )
    assert not zoe.has_usable_password()
    assert is_in(browser)


def test_an_answer_is_good_once_and_only_in_the_browser_that_asked(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    mallory, victim = Client(), Client()
    theirs = house.allow(sent_off(mallory, provider))
    assert back(victim, theirs)["Location"] == DOOR, "a stranger's answer signs nobody in"
    assert reason() == "state"
    assert not is_in(victim)
    assert back(mallory, theirs)["Location"] == "/"
    mallory.post("/account/sign-out")
    assert back(mallory, theirs)["Location"] == DOOR
    assert reason() == "state"
    fresh = sent_off(mallory, provider)
    code = parse_qs(urlsplit(theirs).query)["code"][0]
    back(mallory, f"{DOOR}/back?{urlencode({'state': fresh['state'], 'code': code})}")
    assert reason() == "code"
    assert not is_in(mallory)


def test_a_code_of_another_browser_does_not_fit_the_proof_of_this_one(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    stolen = parse_qs(urlsplit(house.allow(sent_off(Client(), provider))).query)["code"][0]
    mallory = Client()
    state = sent_off(mallory, provider)["state"]
    back(mallory, f"{DOOR}/back?{urlencode({'state': state, 'code': stolen})}")
    assert reason() == "code"
    assert not is_in(mallory)


def test_a_question_grows_old(provider: IdentityProvider, house: Identities, ada: Agent) -> None:
    browser = Client()
    address = house.allow(sent_off(browser, provider))
    session = browser.session
    kept = session[ASKED]
    for each in kept.values():
        each["at"] -= GOOD_FOR_S + 1
    session[ASKED] = kept
    session.save()
    assert back(browser, address)["Location"] == DOOR
    assert reason() == "state"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"error": "access_denied"}, "denied"),
        ({"error": "server_error", "error_description": "<b>no</b>"}, "refused"),
        ({}, "refused"),
        ({"code": "made-up"}, "code"),
        ({"code": "made-up", "iss": "https://evil.example"}, "issuer"),
        ({"code": "made-up", "error": "x"}, "refused"),
    ],
)
def test_what_goes_wrong_on_the_way_ends_at_our_door_with_words(
    said: dict[str, str], kind: str, provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    browser = Client()
    state = sent_off(browser, provider, "?next=/search")["state"]
    answer = back(browser, f"{DOOR}/back?{urlencode({'state': state, **said})}")
    assert answer["Location"] == f"{DOOR}?next=%2Fsearch"
    assert reason() == kind
    page = browser.get(answer["Location"]).content.decode()
    assert "<b>no</b>" not in page
    assert "Traceback" not in page


def test_a_provider_that_is_down_says_so_at_our_door(provider: IdentityProvider, house: Identities, ada: Agent) -> None:
    browser = Client()
    house.is_down = True
    assert browser.get(f"{DOOR}/with/{provider.pk}")["Location"] == DOOR
    house.is_down = False
    assert browser.get(f"{DOOR}/with/{provider.pk}")["Location"] == DOOR, "it is not asked again at once"
    cache.clear()  # half a minute later
    address = house.allow(sent_off(browser, provider))
    house.is_down = True
    assert back(browser, address)["Location"] == DOOR
    assert reason() == "unreachable"
    assert "is not well" in browser.get(DOOR).content.decode()


def test_a_stranger_sends_us_to_the_provider_only_so_often(provider: IdentityProvider, house: Identities) -> None:
    browser = Client()
    answers = [browser.get(f"{DOOR}/with/{provider.pk}").status_code for _try in range(121)]
    assert answers == [302] * 120 + [429]
    assert browser.get(f"{DOOR}/back?state=x").status_code == 429


@pytest.mark.parametrize(
    "onward",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "nowhere",
    ],
)
def test_nobody_is_led_elsewhere_afterwards(
    onward: str, provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    browser = Client()
    query = f"?{urlencode({'next': onward})}"
    assert goes(browser, provider, house, query) == "/"
    assert browser.get(f"{DOOR}/with/{provider.pk}{query}")["Location"] == "/", "one who is in already"


def test_what_takes_the_place_of_passwords_leaves_administrators_a_way_back(
    provider: IdentityProvider, house: Identities, ada: Agent, root: Agent
) -> None:
    set_to(provider, house, replaces_password=True)
    browsers = {who.role: Client() for who in (ada, root)}
    for who in (ada, root):
        browsers[who.role].post(DOOR, {"login": who.email, "password": PASSWORD})
    assert not is_in(browsers["agent"])
    assert reason() == "password_replaced"
    assert "You sign in with House" in browsers["agent"].get(DOOR).content.decode()
    assert is_in(browsers["administrator"])
    goes(browsers["agent"], provider, house)
    assert is_in(browsers["agent"])


def test_a_new_password_is_no_way_around_the_provider(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    set_to(provider, house, replaces_password=True)
    browser = Client()
    key = f"{user_pk_to_url_str(ada)}-{default_token_generator.make_token(ada)}"
    path = browser.get(f"/account/password/new/{key}", follow=True).redirect_chain[-1][0]
    browser.post(path, {"password1": "another long secret", "password2": "another long secret"}, follow=True)
    assert not is_in(browser)


def test_whoever_is_invited_is_led_to_where_they_come_in(
    provider: IdentityProvider, house: Identities, ada: Agent, root: Agent, mailoutbox: list[Any]
) -> None:
    assert "/password/new/" in invite(ada, by=root.actor).link
    set_to(provider, house, replaces_password=True)
    assert invite(ada, by=root.actor).link.endswith(DOOR)
    assert "/password/new/" in invite(root, by=ada.actor).link
    assert "Sign in with House" in mailoutbox[1].body
    assert "password" not in mailoutbox[1].body


def test_it_takes_the_place_of_passwords_only_once_it_was_tried(provider: IdentityProvider, house: Identities) -> None:
    with pytest.raises(ValidationError):
        change_provider(provider, wish(house, replaces_password=True), by=SYSTEM, at=clock.now())
    with pytest.raises(ValidationError):
        add_provider(wish(house, issuer="https://b.example", replaces_password=True), by=SYSTEM, at=clock.now())


def test_our_second_step_is_asked_for_unless_the_provider_does_it(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    secret, now = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", clock.now()
    begin_second_step(ada, secret=secret, code=code_in(secret, window_at(now) - 1), by=SYSTEM, at=now)
    browser = Client()
    assert goes(browser, provider, house) == f"{DOOR}/second-step"
    assert not is_in(browser)
    browser.post(f"{DOOR}/second-step", {"code": code_in(secret, window_at(clock.now()))})
    assert is_in(browser)
    assert Entry.objects.get(kind="agent.signed_in").data["through"] == "House"
    set_to(provider, house, does_second_step=True)
    browser = Client()
    assert goes(browser, provider, house) == "/"
    assert is_in(browser)


def test_who_has_no_password_shows_a_code_to_take_the_second_step_away(ada: Agent, client_of: Desk) -> None:
    secret, now = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", clock.now()
    begin_second_step(ada, secret=secret, code=code_in(secret, window_at(now) - 1), by=SYSTEM, at=now)
    ada.set_unusable_password()
    ada.save()
    browser, address = client_of(ada), "/account/second-step"
    for wrong in ("", "000000", PASSWORD):
        assert browser.post(address, {"do": "end", "password": wrong}).status_code == 422
    right = code_in(secret, window_at(clock.now()))
    assert browser.post(address, {"do": "end", "password": right}).status_code == 302
    assert not has_second_step(ada)


def test_a_role_that_demands_two_steps_is_content_with_the_providers(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    demand_second_step(["agent"], ["agent"], by=SYSTEM, at=clock.now())
    browser = Client()
    goes(browser, provider, house)
    assert browser.get("/account/profile")["Location"] == "/account/second-step"
    set_to(provider, house, does_second_step=True)
    assert is_in(browser)
    set_to(provider, house)
    assert not is_in(browser), "from the next click on"
    set_to(provider, house, does_second_step=True)
    browser.post("/account/sign-out")
    browser.post(DOOR, {"login": ada.email, "password": PASSWORD})
    assert browser.get("/account/profile")["Location"] == "/account/second-step", "the password shows one thing only"


def test_an_ended_provider_opens_nothing(provider: IdentityProvider, house: Identities, ada: Agent) -> None:
    goes(Client(), provider, house)
    browser = Client()
    address = house.allow(sent_off(browser, provider))
    end_provider(provider, by=SYSTEM, at=clock.now())
    assert back(browser, address)["Location"] == DOOR
    assert reason() == "ended"
    assert browser.get(f"{DOOR}/with/{provider.pk}")["Location"] == DOOR
    assert not Identity.objects.exists()
    assert Entry.objects.get(kind="identity_provider.ended").data["bound"] == 1
    with pytest.raises(NotLetIn):
        admit(provider, Person("s", ada.email, True, ""), by=SYSTEM, at=clock.now())


@pytest.mark.parametrize("how", ["untied", "tied anew", "ended"])
def test_whoever_came_in_by_what_is_gone_is_out_at_once(
    how: str, provider: IdentityProvider, house: Identities, ada: Agent, client_of: Desk, at: datetime
) -> None:
    browser, by_password = Client(), client_of(ada)
    goes(browser, provider, house)
    assert is_in(browser)
    if how == "ended":
        end_provider(provider, by=SYSTEM, at=at)
    else:
        release_identity(provider.identities.get(), by=SYSTEM, at=at)
    if how == "tied anew":
        admit(provider, Person("another", ada.email, True, ada.name), by=SYSTEM, at=at)
    assert not is_in(browser)
    assert "_auth_user_id" not in browser.session
    assert is_in(by_password)


def test_the_issuer_stays_while_somebody_comes_in_by_it(
    provider: IdentityProvider, house: Identities, ada: Agent
) -> None:
    bound = admit(provider, Person("s", ada.email, True, ""), by=SYSTEM, at=clock.now()).identities.get()
    with pytest.raises(ValidationError):
        change_provider(provider, wish(house, issuer="https://other.example"), by=SYSTEM, at=clock.now())
    release_identity(bound, by=SYSTEM, at=clock.now())
    release_identity(bound, by=SYSTEM, at=clock.now())
    assert Entry.objects.filter(kind="identity.released").count() == 1
    change_provider(provider, wish(house, issuer="https://other.example"), by=SYSTEM, at=clock.now())


def test_the_secret_is_sealed_and_told_nowhere(provider: IdentityProvider, house: Identities) -> None:
    change_provider(provider, wish(house, client_secret="another-secret"), by=SYSTEM, at=clock.now())
    kept = IdentityProvider.objects.get().client_secret
    assert "another-secret" not in kept
    told = [str(entry.data) for entry in Entry.objects.all()]
    assert any("client_secret" in each for each in told)
    assert not any("another-secret" in each or CLIENT_SECRET in each or kept in each for each in told)
