"""Passwords of mail servers, readable by this installation only.

They must be given to the server in clear, so they are encrypted, not hashed, with a key derived from SECRET_KEY.
"""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import new as hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE = b"rung.channels.email.sealing"


class SealBroken(ValueError):
    """The password was encrypted with another SECRET_KEY: it has to be entered again."""


def _fernet() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet(
        [Fernet(urlsafe_b64encode(hmac(force_bytes(secret), _PURPOSE, sha256).digest())) for secret in secrets]
    )


def seal(password: str) -> str:
    """A password as it is stored; nothing stays nothing."""
    return _fernet().encrypt(password.encode()).decode() if password else ""


def unseal(sealed: str) -> str:
    """The password again. Raises SealBroken when no key we have opens it."""
    if not sealed:
        return ""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as failure:
        raise SealBroken("sealed with another SECRET_KEY") from failure
