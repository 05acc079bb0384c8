from django.db import models

from rung.touchpoints.models.states import Note


class Mention(models.Model):
    """A note called somebody by name; `seen_at` when they have read it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "note"], name="mention_once")]
        indexes = [models.Index(fields=["agent"], name="mention_unseen", condition=models.Q(seen_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.note_id}"
