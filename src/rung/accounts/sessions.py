"""Sessions in the database, looked up by a compiled question: every request asks for one."""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from django.db.models import QuerySet
from django.utils import timezone

from rung.core.compiled import compiled


class SessionStore(InTheDatabase):
    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        told = _signed(str(session_data), self.key_salt, keys)
        return cast(dict[str, Any], json.loads(told)) if told is not None else super().decode(session_data)

    def _get_session_from_db(self) -> Session | None:
        at = timezone.now()  # noqa: TID251  # by the clock that Django let it expire by
        for found in _session(self.session_key, at) if self.session_key else ():
            return found
        self._session_key = None
        return None


@lru_cache(maxsize=1024)
def _signed(data: str, salt: str, keys: tuple[str | bytes, ...]) -> str | None:
    """What a session's row says; None where its signature is not ours. That does not change, and is seen to once: whether
    there is such a row, and whose it is, is asked at each request."""
    try:
        return json.dumps(signing.loads(data, salt=salt, serializer=JSONSerializer))
    except Exception:  # as Django, which reads anything wrong as an empty session
        return None


@compiled
def _session(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
