from typing import Any

from django.db import models

from rung.core.actor import Actor, ActorKind
from rung.journal.events import Event, event_from


class Entry(models.Model):
    """One fact: what happened, when, by whom. Written once, in the transaction of the change it tells of."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_key = models.BigIntegerField(null=True)
    # Whom and what it is about, lifted out of `data` so that one person's story is one index away. Plain numbers: the
    # ground has no keys to the floors above.
    customer = models.BigIntegerField(null=True)
    conversation = models.BigIntegerField(null=True)
    touchpoint = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [
            models.Index(fields=["kind", "occurred_at"], name="entry_by_kind"),
            models.Index(
                fields=["conversation", "id"],
                name="entry_by_conversation",
                condition=models.Q(conversation__isnull=False),
            ),
            models.Index(
                fields=["customer", "id"], name="entry_by_customer", condition=models.Q(customer__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def event(self) -> Event:
        return event_from(self.kind, self.data)

    @property
    def actor(self) -> Actor:
        kind: ActorKind = "agent" if self.actor_kind == "agent" else "system"
        return Actor("customer" if self.actor_kind == "customer" else kind, self.actor_key)


class UndeliveredQuerySet(models.QuerySet["Undelivered"]):
    def due(self, at: Any) -> "UndeliveredQuerySet":
        return self.filter(given_up_at__isnull=True, due_at__lte=at)

    def given_up(self) -> "UndeliveredQuerySet":
        return self.filter(given_up_at__isnull=False)


class Undelivered(models.Model):
    """An entry that some room has still to react to.

    Written with the entry, deleted in the transaction in which the reactions' own writes are committed, so that a worker
    killed at any point leaves either both or neither. `reaction` is empty for "all of them"; a reaction that failed gets a
    row of its own with its error and the time of the next try.
    """

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.CASCADE)
    reaction = models.CharField(max_length=120, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    # How often a worker began with this row and was never heard of again.
    deaths = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    given_up_at = models.DateTimeField(null=True)
    error = models.TextField(default="")

    objects = UndeliveredQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "undelivered"
        indexes = [
            models.Index(fields=["due_at", "id"], name="undelivered_due", condition=models.Q(given_up_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.reaction or 'all reactions'} to entry {self.entry_id}"
