"""States as rows that remember who and when."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation


class Outcome(models.TextChoices):
    """Whether the customer got what they wanted (R01)."""

    REACHED = "reached", _("reached")
    PARTLY = "partly", _("partly reached")
    NOT_REACHED = "not_reached", _("not reached")
    UNKNOWN = "unknown", _("not known")


class Note(models.Model):
    """What colleagues tell each other beside a conversation. The customer never sees it, so it is no touchpoint."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="notes")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()
    # When its author last put it right.
    edited_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.text[:40]


class NoteWording(models.Model):
    """How a note read before its author put it right, and from when on it had read so."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="wordings")
    text = models.TextField()
    written_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.text[:40]


class Assignment(models.Model):
    """From when on a conversation lay with an agent, a team, both, or nobody."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="assignments")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    assigned_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    assigned_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.conversation_id} to {self.agent_id}/{self.team_id}"


class Snooze(models.Model):
    """A conversation laid aside until a moment, by whom."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="snoozes")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    snoozed_at = models.DateTimeField()
    until_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.conversation_id} until {self.until_at}"


class Resolution(models.Model):
    """Somebody declared the matter settled; `reopened_at` when it turned out not to be."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="resolutions")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    resolved_at = models.DateTimeField()
    outcome = models.CharField(max_length=12, choices=Outcome.choices, default=Outcome.UNKNOWN)
    reopened_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.conversation_id} at {self.resolved_at}"


class Spam(models.Model):
    """Somebody, or a verdict that came with a letter, declared a conversation spam; `ended_at` when it was none.

    `former_state` and `awaited_us_since_at` are what the conversation goes back to.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="spam_marks")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    marked_at = models.DateTimeField()
    reason = models.CharField(max_length=300, default="")
    former_state = models.CharField(max_length=10)
    awaited_us_since_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.conversation_id} at {self.marked_at}"


class Reading(models.Model):
    """Up to when an agent has seen a conversation; what came later is unread for them."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="readings")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "conversation"], name="reading_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} read {self.conversation_id}"
