from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.access import Priority


class Ending(models.TextChoices):
    """What becomes of the conversation once the macro is applied."""

    NONE = "", _("leave it as it is")
    RESOLVE = "resolve", _("resolve it")
    SNOOZE = "snooze", _("snooze it")


class Hands(models.TextChoices):
    """Into whose hands it goes."""

    NONE = "", _("leave it where it is")
    OWN = "own", _("whoever applies it")
    OTHER = "other", _("the agent or team below")


class CannedAnswerQuerySet(models.QuerySet["CannedAnswer"]):
    def in_use(self) -> Self:
        return self.filter(deleted_at__isnull=True).order_by("-use_count", "title", "pk")


class CannedAnswer(models.Model):
    """Words for what is asked again and again. `owner`: theirs alone; `team`: of its members; neither: everybody's.

    From `tags` on it is what applying it also does; a macro may have no words at all.
    """

    title = models.CharField(max_length=120)
    text = models.TextField(default="", blank=True)
    owner = models.ForeignKey("accounts.Agent", null=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    tags: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "touchpoints.Tag", related_name="+"
    )
    priority = models.CharField(max_length=6, choices=Priority.choices, default="", blank=True)
    hands = models.CharField(max_length=5, choices=Hands.choices, default=Hands.NONE, blank=True)
    to_agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    to_team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    ending = models.CharField(max_length=7, choices=Ending.choices, default=Ending.NONE, blank=True)
    snooze_days = models.PositiveSmallIntegerField(default=1)
    use_count = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = CannedAnswerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.title


class Application(models.Model):
    """A macro was applied to a conversation: what it changed and how that was before, so that it can be undone once."""

    canned = models.ForeignKey(CannedAnswer, on_delete=models.CASCADE, related_name="applications")
    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="+")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    applied_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    # Primary keys of the tags that were put on by it.
    tags = models.JSONField(default=list)
    former_priority = models.CharField(max_length=6)
    former_assignee = models.BigIntegerField(null=True)
    former_team = models.BigIntegerField(null=True)
    former_state = models.CharField(max_length=10)
    # Since when the customer had been waiting, and until when it had been laid aside.
    former_awaits_at = models.DateTimeField(null=True)
    former_until_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.canned_id} on {self.conversation_id}"
