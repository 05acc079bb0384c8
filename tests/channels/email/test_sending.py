import smtplib
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from rung.channels.email.composing import OutgoingLetter, Party, compose
from rung.channels.email.connecting import CONNECT_TIMEOUT_S, PLAIN, STARTTLS, TLS, Server, in_words, server_from_url
from rung.channels.email.sending import LONGEST_S, OutboxTransport, SendingFailed, SmtpTransport
from rung.channels.email.verbs.dispatch import LEASE
from tests.dovecot import self_signed_certificate
from tests.ports import free_port
from tests.sink import Sink

LETTER = OutgoingLetter(
    sender=Party("support@desk.example", "Desk Support"),
    to=(Party("carla@example.org"),),
    subject="Hello",
    message_id="<1abc.1.2@desk.example>",
    written_at=datetime(2026, 3, 10, 9, 0, tzinfo=UTC),
    text=".a line that begins with a dot\n..two\nend",
)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as sink:
        yield sink


def transport_to(sink: Sink, **changes: object) -> SmtpTransport:
    server = Server("127.0.0.1", sink.port, PLAIN)
    return SmtpTransport(replace(server, **changes), greeting="desk.example")  # type: ignore[arg-type]  # a test's shorthand


def send(transport: SmtpTransport, *recipients: str, letter: OutgoingLetter = LETTER):  # type: ignore[no-untyped-def]  # inferred
    try:
        return transport.send(
            compose(letter), sender="support@desk.example", recipients=recipients or ["carla@example.org"]
        )
    finally:
        transport.close()


def test_a_letter_arrives_as_it_was_written(sink: Sink) -> None:
    sent = send(transport_to(sink))
    assert sent.reached == ("carla@example.org",)
    assert not sent.kept
    [received] = sink.received
    assert (received.sender, received.recipients) == ("support@desk.example", ("carla@example.org",))
    part = received.letter.get_body(("plain",))
    assert part is not None
    assert part.get_content().splitlines() == [".a line that begins with a dot", "..two", "end"]


def test_several_letters_share_one_connection(sink: Sink) -> None:
    transport = transport_to(sink)
    for _n in range(3):
        transport.send(compose(LETTER), sender="support@desk.example", recipients=["carla@example.org"])
    transport.close()
    assert len(sink.received) == 3
    assert sink.connections == 1


def test_a_letter_refused_does_not_spoil_the_next_one(sink: Sink) -> None:
    transport = transport_to(sink)
    sink.refuse_data = "554 5.7.1 no"
    with pytest.raises(SendingFailed):
        transport.send(compose(LETTER), sender="support@desk.example", recipients=["carla@example.org"])
    sink.refuse_data = ""
    transport.send(compose(LETTER), sender="support@desk.example", recipients=["carla@example.org"])
    transport.close()
    assert len(sink.received) == 1


@pytest.mark.parametrize(
    ("reply", "is_permanent"),
    [("554 5.7.1 looks like spam", True), ("451 4.3.0 try later", False), ("452 4.3.1 disk full", False)],
)
def test_the_verdict_on_a_letter_follows_the_reply(sink: Sink, reply: str, is_permanent: bool) -> None:
    sink.refuse_data = reply
    with pytest.raises(SendingFailed) as failure:
        send(transport_to(sink))
    assert failure.value.is_permanent is is_permanent
    assert failure.value.reason == reply
    assert not failure.value.server_is_down


@pytest.mark.parametrize(
    ("reply", "is_permanent"),
    [("550 5.7.1 you may not", True), ("450 4.7.1 greylisted", False), ("530 5.7.0 sign in", False)],
)
def test_the_verdict_on_a_sender_follows_the_reply(sink: Sink, reply: str, is_permanent: bool) -> None:
    sink.refuse_sender = reply
    with pytest.raises(SendingFailed) as failure:
        send(transport_to(sink))
    assert failure.value.is_permanent is is_permanent


