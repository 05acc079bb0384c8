"""Our signatures, judged by a verifier that shares no line with who makes them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import dkim
import pytest
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from pytest_django import Settings

from rung.accounts.models import Agent, Team
from rung.channels.email.access.standing import signers_of
from rung.channels.email.errands.standing import OFTEN, ask_about_standing
from rung.channels.email.models import SigningKey
from rung.channels.email.sealing import unseal
from rung.channels.email.signing import ED25519, RSA, Signer, key_record, new_private_key, public_part, signed
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.standing import begin_signing, end_signing, prepare_signing
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.touchpoints.verbs import answer_conversation
from tests.cast import written
from tests.nameserver import NameServer
from tests.sink import Sink

Work = Callable[..., None]

PLAIN = (
    b"From: Desk Support  <support@desk.example>\r\nTo: carla@example.org,\r\n  karim@example.org\r\n"
    b"Subject: About your\r\n table\r\nDate: Tue, 10 Mar 2026 09:00:00 +0000\r\nMessage-ID: <a@desk.example>\r\n"
    b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nIt   leaves\ttoday.  \r\n\r\n.\r\nAda\r\n\r\n\r\n"
)


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    with Sink() as sink:
        settings.SMTP_URL = sink.url
        yield sink


@pytest.fixture
def dns(settings: Settings) -> Iterator[NameServer]:
    with NameServer() as dns:
        settings.DNS_SERVER = dns.address
        dns.add("com", "NS", "a.gtld-servers.net.")  # it knows of the world
        yield dns


def is_good(raw: bytes, *keys: SigningKey, index: int = 0) -> bool:
    """Whether the signature at `index` (0: the uppermost) holds, by what `keys` have in DNS."""
    records = {f"{key.name}.".encode(): key_record(key.algorithm, key.public).encode() for key in keys}
    try:
        return bool(dkim.DKIM(raw).verify(idx=index, dnsfunc=lambda name, timeout=5: records.get(name)))
    except dkim.DKIMException:
        return False


@pytest.mark.parametrize("algorithm", [RSA, ED25519])
@pytest.mark.parametrize(
    "body",
    [b"", b"\r\n\r\n", b"one line without end", b" \t \r\nx\r\n \r\n", b"x\r\n" * 3000, "Grüße ☂\r\n".encode()],
    ids=["empty", "blank", "no end", "blanks", "long", "8 bit"],
)
def test_a_verifier_believes_the_signature(algorithm: str, body: bytes, at: datetime) -> None:
    private = new_private_key(algorithm)
    head, _, _rest = PLAIN.partition(b"\r\n\r\n")
    raw = signed(head + b"\r\n\r\n" + body, [Signer("desk.example", "s1", algorithm, private)], at=at)
    record = key_record(algorithm, public_part(private)).encode()
    assert dkim.verify(raw, dnsfunc=lambda name, timeout=5: record)
    assert max(map(len, raw.partition(b"\r\n\r\n")[0].split(b"\r\n"))) <= 80


def test_what_is_changed_or_added_on_the_way_breaks_it(at: datetime) -> None:
    private = new_private_key(ED25519)
    raw = signed(PLAIN, [Signer("desk.example", "s1", ED25519, private)], at=at)
    record = key_record(ED25519, public_part(private)).encode()

    def holds(letter: bytes) -> bool:
        return bool(dkim.verify(letter, dnsfunc=lambda name, timeout=5: record))

    assert holds(raw.replace(b"It   leaves\ttoday.  ", b"It leaves today."))
    assert not holds(raw.replace(b"leaves", b"comes"))
    assert not holds(raw.replace(b"karim@", b"mallory@"))
    for forged in (b"From: mallory@evil.example\r\n", b"Subject: Pay\r\n", b"Reply-To: m@evil.example\r\n"):
        assert not holds(forged + raw)


def test_no_signer_leaves_the_letter_as_it_is(at: datetime) -> None:
    assert signed(PLAIN, [], at=at) == PLAIN


@pytest.fixture
def keys(support: Team, at: datetime) -> list[SigningKey]:
    add_mailbox(name="Desk Support", address="support@desk.example", team=support, by=SYSTEM, at=at)
    return [prepare_signing("desk.example", algorithm=each, by=SYSTEM, at=at) for each in (RSA, ED25519)]


def test_an_answer_leaves_with_both_signatures(
    sink: Sink, keys: list[SigningKey], carla: Customer, support: Team, ada: Agent, at: datetime, work: Work
) -> None:
    for key in keys:
        begin_signing(key, by=SYSTEM, at=at)
    conversation = written(carla, at=at, team=support, subject="Größe des Tisches? 桌子")
    text = "Long: " + "sehr " * 400 + "schön.\n\n.\nFrom here on.\nhttps://desk.example/" + "x" * 1200
    answer_conversation(conversation, text=text, by=ada.actor, at=at)
    work(at)
    [received] = sink.received
    assert [value.split("a=")[1].split(";")[0] for value in received.letter.get_all("DKIM-Signature", [])] == [
        "rsa-sha256",
        "ed25519-sha256",
    ]
    assert all(is_good(received.raw, *keys, index=index) for index in (0, 1))
    assert not is_good(received.raw.replace(b"quoted-printable", b"quoted-Printable"), *keys)
    assert max(map(len, received.raw.split(b"\r\n"))) < 998


def test_rungs_own_mail_is_signed_too(sink: Sink, keys: list[SigningKey], at: datetime, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "rung.channels.email.backend.OutgoingBackend"
    begin_signing(keys[0], by=SYSTEM, at=at)
    send_mail("A new password", "Choose it here.", "Rung <rung@desk.example>", ["ada@desk.example"])
    [received] = sink.received
    assert is_good(received.raw, *keys)


def test_nothing_is_signed_before_the_record_is_found(
    sink: Sink, dns: NameServer, keys: list[SigningKey], carla: Customer, ada: Agent, at: datetime, work: Work
) -> None:
    conversation = written(carla, at=at)
    answer_conversation(conversation, text="Without.", by=ada.actor, at=at)
    work(at)
    assert "DKIM-Signature" not in sink.received[0].letter
    dns.add(keys[0].name, "TXT", f"v=DKIM1; k=rsa; p={keys[0].public[:60]} {keys[0].public[60:]}")
    later = at + OFTEN
    work(later)
    answer_conversation(conversation, text="With.", by=ada.actor, at=later)
    work(later)
    assert len(sink.received[1].letter.get_all("DKIM-Signature")) == 1
    assert is_good(sink.received[1].raw, *keys)
    keys[0].refresh_from_db()
    assert (keys[0].begun_at, keys[0].is_found) == (later, True)
    begun = Entry.objects.get(kind="signing.begun")
    assert (begun.data["domain"], begun.data["found"]) == ("desk.example", True)


def test_a_record_with_another_key_begins_nothing(dns: NameServer, keys: list[SigningKey], at: datetime) -> None:
    dns.add(keys[0].name, "TXT", key_record(RSA, public_part(new_private_key(RSA))))
    ask_about_standing(at=at)
    keys[0].refresh_from_db()
    assert keys[0].begun_at is None


def test_the_private_key_is_kept_sealed_and_goes_when_it_ends(keys: list[SigningKey], at: datetime) -> None:
    key = keys[0]
    assert "PRIVATE" not in key.private
    assert "PRIVATE" in unseal(key.private)
    begin_signing(key, by=SYSTEM, at=at)
    end_signing(key, by=SYSTEM, at=at + timedelta(days=1))
    end_signing(key, by=SYSTEM, at=at + timedelta(days=2))
    key.refresh_from_db()
    assert (key.private, key.ended_at) == ("", at + timedelta(days=1))
    assert Entry.objects.filter(kind="signing.ended").count() == 1
    assert signers_of("desk.example") == ()
    again = prepare_signing("desk.example", algorithm=RSA, by=SYSTEM, at=at)
    assert again.selector != key.selector


def test_a_key_is_changed_without_a_letter_unsigned(keys: list[SigningKey], at: datetime) -> None:
    former = next(key for key in keys if key.algorithm == RSA)
    begin_signing(former, by=SYSTEM, at=at)
    following = prepare_signing("desk.example", algorithm=RSA, by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        prepare_signing("desk.example", algorithm=RSA, by=SYSTEM, at=at)
    assert former.selector in {signer.selector for signer in signers_of("desk.example")}
    begin_signing(following, found=True, by=SYSTEM, at=at + timedelta(days=1))
    used = {signer.selector for signer in signers_of("desk.example")}
    assert following.selector in used
    assert former.selector not in used
    former.refresh_from_db()
    assert (former.private, former.ended_at) == ("", at + timedelta(days=1))


def test_a_key_that_cannot_be_opened_stops_no_letter(
    sink: Sink,
    keys: list[SigningKey],
    carla: Customer,
    ada: Agent,
    at: datetime,
    work: Work,
    settings: Settings,
) -> None:
    begin_signing(keys[0], by=SYSTEM, at=at)
    settings.SECRET_KEY = "another-key-altogether-and-long-enough"
    answer_conversation(written(carla, at=at), text="Still.", by=ada.actor, at=at)
    work(at)
    assert "DKIM-Signature" not in sink.received[0].letter
