"""Consents of providers: the code flow against a local authorisation server, tokens at a real IMAP server and in SMTP."""

from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from django.test import Client

from rung.accounts.models import Agent
from rung.channels.email.connecting import PLAIN, Server
from rung.channels.email.consenting import (
    ConsentFailed,
    authorisation_address,
    denied_in_words,
    exchange_code,
    new_verifier,
)
from rung.channels.email.errands.dispatches import smtp_server
from rung.channels.email.fetching import poll_mailbox
from rung.channels.email.models import Consent, Letter, Mailbox, OAuthClient
from rung.channels.email.sending import SendingFailed, SmtpTransport
from rung.channels.email.verbs.consent import access_token_for, register_client, registration_of
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox
from rung.core.actor import SYSTEM
from rung.core.fetching import is_fit_address
from rung.journal.models import Entry
from tests.authorisation import CLIENT_ID, CLIENT_SECRET, Authorisation
from tests.cast import Desk
from tests.dovecot import Dovecot
from tests.ports import free_port

LETTER = b"From: carla@example.org\r\nSubject: By consent\r\nMessage-ID: <consent@example.org>\r\n\r\nHello\r\n"


@pytest.fixture
def provider() -> Iterator[Authorisation]:
    with Authorisation() as running:
        yield running


@pytest.fixture
def client(provider: Authorisation, db: None, at: datetime) -> OAuthClient:
    return register_client(
        "gmail",
        client_id=CLIENT_ID,
        client_secret=CLIENT_SECRET,
        authorize_url=provider.authorize_url,
        token_url=provider.token_url,
        by=SYSTEM,
        at=at,
    )


@pytest.fixture
def mailbox(client: OAuthClient, at: datetime) -> Mailbox:
    return add_mailbox(
        name="Desk", address="support@desk.example", incoming="imap", provider="gmail", sign_in="oauth",
        imap_host="localhost", imap_port=1, imap_user="user1", stage="setup", by=SYSTEM, at=at,
    )  # fmt: skip


def connects(browser: Client, mailbox: Mailbox, provider: Authorisation) -> Any:
    """An administrator presses "Connect", allows it there, and is sent back."""
    there = browser.get(f"/settings/mailboxes/{mailbox.pk}/consent")
    assert there.status_code == 302
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}
    back = urlsplit(provider.allow(asked))
    return browser.get(f"{back.path}?{back.query}", follow=True)


def test_a_mailbox_is_connected_with_a_code_and_a_proof(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    browser = client_of(root)
    there = browser.get(f"/settings/mailboxes/{mailbox.pk}/consent")
    asked = parse_qs(urlsplit(there["Location"]).query)
    assert there["Location"].startswith(provider.authorize_url + "?")
    assert (asked["response_type"], asked["client_id"], asked["code_challenge_method"]) == (
        ["code"],
        [CLIENT_ID],
        ["S256"],
    )
    assert asked["access_type"] == ["offline"]
    assert CLIENT_SECRET not in there["Location"]
    page = connects(browser, mailbox, provider)
    assert page.redirect_chain == [(f"/settings/mailboxes/{mailbox.pk}/trial", 302)]
    consent = Consent.objects.get()
    assert (consent.account, consent.given_by, consent.has_ended()) == ("user1", root, False)
    for token in [*provider.refreshing, *provider.access]:
        assert token not in consent.refresh_token + consent.access_token
    assert list(Entry.objects.filter(kind="consent.given").values_list("data", flat=True)) == [
        {"mailbox": mailbox.pk, "provider": "gmail"}
    ]


@pytest.mark.parametrize("changed", [{"state": "another"}, {"state": ""}])
def test_an_answer_to_no_question_of_ours_is_refused(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation, changed: dict[str, str]
) -> None:
    browser = client_of(root)
    browser.get(f"/settings/mailboxes/{mailbox.pk}/consent")
    answer = browser.get("/settings/mailboxes/consent", {"code": "x"} | changed, follow=True)
    assert "belongs to no question of ours" in answer.content.decode()
    assert not Consent.objects.exists()
    assert [path for path, _ in provider.asked] == []


def test_an_answer_is_good_once_and_in_one_browser_only(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    browser = client_of(root)
    there = browser.get(f"/settings/mailboxes/{mailbox.pk}/consent")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there["Location"]).query).items()}
    back = urlsplit(provider.allow(asked))
    elsewhere = client_of(root).get(f"{back.path}?{back.query}", follow=True)
    assert "belongs to no question of ours" in elsewhere.content.decode()
    assert "Connected." in browser.get(f"{back.path}?{back.query}", follow=True).content.decode()
    again = browser.get(f"{back.path}?{back.query}", follow=True)
    assert "belongs to no question of ours" in again.content.decode()


