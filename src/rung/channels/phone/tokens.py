"""What a telephone system shows to be let in: made once, shown once, kept as a digest."""

import secrets
from hashlib import sha256

PREFIX = "rung_phone_"


def new_token() -> str:
    """256 bits of chance, recognisable as what it is by whoever finds it in the wrong place."""
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What is kept of it. A plain hash is enough: unlike a password, nobody can guess what chance has made."""
    return sha256(token.encode("utf-8", "replace")).hexdigest()
