from django.db import models

from rung.touchpoints.models.conversation import Conversation


class Admission(models.Model):
    """What stood in one conversation was moved into another, and who took part in it takes part there: a stranger was let
    into the one they mention, or somebody merged two that are about the same.

    It remembers what was moved and how both conversations were, so that it can be taken back; `ended_at` when it was.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="admissions")
    into = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="admitted")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    admitted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Primary keys of what was moved, and of the participants who joined by it.
    touchpoints = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    participants = models.JSONField(default=list)
    # Of the tags that it brought along.
    tags = models.JSONField(default=list)
    # Of the values of custom fields that it brought along.
    values = models.JSONField(default=list)
    # Of the links that lead to or from the other since.
    links = models.JSONField(default=list)
    # Of the drafts that came along whole, to be written on in the other.
    drafts = models.JSONField(default=list)
    former_state = models.CharField(max_length=10)
    awaited_us_since_at = models.DateTimeField(null=True)
    into_awaited_us_since_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.conversation_id} into {self.into_id}"
