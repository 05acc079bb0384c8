"""Signed addresses of attachments: who holds one gets the file, without a cookie, until it runs out.

A gate hands them out (`attachment_for`), so that they are as good as the right to see the conversation; that they end soon
is what keeps a copied one from being a right for ever.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404
from django.utils.crypto import salted_hmac

from rung.touchpoints.models import Attachment

WINDOW = timedelta(hours=1)
"""A key is good until the end of the window after the one it is given out in: for one to two hours. Within a window it is
the same, so that a browser knows a picture again."""

_SALT = "rung.touchpoints.filekeys"


def file_key(attachment: Attachment, *, at: datetime) -> str:
    """The key to one file, given out at a moment."""
    body = f"{attachment.pk}-{int(at.timestamp() // WINDOW.total_seconds()) + 2}"
    return f"{body}-{_signature(body, settings.SECRET_KEY)}"


def attachment_by_key(key: str, *, at: datetime) -> Attachment:
    """The file behind a key. Raises Http404 when it is not of our making, has run out, or the file is gone."""
    body, _, signature = key.rpartition("-")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(_signature(body, each).encode(), signature.encode()) for each in keys):
        raise Http404("no key of ours")
    pk, _, window = body.partition("-")
    if at >= datetime.fromtimestamp(int(window) * WINDOW.total_seconds(), UTC):
        raise Http404("the key has run out")
    found = Attachment.objects.filter(pk=int(pk)).first()
    if found is None:
        raise Http404("no such file")
    return found


def _signature(text: str, key: str | bytes) -> str:
    digest = salted_hmac(_SALT, text, secret=key, algorithm="sha256").digest()
    # 120 bits; without "-", which parts the key.
    return urlsafe_b64encode(digest[:15]).decode().replace("-", ".")
