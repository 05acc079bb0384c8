from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.surveys.rules import Question, Reason


class State(models.TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    SENT = "sent", _("sent")
    ANSWERED = "answered", _("answered")
    SKIPPED = "skipped", _("not asked")


class Policy(models.Model):
    """Whether, when and what customers are asked. A change is a new row; the newest holds."""

    is_on = models.BooleanField(default=True)
    delay_minutes = models.PositiveIntegerField(default=60)
    # Per cent of the questions after a resolution that are the six levels, and how easy it was; the others are satisfaction.
    level_share = models.PositiveSmallIntegerField(default=100)
    ease_share = models.PositiveSmallIntegerField(default=0)
    changed_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "policies"
        constraints = [
            models.CheckConstraint(condition=models.Q(level_share__lte=100), name="policy_share_is_per_cent"),
            models.CheckConstraint(
                condition=models.Q(ease_share__lte=100 - models.F("level_share")), name="policy_shares_are_one_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"since {self.changed_at}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def due(self, at: datetime) -> Self:
        return self.filter(state=State.SCHEDULED, due_at__lte=at)

    def asked(self) -> Self:
        return self.filter(state__in=(State.SENT, State.ANSWERED))

    def counting(self) -> Self:
        """Those that make a person rest: asked, or about to be."""
        return self.exclude(state=State.SKIPPED)

    def relationship(self) -> Self:
        return self.filter(question=Question.NPS)

    def transactional(self) -> Self:
        return self.exclude(question=Question.NPS)

    def offered_since(self, moment: datetime) -> Self:
        return self.filter(offered_at__gte=moment)


class Invitation(models.Model):
    """One person asked one question, or not asked for a reason that is kept."""

    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="invitations")
    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="invitations")
    question = models.CharField(max_length=5, choices=Question.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.SCHEDULED)
    reason = models.CharField(max_length=20, choices=Reason.choices, default="", blank=True)
    # The moment of the resolution it follows; with the conversation it names the resolution, so that a reaction run twice
    # finds the first. Empty for a question about the relationship.
    resolved_at = models.DateTimeField(null=True)
    offered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    nonce = models.CharField(max_length=32, unique=True)
    touchpoint = models.ForeignKey("touchpoints.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "resolved_at"], name="invitation_once")]
        indexes = [
            models.Index(fields=["due_at", "id"], name="invitation_due", condition=models.Q(state="scheduled")),
            models.Index(fields=["customer", "-due_at"], name="invitation_by_customer"),
            models.Index(fields=["-offered_at"], name="invitation_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.question} to {self.customer_id}: {self.state}"

    def is_scheduled(self) -> bool:
        return self.state == State.SCHEDULED


class Refusal(models.Model):
    """A person who wants no more questions of this kind; what they write to us and get answered is untouched by it."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, related_name="+", primary_key=True)
    invitation = models.ForeignKey(Invitation, null=True, on_delete=models.SET_NULL, related_name="+")
    refused_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.customer_id} since {self.refused_at}"


class Answer(models.Model):
    """What the person chose, the last choice if they changed it, and their words."""

    invitation = models.OneToOneField(Invitation, on_delete=models.CASCADE, related_name="answer")
    value = models.PositiveSmallIntegerField()
    comment = models.TextField(default="", blank=True)
    answered_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.value} to invitation {self.invitation_id}"
