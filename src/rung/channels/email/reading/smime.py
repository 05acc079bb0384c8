"""Signatures of S/MIME (RFC 8551, RFC 5652): what was signed, by whom, and whether it is still so."""

import hmac
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509.oid import NameOID

from rung.channels.email.reading.der import Node, NotDerError, node_at
from rung.channels.email.reading.findings import Seal
from rung.channels.email.reading.keyring import Trust

MAX_SIGNED = 30_000_000
MAX_CERTIFICATES = 20

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_ENVELOPED_DATA = (bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117"))
_COMPRESSED_DATA = bytes.fromhex("2a864886f70d0109100109")
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
_RSA_PSS = bytes.fromhex("2a864886f70d01010a")
# Not SHA-1: two texts with one digest can be made, so it vouches for neither.
_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
}

# What has no ancestor among these but Exception is what a certificate says that no certificate may.
_UNREADABLE = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.InvalidVersion, x509.DuplicateExtension, x509.UnsupportedGeneralNameType),
)


@dataclass(slots=True)
class Signature:
    """`content` is what an opaque signature encloses; None where it stands beside the signed part."""

    content: bytes | None = None
    certificates: list[x509.Certificate] = field(default_factory=list)
    signers: list[Node] = field(default_factory=list)


def kind_of(data: bytes) -> str:
    """ "signed", "encrypted", "compressed", or "" for what is no CMS message."""
    try:
        node, _ = node_at(memoryview(data))
        identifier = bytes(node.inner()[0].value)
    except (NotDerError, IndexError, RecursionError):
        return ""
    if identifier == _SIGNED_DATA:
        return "signed"
    if identifier in _ENVELOPED_DATA:
        return "encrypted"
    return "compressed" if identifier == _COMPRESSED_DATA else ""


def signature_in(data: bytes) -> Signature | None:
    """The signature of a p7m or p7s; None when there is none that can be read."""
    try:
        top, _ = node_at(memoryview(data)[:MAX_SIGNED])
        identifier, wrapped = top.inner()[:2]
        if bytes(identifier.value) != _SIGNED_DATA:
            return None
        _version, _digests, enclosed, *rest = wrapped.inner()[0].inner()
        found = Signature()
        inside = enclosed.inner()
        if len(inside) > 1:
            found.content = inside[1].inner()[0].octets()
        for node in rest:
            if node.tag == 0xA0:
                found.certificates = [
                    certificate
                    for each in node.inner()[:MAX_CERTIFICATES]
                    if (certificate := _certificate(bytes(each.raw))) is not None
                ]
            elif node.tag == 0x31:
                found.signers = node.inner()[:5]
    except (NotDerError, IndexError, ValueError, RecursionError):
        return None
    return found


def _certificate(data: bytes) -> x509.Certificate | None:
    """None where it cannot be read whole: some of it is read only when it is asked for, and fails then."""
    try:
        certificate = x509.load_der_x509_certificate(data)
        _ = certificate.issuer, certificate.subject, certificate.extensions
    except _UNREADABLE:
        return None
    return certificate


def judged(
    signature: Signature, signed: bytes, sender: str, at: datetime | None, trust: Trust
) -> tuple[Seal, str, str, str]:
    """What the signature is worth, the address (or name) it names, why in words, and the fingerprint of its certificate.

    `signed` are the bytes that were signed, with the line ends of the mail standard; `at` when, as far as that is known.
    """
    if not signature.signers:
        return Seal.UNVERIFIED, "", "The signature names no signer.", ""
    who, key = "", ""
    for signer in signature.signers:
        try:
            certificate = _certificate_of(signer, signature)
            if certificate is None:
                return Seal.UNVERIFIED, "", "The signer's certificate did not come along.", ""
            key = fingerprint_of(certificate)
            addresses = addresses_of(certificate)
            who = next(iter(addresses), "") or name_of(certificate)
            is_intact = _is_intact(signer, certificate, signed)
        except (NotDerError, IndexError, ValueError, UnsupportedAlgorithm, KeyError, TypeError):
            return Seal.UNVERIFIED, who, "The signature is of a kind that cannot be checked here.", key
        if not is_intact:
            return Seal.BROKEN, who, "The letter was changed after it was signed.", key
        entered = next((each for each in trust.keyring("smime", [key]) if sender.lower() in each.addresses), None)
        if entered is not None and _was_valid(certificate, at):
            who = entered.owner
            continue
        if sender and addresses and sender.lower() not in addresses:
            return Seal.BROKEN, who, f"It is signed by {who}, and not by the sender.", key
        if not _was_valid(certificate, at):
            return Seal.INTACT, who, "Nothing was changed since; the certificate was not valid on that day.", key
        if not _is_trusted(certificate, signature, trust.anchors):
            return Seal.INTACT, who, "Nothing was changed since; nobody we know vouches for the certificate.", key
        if not addresses and certificate not in trust.anchors:
            # An authority vouches for a name, of a computer perhaps: that says nothing of who writes from an address.
            return Seal.INTACT, who, "Nothing was changed since; the certificate names no address.", key
    return Seal.VERIFIED, who, "", key