@pytest.mark.parametrize(
    ("reply", "is_permanent", "is_dead"),
    [
        ("550 5.1.1 no such user", True, True),
        ("550 no such user", True, True),
        ("550 5.2.1 disabled", True, True),
        ("550 relaying denied", True, False),
        ("550 5.7.1 blocked", True, False),
        ("552 5.2.2 mailbox full", False, False),
        ("450 4.2.1 greylisted", False, False),
        ("451 try later", False, False),
    ],
)
def test_the_verdict_on_a_recipient_follows_the_reply(
    sink: Sink, reply: str, is_permanent: bool, is_dead: bool
) -> None:
    sink.refuse["carla@example.org"] = reply
    sent = send(transport_to(sink), "carla@example.org", "karim@example.net")
    assert sent.reached == ("karim@example.net",)
    [refusal] = sent.refused
    assert (refusal.address, refusal.reason) == ("carla@example.org", reply)
    assert (refusal.is_permanent, refusal.is_address_dead) == (is_permanent, is_dead)


def test_nothing_is_sent_when_nobody_is_accepted(sink: Sink) -> None:
    sink.refuse["carla@example.org"] = "550 5.1.1 no such user"
    assert send(transport_to(sink)).reached == ()
    assert sink.received == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_dropped_connection_is_worth_another_try(sink: Sink, when: str) -> None:
    sink.hang_up = when
    transport = transport_to(sink)
    with pytest.raises(SendingFailed) as failure:
        transport.send(compose(LETTER), sender="support@desk.example", recipients=["carla@example.org"])
    assert not failure.value.is_permanent
    sink.hang_up = ""
    assert send(transport).reached
    # Cut off after it was taken, it comes twice, and can be told to be the same.
    assert {received.letter["Message-ID"] for received in sink.received} == {"<1abc.1.2@desk.example>"}


@pytest.mark.parametrize(("when", "maybe"), [("before", True), ("after", True)])
def test_a_letter_the_server_had_when_the_line_broke_may_have_arrived(sink: Sink, when: str, maybe: bool) -> None:
    sink.hang_up = when
    with pytest.raises(SendingFailed) as failed:
        send(transport_to(sink))
    assert failed.value.maybe_taken == maybe


def test_before_the_letter_is_handed_over_nothing_can_have_arrived(sink: Sink) -> None:
    sink.refuse_sender = "421 4.3.2 closing"
    with pytest.raises(SendingFailed) as failed:
        send(transport_to(sink))
    assert not failed.value.maybe_taken


@pytest.mark.parametrize(
    ("sender", "recipients"),
    [
        ("orders@fennimore.test", ("carla@example.org",)),
        ("orders+abc@Fennimore.TEST", ("carla@example.org",)),
        ("support@desk.example", ("jan@brouwerij-de-lange-jan.test", "nobody@Letterbox.test")),
    ],
)
def test_nothing_is_sent_from_or_to_who_is_made_up(
    sink: Sink, sender: str, recipients: tuple[str, ...], tmp_path: Path, settings: Settings
) -> None:
    settings.OUTBOX_DIR = tmp_path
    sent = transport_to(sink).send(compose(LETTER), sender=sender, recipients=recipients)
    assert (sent.reached, sent.kept, sink.received, sink.connections) == (recipients, True, [], 0)
    assert "made-up people (" in sent.why
    assert len(list(tmp_path.iterdir())) == 1


def test_whoever_tries_rung_with_a_server_of_their_own_may_do_so_under_test(sink: Sink) -> None:
    sent = transport_to(sink).send(compose(LETTER), sender="help@shop.test", recipients=("carla@home.test",))
    assert (sent.reached, sent.kept, len(sink.received)) == (("carla@home.test",), False, 1)


def test_of_several_the_made_up_ones_are_left_out_and_it_says_so(sink: Sink) -> None:
    sent = send(transport_to(sink), "jan@brouwerij-de-lange-jan.test", "carla@example.org")
    assert [each.recipients for each in sink.received] == [("carla@example.org",)]
    assert (sent.reached, sent.kept) == (("carla@example.org",), False)
    assert [(each.address, each.is_permanent, each.is_address_dead) for each in sent.refused] == [
        ("jan@brouwerij-de-lange-jan.test", True, False)
    ]


