from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.core.clock import epoch_ms
from rung.journal.access import Entry, entries
from rung.journal.verbs import record
from rung.touchpoints.events import ThanksRecognised
from rung.touchpoints.models import Conversation, Direction, Touchpoint
from rung.touchpoints.thanks import Letter, is_mere_thanks

BATCH = 500


@transaction.atomic
def recognise_old_thanks(after: int, *, by: Actor, at: datetime) -> tuple[int, int]:
    """Look at the next batch of reopenings that were recorded before anybody noted whether the letter was mere thanks, by
    the number of their entry; those that were are recorded, once.

    Returns how many were found, and that number for the next batch, 0 after the last.
    """
    reopened = entries().filter(kind="conversation.reopened", pk__gt=after).order_by("pk")
    batch = list(reopened[:BATCH])
    if not batch:
        return 0, 0
    old = [entry for entry in batch if "thanks" not in entry.data]
    found = _thanks_for(old) if old else []
    for entry, touchpoint in found:
        fact = ThanksRecognised(
            touchpoint=touchpoint.pk,
            conversation=entry.data["conversation"],
            customer=touchpoint.customer_id,
            reopened_ms=epoch_ms(entry.occurred_at),
        )
        record(fact, by=by, at=entry.occurred_at, recorded_at=at)
    return len(found), batch[-1].pk


def _thanks_for(reopened: list[Entry]) -> list[tuple[Entry, Touchpoint]]:
    """Of these reopenings those for a letter of mere thanks, with that letter: it was taken in at the same moment."""
    matters = {entry.conversation for entry in reopened}
    known = entries().filter(conversation__in=matters, kind="thanks.recognised")
    done = {(entry.conversation, entry.data["reopened_ms"]) for entry in known}
    moments = {(entry.conversation, entry.occurred_at): entry for entry in reopened}
    received = entries().filter(
        conversation__in=matters, kind="touchpoint.received", recorded_at__in={at for _matter, at in moments}
    )
    letters: dict[int, Entry] = {}
    for told in received.order_by("pk"):
        entry = moments.get((told.conversation, told.recorded_at))
        is_ours_to_judge = not (told.data.get("automatic") or told.data.get("archived"))
        if entry is not None and is_ours_to_judge and (told.conversation, epoch_ms(entry.occurred_at)) not in done:
            letters[told.data["touchpoint"]] = entry
    written = Touchpoint.objects.filter(pk__in=letters, direction=Direction.IN, attachments__isnull=True)
    return [
        (letters[touchpoint.pk], touchpoint)
        for touchpoint in written.select_related("customer", "conversation").order_by("pk")
        if says_thanks(
            touchpoint.conversation,
            touchpoint.customer.name,
            Letter(touchpoint.subject, touchpoint.text, brings_more(touchpoint.brought)),
        )
    ]


def says_thanks(conversation: Conversation, writer: str, letter: Letter) -> bool:
    """Whether a letter in it says thank you and no more. Not a verb: it is always part of one."""

    def ours() -> list[str]:
        wrote = Touchpoint.objects.filter(conversation=conversation.pk, direction=Direction.OUT, agent__isnull=False)
        return list(wrote.order_by().values_list("agent__name", flat=True).distinct())

    return is_mere_thanks(letter, about=conversation.subject, writer=writer, ours=ours)


def brings_more(brought: Mapping[str, object]) -> bool:
    """Whether a letter brought more along than a signature of its sender."""
    return bool(brought.keys() - {"protection"})
