"""Secrets that have to be read again, readable by this installation only: encrypted with a key derived from SECRET_KEY."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from hmac import new as hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes

_PURPOSE = b"rung.accounts.sealing"


class SealBroken(ValueError):
    """It was encrypted with another SECRET_KEY."""


def _fernet() -> MultiFernet:
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (urlsafe_b64encode(hmac(force_bytes(secret), _PURPOSE, sha256).digest()) for secret in secrets)
    return MultiFernet([Fernet(key) for key in keys])


def seal(secret: str) -> str:
    return _fernet().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """The secret again. Raises SealBroken when no key we have opens it."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken as failure:
        raise SealBroken("sealed with another SECRET_KEY") from failure
