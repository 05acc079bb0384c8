"""Assigning conversations to topics by a fit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from rung.core.actor import Actor
from rung.patterns.models import Belonging, Fit, Topic
from rung.patterns.reading import told_in
from rung.patterns.topic_model import TopicModel, topics_of
from rung.touchpoints.access import Conversation

TRIES = 3


def assign_conversations(
    conversations: Sequence[int],
    *,
    fit: Fit,
    model: TopicModel,
    place: dict[str, int],
    topics: dict[int, int],
    by: Actor,
    at: datetime,
) -> int:
    """Read these conversations and keep which topics they are about, in place of what was kept by this fit; how many: none
    where the fit is gone when they have been read: another is in force, or another process does this study.

    ``place``: `model.place()`; ``topics``: the topic of each of the model's parts. Texts are read and weighed before the
    transaction, so that nobody waits for it.
    """
    told = told_in(conversations)
    found = topics_of(model.weights([each.words for each in told], place)) if told else []
    rows = []
    for each, mine in zip(told, found, strict=True):
        kept: list[tuple[int | None, float]] = [(topics[part], share) for part, share in mine if part in topics]
        kept = kept or [(None, 0.0)]
        rows += [
            Belonging(
                fit_id=fit.pk,
                conversation_id=each.conversation,
                topic_id=topic,
                place=number,
                weight=round(share, 4),
                read_until_at=each.until,
            )
            for number, (topic, share) in enumerate(kept)
        ]
    read = {each.conversation for each in told}
    # Where there is nothing to read, that is kept too, or it would be looked for for ever.
    rows += [
        Belonging(fit_id=fit.pk, conversation_id=pk, topic_id=None, place=0, weight=0.0, read_until_at=at)
        for pk in conversations
        if pk not in read
    ]
    for tries_left in reversed(range(TRIES)):
        try:
            is_kept = _keep(rows, fit, conversations)
        except IntegrityError:  # one of them was removed between our look and our commit
            if not tries_left:
                raise
        else:
            break
    return len(told) if is_kept else 0


@transaction.atomic
def _keep(rows: Sequence[Belonging], fit: Fit, conversations: Sequence[int]) -> bool:
    """Of those that still stand: reading takes a while, and spam is removed meanwhile. False where the fit itself is gone;
    until we are done nobody takes it away."""
    if not Fit.objects.select_for_update(no_key=True).filter(pk=fit.pk).order_by():
        return False
    Belonging.objects.filter(fit=fit.pk, conversation__in=list(conversations)).delete()
    here = set(Conversation.objects.filter(pk__in=conversations).values_list("pk", flat=True))
    standing = [row for row in rows if row.conversation_id in here]
    Belonging.objects.bulk_create(standing, batch_size=400, ignore_conflicts=True)
    return True


def parts_of_topics() -> dict[int, int]:
    """The topic of each part of the fit in force, unmerged: merging is looked up when it is read."""
    rows = Topic.objects.filter(part__isnull=False, retired_at__isnull=True).values_list("part", "pk")
    return {part: pk for part, pk in rows if part is not None}
