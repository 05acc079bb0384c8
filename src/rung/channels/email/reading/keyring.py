"""The keys that a signature is held against: handed in by whoever asks for a reading, because reading knows no rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cryptography.x509 import Certificate


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key that somebody here has entered for a person.

    `data` is an OpenPGP certificate, or an X.509 one in DER. `owner` is whose it is, in words; `addresses` are those the
    person writes from, in lower case: under another one the key proves nothing.
    """

    data: bytes
    fingerprint: str
    owner: str
    addresses: frozenset[str]


Keyring = Callable[[str, Sequence[str]], Sequence[KnownKey]]
"""("pgp" or "smime", fingerprints or key IDs in hexadecimal) → the keys entered under one of these names."""


def nobodys(_by: str, _names: Sequence[str]) -> Sequence[KnownKey]:
    """The keyring of whoever knows nobody."""
    return ()


@dataclass(frozen=True, slots=True)
class Trust:
    """Who is believed: `anchors` are certificates, of people or of authorities, that whoever runs the desk has named."""

    anchors: tuple[Certificate, ...] = ()
    keyring: Keyring = nobodys
