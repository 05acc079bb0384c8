"""What a signature of PGP is worth, by which keys are known."""

from collections.abc import Sequence
from functools import cache

import pytest
from pysequoia import Cert, SignatureMode, Tsk, sign

from rung.channels.email.reading import read
from rung.channels.email.reading.findings import Protection, Seal
from rung.channels.email.reading.keyring import KnownKey
from rung.channels.email.reading.pgp import Key, keys_in

HEAD = b"From: Carla Ruiz <carla@example.org>\r\nDate: Tue, 10 Mar 2026 09:15:00 +0100\r\nMIME-Version: 1.0\r\n"
PART = "Content-Type: text/plain; charset=utf-8\r\n\r\nGrüße, the saddle is loose.  \r\n".encode()

# Made by GnuPG, a judge that shares no line with the library.
KARIM = """-----BEGIN PGP PUBLIC KEY BLOCK-----

mDMEZbrfABYJKwYBBAHaRw8BAQdA6JKQarTAeka1XzF/EpHmkllKMxawfo1uD+vi
TTIvpVm0IEthcmltIEhhZGRhZCA8a2FyaW1AZXhhbXBsZS5vcmc+iJAEExYIADgW
IQSqvZFdE+BzIm40huLgHpwMIYzergUCZbrfAAIbAwULCQgHAgYVCgkICwIEFgID
AQIeAQIXgAAKCRDgHpwMIYzerjY5AQCU1/CISTKIVhG28VVVNoCgT0Nsgyo4LtzT
YIHO1iPCKwD/XWmJNn6zL4yv6G8bhJGZibRreXhosbyqO5wKLqxHqQ8=
=ziF7
-----END PGP PUBLIC KEY BLOCK-----
"""
KARIM_WITHIN = """-----BEGIN PGP SIGNED MESSAGE-----
Hash: SHA256

The wheel arrived bent.
- - and the box was open
-----BEGIN PGP SIGNATURE-----

iHUEARYIAB0WIQSqvZFdE+BzIm40huLgHpwMIYzergUCZbrfAAAKCRDgHpwMIYze
ruLGAQDDTDvHQRp3gnhaIiwWQR4Fz4/x6Rb4EJw1L7pr3xvHJgD7BOKayUoazr7k
sOWDYJ45s2PrExf79+sBL08aovQ2VwQ=
=FvVQ
-----END PGP SIGNATURE-----
"""
KARIM_PART = b"Content-Type: text/plain\r\n\r\nThe wheel arrived bent.\r\n"
KARIM_BESIDE = """-----BEGIN PGP SIGNATURE-----

iHUEABYIAB0WIQSqvZFdE+BzIm40huLgHpwMIYzergUCZbrfAAAKCRDgHpwMIYze
rhtnAP9ygl+jR9YouS7p6MScUWdms9vc3gD3rCg1HfWLoxBjxAD/SvZ+UHbRaBKN
1Ac6pMNtroFp0NTOQ87Alqj9kPHrjA0=
=IRI8
-----END PGP SIGNATURE-----
"""


@cache
def hers() -> Tsk:
    return Tsk.generate("Carla Ruiz <carla@example.org>")


@cache
def somebodys() -> Tsk:
    return Tsk.generate("Mallory <mallory@example.net>")


def public(secret: Tsk) -> Key:
    (key,) = keys_in(bytes(secret.extract_certificate()))
    return key


class Ring:
    """Keys as somebody has entered them; remembers what it was asked for."""

    def __init__(self, **keys: Tsk | Key) -> None:
        known = {name: key if isinstance(key, Key) else public(key) for name, key in keys.items()}
        self.keys = {f"{name}@example.org": key for name, key in known.items()}
        self.asked: list[str] = []

    def __call__(self, by: str, names: Sequence[str]) -> list[KnownKey]:
        self.asked += names
        return [
            KnownKey(key.data, key.fingerprint, address.partition("@")[0].title(), frozenset({address}))
            for address, key in self.keys.items()
            if by == "pgp" and any(own.endswith(name) for own in key.names for name in names)
        ]


def beside(
    signer: Tsk, part: bytes = PART, *, sent: bytes | None = None, after: bytes = b"", footer: bytes = b""
) -> bytes:
    """A letter of PGP/MIME; `sent` is what became of the signed part on the way."""
    signature = sign(signer.signer(), part, mode=SignatureMode.DETACHED)
    signed = (
        b"Content-Type: multipart/signed; micalg=pgp-sha512; protocol=application/pgp-signature; boundary=s\r\n\r\n--s\r\n"
        + (part if sent is None else sent)
        + b"\r\n--s\r\nContent-Type: application/pgp-signature; name=signature.asc\r\n\r\n"
        + signature
        + b"\r\n"
        + after
        + b"--s--\r\n"
    )
    if not footer:
        return HEAD + signed
    return (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n"
        + signed
        + b"\r\n--m\r\nContent-Type: text/plain\r\n\r\n"
        + footer
        + b"\r\n--m--\r\n"
    )


def within(signer: Tsk, text: str = "Grüße,\n- the saddle\n  is loose.\n", before: str = "") -> bytes:
    signed = sign(signer.signer(), text.encode(), mode=SignatureMode.CLEAR).replace(b"\n", b"\r\n")
    return HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + before.encode() + signed


