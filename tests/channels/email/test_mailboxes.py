"""The screens on which administrators set up mailboxes."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.models import Folder, Mailbox, Straggler
from rung.channels.email.sessions import imap_server
from rung.channels.email.verbs.mailbox import (
    add_mailbox,
    ask_for_stragglers,
    change_mailbox,
    close_mailbox,
    note_check,
    note_straggler,
    open_folder,
    reopen_mailbox,
)
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.ui.stamped import STAMP
from tests.cast import Desk
from tests.dovecot import PASSWORD, Account, Dovecot
from tests.sink import Sink


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    return dovecot.new_account()


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Desk", address="support@desk.example", by=SYSTEM, at=at)


@pytest.fixture
def filled(account: Account, dovecot: Dovecot) -> dict[str, Any]:
    """The form of the servers as an administrator would fill it."""
    return {
        "incoming": "imap",
        "provider": "own",
        "sign_in": "password",
        "imap_host": "localhost",
        "imap_port": dovecot.imaps_port,
        "imap_security": "tls",
        "imap_user": account.user,
        "imap_password": PASSWORD,
        "folders": "INBOX, Sales,INBOX",
        "once_kept": "leave",
        "outgoing": "default",
        "certificate": dovecot.certificate,
    }


@pytest.fixture
def begun(db: None, at: datetime) -> Mailbox:
    """A mailbox whose servers are not entered yet."""
    return add_mailbox(
        name="Desk Support", address="support@desk.example", incoming="imap", stage="setup", by=SYSTEM, at=at
    )


def kinds() -> list[str]:
    return list(Entry.objects.filter(kind__startswith="mailbox.").order_by("pk").values_list("kind", flat=True))


def test_an_added_mailbox_is_an_event_and_its_address_is_lower_case(db: None, at: datetime, root: Agent) -> None:
    mailbox = add_mailbox(name="Desk", address=" Support@Desk.Example ", imap_password="x", by=root.actor, at=at)
    assert (mailbox.address, mailbox.added_at) == ("support@desk.example", at)
    assert mailbox.imap_password not in ("", "x")
    assert kinds() == ["mailbox.added"]


def test_an_address_can_be_used_once(mailbox: Mailbox, at: datetime) -> None:
    with pytest.raises(ValidationError):
        add_mailbox(name="Other", address="SUPPORT@desk.example", by=SYSTEM, at=at)
    other = add_mailbox(name="Other", address="other@desk.example", by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        change_mailbox(other, address="support@desk.example", by=SYSTEM, at=at)


def test_only_our_own_door_is_trusted_with_plus_addresses_unasked(db: None, at: datetime) -> None:
    def plus(address: str, **settings: Any) -> bool:
        return add_mailbox(name="x", address=address, by=SYSTEM, at=at, **settings).takes_plus_addresses

    assert plus("a@desk.example")
    assert not plus("b@desk.example", incoming="imap")
    assert plus("c@desk.example", incoming="imap", takes_plus_addresses=True)


def test_a_change_names_the_fields_and_not_the_values(mailbox: Mailbox, at: datetime) -> None:
    change_mailbox(mailbox, name="New name", imap_password="hunter2", by=SYSTEM, at=at)
    entry = Entry.objects.get(kind="mailbox.changed")
    assert entry.data["changed"] == ["name", "imap_password"]
    assert "hunter2" not in str(entry.data)


def test_a_change_of_nothing_is_no_event(mailbox: Mailbox, at: datetime) -> None:
    change_mailbox(mailbox, name=mailbox.name, imap_password="", by=SYSTEM, at=at)
    assert kinds() == ["mailbox.added"]


def test_another_server_is_read_from_its_own_beginning(mailbox: Mailbox, at: datetime) -> None:
    open_folder(mailbox, "INBOX", uid_validity=1, from_uid=7, by=SYSTEM, at=at)
    change_mailbox(mailbox, imap_host="elsewhere.example", by=SYSTEM, at=at)
    assert not Folder.objects.exists()


def test_closing_and_opening_happen_once(mailbox: Mailbox, at: datetime) -> None:
    for _n in range(2):
        close_mailbox(mailbox, by=SYSTEM, at=at)
    for _n in range(2):
        reopen_mailbox(mailbox, by=SYSTEM, at=at)
    assert kinds() == ["mailbox.added", "mailbox.closed", "mailbox.reopened"]


PATHS = (
    "", "/new", "/1", "/1/address", "/1/servers", "/1/trial", "/1/rehearsal", "/1/history", "/1/live", "/1/spam",
    "/1/automatic", "/1/consent", "/1/departure", "/consent", "/providers/gmail",
)  # fmt: skip
POSTED = (
    "/1/closure", "/1/servers/trial", "/1/history/stop", "/1/history/resumption", "/1/pause", "/1/senders",
    "/1/senders/1", "/1/live", "/1/rehearsal",
)  # fmt: skip


def test_only_administrators_get_in(client_of: Desk, ada: Agent, lin: Agent) -> None:
    for agent in (ada, lin):
        client = client_of(agent)
        assert {client.get(f"/settings/mailboxes{path}").status_code for path in PATHS} == {403}
        assert {client.post(f"/settings/mailboxes{path}").status_code for path in POSTED} == {403}


def test_the_first_time_it_says_what_to_do(client_of: Desk, root: Agent) -> None:
    page = client_of(root).get("/settings/mailboxes")
    assert page.status_code == 200
    assert "No mailbox yet" in page.content.decode()
    assert "/settings/mailboxes/new" in page.content.decode()


def test_a_mailbox_begins_with_its_address_and_what_is_known_of_its_provider(
    client_of: Desk, root: Agent, support: Team
) -> None:
    client = client_of(root)
    assert client.get("/settings/mailboxes/new").status_code == 200
    posted = {"name": "Shop", "address": "Shop@GMail.com", "team": support.pk, "incoming": "imap"}
    page = client.post("/settings/mailboxes/new", posted, follow=True).content.decode()
    mailbox = Mailbox.objects.get()
    assert (mailbox.address, mailbox.team, mailbox.stage) == ("shop@gmail.com", support, "setup")
    assert (mailbox.provider, mailbox.imap_host, mailbox.smtp_host) == ("gmail", "imap.gmail.com", "smtp.gmail.com")
    assert (mailbox.imap_user, mailbox.outgoing, mailbox.takes_plus_addresses) == ("shop@gmail.com", "smtp", True)
    assert "App passwords" in page


@pytest.mark.parametrize(
    ("address", "host", "sign_in"),
    [
        ("us@outlook.com", "outlook.office365.com", "oauth"),
        ("us@fastmail.com", "imap.fastmail.com", "password"),
        ("us@gmx.de", "imap.gmx.net", "password"),
        ("us@our-own.example", "imap.our-own.example", "password"),
    ],
)
def test_each_provider_is_known_by_its_domain(
    client_of: Desk, root: Agent, address: str, host: str, sign_in: str
) -> None:
    client_of(root).post("/settings/mailboxes/new", {"name": "Shop", "address": address, "incoming": "imap"})
    mailbox = Mailbox.objects.get()
    assert (mailbox.imap_host, mailbox.sign_in) == (host, sign_in)


def test_the_servers_are_entered_and_nothing_is_live_yet(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    client = client_of(root)
    answer = client.post(f"/settings/mailboxes/{begun.pk}/servers", filled)
    assert (answer.status_code, answer["Location"]) == (302, f"/settings/mailboxes/{begun.pk}/trial")
    begun.refresh_from_db()
    assert begun.folders == ["INBOX", "Sales"]
    assert imap_server(begun).password == PASSWORD
    assert not begun.is_live()
    for step in ("", "/address", "/servers", "/trial", "/rehearsal", "/history", "/live", "/spam", "/automatic"):
        assert client.get(f"/settings/mailboxes/{begun.pk}{step}").status_code == 200, step


def test_the_address_and_the_signature_are_changed(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    address = f"/settings/mailboxes/{mailbox.pk}/address"
    posted = {"name": "New name", "address": "Other@desk.example", "signature": "Regards\n{name}"}
    assert client_of(root).post(address, posted).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.name, mailbox.address, mailbox.signature) == ("New name", "other@desk.example", "Regards\n{name}")


def test_the_password_is_never_shown_and_kept_when_left_empty(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{begun.pk}/servers"
    client.post(address, filled)
    page = client.get(address).content.decode()
    begun.refresh_from_db()
    assert PASSWORD not in page
    assert begun.imap_password not in page
    assert client.post(address, filled | {"imap_password": "", "folders": "INBOX"}).status_code == 302
    begun.refresh_from_db()
    assert begun.folders == ["INBOX"]
    assert imap_server(begun).password == PASSWORD


@pytest.mark.parametrize("change", [{"imap_host": "evil.example"}, {"imap_user": "other"}, {"imap_port": 143}])
def test_a_kept_password_is_not_sent_to_another_server(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any], change: dict[str, Any]
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{begun.pk}/servers"
    client.post(address, filled)
    for place in (address, f"{address}/trial"):
        answer = client.post(place, filled | {"imap_password": ""} | change)
        assert answer.status_code == 422
        assert "Enter it again" in answer.content.decode()


def test_a_kept_password_does_not_leave_in_clear_once_it_was_encrypted(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{begun.pk}/servers"
    client.post(address, filled)
    opened = filled | {"imap_password": "", "imap_security": "plain"}
    for place in (address, f"{address}/trial"):
        answer = client.post(place, opened)
        assert answer.status_code == 422
        assert "would leave in clear" in answer.content.decode()
    begun.refresh_from_db()
    assert begun.imap_security == "tls"
    assert client.post(address, opened | {"imap_password": PASSWORD}).status_code == 302
    assert client.post(address, opened).status_code == 302  # it is open already, and was entered for that
    assert client.post(address, opened | {"imap_security": "starttls"}).status_code == 302


@pytest.mark.parametrize("missing", ["imap_host", "imap_user", "imap_password", "imap_port"])
def test_what_is_missing_is_said_and_nothing_is_saved(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any], missing: str
) -> None:
    answer = client_of(root).post(f"/settings/mailboxes/{begun.pk}/servers", filled | {missing: ""})
    assert answer.status_code == 422
    assert f'id="id_{missing}_error"' in answer.content.decode()
    begun.refresh_from_db()
    assert begun.imap_host == ""


def test_a_certificate_that_is_none_is_refused(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    answer = client_of(root).post(f"/settings/mailboxes/{begun.pk}/servers", filled | {"certificate": "certainly"})
    assert answer.status_code == 422
    assert "no certificate" in answer.content.decode()


def test_a_taken_address_is_said(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    posted = {"name": "Desk", "address": mailbox.address, "incoming": "none"}
    answer = client_of(root).post("/settings/mailboxes/new", posted)
    assert answer.status_code == 422
    assert "mailbox with this address already" in answer.content.decode()


def test_without_imap_nothing_about_it_is_needed(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    posted = {"incoming": "none", "outgoing": "outbox"}
    assert client_of(root).post(f"/settings/mailboxes/{mailbox.pk}/servers", posted).status_code == 302
    mailbox.refresh_from_db()
    assert mailbox.outgoing == "outbox"


def test_trying_the_connection_really_connects_and_saves_nothing(
    client_of: Desk, root: Agent, account: Account, begun: Mailbox, filled: dict[str, Any]
) -> None:
    account.put(b"Subject: one\r\n\r\n1\r\n")
    with Sink() as sink:
        smtp = {"outgoing": "smtp", "smtp_host": "127.0.0.1", "smtp_port": sink.port, "smtp_security": "plain"}
        address = f"/settings/mailboxes/{begun.pk}/servers/trial"
        page = client_of(root).post(address, filled | smtp).content.decode()
        assert sink.connections == 1
    assert "localhost lets us in" in page
    assert "The folder “INBOX” holds 1 letter." in page
    assert "The folder “Sales” cannot be opened" in page
    assert "Folders there are: “INBOX”" in page
    assert "127.0.0.1 is ready to take letters." in page
    assert "It takes letters from support@desk.example." in page
    assert PASSWORD not in page
    begun.refresh_from_db()
    assert begun.imap_host == ""
    assert account.flags() == [set()]


@pytest.mark.parametrize(
    ("change", "words", "advice"),
    [
        (
            {"imap_password": "wrong"},
            "does not accept this user and password",
            "the user is most often the whole address",
        ),
        ({"imap_port": 1}, "Nothing listens on port 1 of localhost.", "Look at the port"),
        ({"imap_host": "no-such-host.invalid"}, "There is no server named no-such-host.invalid.", "is spelt"),
        ({"certificate": ""}, "is not to be trusted", "enter that certificate below"),
        (
            {"outgoing": "smtp", "smtp_host": "127.0.0.1", "smtp_port": 1, "smtp_security": "plain"},
            "Nothing listens on port 1",
            "firewall",
        ),
    ],
)
def test_trying_the_connection_says_what_is_wrong_and_what_to_do(
    client_of: Desk,
    root: Agent,
    begun: Mailbox,
    filled: dict[str, Any],
    change: dict[str, Any],
    words: str,
    advice: str,
) -> None:
    address = f"/settings/mailboxes/{begun.pk}/servers/trial"
    page = client_of(root).post(address, filled | change).content.decode()
    assert words in page
    assert advice in page


def test_servers_that_were_filled_in_are_saved_like_typed_ones_and_lose_nothing(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    address, client = f"/settings/mailboxes/{begun.pk}/servers", client_of(root)
    first = client.get(address).content.decode()
    typed = filled | {"imap_user": "carla", "folders": "INBOX, Sales", "provider": "gmail", STAMP: _stamp_in(first)}
    page = client.post(address, typed | {"fill": "1"}).content.decode()
    for value in ("imap.gmail.com", "carla", "INBOX, Sales", "BEGIN CERTIFICATE"):
        assert value in page
    saved = client.post(address, typed | {"imap_host": "imap.gmail.com", STAMP: _stamp_in(page)})
    assert saved.status_code == 302


def _stamp_in(page: str) -> str:
    found = re.search(f'name="{STAMP}" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found.group(1))


def test_a_server_of_another_kind_is_told_from_one_that_is_not_there(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any], account: Account
) -> None:
    address, client = f"/settings/mailboxes/{begun.pk}/servers/trial", client_of(root)
    with Sink(password="other") as sink:
        posts = {"imap_host": "127.0.0.1", "imap_port": sink.port, "imap_security": "plain", "imap_password": "x"}
        page = client.post(address, filled | posts).content.decode()
        assert f"What answers on port {sink.port} of 127.0.0.1 is another kind of server: " in page
        assert "What to do: Look at the port" in page
        leaves = {"outgoing": "smtp", "smtp_host": "127.0.0.1", "smtp_security": "plain"}
        other = {"smtp_port": account.server.imap_port}
        page = client.post(address, filled | leaves | other).content.decode()
        assert f"What answers on port {account.server.imap_port} of 127.0.0.1 is another kind of server: " in page
        assert "What to do: Look at the port" in page
        page = client.post(address, filled | leaves | {"smtp_port": sink.port, "smtp_security": "starttls"})
        assert "143 and 587 with STARTTLS" in page.content.decode()
        wrong = {"smtp_port": sink.port, "smtp_user": "carla", "smtp_password": "wrong"}
        page = client.post(address, filled | leaves | wrong).content.decode()
        assert "What to do: Look at user and password" in page


def test_what_is_missing_is_said_of_the_side_it_is_missing_from(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    wanting = {
        "outgoing": "smtp",
        "smtp_host": "127.0.0.1",
        "smtp_port": 25,
        "smtp_security": "plain",
        "smtp_user": "me",
    }
    address = f"/settings/mailboxes/{begun.pk}/servers/trial"
    page = client_of(root).post(address, filled | wanting, headers={"HX-Request": "true"}).content.decode()
    assert "Answers out – Password: A user needs a password." in page


def test_the_saved_servers_are_tried_and_that_is_remembered_until_they_change(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any], at: datetime
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{begun.pk}"
    client.post(f"{address}/servers", filled | {"folders": "INBOX"})
    page = client.post(f"{address}/trial").content.decode()
    assert "Tried, and everything works." in page
    assert "Continue to the dry run" in page
    begun.refresh_from_db()
    assert begun.tested_at is not None
    change_mailbox(begun, imap_port=1, by=SYSTEM, at=at)
    assert begun.tested_at is None
    assert "Nothing listens on port 1" in client.post(f"{address}/trial").content.decode()
    begun.refresh_from_db()
    assert begun.tested_at is None


def test_trying_answers_with_a_fragment_where_one_is_asked_for(
    client_of: Desk, root: Agent, begun: Mailbox, filled: dict[str, Any]
) -> None:
    client = client_of(root)
    address = f"/settings/mailboxes/{begun.pk}/servers/trial"
    good = client.post(address, filled, headers={"HX-Request": "true"})
    assert good.status_code == 200
    assert "lets us in" in good.content.decode()
    assert "<form" not in good.content.decode()
    bad = client.post(address, filled | {"imap_host": ""}, headers={"HX-Request": "true"})
    assert bad.status_code == 200
    assert "IMAP server: This field is required." in bad.content.decode()


def test_the_list_shows_health_and_what_was_left_behind(
    client_of: Desk, root: Agent, mailbox: Mailbox, at: datetime
) -> None:
    change_mailbox(mailbox, incoming="imap", imap_host="imap.example", by=SYSTEM, at=at)
    note_check(mailbox, error="imap.example does not answer on port 993.", by=SYSTEM, at=at)
    folder = open_folder(mailbox, "INBOX", uid_validity=1, from_uid=0, by=SYSTEM, at=at)
    note_straggler(folder, 7, "The server does not give it out.", due_at=at, by=SYSTEM, at=at)
    client = client_of(root)
    page = client.get("/settings/mailboxes").content.decode()
    assert "in trouble" in page
    assert "imap.example does not answer on port 993." in page
    assert "1 letter left behind" in page
    assert "The server does not give it out." in client.get(f"/settings/mailboxes/{mailbox.pk}").content.decode()


def test_what_was_left_behind_can_be_asked_for_now(
    client_of: Desk, root: Agent, ada: Agent, mailbox: Mailbox, at: datetime
) -> None:
    folder = open_folder(mailbox, "INBOX", uid_validity=1, from_uid=0, by=SYSTEM, at=at)
    later = timezone.now() + timedelta(hours=5)
    note_straggler(folder, 7, "The connection broke.", due_at=later, by=SYSTEM, at=at)
    where = f"/settings/mailboxes/{mailbox.pk}"
    assert client_of(ada).post(f"{where}/stragglers").status_code == 403
    assert not Straggler.objects.due(timezone.now()).exists()
    client = client_of(root)
    assert "Ask for them now" in client.get(where).content.decode()
    assert "asked for them now" in client.post(f"{where}/stragglers", follow=True).content.decode()
    assert Straggler.objects.due(timezone.now()).exists()
    assert ask_for_stragglers(mailbox, by=SYSTEM, at=timezone.now()) == 0, "they are due already"


def test_a_mailbox_is_closed_and_opened_from_its_page(client_of: Desk, root: Agent, mailbox: Mailbox) -> None:
    client = client_of(root)
    for path, is_active in (("closure", False), ("reopening", True)):
        page = client.post(f"/settings/mailboxes/{mailbox.pk}/{path}", follow=True)
        assert page.status_code == 200
        mailbox.refresh_from_db()
        assert mailbox.is_active is is_active


def test_the_list_asks_the_database_no_more_for_more_mailboxes(
    client_of: Desk, root: Agent, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_of(root)
    client.get("/settings/mailboxes")
    for n in range(5):
        add_mailbox(name=f"Desk {n}", address=f"desk{n}@desk.example", by=SYSTEM, at=at)
    with django_assert_num_queries(6):
        client.get("/settings/mailboxes")


def test_the_page_says_how_answers_leave_by_default(
    client_of: Desk, root: Agent, begun: Mailbox, settings: Settings
) -> None:
    settings.SMTP_URL = "smtp://ada:geheim@mail.example:587"
    page = client_of(root).get(f"/settings/mailboxes/{begun.pk}/servers").content.decode()
    assert "mail.example:587" in page
    assert "geheim" not in page
