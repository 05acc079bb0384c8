"""Keys entered for people: what the thread says of a signature before and after, and what a letter offers."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pysequoia import Tsk

from rung.accounts.models import Agent
from rung.channels.email.models import Mailbox, PersonKey
from rung.channels.email.reading.offers import offered_keys
from rung.channels.email.verbs.key import enter_keys, withdraw_key
from rung.channels.email.verbs.letter import keep_letter
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.channels.email.verbs.reading import read_letters
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import meet_customer, merge_customers
from rung.touchpoints.models import Touchpoint
from tests.channels.email.test_pgp import HEAD, PART, beside, hers, public, somebodys
from tests.channels.email.test_signatures import CARLA, CARLA_KEY, certificate

SignIn = Callable[[Agent], Client]


@pytest.fixture
def mailbox(db: None, at: datetime) -> Mailbox:
    return add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)


def arrived(raw: bytes, mailbox: Mailbox, at: datetime) -> Touchpoint:
    letter = keep_letter(raw, mailbox=mailbox, by=SYSTEM, at=at)
    while read_letters(by=SYSTEM, at=at):
        pass
    letter.refresh_from_db()
    assert letter.touchpoint is not None
    return letter.touchpoint


def armoured(secret: Tsk) -> bytes:
    return str(secret.extract_certificate()).encode()


def said(touchpoint: Touchpoint) -> tuple[str, str]:
    touchpoint.refresh_from_db()
    kept = touchpoint.brought["protection"]
    return kept["seal"], kept["signer"]


def test_a_key_entered_verifies_what_comes_and_what_came(
    mailbox: Mailbox, lin: Agent, at: datetime, work: Callable[..., None]
) -> None:
    before = arrived(beside(hers()), mailbox, at)
    assert said(before) == ("unverified", "")
    (key,) = enter_keys(before.customer, armoured(hers()), by=lin.actor, at=at)
    work()
    assert said(before) == ("verified", "Carla Ruiz")
    assert said(arrived(beside(hers(), PART + b"Once more.\r\n"), mailbox, at)) == ("verified", "Carla Ruiz")
    withdraw_key(key, by=lin.actor, at=at)
    withdraw_key(key, by=lin.actor, at=at)
    work()
    assert said(before) == ("unverified", "")


def test_a_key_counts_for_its_owners_addresses_only(
    mailbox: Mailbox, lin: Agent, at: datetime, work: Callable[..., None]
) -> None:
    letter = arrived(beside(hers()), mailbox, at)
    other = meet_customer(name="Carla R.", by=SYSTEM, at=at)
    enter_keys(other, armoured(hers()), by=lin.actor, at=at)
    work()
    assert said(arrived(beside(hers(), PART + b"Once more.\r\n"), mailbox, at)) == ("broken", "Carla R.")
    merge_customers(letter.customer, other, by=lin.actor, at=at)
    work()
    assert said(letter)[0] == "verified"


def test_the_same_key_twice_is_entered_once(carla: Customer, lin: Agent, at: datetime) -> None:
    assert len(enter_keys(carla, armoured(hers()), by=lin.actor, at=at)) == 1
    assert enter_keys(carla, armoured(hers()), by=lin.actor, at=at) == []
    assert PersonKey.objects.count() == 1


@pytest.mark.parametrize("given", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"])
def test_what_is_no_key_is_refused(carla: Customer, lin: Agent, at: datetime, given: bytes) -> None:
    with pytest.raises(ValidationError, match="no PGP key"):
        enter_keys(carla, given, by=lin.actor, at=at)


def test_a_private_key_is_refused(carla: Customer, lin: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match="private key"):
        enter_keys(carla, bytes(hers()), by=lin.actor, at=at)
    assert not PersonKey.objects.exists()


def test_a_letter_offers_what_is_attached_and_what_autocrypt_says() -> None:
    key = public(hers())
    attached = (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\r\nHello\r\n--m\r\n"
        + b"Content-Type: application/pgp-keys; name=key.asc\r\n\r\n"
        + armoured(hers())
        + b"\r\n--m--\r\n"
    )
    assert [offer.fingerprint for offer in offered_keys(attached)] == [key.fingerprint]
    said = b"Autocrypt: addr=%s; prefer-encrypt=mutual; keydata=" + b64encode(key.data) + b"\r\n"
    assert [each.fingerprint for each in offered_keys(said % b"carla@example.org" + HEAD + b"\r\nHi")] == [
        key.fingerprint
    ]
    assert offered_keys(said % b"mallory@example.net" + HEAD + b"\r\nHi") == []
    assert offered_keys(HEAD + b"\r\nHi") == []


def test_a_certificate_entered_for_a_person_vouches_for_them_alone(
    mailbox: Mailbox, carla: Customer, lin: Agent, at: datetime, work: Callable[..., None]
) -> None:
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.serialization import pkcs7

    builder = pkcs7.PKCS7SignatureBuilder().set_data(PART).add_signer(CARLA, CARLA_KEY, hashes.SHA256())
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    raw = (
        HEAD
        + b"Content-Type: multipart/signed; boundary=s\r\n\r\n--s\r\n"
        + PART
        + b"\r\n--s\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        + builder.sign(serialization.Encoding.DER, options)
        + b"\r\n--s--\r\n"
    )
    letter = arrived(raw, mailbox, at)
    assert said(letter)[0] == "intact"
    (offer,) = offered_keys(raw)
    assert (offer.by, "carla@example.org" in offer.owners) == ("smime", True)
    enter_keys(letter.customer, CARLA.public_bytes(serialization.Encoding.PEM), by=lin.actor, at=at)
    work()
    assert said(letter) == ("verified", letter.customer.name)
    authority = certificate("Carla herself", CARLA_KEY, authority=True)
    enter_keys(carla, authority.public_bytes(serialization.Encoding.DER), by=lin.actor, at=at)
    assert PersonKey.objects.filter(kind="smime").count() == 2


def test_the_page_offers_and_enters_and_removes(
    client_of: SignIn, ada: Agent, mailbox: Mailbox, at: datetime, work: Callable[..., None]
) -> None:
    with_key = b"Autocrypt: addr=carla@example.org; keydata=" + b64encode(public(hers()).data) + b"\r\n"
    letter = arrived(with_key + beside(hers()), mailbox, at)
    client, path = client_of(ada), f"/customers/{letter.customer_id}/keys"
    thread = client.get(f"/conversations/{letter.conversation_id}").content.decode()
    assert "Signed with a key that nobody here knows" in thread
    assert f"{path}?letter={letter.pk}" in thread
    page = client.get(f"{path}?letter={letter.pk}").content.decode()
    assert "Trust this key" in page
    assert "The letter names it as the key it was signed with" in page
    given = {"letter": letter.pk, "offered": public(hers()).fingerprint}
    assert client.post(f"{path}/new", given).status_code == 302
    work()
    thread = client.get(f"/conversations/{letter.conversation_id}").content.decode()
    assert "Signed, and verified with the key" in thread
    assert "of Carla Ruiz" in thread
    assert client.post(f"{path}/new", {"key": armoured(somebodys()).decode()}).status_code == 302
    assert "It names none of the addresses" in client.get(path).content.decode()
    assert client.post(f"{path}/new", {"key": "nonsense"}).status_code == 422
    for key in PersonKey.objects.all():
        assert client.post(f"/keys/{key.pk}/withdrawal").status_code == 302
    assert not PersonKey.objects.exists()


def test_the_page_takes_few_queries(
    client_of: SignIn, ada: Agent, carla: Customer, at: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    enter_keys(carla, armoured(hers()), by=ada.actor, at=at)
    enter_keys(carla, armoured(somebodys()), by=ada.actor, at=at)
    client = client_of(ada)
    client.get(f"/customers/{carla.pk}/keys")
    with django_assert_max_num_queries(9):  # type: ignore[attr-defined]  # a context manager
        client.get(f"/customers/{carla.pk}/keys")


def test_another_persons_letter_offers_nothing_here(
    client_of: SignIn, ada: Agent, mailbox: Mailbox, karim: Customer, at: datetime
) -> None:
    letter = arrived(beside(hers()), mailbox, at)
    assert client_of(ada).get(f"/customers/{karim.pk}/keys?letter={letter.pk}").status_code == 404