def fingerprint_of(certificate: x509.Certificate) -> str:
    """SHA-256, in lower-case hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _was_valid(certificate: x509.Certificate, at: datetime | None) -> bool:
    return at is None or certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def signers_of(signature: Signature) -> list[x509.Certificate]:
    """The certificates of those who signed, as far as they came along."""
    found = []
    for signer in signature.signers:
        try:
            certificate = _certificate_of(signer, signature)
        except (NotDerError, IndexError, ValueError, RecursionError):
            continue
        if certificate is not None:
            found.append(certificate)
    return found


def _certificate_of(signer: Node, signature: Signature) -> x509.Certificate | None:
    """By issuer and serial number, or by key identifier."""
    named = signer.inner()[1]
    for certificate in signature.certificates:
        if named.tag == 0x30:
            issuer, serial = named.inner()[:2]
            if (
                certificate.issuer.public_bytes() == bytes(issuer.raw)
                and int.from_bytes(bytes(serial.value), "big", signed=True) == certificate.serial_number
            ):
                return certificate
        elif named.tag & 0x1F == 0:
            try:
                key = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
            except (x509.ExtensionNotFound, ValueError):
                continue
            if key == bytes(named.value):
                return certificate
    return None


def _is_intact(signer: Node, certificate: x509.Certificate, signed: bytes) -> bool:
    parts = signer.inner()
    algorithm = _HASHES[bytes(parts[2].inner()[0].value)]
    attributes = parts[3] if parts[3].tag == 0xA0 else None
    method, value = parts[4:6] if attributes is not None else parts[3:5]
    message = signed
    if attributes is not None:
        digest = hashes.Hash(algorithm)
        digest.update(signed)
        # Exactly one is demanded (RFC 5652, 11.2).
        (wanted,) = (
            attribute.inner()[1].inner()[0].value
            for attribute in attributes.inner()
            if attribute.inner()[0].value == _MESSAGE_DIGEST
        )
        if not hmac.compare_digest(digest.finalize(), bytes(wanted)):
            return False
        # What is signed is the set of attributes with its own tag, not the one it has in the message.
        message = b"\x31" + bytes(attributes.raw[1:])
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            if method.inner()[0].value == _RSA_PSS:
                key.verify(
                    bytes(value.value), message, padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO), algorithm
                )
            else:
                key.verify(bytes(value.value), message, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(bytes(value.value), message, ec.ECDSA(algorithm))
        elif isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(bytes(value.value), message)
        else:
            raise UnsupportedAlgorithm("key")
    except InvalidSignature:
        return False
    return True


def addresses_of(certificate: x509.Certificate) -> list[str]:
    """The mail addresses a certificate is for, in lower case."""
    found: list[str] = []
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        found += names.get_values_for_type(x509.RFC822Name)
    except (x509.ExtensionNotFound, ValueError):
        pass
    found += [str(each.value) for each in certificate.subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    return list(dict.fromkeys(address.lower() for address in found))


def name_of(certificate: x509.Certificate) -> str:
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value)[:200] if names else ""


def _is_trusted(certificate: x509.Certificate, signature: Signature, anchors: tuple[x509.Certificate, ...]) -> bool:
    """Whether a chain of at most five certificates leads to one that is trusted here."""
    current = certificate
    for _ in range(5):
        if current in anchors:
            return True
        issuer = next(
            (each for each in (*anchors, *signature.certificates) if each != current and _issued(each, current)), None
        )
        if issuer is None:
            return False
        current = issuer
    return False


def _issued(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer or not _is_authority(issuer):
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False
