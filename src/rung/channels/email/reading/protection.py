"""Whether a letter is signed or encrypted, and what a signature is worth."""

import re
from datetime import datetime

from cryptography.x509 import Certificate

from rung.channels.email.reading import smime
from rung.channels.email.reading.findings import Protection, Seal
from rung.channels.email.reading.parts import Part, Tree, content, signed_bytes
from rung.channels.email.reading.words import from_base64

SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
MAX_OPAQUE = 3
"""How often a signed letter may lie in a signed letter."""

_CLEAR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[^\n]{1,200}\n){0,10}\n"
    r"(.*?)\n?-----BEGIN PGP SIGNATURE-----\n.{0,20000}?-----END PGP SIGNATURE-----[ \t]*(?:\n|$)",
    re.DOTALL,
)
_SEALED = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.MULTILINE)


def opaque_signature(part: Part, data: bytes) -> smime.Signature | None:
    """The signature that encloses what it signs, of a part that is one."""
    if part.media_type not in SMIME:
        return None
    found = smime.signature_in(data) or smime.signature_in(from_base64(data))
    return found if found is not None and found.content is not None else None


def protection_of(tree: Tree, sender: str, at: datetime | None, anchors: tuple[Certificate, ...]) -> Protection | None:
    """What the parts of a letter say of it. None when it is neither signed nor encrypted."""
    for part in tree.parts:
        kind = part.media_type
        if kind in SMIME:
            said = part.type.parameters.get("smime-type", "").lower()
            what = smime.kind_of(content(part, tree)) or ("signed" if said.startswith("signed") else "encrypted")
            if what == "encrypted":
                return Protection("smime", is_encrypted=True, detail="Only the receiver's key opens it.")
            if what == "signed":
                return Protection("smime", is_signed=True, seal=Seal.UNVERIFIED)
        elif kind in SMIME_SIGNATURE and part.is_within("signed"):
            return _beside(tree, part, sender, at, anchors)
        elif kind == "application/pgp-encrypted":
            return Protection("pgp", is_encrypted=True, detail="Only the receiver's key opens it.")
        elif kind == "application/pgp-signature" and part.is_within("signed"):
            return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="Signatures of PGP are not checked.")
    return None


def _beside(tree: Tree, part: Part, sender: str, at: datetime | None, anchors: tuple[Certificate, ...]) -> Protection:
    """A signature that stands beside what it signs."""
    signature = smime.signature_in(content(part, tree))
    signed = signed_bytes(tree, part)
    if signature is None or signed is None:
        return Protection("smime", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")
    return judged(signature, signed, sender, at, anchors)


def judged(
    signature: smime.Signature, signed: bytes, sender: str, at: datetime | None, anchors: tuple[Certificate, ...]
) -> Protection:
    seal, signer, detail = smime.judged(signature, signed, sender, at, anchors)
    return Protection("smime", is_signed=True, seal=seal, signer=signer, detail=detail)


def without_armour(text: str) -> tuple[str, Protection | None]:
    """A text without the lines that PGP puts around what is signed, and what those say."""
    if "-----BEGIN PGP " not in text:
        return text, None
    text = text.replace("\r\n", "\n")
    if _SEALED.search(text):
        return text, Protection("pgp", is_encrypted=True, detail="Only the receiver's key opens it.")
    bare, count = _CLEAR.subn(lambda match: _undashed(match[1]) + "\n", text, count=5)
    if not count:
        return text, None
    return bare, Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="Signatures of PGP are not checked.")


def _undashed(text: str) -> str:
    return "\n".join(line[2:] if line.startswith("- ") else line for line in text.split("\n"))
