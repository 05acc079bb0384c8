from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from rung.core.actor import Actor
from rung.touchpoints.models import SentForm

KEPT = timedelta(days=3)
"""As long as a browser offers to send a form again; a session is seldom older."""


class TakenAlready(Exception):
    """This very form was taken before; `leads_to` is where that led."""

    def __init__(self, leads_to: str) -> None:
        super().__init__(leads_to)
        self.leads_to = leads_to


@dataclass
class Taking:
    """Set `leads_to` to the path that whoever sends the form again shall be led to."""

    leads_to: str = ""


@contextmanager
def once(key: str, *, by: Actor, at: datetime) -> Iterator[Taking]:
    """One transaction, for what a form asks for: the same form sent twice, by a double click or by loading again, is taken
    once. `key` is what the form and its page are known by; "" where that is unknown, and then it is taken every time.

    Raises TakenAlready. When what is done within raises, nothing has happened, and the form may be sent again.
    """
    taking = Taking()
    with transaction.atomic():
        if key:
            try:
                with transaction.atomic():
                    # Whoever sends the same at this moment waits here until it is known what came of this one.
                    SentForm.objects.create(key=key, taken_at=at)
            except IntegrityError:
                raise TakenAlready(SentForm.objects.values_list("leads_to", flat=True).get(pk=key)) from None
        yield taking
        if key:
            SentForm.objects.filter(pk=key).update(leads_to=taking.leads_to[:300])


@transaction.atomic
def forget_sent_forms(*, by: Actor, at: datetime) -> int:
    """Forget the forms that nobody sends again any more; how many."""
    deleted, _rows = SentForm.objects.filter(taken_at__lt=at - KEPT).delete()
    return deleted
