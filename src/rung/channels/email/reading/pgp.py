"""Signatures of OpenPGP (RFC 9580, RFC 3156): what one is worth by the keys that are known.

The only module that knows the library. It is loaded at the first letter that is signed so: most desks never see one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from rung.channels.email.reading.findings import Protection, Seal
from rung.channels.email.reading.keyring import Keyring, KnownKey

if TYPE_CHECKING:
    from pysequoia import Cert, Sig
    from pysequoia.packet import Packet

MAX_KEY = 1_000_000
"""Bytes of a key that are looked at; those with thousands of certifications are larger."""
MAX_SIGNATURE = 50_000

T = TypeVar("T")


class NoKeyError(ValueError):
    """What was handed in is no OpenPGP key that could be used here."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a key says of itself. `fingerprint` and `names` (of it and its subkeys) in lower-case hexadecimal."""

    data: bytes
    fingerprint: str
    names: tuple[str, ...]
    user_ids: tuple[str, ...]
    expires_at: datetime | None
    is_revoked: bool
    is_secret: bool


def _tried(what: Callable[[], T]) -> T:
    """Raises NoKeyError for anything the library raises. A panic inside it is no Exception, and no reason to stop either."""
    try:
        return what()
    except BaseException as failure:
        if isinstance(failure, Exception) or type(failure).__name__ == "PanicException":
            raise NoKeyError(str(failure).split("\n", 1)[0][:200]) from None
        raise


def keys_in(data: bytes) -> list[Key]:
    """The OpenPGP keys in some bytes, armoured or not, at most twenty. Empty where there is none."""
    from pysequoia import Cert
    from pysequoia.packet import Tag

    if not data or len(data) > MAX_KEY:
        return []
    try:
        certs = _tried(lambda: Cert.split_bytes(data))[:20]
        secret = any(packet.tag in (Tag.SecretKey, Tag.SecretSubkey) for packet in _packets(data))
        return [_described(cert, secret) for cert in certs]
    except NoKeyError:
        return []


def _packets(data: bytes) -> "list[Packet]":
    from pysequoia.packet import PacketPile

    return _tried(lambda: list(PacketPile.from_bytes(data)))


def _described(cert: "Cert", is_secret: bool) -> Key:
    """`data` of the result is the public half in any case."""
    data = _tried(lambda: bytes(cert))
    names = dict.fromkeys(str(packet.fingerprint).lower() for packet in _packets(data) if packet.fingerprint)
    return Key(
        data=data,
        fingerprint=cert.fingerprint.lower(),
        names=tuple(names)[:40],
        user_ids=tuple(str(each)[:300] for each in cert.user_ids)[:20],
        expires_at=cert.expiration,
        is_revoked=cert.is_revoked,
        is_secret=is_secret,
    )


def judged_beside(signature: bytes, signed: bytes, sender: str, keyring: Keyring) -> Protection:
    """What a signature beside what it signs is worth; `signed` with the line ends of the mail standard."""
    from pysequoia import Sig, verify

    def checked(ring: Callable[[list[str]], list["Cert"]]) -> tuple[list[str], bytes]:
        found = verify(bytes=signed, store=ring, signature=sig)
        return [str(each.certificate).lower() for each in found.valid_sigs], b""

    try:
        sig = _tried(lambda: Sig.from_bytes(signature[:MAX_SIGNATURE]))
    except NoKeyError:
        return _unread()
    return _judged(checked, _names_of(sig), sender, keyring)[0]


def judged_clear(block: bytes, sender: str, keyring: Keyring) -> tuple[Protection, bytes | None]:
    """What the signature of a text between PGP's lines is worth, and the text that is signed; None where that is unknown."""
    from pysequoia import Sig, verify

    def checked(ring: Callable[[list[str]], list["Cert"]]) -> tuple[list[str], bytes]:
        found = verify(bytes=block, store=ring)
        return [str(each.certificate).lower() for each in found.valid_sigs], found.bytes or b""

    start = block.find(b"-----BEGIN PGP SIGNATURE-----")
    try:
        sig = _tried(lambda: Sig.from_bytes(block[start : start + MAX_SIGNATURE]))
    except NoKeyError:
        return _unread(), None
    return _judged(checked, _names_of(sig), sender, keyring)


def _unread() -> Protection:
    return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")


def _names_of(sig: "Sig") -> list[str]:
    """By what the signature names its key; the full fingerprint first, which old signatures do not have."""
    return [name.lower() for name in (sig.issuer_fingerprint, sig.issuer_key_id) if name]


def _judged(
    checked: Callable[[Callable[[list[str]], list["Cert"]]], tuple[list[str], bytes]],
    names: Sequence[str],
    sender: str,
    keyring: Keyring,
) -> tuple[Protection, bytes | None]:
    from pysequoia import Cert

    named = names[0] if names else ""
    known = keyring("pgp", names) if names else ()
    certs = {}
    for each in known:
        try:
            certs[each.fingerprint] = _tried(lambda each=each: Cert.from_bytes(each.data))  # type: ignore[misc]  # bound now
        except NoKeyError:
            continue
    if not certs:
        detail = "Nobody here knows the key it was signed with."
        return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail=detail, key=named), None
    owners = {each.fingerprint: each for each in known}
    try:
        valid, text = _tried(lambda: checked(lambda _ids: list(certs.values())))
    except NoKeyError:
        return _unproven(next(iter(certs.values())), owners, named), None
    signers = [owners[fingerprint] for fingerprint in valid if fingerprint in owners]
    if not signers:
        return _unproven(next(iter(certs.values())), owners, named), None
    mine = next((each for each in signers if sender.lower() in each.addresses), None)
    if mine is None:
        other = signers[0]
        detail = f"It is signed by {other.owner}, and not by the sender."
        seal = Seal.BROKEN
        return Protection(
            "pgp", is_signed=True, seal=seal, signer=other.owner, detail=detail, key=other.fingerprint
        ), text
    return Protection("pgp", is_signed=True, seal=Seal.VERIFIED, signer=mine.owner, key=mine.fingerprint), text


def _unproven(cert: "Cert", owners: dict[str, KnownKey], named: str) -> Protection:
    """Why a known key does not prove a letter: it was withdrawn by its owner, or the letter was changed."""
    owner = owners[cert.fingerprint.lower()].owner
    if cert.is_revoked:
        detail = "The key it was signed with was revoked by its owner."
        return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, signer=owner, detail=detail, key=named)
    detail = "The letter was changed after it was signed, or its key was not valid then."
    return Protection("pgp", is_signed=True, seal=Seal.BROKEN, signer=owner, detail=detail, key=named)