def test_a_server_that_never_reads_the_letter_is_left_and_worth_another_try(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.channels.email.sending.READ_TIMEOUT_S", 0.3)
    sink.stall = "data"
    transport = transport_to(sink)
    transport.sign = lambda raw: raw + b"more than what lies between takes\r\n" * 300_000
    with pytest.raises(SendingFailed) as failure:
        send(transport)
    assert not failure.value.is_permanent
    assert failure.value.server_is_down
    sink.stall = ""
    assert send(transport_to(sink)).reached
    assert len(sink.received) == 1


def test_a_server_that_says_a_word_now_and_again_is_not_waited_for_for_ever(
    sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.channels.email.sending.LONGEST_S", 0.4)
    sink.stall = "reply"
    started = monotonic()
    with pytest.raises(SendingFailed) as failure:
        send(transport_to(sink))
    assert monotonic() - started < 10
    assert not failure.value.is_permanent


def test_a_server_is_left_before_another_worker_may_take_the_letter() -> None:
    connecting = 4 * CONNECT_TIMEOUT_S  # to it, and through its greeting, TLS and signing in
    assert LONGEST_S + connecting < LEASE.total_seconds()


def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    transport = SmtpTransport(Server("127.0.0.1", free_port(), PLAIN))
    with pytest.raises(SendingFailed) as failure:
        send(transport)
    assert not failure.value.is_permanent
    assert failure.value.server_is_down
    assert "Nothing listens" in failure.value.reason


def test_a_letter_larger_than_the_server_takes_is_not_even_begun() -> None:
    with Sink(size_limit=1000) as sink, pytest.raises(SendingFailed) as failure:
        send(transport_to(sink), letter=replace(LETTER, text="long " * 1000))
    assert failure.value.is_permanent
    assert "kB" in failure.value.reason


def test_a_wrong_password_is_worth_another_try() -> None:
    with Sink(password="right") as sink, pytest.raises(SendingFailed) as failure:
        send(transport_to(sink, user="support", password="wrong"))
    assert not failure.value.is_permanent
    assert "does not accept this user and password" in failure.value.reason
    assert "wrong" not in failure.value.reason


def test_the_right_password_opens() -> None:
    with Sink(password="right") as sink:
        assert send(transport_to(sink, user="support", password="right")).reached


@pytest.mark.parametrize("security", [TLS, STARTTLS])
def test_tls_is_spoken_and_the_certificate_is_checked(tmp_path: Path, security: str) -> None:
    certificate, key = self_signed_certificate()
    with Sink(certificate=certificate, key=key, folder=tmp_path, security=security) as sink:
        trusting = transport_to(sink, host="localhost", security=security, certificate=certificate)
        assert send(trusting).reached
        with pytest.raises(SendingFailed) as failure:
            send(transport_to(sink, host="localhost", security=security))
    assert "certificate" in failure.value.reason
    assert not failure.value.is_permanent


def test_starttls_that_is_not_offered_is_not_done_without(sink: Sink) -> None:
    with pytest.raises(SendingFailed):
        send(transport_to(sink, security=STARTTLS))
    assert sink.received == []


def test_letters_beyond_ascii_in_an_address_need_a_server_that_knows_them(sink: Sink) -> None:
    letter = replace(LETTER, to=(Party("josé@example.org"),))
    assert send(transport_to(sink), "josé@example.org", letter=letter).reached == ("josé@example.org",)
    assert sink.received[0].recipients == ("josé@example.org",)
    with Sink(smtputf8=False) as old, pytest.raises(SendingFailed) as failure:
        send(transport_to(old), "josé@example.org", letter=letter)
    assert failure.value.is_permanent


def test_the_outbox_keeps_one_file_for_one_letter(tmp_path: Path) -> None:
    for _n in range(2):
        sent = OutboxTransport(tmp_path / "outbox").send(
            compose(LETTER), sender="support@desk.example", recipients=["carla@example.org"]
        )
        assert sent.kept
    [path] = (tmp_path / "outbox").iterdir()
    assert path.suffix == ".eml"
    assert message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"] == "<1abc.1.2@desk.example>"


def test_a_full_disk_under_the_outbox_is_worth_another_try_and_leaves_no_half_letter(tmp_path: Path) -> None:
    """A limit on the size of files stands in for the full disk, as in tests/faults."""
    resource = pytest.importorskip("resource")
    long = replace(LETTER, text=("x" * 70 + "\n") * 20_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(SendingFailed) as failure:
            OutboxTransport(tmp_path).send(compose(long), sender="a@b.example", recipients=["carla@example.org"])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not failure.value.is_permanent
    assert list(tmp_path.iterdir()) == []
    assert OutboxTransport(tmp_path).send(compose(long), sender="a@b.example", recipients=["carla@example.org"]).kept
    assert [path.suffix for path in tmp_path.iterdir()] == [".eml"]


def test_an_outbox_that_cannot_be_written_is_worth_another_try(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SendingFailed) as failure:
        OutboxTransport(tmp_path / "file").send(compose(LETTER), sender="a@b.example", recipients=["carla@example.org"])
    assert not failure.value.is_permanent


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://relay.example", Server("relay.example", 25, PLAIN)),
        ("smtp://127.0.0.1:2500", Server("127.0.0.1", 2500, PLAIN)),
        ("smtps://ada:p%40ss@mail.example", Server("mail.example", 465, TLS, "ada", "p@ss")),
        ("smtp://ada:x@mail.example:587", Server("mail.example", 587, STARTTLS, "ada", "x")),
        ("smtp://ada:x@mail.example?security=starttls", Server("mail.example", 587, STARTTLS, "ada", "x")),
        ("smtp://ada:x@mail.example:2525?security=plain", Server("mail.example", 2525, PLAIN, "ada", "x")),
        ("smtp://ada:x@localhost:2525", Server("localhost", 2525, PLAIN, "ada", "x")),
    ],
)
def test_an_address_of_a_server_says_how_to_reach_it(url: str, server: Server) -> None:
    assert server_from_url(url) == server


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://a:secret@h:port",
        "smtp://h?security=none",
        "smtp://ada:x@127.mail.example:2525",
        "smtp://a:secret@h",
    ],
)
def test_what_is_no_address_of_a_server_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(ValueError, match="RUNG_SMTP_URL") as failure:
        server_from_url(url)
    assert "secret" not in str(failure.value)


