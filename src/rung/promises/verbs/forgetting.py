from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.promises.models import Promise


@transaction.atomic
def forget_promised(people: Sequence[int], *, by: Actor, at: datetime) -> None:
    """That something was promised to a forgotten person, and whether it was kept, stays; what it was goes."""
    Promise.objects.filter(customer__in=people).update(what="", told="")
