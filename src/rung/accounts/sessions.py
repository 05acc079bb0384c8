"""Sessions in the database, looked up by a compiled question: every request asks for one."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as InTheDatabase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from rung.core.compiled import compiled


class SessionStore(InTheDatabase):
    def _get_session_from_db(self) -> Session | None:
        at = timezone.now()  # noqa: TID251  # by the clock that Django let it expire by
        for found in _session(self.session_key, at) if self.session_key else ():
            return found
        self._session_key = None
        return None


@compiled
def _session(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