def seal_of(raw: bytes, ring: Ring) -> Protection:
    found = read(raw, (), ring).protection
    assert found is not None
    assert found.is_signed
    return found


@pytest.mark.parametrize("letter", [beside, within])
def test_a_known_key_of_the_sender_verifies_a_letter(letter: object) -> None:
    assert callable(letter)
    found = seal_of(letter(hers()), Ring(carla=hers()))
    assert (found.seal, found.signer, found.key) == (Seal.VERIFIED, "Carla", public(hers()).fingerprint)


def test_what_gnupg_has_signed_is_verified() -> None:
    (key,) = keys_in(KARIM.encode())
    ring, head = Ring(karim=key), HEAD.replace(b"carla@", b"karim@")
    inline = seal_of(head + b"\r\n" + KARIM_WITHIN.encode(), ring)
    assert (inline.seal, inline.signer) == (Seal.VERIFIED, "Karim")
    around = beside(hers(), KARIM_PART)
    start, end = around.index(b"-----BEGIN"), around.index(b"-----END PGP SIGNATURE-----\n") + 28
    raw = around[:start].replace(b"carla@", b"karim@") + KARIM_BESIDE.encode() + around[end:]
    assert seal_of(raw, ring).seal is Seal.VERIFIED
    assert seal_of(raw.replace(b"bent", b"lost"), ring).seal is Seal.BROKEN


@pytest.mark.parametrize("letter", [beside, within])
def test_a_key_nobody_knows_proves_nothing_and_is_named(letter: object) -> None:
    assert callable(letter)
    found = seal_of(letter(hers()), Ring(mallory=somebodys()))
    assert (found.seal, found.signer) == (Seal.UNVERIFIED, "")
    assert found.key in public(hers()).names


def test_a_letter_changed_on_the_way_is_broken() -> None:
    assert seal_of(beside(hers(), sent=PART.replace(b"loose", b"tight")), Ring(carla=hers())).seal is Seal.BROKEN
    assert seal_of(within(hers()).replace(b"loose", b"tight"), Ring(carla=hers())).seal is Seal.BROKEN


def test_a_letter_signed_by_somebody_else_we_know_is_not_the_senders() -> None:
    found = seal_of(beside(somebodys()), Ring(carla=hers(), mallory=somebodys()))
    assert (found.seal, found.signer) == (Seal.BROKEN, "Mallory")


def test_line_ends_that_a_server_changed_break_nothing() -> None:
    assert seal_of(beside(hers()).replace(b"\r\n", b"\n"), Ring(carla=hers())).seal is Seal.VERIFIED


def test_what_stands_beside_the_signed_part_is_not_signed() -> None:
    ring = Ring(carla=hers())
    assert seal_of(beside(hers(), footer=b"Sent through a list"), ring).seal is Seal.PARTLY
    put_in = b"--s\r\nContent-Type: text/plain\r\n\r\nPay to this account instead.\r\n"
    assert seal_of(beside(hers(), after=put_in), ring).seal is Seal.PARTLY


def test_what_stands_around_a_signed_text_is_not_signed() -> None:
    found = seal_of(within(hers(), before="Pay to this account instead.\r\n\r\n"), Ring(carla=hers()))
    assert found.seal is Seal.PARTLY


def test_a_second_text_in_armour_is_not_taken_for_the_signed_one() -> None:
    forged = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nPay to this account instead.\r\n"
    forged += "-----BEGIN PGP SIGNATURE-----\r\n\r\nAAAA\r\n-----END PGP SIGNATURE-----\r\n"
    assert seal_of(within(hers(), before=forged), Ring(carla=hers())).seal is not Seal.VERIFIED


def test_the_keyring_is_not_asked_for_a_letter_without_a_signature() -> None:
    ring = Ring(carla=hers())
    read(HEAD + b"\r\nHello", (), ring)
    assert ring.asked == []


@pytest.mark.parametrize(
    "junk", [b"", b"junk", b"-----BEGIN PGP SIGNATURE-----\n\n", b"\xff" * 5000, b"-----BEGIN PGP"]
)
def test_a_signature_of_junk_is_not_checked(junk: bytes) -> None:
    raw = beside(hers())
    start = raw.index(b"-----BEGIN PGP SIGNATURE-----")
    end = raw.index(b"-----END PGP SIGNATURE-----")
    assert seal_of(raw[:start] + junk + raw[end:], Ring(carla=hers())).seal is Seal.UNVERIFIED


def test_a_key_says_what_it_is() -> None:
    key = public(hers())
    assert key.user_ids == ("Carla Ruiz <carla@example.org>",)
    assert key.fingerprint == key.names[0]
    assert len(key.names) > 1, "its subkeys sign too"
    assert not key.is_secret
    armoured = str(Cert.from_bytes(key.data)).encode()
    assert keys_in(armoured) == [key]
    assert [each.fingerprint for each in keys_in(key.data + public(somebodys()).data)] == [
        key.fingerprint,
        public(somebodys()).fingerprint,
    ]


@pytest.mark.parametrize("junk", [b"", b"junk", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n", b"\x99" * 4000])
def test_junk_is_no_key(junk: bytes) -> None:
    assert keys_in(junk) == []
