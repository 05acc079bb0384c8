"""The calls of a forgotten person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rung.channels.phone.models import Call
from rung.core.actor import Actor


@transaction.atomic
def forget_calls(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """That somebody called, waited and spoke stays; the number, the notes and what was half promised go."""
    Call.objects.filter(customer__in=people).update(number="", notes="", promised={})
