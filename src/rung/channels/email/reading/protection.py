"""Whether a letter is signed or encrypted, and what a signature is worth."""

import re
from dataclasses import replace
from datetime import datetime

from rung.channels.email.reading import pgp, smime
from rung.channels.email.reading.findings import Protection, Seal
from rung.channels.email.reading.keyring import Trust
from rung.channels.email.reading.parts import Part, Tree, content, signed_bytes, signed_span
from rung.channels.email.reading.texts import plain_text
from rung.channels.email.reading.words import from_base64

SMIME = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
SMIME_SIGNATURE = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature"})
MAX_OPAQUE = 3
"""How often a signed letter may lie in a signed letter."""

_SIGNED_FROM = re.compile(r"-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[^\n]{1,200}\n){0,10}\n")
_SIGNATURE_FROM = "-----BEGIN PGP SIGNATURE-----\n"
_SIGNATURE_TO = re.compile(r"-----END PGP SIGNATURE-----[ \t]*(?:\n|$)")
_MAX_SIGNATURE = 20_000
_MAX_SIGNED = 5
_SEALED = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.MULTILINE)
_FIRST_LINE, _LAST_LINE = b"-----BEGIN PGP SIGNED MESSAGE-----", b"-----END PGP SIGNATURE-----"


def opaque_signature(part: Part, data: bytes) -> smime.Signature | None:
    """The signature that encloses what it signs, of a part that is one."""
    if part.media_type not in SMIME:
        return None
    found = smime.signature_in(data) or smime.signature_in(from_base64(data))
    return found if found is not None and found.content is not None else None


def protection_of(tree: Tree, sender: str, at: datetime | None, trust: Trust) -> Protection | None:
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
            return _beside(tree, part, sender, at, trust)
        elif kind == "application/pgp-encrypted":
            return Protection("pgp", is_encrypted=True, detail="Only the receiver's key opens it.")
        elif kind == "application/pgp-signature" and part.is_within("signed"):
            return _beside_pgp(tree, part, sender, trust)
    return None


def _beside(tree: Tree, part: Part, sender: str, at: datetime | None, trust: Trust) -> Protection:
    """A signature that stands beside what it signs."""
    signature = smime.signature_in(content(part, tree))
    signed = signed_bytes(tree, part)
    if signature is None or signed is None:
        return Protection("smime", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")
    return or_partly(judged(signature, signed, sender, at, trust), is_whole=_is_whole(tree, part))


def _beside_pgp(tree: Tree, part: Part, sender: str, trust: Trust) -> Protection:
    signed = signed_bytes(tree, part)
    if signed is None:
        return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")
    protection = pgp.judged_beside(content(part, tree), signed, sender, trust.keyring)
    return or_partly(protection, is_whole=_is_whole(tree, part))


def _is_whole(tree: Tree, signature: Part) -> bool:
    """Whether nothing is shown of the letter that the signature does not cover: a list's footer, a part put beside it."""
    first, last = signed_span(tree, signature) or (0, 0)
    return all(part is signature or (first <= part.start and part.end <= last) for part in tree.parts)


def or_partly(protection: Protection, *, is_whole: bool) -> Protection:
    if is_whole or protection.seal not in (Seal.VERIFIED, Seal.INTACT):
        return protection
    return replace(protection, seal=Seal.PARTLY, detail="Only a part of the letter is signed.")


def judged(signature: smime.Signature, signed: bytes, sender: str, at: datetime | None, trust: Trust) -> Protection:
    seal, signer, detail, key = smime.judged(signature, signed, sender, at, trust)
    return Protection("smime", is_signed=True, seal=seal, signer=signer, detail=detail, key=key)


def judged_within(data: bytes, part: Part, tree: Tree, sender: str, trust: Trust) -> Protection:
    """A text that stands between the lines of PGP. What is shown has to be what is signed, and all there is."""
    start, end = data.find(_FIRST_LINE), data.rfind(_LAST_LINE)
    if start < 0 or end < start:
        return Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")
    end += len(_LAST_LINE)
    protection, signed = pgp.judged_clear(data[start:end], sender, trust.keyring)
    if signed is None:
        return protection
    shown, _ = without_armour(plain_text(data, part, tree))
    # Blanks do not count: PGP signs none at the ends of lines, and a flowed text is joined again.
    is_whole = len(tree.parts) == 1 and "".join(shown.split()) == "".join(plain_text(signed, part, tree).split())
    return or_partly(protection, is_whole=is_whole)


def without_armour(text: str) -> tuple[str, Protection | None]:
    """A text without the lines that PGP puts around what is signed, and what those say."""
    if "-----BEGIN PGP " not in text:
        return text, None
    text = text.replace("\r\n", "\n")
    if _SEALED.search(text):
        return text, Protection("pgp", is_encrypted=True, detail="Only the receiver's key opens it.")
    bare = _bare(text)
    if bare == text:
        return text, None
    return bare, Protection("pgp", is_signed=True, seal=Seal.UNVERIFIED, detail="The signature cannot be read.")


def _bare(text: str) -> str:
    """Every line is looked at once: a pattern over the whole took a minute for a thousand beginnings without an end."""
    out: list[str] = []
    end = 0
    for _ in range(_MAX_SIGNED):
        opened = _SIGNED_FROM.search(text, end)
        signature = text.find(_SIGNATURE_FROM, opened.end()) if opened else -1
        closed = _SIGNATURE_TO.search(text, signature) if signature >= 0 else None
        if not opened or not closed:
            break
        if closed.start() - signature > _MAX_SIGNATURE:
            out.append(text[end : closed.end()])
        else:
            out += [text[end : opened.start()], _undashed(text[opened.end() : signature].removesuffix("\n")), "\n"]
        end = closed.end()
    return "".join(out) + text[end:]


def _undashed(text: str) -> str:
    return "\n".join(line[2:] if line.startswith("- ") else line for line in text.split("\n"))
