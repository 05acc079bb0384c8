"""DKIM signatures (RFC 6376, and RFC 8463 for Ed25519): pure, from the bytes of a letter to the header in front of them.

Both header and body are canonicalised "relaxed", so that a server that folds anew or trims the ends of lines on the way
breaks nothing.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

RSA, ED25519 = "rsa", "ed25519"
RSA_BITS = 2048

# Signed once more than they stand there, so that nobody on the way can add a second one. What RFC 8058 wants signed for
# one-click unsubscribing is among the others.
_ONCE = ("from", "to", "cc", "subject", "date", "message-id", "reply-to", "in-reply-to", "references")
_ALSO = ("mime-version", "content-type", "content-transfer-encoding", "auto-submitted")
_LISTS = ("list-unsubscribe", "list-unsubscribe-post")

_HEADER = re.compile(rb"([!-9;-~]+)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)\r\n")
_BLANKS = re.compile(rb"[ \t]+")


@dataclass(frozen=True)
class Signer:
    """Who signs: `private` is a PEM key of the kind `algorithm` names; its other half stands in DNS at
    `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    algorithm: str
    private: str = field(repr=False)


def new_private_key(algorithm: str) -> str:
    """A fresh key as PEM (PKCS #8)."""
    key: RSAPrivateKey | Ed25519PrivateKey
    key = generate_private_key(65537, RSA_BITS) if algorithm == RSA else Ed25519PrivateKey.generate()
    encryption = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption).decode()


def public_part(private: str) -> str:
    """What `p=` of the DNS record holds for a private key: base64, of the whole SubjectPublicKeyInfo for RSA and of the
    bare 32 bytes for Ed25519."""
    key = _loaded(private)
    if isinstance(key, RSAPrivateKey):
        encoding, form = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    else:
        encoding, form = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return b64encode(key.public_key().public_bytes(encoding, form)).decode()


def key_record(algorithm: str, public: str) -> str:
    """The text to publish at `<selector>._domainkey.<domain>`."""
    return f"v=DKIM1; k={algorithm}; p={public}"


def tags(record: str) -> dict[str, str]:
    """`v=DKIM1; k=rsa; p=MII…` → its tags: names in lower case, values without blanks. DMARC writes the same way."""
    pairs = (part.partition("=") for part in record.split(";") if "=" in part)
    return {name.strip().lower(): "".join(value.split()) for name, _, value in pairs}


def is_published(record: str, public: str) -> bool:
    """Whether a record found in DNS holds this key."""
    try:
        return b64decode(tags(record).get("p", "")) == b64decode(public)
    except ValueError:
        return False


def signed(raw: bytes, signers: Sequence[Signer], *, at: datetime) -> bytes:
    """A letter (CRLF lines) with one signature for each signer in front. Without signers it is the letter as it was."""
    if not signers:
        return raw
    head, _, body = raw.partition(b"\r\n\r\n")
    headers = [(match[1].lower(), match[2]) for match in _HEADER.finditer(head + b"\r\n")]
    body_hash = b64encode(sha256(_relaxed_body(body)).digest()).decode()
    return b"".join(_signature(signer, headers, body_hash, at) for signer in signers) + raw


def _signature(signer: Signer, headers: list[tuple[bytes, bytes]], body_hash: str, at: datetime) -> bytes:
    present = [name for name, _value in headers]
    names: list[str] = []
    for name in (*_ONCE, *_ALSO, *_LISTS):
        count = present.count(name.encode())
        names += [name] * (count + 1 if name in _ONCE else count)
    unsigned = (
        f"v=1; a={signer.algorithm}-sha256; c=relaxed/relaxed; d={signer.domain}; s={signer.selector};\r\n"
        f" t={int(at.timestamp())}; bh={body_hash};\r\n"
        f" h={_folded(names)};\r\n b="
    )
    to_sign = b"".join(_chosen(headers, names)) + _relaxed("dkim-signature", unsigned.encode())
    code = b64encode(_sign(signer, to_sign)).decode()
    lines = "\r\n ".join(code[start : start + 72] for start in range(0, len(code), 72))
    return f"DKIM-Signature: {unsigned}{lines}\r\n".encode()


def _folded(names: Sequence[str]) -> str:
    lines = [""]
    for name in names:
        if len(lines[-1]) + len(name) > 68:
            lines.append("")
        lines[-1] += f"{name}:"
    return "\r\n  ".join(lines).rstrip(":")


def _chosen(headers: list[tuple[bytes, bytes]], names: Sequence[str]) -> list[bytes]:
    """The headers in the order of `names`, of several alike the last first; a name without one adds nothing."""
    left = list(headers)
    chosen = []
    for name in names:
        place = next((i for i in range(len(left) - 1, -1, -1) if left[i][0] == name.encode()), None)
        if place is not None:
            chosen.append(_relaxed(name, left.pop(place)[1]) + b"\r\n")
    return chosen


def _relaxed(name: str, value: bytes) -> bytes:
    return name.encode() + b":" + _BLANKS.sub(b" ", value.replace(b"\r\n", b"")).strip(b" \t")


def _relaxed_body(body: bytes) -> bytes:
    lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"\r\n".join(lines) + b"\r\n" if lines else b""


def _sign(signer: Signer, text: bytes) -> bytes:
    key = _loaded(signer.private)
    if isinstance(key, RSAPrivateKey):
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    # RFC 8463, 3: what Ed25519 signs is the SHA-256 of the text, not the text.
    return key.sign(sha256(text).digest())


def _loaded(private: str) -> RSAPrivateKey | Ed25519PrivateKey:
    """Raises ValueError for what is no such key."""
    # Unvalidated: it is one that we made; proving its primes again costs a hundred times the signature.
    key = serialization.load_pem_private_key(private.encode(), password=None, unsafe_skip_rsa_key_validation=True)
    if not isinstance(key, (RSAPrivateKey, Ed25519PrivateKey)):
        raise ValueError("neither an RSA nor an Ed25519 key")
    return key
