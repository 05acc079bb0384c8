"""What is half written while somebody speaks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from rung.channels.phone.models import Call
from rung.core.actor import Actor
from rung.core.text import one_line

MOST_LETTERS = 300


def jot_promise(call: Call, typed: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Keep what was typed of a promise so far, by the names of the form's fields; nothing typed takes it away. Once the call
    is closed nothing happens any more. No fact of the journal: it is no promise yet."""
    kept = {name: line for name, value in typed.items() if (line := one_line(value, MOST_LETTERS))}
    if Call.objects.filter(pk=call.pk, closed_at__isnull=True).update(promised=kept):
        call.promised = kept