def test_a_refusal_there_is_said_here(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    browser = client_of(root)
    there = browser.get(f"/settings/mailboxes/{mailbox.pk}/consent")
    state = parse_qs(urlsplit(there["Location"]).query)["state"][0]
    said = {"error": "access_denied", "error_description": "The user said no", "state": state}
    page = browser.get("/settings/mailboxes/consent", said, follow=True)
    text = page.content.decode()
    assert page.redirect_chain == [(f"/settings/mailboxes/{mailbox.pk}/departure", 302)]
    assert "allow everything that is asked for there" in text
    assert "The provider says: The user said no" in text
    assert "access_denied" not in text


@pytest.mark.parametrize("error", ["access_denied", "server_error", "consent_required", "invalid_scope", "odd", ""])
def test_every_refusal_is_in_words_and_says_what_to_do(error: str) -> None:
    said = denied_in_words(error, "")
    assert ("odd" in said) == (error == "odd")
    assert "_" not in said
    assert any(word in said.lower() for word in ("go on", "try again", "look at"))


def test_saving_leads_to_the_connection_until_there_is_one(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    browser = client_of(root)
    typed = {
        "incoming": "imap", "provider": "gmail", "sign_in": "oauth", "imap_host": "localhost", "imap_port": "1",
        "imap_security": "tls", "imap_user": "user1", "folders": "INBOX", "once_kept": "leave", "outgoing": "default",
    }  # fmt: skip
    saved = browser.post(f"/settings/mailboxes/{mailbox.pk}/servers", typed, follow=True)
    assert saved.redirect_chain == [(f"/settings/mailboxes/{mailbox.pk}/departure", 302)]
    assert "the provider has to let us in" in saved.content.decode()
    assert "is not connected at its provider" in browser.get(f"/settings/mailboxes/{mailbox.pk}/trial").content.decode()
    connects(browser, mailbox, provider)
    saved = browser.post(f"/settings/mailboxes/{mailbox.pk}/servers", typed, follow=True)
    assert saved.redirect_chain == [(f"/settings/mailboxes/{mailbox.pk}/trial", 302)]


def test_a_server_of_ones_own_needs_its_addresses(client_of: Desk, root: Agent) -> None:
    page = client_of(root).post("/settings/mailboxes/providers/own", {"client_id": "desk"})
    assert page.status_code == 422
    text = page.content.decode()
    assert 'id="id_authorize_url-error"' in text or text.count("field-error") >= 2
    assert not OAuthClient.objects.exists()
    assert client_of(root).post("/settings/mailboxes/providers/gmail", {"client_id": "desk"}).status_code == 302


def test_a_wrong_secret_is_said_in_words(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation, at: datetime
) -> None:
    register_client(
        "gmail", client_id=CLIENT_ID, client_secret="wrong", authorize_url=provider.authorize_url,
        token_url=provider.token_url, by=SYSTEM, at=at,
    )  # fmt: skip
    page = connects(client_of(root), mailbox, provider)
    assert "look at the client ID and secret" in page.content.decode()


def test_another_account_is_told(client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation) -> None:
    provider.user = "somebody.else@gmail.com"
    page = connects(client_of(root), mailbox, provider)
    assert "Connected as somebody.else@gmail.com." in page.content.decode()


def test_a_code_without_its_proof_is_worth_nothing(client: OAuthClient, provider: Authorisation) -> None:
    registration = registration_of(client)
    address = authorisation_address(registration, state="s", verifier=new_verifier(), back="http://here/", user="u")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    code = parse_qs(urlsplit(provider.allow(asked)).query)["code"][0]
    with pytest.raises(ConsentFailed) as failure:
        exchange_code(registration, code=code, verifier=new_verifier(), back="http://here/")
    assert failure.value.has_ended


def test_a_token_is_used_until_its_end_and_then_fetched_anew(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    connects(client_of(root), mailbox, provider)
    given = Consent.objects.get().given_at
    first = access_token_for(mailbox, by=SYSTEM, at=given + timedelta(minutes=50))
    assert access_token_for(mailbox, by=SYSTEM, at=given + timedelta(minutes=57)) == first
    second = access_token_for(mailbox, by=SYSTEM, at=given + timedelta(minutes=59))
    assert second != first
    assert access_token_for(mailbox, by=SYSTEM, at=given + timedelta(minutes=70)) == second


def test_a_provider_that_gives_a_new_refresh_token_each_time_is_followed(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    provider.rotates = True
    connects(client_of(root), mailbox, provider)
    given = Consent.objects.get().given_at
    tokens = {access_token_for(mailbox, by=SYSTEM, at=given + timedelta(hours=hours)) for hours in range(1, 5)}
    assert len(tokens) == 4


def test_a_consent_that_was_taken_back_is_told_once_and_not_asked_for_again(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    browser = client_of(root)
    connects(browser, mailbox, provider)
    later = Consent.objects.get().given_at + timedelta(hours=2)
    provider.revoke()
    for _n in range(3):
        with pytest.raises(ConsentFailed, match="connect again"):
            access_token_for(mailbox, by=SYSTEM, at=later)
    assert [path for path, _ in provider.asked] == ["/token", "/token"]
    assert Entry.objects.filter(kind="consent.ended").count() == 1
    for path in ("", f"/{mailbox.pk}", f"/{mailbox.pk}/servers"):
        assert "connect again" in browser.get(f"/settings/mailboxes{path}").content.decode().lower()
    with pytest.raises(SendingFailed, match="connect again"):
        smtp_server(mailbox, at=later)
    connects(browser, mailbox, provider)
    assert access_token_for(mailbox, by=SYSTEM, at=Consent.objects.get().given_at)


def test_a_provider_that_is_down_ends_nothing(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation
) -> None:
    connects(client_of(root), mailbox, provider)
    later = Consent.objects.get().given_at + timedelta(hours=2)
    provider.is_down = True
    with pytest.raises(ConsentFailed) as failure:
        access_token_for(mailbox, by=SYSTEM, at=later)
    assert not failure.value.has_ended
    provider.is_down = False
    assert access_token_for(mailbox, by=SYSTEM, at=later)


def test_a_token_is_never_sent_to_another_server(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation, at: datetime
) -> None:
    browser = client_of(root)
    connects(browser, mailbox, provider)
    typed = {
        "incoming": "imap", "provider": "gmail", "sign_in": "oauth", "imap_host": "evil.example", "imap_port": 993,
        "imap_security": "tls", "imap_user": "user1", "folders": "INBOX", "once_kept": "leave", "outgoing": "outbox",
    }  # fmt: skip
    page = browser.post(f"/settings/mailboxes/{mailbox.pk}/servers/trial", typed).content.decode()
    assert "Save first" in page
    change_mailbox(mailbox, imap_host="evil.example", by=SYSTEM, at=at)
    with pytest.raises(ConsentFailed, match="connect again"):
        access_token_for(mailbox, by=SYSTEM, at=at)


def test_the_secret_is_asked_for_only_over_encrypted_lines() -> None:
    assert is_fit_address("https://login.example/token")
    assert is_fit_address("http://127.0.0.1:9/token")
    assert not is_fit_address("http://login.example/token")
    assert not is_fit_address("ftp://login.example/token")
    assert not is_fit_address("file:///etc/passwd")


def test_a_real_server_takes_the_token_and_a_new_one_when_the_old_is_refused(
    client_of: Desk, root: Agent, mailbox: Mailbox, provider: Authorisation, at: datetime
) -> None:
    with Dovecot(tokeninfo_url=provider.tokeninfo_url) as dovecot:
        account = dovecot.new_account()
        account.put(LETTER)
        change_mailbox(
            mailbox, imap_port=dovecot.imaps_port, certificate=dovecot.certificate, imap_user=account.user, stage="live",
            by=SYSTEM, at=at,
        )  # fmt: skip
        provider.user = account.user
        page = connects(client_of(root), mailbox, provider)
        assert "Connected." in page.content.decode()
        page = client_of(root).post(f"/settings/mailboxes/{mailbox.pk}/trial").content.decode()
        assert "localhost lets us in as user1." in page
        mailbox.refresh_from_db()
        poll_mailbox(mailbox, at=at)
        assert Letter.objects.get().subject == "By consent"
        provider.access.clear()  # the token ends before its time; the consent holds
        poll_mailbox(mailbox, at=at)
        mailbox.refresh_from_db()
        assert mailbox.last_error == ""
        provider.revoke()
        poll_mailbox(mailbox, at=at)
        mailbox.refresh_from_db()
        assert "connect again" in mailbox.last_error


class Taking:
    """An SMTP server that takes XOAUTH2."""

    def __init__(self) -> None:
        self.said: list[str] = []

    async def auth_XOAUTH2(self, server: Any, args: list[str]) -> AuthResult:  # noqa: N802  # aiosmtpd's name for it
        said = b64decode(args[1]).decode()
        self.said.append(said)
        if "Bearer good" in said:
            return AuthResult(success=True, auth_data=LoginPassword(b"user1", b""))
        await server.push("334 eyJzdGF0dXMiOiI0MDEifQ==")
        self.said.append((await server._reader.readline()).decode())
        return AuthResult(success=False, handled=False)


def test_answers_are_sent_with_a_token_and_a_refusal_comes_to_its_end() -> None:
    taking, port = Taking(), free_port()
    controller = Controller(taking, hostname="127.0.0.1", port=port, auth_require_tls=False, auth_required=True)
    controller.start()
    try:
        transport = SmtpTransport(Server("127.0.0.1", port, PLAIN, user="user1", token="good"))
        transport.connect()
        transport.close()
        assert taking.said == ["user=user1\x01auth=Bearer good\x01\x01"]
        with pytest.raises(SendingFailed, match="does not accept"):
            SmtpTransport(Server("127.0.0.1", port, PLAIN, user="user1", token="old")).connect()
        assert taking.said[2] == "\r\n"
    finally:
        controller.stop()


@pytest.mark.parametrize("mailbox", ["²", "9" * 5000, "none"])
def test_a_client_entered_for_no_mailbox_leads_to_all_of_them(mailbox: str, root: Agent, client_of: Desk) -> None:
    said = {"client_id": "desk", "client_secret": "secret", "mailbox": mailbox}
    answer = client_of(root).post("/settings/mailboxes/providers/gmail", said)
    assert answer.headers["Location"] == "/settings/mailboxes"
