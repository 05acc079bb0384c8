from django.db import models
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    DAILY = "daily", _("every day")
    WEEKLY = "weekly", _("every week")
    MONTHLY = "monthly", _("every month, on the first")


class Screen(models.TextChoices):
    """Which screen a report is taken from."""

    NUMBERS = "numbers", _("All numbers")
    LADDER = "ladder", _("The ladder")
    JOURNEYS = "journeys", _("Journeys")
    PATTERNS = "patterns", _("Patterns")
    TOPICS = "topics", _("Topics")
    TRAINING = "training", _("Training opportunities")
    COMPARED = "compared", _("A comparison")
    # One of those that the screens above list.
    JOURNEY = "journey", _("One journey")
    PATTERN = "pattern", _("One pattern")
    TOPIC = "topic", _("One topic")
    OPPORTUNITY = "opportunity", _("One training opportunity")


class Schedule(models.Model):
    """Numbers that somebody of us gets by mail again and again, in their own time zone.

    `which`: one of the numbers, empty for all of the overview; on screens of one thing that thing, as its address names it.
    `days`: how many whole days before the letter it is about. `team` 0: what no team has taken. `weekday`: 0 is Monday;
    only a weekly one has a use for it.
    """

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=12, choices=Screen.choices, default=Screen.NUMBERS)
    which = models.CharField(max_length=120, default="", blank=True)
    days = models.PositiveSmallIntegerField(default=7)
    team = models.PositiveIntegerField(null=True, blank=True)
    channel = models.CharField(max_length=40, default="", blank=True)
    # Of the ladder alone.
    phase = models.CharField(max_length=10, default="", blank=True)
    freedom = models.CharField(max_length=10, default="", blank=True)
    rhythm = models.CharField(max_length=7, choices=Rhythm.choices, default=Rhythm.WEEKLY)
    weekday = models.PositiveSmallIntegerField(default=0)
    hour = models.TimeField()
    made_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    sent_at = models.DateTimeField(null=True)
    # How often the letter that is due has been tried, and why it last failed.
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.which or self.screen}, {self.rhythm}"
