from typing import Self

from django.db import models


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def in_use(self) -> Self:
        """Everybody's first, then one's own, each by name."""
        return self.filter(deleted_at__isnull=True).order_by(
            models.F("owner").asc(nulls_first=True), "name_folded", "pk"
        )


class SavedView(models.Model):
    """A way of looking at the queue that somebody gave a name. `owner`: theirs alone; none: everybody's.

    It holds what was asked, never what was found: whoever opens it sees of that what they may see.
    """

    name = models.CharField(max_length=60)
    name_folded = models.CharField(max_length=90)
    owner = models.ForeignKey("accounts.Agent", null=True, on_delete=models.CASCADE, related_name="+")
    # The standing view it narrows down, by its key in the address ("all", "mine").
    base = models.CharField(max_length=20)
    # What it asks, as it stands in the address: {"tag": ["3", "7"], "priority": ["urgent"]}.
    filters = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    sort = models.CharField(max_length=20, default="", blank=True)
    created_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = SavedViewQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Bulk(models.Model):
    """One deed done to many conversations at once, and how each was before, so that it can be taken back once."""

    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    deed = models.CharField(max_length=12)
    # What it was done with: {"agent": 3}, {"tag": 7}, {"until": "2026-…"}.
    details = models.JSONField(default=dict)
    done_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    # [number, what it was before] of each conversation that it changed.
    changed = models.JSONField(default=list)
    # [number or none, why] of each that it could not be done to.
    refused = models.JSONField(default=list)
    # How many were so already.
    same_count = models.PositiveIntegerField(default=0)
    # How many more were asked for than are done at once.
    left_count = models.PositiveIntegerField(default=0)
    # In words, what has been kept when it was taken back, because somebody had changed it since.
    kept = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.deed} to {len(self.changed)}"
