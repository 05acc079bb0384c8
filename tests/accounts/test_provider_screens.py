"""Identity providers by hand: what is said when one cannot be relied on, and who may do what."""

import socketserver
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, IdentityProvider, Team
from rung.accounts.openid import Person
from rung.accounts.verbs import add_provider, admit, form_role
from rung.core import clock, fetching
from rung.core.actor import SYSTEM
from rung.core.fetching import FetchFailed, fetch, is_fit_address
from rung.journal.models import Entry
from tests.accounts.test_providers import house, provider, running, sent_off, wish
from tests.cast import Desk
from tests.identities import CLIENT_ID, CLIENT_SECRET, DISCOVERY, Identities

__all__ = ["house", "provider", "running"]

NEW = "/settings/sign-in/providers/new"


def typed(house: Identities, **other: Any) -> dict[str, Any]:
    given = {"name": "House", "issuer": house.base, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    return given | {"domains": "Desk.example, @desk.test", "newcomer_role": "agent"} | other


def test_a_provider_is_added_tried_changed_and_ended_by_hand(house: Identities, root: Agent, client_of: Desk) -> None:
    browser = client_of(root)
    assert "/account/sign-in/back" in browser.get(NEW).content.decode()
    page = browser.post(NEW, typed(house, issuer=f"{house.base}{DISCOVERY}"))
    there = IdentityProvider.objects.get()
    assert page["Location"] == f"/settings/sign-in/providers/{there.pk}"
    assert (there.issuer, there.domains) == (house.base, ["desk.example", "desk.test"])
    answer = browser.get(f"{page['Location']}/trial")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    parts = urlsplit(house.allow(asked))
    answer = browser.get(f"{parts.path}?{parts.query}")
    shown = browser.get(answer["Location"]).content.decode()
    assert "It works: you are ada@desk.example there (subject-1)" in shown
    assert CLIENT_SECRET not in shown
    there.refresh_from_db()
    assert there.tried_at is not None
    assert not there.identities.exists()
    assert int(browser.session["_auth_user_id"]) == root.pk
    house.is_down = True
    kept = typed(house, issuer=there.issuer, client_secret="", replaces_password="on", name="Haus")
    assert browser.post(f"/settings/sign-in/providers/{there.pk}", kept).status_code == 302, "also while it is down"
    assert Entry.objects.get(kind="identity_provider.changed").data["changed"] == ["name", "replaces_password"]
    assert "Haus" in browser.get("/settings/sign-in").content.decode()
    browser.post(f"/settings/sign-in/providers/{there.pk}/ending")
    assert not IdentityProvider.objects.exists()


def test_the_secret_of_one_provider_is_told_to_no_other(
    provider: IdentityProvider, house: Identities, root: Agent, client_of: Desk
) -> None:
    house.is_down = True  # nothing is asked before the secret is there
    moved = typed(house, issuer=f"{house.base}/realms/other", client_secret="")
    page = client_of(root).post(f"/settings/sign-in/providers/{provider.pk}", moved)
    assert page.status_code == 422
    assert "Another provider gives out another secret" in page.content.decode()
    assert IdentityProvider.objects.get().issuer == provider.issuer


def test_a_trial_that_fails_says_why_and_does_not_count(
    provider: IdentityProvider, house: Identities, root: Agent, client_of: Desk
) -> None:
    browser = client_of(root)
    answer = browser.get(f"/settings/sign-in/providers/{provider.pk}/trial")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    house.claims = {"aud": "another"}
    parts = urlsplit(house.allow(asked))
    answer = browser.get(f"{parts.path}?{parts.query}")
    assert "not meant for this sign-in" in browser.get(answer["Location"]).content.decode()
    assert IdentityProvider.objects.get().tried_at is None


def test_two_at_one_form_do_not_overwrite_each_other(
    provider: IdentityProvider, house: Identities, root: Agent, client_of: Desk
) -> None:
    browser, address = client_of(root), f"/settings/sign-in/providers/{provider.pk}"
    stamp = browser.get(address).content.decode().split('name="shown" value="')[1].split('"')[0].replace("&quot;", '"')
    same = typed(house, client_secret="", domains="desk.example", shown=stamp)
    assert browser.post(address, same | {"name": "First"}).status_code == 302
    assert browser.post(address, same | {"name": "Second"}).status_code == 409
    assert browser.post(address, same | {"name": "House", "does_second_step": "on"}).status_code == 302
    provider.refresh_from_db()
    assert (provider.name, provider.does_second_step) == ("First", True)


REFUSED: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "nothing there": ({"issuer": "http://127.0.0.1:9"}, {}, "cannot be reached"),
    "no https": ({"issuer": "http://login.example.com"}, {}, "begins with https"),
    "no address": ({"issuer": "login"}, {}, "begins with https"),
    "a name in it": ({"issuer": "https://a:b@login.example.com"}, {}, "begins with https"),
    "a file": ({"issuer": "file:///etc/passwd"}, {}, "begins with https"),
    "not a discovery document": ({}, {"issuer": None}, "no discovery document"),
    "no keys": ({}, {"jwks_uri": 5}, "no discovery document"),
    "another issuer": ({}, {"issuer": "https://other.example"}, "calls itself https://other.example"),
    "for every tenant": ({}, {"issuer": "https://login.example/{tenantid}/v2.0"}, "calls itself"),
    "leads elsewhere unencrypted": ({}, {"token_endpoint": "http://other.example/token"}, "not encrypted"),
    "no client secrets": (
        {},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        "takes no client secrets",
    ),
    "wrong secret": ({"client_secret": "wrong"}, {}, "does not know us"),
    "wrong client": ({"client_id": "wrong"}, {}, "does not know us"),
    "no secret": ({"client_secret": ""}, {}, "This field is required"),
    "no domain": ({"domains": ", "}, {}, "Name at least one"),
    "a strange domain": ({"domains": "desk"}, {}, "is no domain"),
    "administrators by themselves": ({"newcomer_role": "administrator"}, {}, "Select a valid choice"),
    "instead of passwords at once": ({"replaces_password": "on"}, {}, "Test the connection first"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_what_cannot_be_relied_on_is_refused_with_a_reason(
    why: str, house: Identities, root: Agent, client_of: Desk
) -> None:
    other, document, words = REFUSED[why]
    house.document = document
    answer = client_of(root).post(NEW, typed(house, **other))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not IdentityProvider.objects.exists()


def test_a_document_that_is_not_there_is_said_to_be_none(house: Identities, root: Agent, client_of: Desk) -> None:
    answer = client_of(root).post(NEW, typed(house, issuer=f"{house.base}/realms/other"))
    assert "answered 404" in answer.content.decode()


def test_a_slash_at_the_end_is_the_providers_to_decide(house: Identities, root: Agent, client_of: Desk) -> None:
    house.document = {"issuer": f"{house.base}/"}
    client_of(root).post(NEW, typed(house))
    assert IdentityProvider.objects.get().issuer == f"{house.base}/"


def test_whoever_may_not_vouch_for_everybody_changes_no_provider(
    provider: IdentityProvider, house: Identities, ada: Agent, client_of: Desk
) -> None:
    """Who looks after agents, but may do less than an administrator, could make themselves one with a provider."""
    role = form_role("Keeper", scope="all", permissions=["settings.team"], by=SYSTEM, at=clock.now())
    Agent.objects.filter(pk=ada.pk).update(role=role.key, scope=role.scope, permissions=role.permissions)
    browser = client_of(ada)
    assert "House" not in browser.get("/settings/sign-in").content.decode()
    for path in ("new", f"{provider.pk}", f"{provider.pk}/trial"):
        assert browser.get(f"/settings/sign-in/providers/{path}").status_code == 403, path
    assert browser.post(f"/settings/sign-in/providers/{provider.pk}/ending").status_code == 403


def test_a_trial_lets_nobody_in_who_was_not_in(
    provider: IdentityProvider, house: Identities, root: Agent, client_of: Desk
) -> None:
    browser = client_of(root)
    answer = browser.get(f"/settings/sign-in/providers/{provider.pk}/trial")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}
    Agent.objects.filter(pk=root.pk).update(is_active=False)
    parts = urlsplit(house.allow(asked))
    assert browser.get(f"{parts.path}?{parts.query}")["Location"] == "/account/sign-in"
    assert IdentityProvider.objects.get().tried_at is None


def test_everybody_sees_how_they_sign_in(
    provider: IdentityProvider, ada: Agent, root: Agent, support: Team, client_of: Desk
) -> None:
    browser = client_of(ada)
    assert "You can sign in with House" in browser.get("/account/ways-in").content.decode()
    admit(provider, Person("s", ada.email, True, ""), by=SYSTEM, at=clock.now())
    with CaptureQueriesContext(connection) as asked:
        page = browser.get("/account/ways-in").content.decode()
    assert "You can sign in with House" not in page
    assert "ada@desk.example" in page
    assert len(asked) <= 9
    theirs = client_of(root).get(f"/settings/agents/{ada.pk}").content.decode()
    assert "Signs in with House as ada@desk.example" in theirs


def test_the_screens_ask_the_same_however_many_there_are(
    provider: IdentityProvider, house: Identities, root: Agent, ada: Agent, client_of: Desk
) -> None:
    browser = client_of(root)

    def asked() -> list[int]:
        counts = []
        for address in ("/settings/sign-in", f"/settings/sign-in/providers/{provider.pk}"):
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    before = asked()
    for number in range(3):
        add_provider(wish(house, issuer=f"https://{number}.example"), by=SYSTEM, at=clock.now())
    admit(provider, Person("s", ada.email, True, ""), by=SYSTEM, at=clock.now())
    assert asked() == before
    assert max(before) <= 12


def test_the_sign_in_page_asks_one_thing_more(provider: IdentityProvider, ada: Agent, client_of: Desk) -> None:
    from django.test import Client

    with CaptureQueriesContext(connection) as asked:
        page = Client().get("/account/sign-in").content.decode()
    assert "Sign in with House" in page
    assert sum("identityprovider" in each["sql"] for each in asked) == 1
    assert sent_off(Client(), provider)["client_id"] == CLIENT_ID


@pytest.fixture
def awkward() -> Iterator[tuple[list[bytes], str]]:
    """A server that says what it is told, piece by piece, and then holds the line."""
    pieces: list[bytes] = []
    is_over = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            for piece in pieces:
                try:
                    self.request.sendall(piece)
                except OSError:
                    return
                if is_over.wait(0.05):
                    return
            is_over.wait(5)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield pieces, f"http://127.0.0.1:{server.server_address[1]}/"
        is_over.set()
        server.shutdown()


HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 9999999\r\n\r\n"


@pytest.mark.parametrize(
    "said",
    [[], [HEAD], [HEAD, *[b"x"] * 99], [b"HTTP/1.1 200 OK\r\n", *[b"X-Drip: 1\r\n"] * 90]],
    ids=["silence", "a head alone", "drops", "heads without end"],
)
def test_whoever_drips_is_hung_up_on(said: list[bytes], awkward: tuple[list[bytes], str]) -> None:
    pieces, address = awkward
    pieces += said
    begun = time.monotonic()
    with pytest.raises(FetchFailed, match="in time"):
        fetch(address, within_s=0.4)
    assert time.monotonic() - begun < 4


def test_a_flood_is_not_read_to_its_end(awkward: tuple[list[bytes], str]) -> None:
    pieces, address = awkward
    pieces += [HEAD + b"x" * (fetching.MOST_BYTES + 100_000)]
    with pytest.raises(FetchFailed, match="more than"):
        fetch(address)


def test_nobody_is_followed_elsewhere(awkward: tuple[list[bytes], str]) -> None:
    pieces, address = awkward
    pieces += [b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n"]
    assert fetch(address).status == 302


@pytest.mark.parametrize(
    ("url", "is_fit"),
    [
        ("https://login.example.com", True),
        ("http://localhost:8080/realms/x", True),
        ("http://[::1]:8080", True),
        ("http://login.example.com", False),
        ("http://127.0.0.1@login.example.com", False),
        ("http://127.example.com.evil.example", False),
        ("https://login.example.com:99999", False),
        ("https://login.example.com/\r\nX: 1", False),
        ("https://exämple.com", False),
        ("gopher://127.0.0.1", False),
        ("", False),
    ],
)
def test_secrets_go_by_tls_or_stay_on_this_machine(url: str, is_fit: bool) -> None:
    assert is_fit_address(url) is is_fit
