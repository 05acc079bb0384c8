"""Named in `DATABASES`; Django looks for `DatabaseWrapper` here."""

import select
import time
from typing import Any

from django.db.backends.postgresql import base

FRESH_S = 5.0
"""So long after a page the line to the server is taken for good, as long as nothing came over it that nobody asked for:
a server that ends says so. What lies still for longer something between may have dropped without a word; it is asked."""


class DatabaseWrapper(base.DatabaseWrapper):
    _was_good_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        """Django's own asks the server before the first question of every page."""
        known: Any = self  # the types do not say what Django keeps of it
        if self.connection is None or not known.health_check_enabled or known.health_check_done:
            return
        now = time.monotonic()
        if now - self._was_good_at < FRESH_S and self._is_quiet():
            known.health_check_done = True
        else:
            super().close_if_health_check_failed()
        self._was_good_at = now

    def _is_quiet(self) -> bool:
        if self.connection.closed:
            return False
        looked = select.poll()
        looked.register(self.connection.fileno(), select.POLLIN)
        return not looked.poll(0)
