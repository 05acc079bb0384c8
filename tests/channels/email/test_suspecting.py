"""Letters that may not be from whom they say."""

from datetime import datetime

import pytest

from rung.accounts.models import Team
from rung.channels.email.errands import read_waiting_letters
from rung.channels.email.models import Source
from rung.channels.email.reading import read
from rung.channels.email.suspecting import doubts_about, owner
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.touchpoints.models import Touchpoint
from rung.touchpoints.verbs import admit_to_conversation

OURS = ("fennimore.example",)
SERVER = "mx.fennimore.example"


def letter(sender: str, *more: str) -> bytes:
    lines = [f"From: {sender}", "To: support@fennimore.example", "Subject: Hello", "Message-ID: <a@b>", *more]
    return "\r\n".join([*lines, "", "Please look."]).encode()


def kinds(raw: bytes, trusted: str = SERVER) -> list[str]:
    return [doubt["kind"] for doubt in doubts_about(read(raw), own_domains=OURS, trusted_servers=trusted)]


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        (f"{SERVER}; dmarc=fail header.from=bank.example", ["fails"]),
        (f"{SERVER}; dkim=fail header.d=bank.example; spf=softfail smtp.mailfrom=x@bank.example", ["fails"]),
        (f"{SERVER}; dkim=pass header.d=bank.example; spf=fail smtp.mailfrom=x@bank.example", []),
        (f"{SERVER}; dkim=pass header.d=mail.bank.example; dmarc=pass header.from=bank.example", []),
        (f"{SERVER}; dkim=none; spf=none", []),
        (f"{SERVER}; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example; dmarc=fail", ["fails"]),
        ("mx.evil.example; dmarc=fail header.from=bank.example", []),
        ("", []),
    ],
)
def test_checks_count_where_our_own_server_made_them(results: str, expected: list[str]) -> None:
    header = [f"Authentication-Results: {results}"] if results else []
    assert kinds(letter("Bank <info@bank.example>", *header)) == expected
    assert kinds(letter("Bank <info@bank.example>", *header), trusted="") == []


def test_a_stranger_cannot_vouch_for_himself() -> None:
    forged = "Authentication-Results: mx.evil.example; dmarc=pass header.from=fennimore.example"
    assert kinds(letter("Lin <lin@fennimore.example>", forged)) == ["not_ours"]
    real = f"Authentication-Results: {SERVER}; dkim=pass header.d=fennimore.example"
    assert kinds(letter("Lin <lin@fennimore.example>", real)) == []
    assert kinds(letter("Lin <lin@fennimore.example>"), trusted="") == [], "who checks nothing knows nothing"


@pytest.mark.parametrize(
    ("real", "forged"),
    [
        ("dmarc=fail header.from=bank.example", "dmarc=pass header.from=bank.example"),
        ("dmarc=fail header.from=bank.example", "dkim=pass header.d=bank.example"),
        ("dkim=fail header.d=bank.example; spf=fail smtp.mailfrom=evil.example", "dkim=pass header.d=bank.example"),
        ("dkim=fail header.d=bank.example; spf=fail smtp.mailfrom=evil.example", "spf=pass smtp.mailfrom=bank.example"),
    ],
)
def test_what_stands_below_the_word_of_our_server_in_its_name_is_not_believed(real: str, forged: str) -> None:
    headers = (f"Authentication-Results: {SERVER}; {real}", f"Authentication-Results: {SERVER}; {forged}")
    assert kinds(letter("Bank <info@bank.example>", *headers)) == ["fails"]


