"""A mailbox that fails while it is live: who is told what, and that nothing is lost or doubled once it is mended."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.channels.email.access.troubles import troubles_told
from rung.channels.email.fetching import poll_mailbox
from rung.channels.email.models import Consent, Dispatch, Letter, Mailbox
from rung.channels.email.poller import Poller
from rung.channels.email.verbs.consent import register_client
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox, note_check, note_sending
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.notices.access import bell_of
from rung.notices.models import Notice
from rung.notices.pages import notices_page
from rung.touchpoints.models import Touchpoint
from tests.authorisation import CLIENT_ID, CLIENT_SECRET, Authorisation
from tests.cast import Desk, written
from tests.channels.email.test_consent import connects
from tests.dovecot import Account, Dovecot

Work = Callable[..., None]


@pytest.fixture
def provider() -> Iterator[Authorisation]:
    with Authorisation() as running:
        yield running


@pytest.fixture
def account(provider: Authorisation) -> Iterator[Account]:
    with Dovecot(tokeninfo_url=provider.tokeninfo_url) as dovecot:
        known = dovecot.new_account()
        provider.user = known.user
        yield known


@pytest.fixture
def mailbox(account: Account, provider: Authorisation, db: None, at: datetime) -> Mailbox:
    register_client(
        "gmail", client_id=CLIENT_ID, client_secret=CLIENT_SECRET, authorize_url=provider.authorize_url,
        token_url=provider.token_url, by=SYSTEM, at=at,
    )  # fmt: skip
    return add_mailbox(
        name="Office", address="office@shop.example", incoming="imap", provider="gmail", sign_in="oauth", stage="live",
        imap_host="localhost", imap_port=account.server.imaps_port, imap_user=account.user,
        certificate=account.server.certificate, by=SYSTEM, at=at,
    )  # fmt: skip


def letter(n: int) -> bytes:
    return f"From: carla@example.org\r\nSubject: N {n}\r\nMessage-ID: <n{n}@example.org>\r\n\r\nHi {n}\r\n".encode()


@pytest.fixture
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.mark.usefixtures("today")
def test_a_consent_that_is_taken_back_is_told_to_those_who_look_after_it_until_it_is_given_again(
    mailbox: Mailbox, account: Account, provider: Authorisation, client_of: Desk, root: Agent, lin: Agent, ada: Agent,
    work: Work, at: datetime,
) -> None:  # fmt: skip
    browser = client_of(root)
    connects(browser, mailbox, provider)
    account.put(letter(1))
    poll_mailbox(mailbox, at=at)
    provider.revoke()
    account.put(letter(2))
    later = at + timedelta(minutes=5)
    for _n in range(3):
        poll_mailbox(mailbox, at=later)
    work(later)

    assert set(Notice.objects.filter(kind="mailbox").values_list("agent", flat=True)) == {root.pk, lin.pk}
    assert (bell_of(root), bell_of(lin), bell_of(ada)) == (1, 1, 0)
    (line,) = notices_page(lin).lines
    assert line.line.customer == mailbox.address
    assert "connect it again" in " ".join(line.line.sentences)
    (trouble,) = troubles_told(lin)
    assert (trouble.since_at, trouble.is_consent) == (later, True)
    assert "was taken back" in client_of(lin).get("/home").content.decode()
    assert "was taken back" not in client_of(ada).get("/home").content.decode()
    for path in ("/home", "/settings/mailboxes", f"/settings/mailboxes/{mailbox.pk}"):
        assert f'href="/settings/mailboxes/{mailbox.pk}/consent"' in browser.get(path).content.decode(), path
    assert f"/settings/mailboxes/{mailbox.pk}/consent" not in client_of(lin).get("/home").content.decode()
    text = browser.get(f"/settings/mailboxes/{mailbox.pk}").content.decode()
    assert "What comes in becomes conversations." not in text
    assert "none is lost, none comes twice" in text

    account.put(letter(3))
    connects(browser, mailbox, provider)
    work(later)
    assert (bell_of(root), bell_of(lin)) == (0, 0)
    assert troubles_told(root) == ()
    poll_mailbox(mailbox, at=later)
    poll_mailbox(mailbox, at=later)
    assert list(Letter.objects.order_by("pk").values_list("subject", "copies")) == [("N 1", 0), ("N 2", 0), ("N 3", 0)]
    assert "was taken back" not in client_of(lin).get("/home").content.decode()


def test_what_was_refused_meanwhile_leaves_at_once_when_it_is_connected_again(
    mailbox: Mailbox, provider: Authorisation, client_of: Desk, root: Agent, conversation_answered: Any, at: datetime
) -> None:
    dispatch = conversation_answered(mailbox)
    Dispatch.objects.filter(pk=dispatch.pk).update(attempts=4, due_at=at + timedelta(days=99_000))
    connects(client_of(root), mailbox, provider)
    dispatch.refresh_from_db()
    assert dispatch.due_at == Consent.objects.get().given_at


@pytest.fixture
def conversation_answered(carla: Any, at: datetime) -> Callable[[Mailbox], Dispatch]:
    def answered(mailbox: Mailbox) -> Dispatch:
        conversation = written(carla, at=at)
        touchpoint = Touchpoint.objects.filter(conversation=conversation).latest("pk")
        return Dispatch.objects.create(
            touchpoint_id=touchpoint.pk, mailbox=mailbox, message_id="<one@desk.example>", asked_at=at, due_at=at
        )

    return answered


@pytest.mark.usefixtures("today")
def test_who_connects_again_need_not_wait_for_the_next_try(
    mailbox: Mailbox,
    provider: Authorisation,
    client_of: Desk,
    root: Agent,
    at: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun: list[int] = []

    def attend(_self: Poller, pk: int, stop: Event) -> None:
        begun.append(pk)
        stop.wait()

    monkeypatch.setattr(Poller, "_attend", attend)
    connects(client_of(root), mailbox, provider)
    poller = Poller(Event(), now=lambda: at)
    poller.round()
    poller.round()
    assert begun == [mailbox.pk]
    Consent.objects.update(given_at=at - timedelta(hours=1))
    poller.round()
    assert begun == [mailbox.pk] * 2
    for helper in poller._live.values():
        helper.stop.set()
        helper.thread.join()


@pytest.mark.usefixtures("today")
def test_a_server_that_fails_is_told_once_with_its_side_and_its_reason(
    db: None, root: Agent, lin: Agent, support: Team, work: Work, at: datetime
) -> None:
    mailbox = add_mailbox(name="Own", address="own@shop.example", team=support, by=SYSTEM, at=at)
    for minutes in (0, 1):
        note_sending(mailbox, error="The disk is full.", by=SYSTEM, at=at + timedelta(minutes=minutes))
        work(at)
    (line,) = notices_page(root).lines
    assert line.line.sentences == ("Answers do not leave: The disk is full.",)
    (trouble,) = troubles_told(root)
    assert (trouble.since_at, trouble.reason, trouble.is_consent) == (at, "The disk is full.", False)
    note_sending(mailbox, by=SYSTEM, at=at)
    work(at)
    assert (bell_of(root), troubles_told(root)) == (0, ())


@pytest.mark.usefixtures("today")
def test_who_sees_one_teams_work_hears_of_its_mailboxes_only(
    lin: Agent, support: Team, billing: Team, work: Work, at: datetime
) -> None:
    Agent.objects.filter(pk=lin.pk).update(scope="teams")
    lin.refresh_from_db()
    theirs = add_mailbox(name="Ours", address="ours@shop.example", team=support, by=SYSTEM, at=at)
    others = add_mailbox(name="Others", address="others@shop.example", team=billing, by=SYSTEM, at=at)
    for mailbox in (theirs, others):
        note_check(mailbox, error="Down.", by=SYSTEM, at=at)
    work(at)
    assert [each.mailbox for each in troubles_told(lin)] == [theirs]
    assert [each.line.mailbox for each in notices_page(lin).lines] == [theirs.pk]
    assert Notice.objects.filter(agent=lin, kind="mailbox").count() == 1


@pytest.mark.usefixtures("today")
def test_a_notice_of_a_mailbox_is_put_away_by_hand_and_leaves_others_alone(
    db: None, root: Agent, lin: Agent, client_of: Desk, work: Work, at: datetime
) -> None:
    first, second = (
        add_mailbox(name=name, address=f"{name}@shop.example", by=SYSTEM, at=at) for name in ("one", "two")
    )
    for mailbox in (first, second):
        note_check(mailbox, error="Down.", by=SYSTEM, at=at)
    work(at)
    client_of(lin).post("/notices/reading", {"mailbox": first.pk})
    assert [each.line.mailbox for each in notices_page(lin).lines] == [second.pk]
    assert len(notices_page(root).lines) == 2
    client_of(lin).post("/notices/reading", {"conversation": 0})  # what is about themselves is another matter
    assert bell_of(lin) == 1


@pytest.mark.usefixtures("today")
def test_what_was_mended_by_changing_the_mailbox_is_no_trouble_any_more(
    db: None, root: Agent, work: Work, at: datetime
) -> None:
    mailbox = add_mailbox(name="Own", address="own@shop.example", by=SYSTEM, at=at)
    note_check(mailbox, error="Down.", by=SYSTEM, at=at)
    work(at)
    assert bell_of(root) == 1
    change_mailbox(mailbox, name="Another", by=SYSTEM, at=at)
    work(at)
    assert bell_of(root) == 0