def test_the_password_is_not_printed() -> None:
    assert "hunter2" not in repr(Server("mail.example", 587, TLS, "ada", "hunter2"))


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (socket.gaierror(-2, "Name or service not known"), "There is no server named mail.example."),
        (TimeoutError("timed out"), "mail.example does not answer on port 587."),
        (ConnectionResetError(104, "reset"), "mail.example closed the connection"),
    ],
)
def test_what_went_wrong_is_said_in_words(failure: Exception, words: str) -> None:
    assert words in in_words(failure, Server("mail.example", 587))


def password_reset() -> EmailMultiAlternatives:
    return EmailMultiAlternatives("Reset", "Click here", "Rung <rung@desk.example>", ["Ada <ada@desk.example>"])


@pytest.mark.django_db
def test_rungs_own_mail_goes_to_the_same_server(sink: Sink, settings) -> None:  # type: ignore[no-untyped-def]  # pytest-django's
    settings.SMTP_URL = sink.url
    settings.EMAIL_BACKEND = "rung.channels.email.backend.OutgoingBackend"
    message = password_reset()
    message.attach_alternative("<p>Click</p>", "text/html")
    assert message.send() == 1
    [received] = sink.received
    assert (received.sender, received.recipients) == ("rung@desk.example", ("ada@desk.example",))
    assert received.letter["Auto-Submitted"] == "auto-generated"
    assert received.letter["Message-ID"]


@pytest.mark.django_db
def test_rungs_own_mail_goes_to_the_outbox_where_there_is_no_server(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]  # as above
    settings.SMTP_URL, settings.OUTBOX_DIR = "", tmp_path
    settings.EMAIL_BACKEND = "rung.channels.email.backend.OutgoingBackend"
    assert password_reset().send() == 1
    [path] = tmp_path.iterdir()
    read = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert read["To"] == "Ada <ada@desk.example>"


@pytest.mark.django_db
def test_rungs_own_mail_fails_aloud_unless_it_is_told_not_to(sink: Sink, settings) -> None:  # type: ignore[no-untyped-def]  # as above
    settings.SMTP_URL, settings.EMAIL_BACKEND = sink.url, "rung.channels.email.backend.OutgoingBackend"
    sink.refuse["ada@desk.example"] = "550 5.1.1 no such user"
    with pytest.raises(smtplib.SMTPException):
        password_reset().send()
    assert password_reset().send(fail_silently=True) == 0
