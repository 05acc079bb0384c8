"""What a signature on a letter is worth, by who is trusted."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs7
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from rung.channels.email import anchors
from rung.channels.email.reading import read
from rung.channels.email.reading.findings import Protection, Seal

LETTERS = Path(__file__).parents[2] / "letters"
PART = b"Content-Type: text/plain\r\n\r\nSigned words."
HEAD = "From: {sender}\r\nDate: {date}\r\nMIME-Version: 1.0\r\n"
MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
VERSION_3 = bytes.fromhex("a003020102")
BASIC_CONSTRAINTS, ALTERNATIVE_NAME = bytes.fromhex("0603551d13"), bytes.fromhex("0603551d11")
TOLD = "Tue, 10 Mar 2026 09:15:00 +0100"


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    address: str = "",
    issuer: x509.Certificate | None = None,
    by: ec.EllipticCurvePrivateKey | None = None,
    authority: bool = False,
) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2025, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if address:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
    return builder.sign(by or key, hashes.SHA256())


ROOT_KEY, CARLA_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
ROOT = certificate("An authority", ROOT_KEY, authority=True)
CARLA = certificate("Carla Ruiz", CARLA_KEY, address="carla@example.org", issuer=ROOT, by=ROOT_KEY)


def protection(
    *anchors: x509.Certificate,
    sender: str = "carla@example.org",
    date: str = TOLD,
    opaque: bool = False,
    part: bytes = PART,
    damage: tuple[bytes, bytes] = (b"", b""),
) -> Protection:
    options = [pkcs7.PKCS7Options.Binary]
    if not opaque:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    signer = pkcs7.PKCS7SignatureBuilder().set_data(PART).add_signer(CARLA, CARLA_KEY, hashes.SHA256())
    signature = signer.add_certificate(ROOT).sign(serialization.Encoding.DER, options).replace(*damage)
    head = HEAD.format(sender=sender, date=date).encode()
    if opaque:
        raw = head + b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n" + signature
    else:
        raw = (
            head
            + b"Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n"
            + part
            + b"\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: binary\r\n\r\n"
            + signature
            + b"\r\n--b--\r\n"
        )
    reading = read(raw, anchors)
    assert reading.text == part.rpartition(b"\n")[2].decode()
    assert reading.protection is not None
    return reading.protection


@pytest.mark.parametrize("opaque", [False, True])
def test_a_signature_is_verified_when_an_authority_vouches(opaque: bool) -> None:
    assert protection(ROOT, opaque=opaque).seal is Seal.VERIFIED


def test_a_signature_is_verified_when_the_signer_is_known() -> None:
    found = protection(CARLA)
    assert (found.seal, found.signer) == (Seal.VERIFIED, "carla@example.org")


def test_a_signature_nobody_vouches_for_is_only_intact() -> None:
    assert protection().seal is Seal.INTACT
    stranger = certificate("An authority", CARLA_KEY, authority=True)
    assert protection(stranger).seal is Seal.INTACT


def test_a_certificate_of_no_authority_vouches_for_nobody_else() -> None:
    person = certificate("An authority", ROOT_KEY, authority=False)
    assert protection(person).seal is Seal.INTACT


def test_a_signature_over_other_words_is_broken() -> None:
    assert protection(ROOT, part=PART.replace(b"words", b"words.")).seal is Seal.BROKEN


def test_a_signature_of_somebody_else_is_broken() -> None:
    assert protection(ROOT, sender="mallory@example.net").seal is Seal.BROKEN


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param((MESSAGE_DIGEST, MESSAGE_DIGEST[:-1] + b"\x63"), id="no digest of what was signed"),
        pytest.param((VERSION_3, VERSION_3[:-1] + b"\x04"), id="certificates of a version there is none of"),
        pytest.param((BASIC_CONSTRAINTS, ALTERNATIVE_NAME), id="one extension twice"),
    ],
)
def test_a_damaged_signature_is_not_verified_and_its_letter_is_read(damage: tuple[bytes, bytes]) -> None:
    assert protection(ROOT, CARLA, damage=damage).seal is Seal.UNVERIFIED


def test_a_certificate_that_had_run_out_does_not_verify() -> None:
    assert protection(ROOT, date="Tue, 10 Mar 2028 09:15:00 +0100").seal is Seal.INTACT


def test_the_certificates_are_read_from_the_file_that_the_settings_name(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "anchors.pem"
    file.write_bytes(ROOT.public_bytes(serialization.Encoding.PEM) + CARLA.public_bytes(serialization.Encoding.PEM))
    settings.SMIME_ANCHORS = str(file)
    assert anchors.anchors() == (ROOT, CARLA)


def test_a_file_of_certificates_that_is_none_vouches_for_nobody(tmp_path: Path, settings: Settings) -> None:
    file = tmp_path / "broken.pem"
    file.write_text("no certificate")
    settings.SMIME_ANCHORS = str(file)
    assert anchors.anchors() == ()
