"""Signed addresses of attachments: who holds one gets the file, without a cookie, until it runs out.

A gate hands them out (`attachment_for`), to one agent each, and asks anew when they are used: whoever has lost their seat or
sees the conversation no more gets no file. That they end soon keeps a copied one from being a right for ever.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.http import Http404
from django.utils.crypto import salted_hmac

from rung.accounts.access import Agent, agents_by_key
from rung.touchpoints.access import Attachment, attachment_for

WINDOW = timedelta(hours=1)
"""A key is good until the end of the window after the one it is given out in: for one to two hours. Within a window it is
the same, so that a browser knows a picture again."""

_SALT = "rung.touchpoints.filekeys"


def file_key(attachment: Attachment, *, agent: Agent, at: datetime) -> str:
    """The key to one file, given out to somebody at a moment."""
    body = f"{attachment.pk}-{agent.pk}-{int(at.timestamp() // WINDOW.total_seconds()) + 2}"
    return f"{body}-{_signature(body, settings.SECRET_KEY)}"


def attachment_by_key(key: str, *, at: datetime) -> Attachment:
    """The file behind a key. Raises Http404 when it is not of our making, has run out, the file is gone, or is not for whom
    it was given out to any more."""
    body, _, signature = key.rpartition("-")
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    if not any(hmac.compare_digest(_signature(body, each).encode(), signature.encode()) for each in keys):
        raise Http404("no key of ours")
    pk, holder, window = body.split("-")
    if at >= datetime.fromtimestamp(int(window) * WINDOW.total_seconds(), UTC):
        raise Http404("the key has run out")
    agent = agents_by_key([int(holder)]).get(int(holder))
    if agent is None:
        raise Http404("nobody's any more")
    return attachment_for(agent, int(pk))


def _signature(text: str, key: str | bytes) -> str:
    digest = salted_hmac(_SALT, text, secret=key, algorithm="sha256").digest()
    # 120 bits; without "-", which parts the key.
    return urlsafe_b64encode(digest[:15]).decode().replace("-", ".")