def test_two_words_on_one_check_are_both_heard() -> None:
    both = f"Authentication-Results: {SERVER}; spf=none smtp.helo=mx.bank.example; spf=pass smtp.mailfrom=bank.example"
    signed = f"Authentication-Results: {SERVER}; dkim=fail header.d=list.example; dkim=pass header.d=fennimore.example"
    assert kinds(letter("Bank <info@bank.example>", both)) == []
    assert kinds(letter("Lin <lin@fennimore.example>", signed)) == []


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ('"support@fennimore.example" <x@evil.example>', ["names_another"]),
        ('"Carla (carla@bank.example)" <carla@bank.example>', []),
        ('"carla@mail.bank.example" <bounce@news.bank.example>', []),
        ('"Carla @ home" <carla@example.org>', []),
        ("=?utf-8?q?info=40bank=2Eexample?= <x@evil.example>", ["names_another"]),
        ("info@fennirnore.example", ["lookalike"]),
        ("info@fennimore.exarnple", ["lookalike"]),
        ("info@fenimore.example", ["lookalike"]),
        ("info@fenninore.example", ["lookalike"]),
        ("info@" + "fennimöre.example".encode("idna").decode(), ["lookalike"]),
        ("info@" + "fennimоre.example".encode("idna").decode(), ["lookalike"]),  # a Cyrillic o, on purpose
        ("info@mail.fennimore.example", []),
        ("info@fenchel.example", []),
    ],
)
def test_names_and_domains_that_pretend(sender: str, expected: list[str]) -> None:
    assert kinds(letter(sender)) == expected


def test_answers_asked_for_elsewhere() -> None:
    assert kinds(letter("a@bank.example", "Reply-To: a@evil.example")) == ["answers_elsewhere"]
    assert kinds(letter("a@bank.example", "Reply-To: a@mail.bank.example")) == []
    assert kinds(letter("a@bank.example", "Reply-To: support@fennimore.example")) == []
    assert kinds(letter("a@bank.example", "Reply-To: list@lists.example", "List-Id: <l.lists.example>")) == []


def test_who_owns_a_domain() -> None:
    assert owner("a.b.acme.example") == "acme.example"
    assert owner("mail.acme.co.uk") == "acme.co.uk"
    assert owner("acme.de") == "acme.de"


def test_the_doubt_stays_with_the_touchpoint(support: Team, at: datetime) -> None:
    mailbox = add_mailbox(
        name="Support", address="support@fennimore.example", team=support, trusted_servers=f"other.example, {SERVER}",
        by=SYSTEM, at=at,
    )  # fmt: skip
    failing = letter(
        "Bank <info@bank.example>", f"Authentication-Results: {SERVER}; dmarc=fail header.from=bank.example"
    )
    keep_letter(failing, mailbox=mailbox, source=Source.SMTP, by=SYSTEM, at=at)
    while read_waiting_letters(at=at):
        pass
    assert Touchpoint.objects.get().brought["doubts"] == [
        {"kind": "fails", "domain": "bank.example", "server": SERVER, "check": "DMARC"}
    ]


def test_what_fails_the_checks_is_led_into_nobodys_conversation(support: Team, at: datetime) -> None:
    mailbox = add_mailbox(
        name="Support", address="support@fennimore.example", team=support, trusted_servers=SERVER, by=SYSTEM, at=at
    )

    def comes(number: int, *more: str) -> Touchpoint:
        raw = letter("Carla <carla@bank.example>", *more).replace(b"<a@b>", f"<{number}@b>".encode())
        keep_letter(raw + str(number).encode(), mailbox=mailbox, source=Source.SMTP, by=SYSTEM, at=at)
        while read_waiting_letters(at=at):
            pass
        return Touchpoint.objects.select_related("conversation").get(reference=f"<{number}@b>")

    fails = f"Authentication-Results: {SERVER}; dmarc=fail header.from=bank.example"
    passes = f"Authentication-Results: {SERVER}; dmarc=pass header.from=bank.example"
    thief = "Reply-To: thief@evil.example"
    first = comes(1, passes)
    forged = comes(2, fails, thief, "In-Reply-To: <1@b>")
    assert forged.conversation_id != first.conversation_id
    assert forged.conversation.mentions_id == first.conversation_id
    assert "reply_to" not in forged.parties
    assert [doubt["kind"] for doubt in forged.brought["doubts"]] == ["fails", "answers_elsewhere"]
    assert comes(3, passes, "In-Reply-To: <1@b>").conversation_id == first.conversation_id
    assert comes(4, fails, "In-Reply-To: <2@b>").conversation_id == forged.conversation_id, "it is where it began"
    admit_to_conversation(forged.conversation, by=SYSTEM, at=at)
    assert comes(5, fails, "In-Reply-To: <1@b>").conversation_id == first.conversation_id, "such letters were let in"
