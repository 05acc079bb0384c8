"""Keys that a letter brings along for its answers: attached, in its Autocrypt header, or within its own signature.

Anybody can attach any key: what is found here is offered to a person who decides, and trusted by nobody.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from rung.channels.email.reading import pgp, smime
from rung.channels.email.reading.contents import contents_of
from rung.channels.email.reading.envelope import sender_of
from rung.channels.email.reading.parts import Tree, content, take_apart
from rung.channels.email.reading.protection import SMIME_SIGNATURE
from rung.channels.email.reading.values import structured
from rung.channels.email.reading.words import from_base64

MAX_OFFERS = 10
_ARMOUR = b"-----BEGIN PGP PUBLIC KEY BLOCK-----"
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,50000}-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class Offer:
    """A public key as it describes itself. `by` is "pgp" or "smime"; `fingerprint` and `names` in lower-case hexadecimal."""

    by: str
    data: bytes
    fingerprint: str
    names: tuple[str, ...]
    owners: tuple[str, ...]
    expires_at: datetime | None
    is_revoked: bool = False
    is_secret: bool = False


def offered_keys(raw: bytes) -> list[Offer]:
    """The keys in a letter, each once. Never raises: what cannot be taken apart offers none."""
    try:
        tree = take_apart(raw)
        found = [*_in_parts(tree), *_in_header(tree), *_in_signature(tree)]
    except Exception:  # as in `reading.read`: no letter may stop anything
        return []
    return list({offer.fingerprint: offer for offer in found[:MAX_OFFERS]}.values())


def keys_of(data: bytes) -> list[Offer]:
    """The public keys in what somebody has pasted or picked: OpenPGP, armoured or not, or X.509, PEM or DER."""
    if certificates := _certificates(data):
        return [_certificate(each) for each in certificates]
    return [_pgp(key) for key in pgp.keys_in(data)]


def _pgp(key: pgp.Key) -> Offer:
    return Offer(
        "pgp", key.data, key.fingerprint, key.names, key.user_ids, key.expires_at, key.is_revoked, key.is_secret
    )


def _certificates(data: bytes) -> list[x509.Certificate]:
    blocks = _PEM.findall(data[:200_000])[:MAX_OFFERS]
    try:
        if blocks:
            return [x509.load_pem_x509_certificate(block) for block in blocks]
        return [x509.load_der_x509_certificate(data)] if data[:1] == b"\x30" else []
    except ValueError:
        return []


def _certificate(certificate: x509.Certificate) -> Offer:
    fingerprint = smime.fingerprint_of(certificate)
    name = smime.name_of(certificate)
    owners = tuple(each for each in (name, *smime.addresses_of(certificate)) if each)
    data = certificate.public_bytes(Encoding.DER)
    return Offer("smime", data, fingerprint, (fingerprint,), owners, certificate.not_valid_after_utc)


def _in_parts(tree: Tree) -> list[Offer]:
    found = []
    for part in tree.parts:
        data = tree.data[part.start : part.end]
        name = part.disposition.parameters.get("filename") or part.type.parameters.get("name", "")
        if part.media_type == "application/pgp-keys" or name.lower().endswith((".asc", ".gpg", ".key", ".pem", ".crt")):
            found += keys_of(content(part, tree))
        elif _ARMOUR in data:
            text = content(part, tree)
            found += keys_of(text[text.find(_ARMOUR) :])
    return found


def _in_header(tree: Tree) -> list[Offer]:
    """Autocrypt: one header, with the sender's own address; the specification says to ignore it otherwise."""
    headers = tree.headers.all_raw("autocrypt")
    sender = sender_of(tree)
    if len(headers) != 1 or sender is None:
        return []
    # A header without a first word: what `structured` takes for one is the first attribute.
    said = structured(b"autocrypt; " + headers[0], "").parameters
    if said.get("addr", "").lower() != sender.address.lower():
        return []
    return [_pgp(key) for key in pgp.keys_in(from_base64(said.get("keydata", "").encode("ascii", "ignore")))]


def _in_signature(tree: Tree) -> list[Offer]:
    """The signer's own certificate, not those of the authorities above."""
    found = contents_of(tree).opaque
    for part in tree.parts:
        if found is None and part.media_type in SMIME_SIGNATURE:
            found = smime.signature_in(content(part, tree))
    return [_certificate(each) for each in smime.signers_of(found)] if found is not None else []
