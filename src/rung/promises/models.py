from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.access import Priority


class PromiseQuerySet(models.QuerySet["Promise"]):
    def open(self) -> Self:
        """Neither kept, broken nor withdrawn yet."""
        return self.filter(kept_at__isnull=True, broken_at__isnull=True, withdrawn_at__isnull=True)


OPEN_PROMISE = models.Q(kept_at__isnull=True, broken_at__isnull=True, withdrawn_at__isnull=True)


class Promise(models.Model):
    """What one of us said to a customer they would have or hear by a moment.

    `is_day`: a day was named, no hour; `due_at` is then the last minute of that day, by the clock of whoever promised.
    """

    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="promises")
    conversation = models.ForeignKey(
        "touchpoints.Conversation", null=True, on_delete=models.SET_NULL, related_name="promises", db_index=False
    )
    # The letter it was made in, by its key. No foreign key: a letter that is taken back takes its promises with it, and
    # only the number says then which they were.
    letter = models.BigIntegerField(null=True)
    # The number of the conversation that it stood in before that one joined this.
    came_from = models.BigIntegerField(null=True)
    what = models.CharField(max_length=300)
    due_at = models.DateTimeField()
    is_day = models.BooleanField(default=True)
    first_due_at = models.DateTimeField()
    moved_count = models.PositiveSmallIntegerField(default=0)
    made_by = models.ForeignKey(
        "accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    made_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)
    broken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        "accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    # What the customer was told when it was not kept.
    told = models.CharField(max_length=500, default="", blank=True)
    # When those concerned are to be warned, and when they were; when they were told that its time had passed.
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kept_at__isnull=True, broken_at__isnull=True)
                | models.Q(kept_at__isnull=True, withdrawn_at__isnull=True)
                | models.Q(broken_at__isnull=True, withdrawn_at__isnull=True),
                name="promise_ends_one_way",
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "due_at"], name="promise_of_matter"),
            models.Index(fields=["made_by", "due_at"], name="promise_by", condition=OPEN_PROMISE),
            models.Index(
                fields=["warn_at"],
                name="promise_to_warn",
                condition=OPEN_PROMISE & models.Q(warned_at__isnull=True, warn_at__isnull=False),
            ),
            models.Index(
                fields=["due_at"], name="promise_to_pass", condition=OPEN_PROMISE & models.Q(passed_at__isnull=True)
            ),
            models.Index(fields=["letter"], name="promise_in_letter", condition=models.Q(letter__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.what

    def is_open(self) -> bool:
        return self.kept_at is None and self.broken_at is None and self.withdrawn_at is None


class Move(models.Model):
    """A promise got another day, by agreement with the customer; `taken_back_at` when it did not after all."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="moves")
    from_at = models.DateTimeField()
    from_day = models.BooleanField()
    to_at = models.DateTimeField()
    moved_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    moved_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.promise_id} to {self.to_at}"


class Clock(models.TextChoices):
    """By which time a target counts."""

    ALWAYS = "always", _("around the clock")
    TEAM = "team", _("in the working hours of its team")
    CALENDAR = "calendar", _("in the hours of one calendar")


class Kind(models.TextChoices):
    """What a deadline is for."""

    FIRST = "first", _("first reply")
    NEXT = "next", _("next reply")
    RESOLUTION = "resolution", _("resolution")


class TargetQuerySet(models.QuerySet["Target"]):
    def in_use(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Target(models.Model):
    """Within which time we mean to answer and settle what is for a team, of a priority, by a channel; an empty one of these
    means any. Minutes; none: nothing is aimed at.

    `pauses`: while it is the customer's turn, the clock to the resolution stands still.
    """

    name = models.CharField(max_length=80)
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.CASCADE, related_name="+")
    priority = models.CharField(max_length=6, choices=Priority.choices, default="", blank=True)
    channel = models.CharField(max_length=20, default="", blank=True)
    first_minutes = models.PositiveIntegerField(null=True)
    next_minutes = models.PositiveIntegerField(null=True)
    resolution_minutes = models.PositiveIntegerField(null=True)
    clock = models.CharField(max_length=8, choices=Clock.choices, default=Clock.TEAM)
    calendar = models.ForeignKey("business.Calendar", null=True, on_delete=models.SET_NULL, related_name="+")
    pauses = models.BooleanField(default=True)
    # It counts for what customers began to wait for from here on, so that a new target accuses nobody of the past.
    begins_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = TargetQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    def minutes_for(self, kind: str) -> int | None:
        match kind:
            case Kind.FIRST:
                return self.first_minutes
            case Kind.NEXT:
                return self.next_minutes
        return self.resolution_minutes


RUNNING = models.Q(met_at__isnull=True, ended_at__isnull=True)


class DeadlineQuerySet(models.QuerySet["Deadline"]):
    def running(self) -> Self:
        """Neither met nor given up; what is missed runs on until it is done."""
        return self.filter(RUNNING)


class Deadline(models.Model):
    """A target in one conversation: until when the answer or the settling that is owed is due.

    `due_at` is None while the clock stands still (`paused_at`: since when). `pauses`: the spans over which it stood, as
    pairs of epoch milliseconds. `missed_at` is the moment that passed; `met_at` when it was done, also when too late.
    `ended_at`: it is owed no longer, because the matter was settled without, joined another, was spam, or the target went.
    """

    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="deadlines")
    target = models.ForeignKey(Target, on_delete=models.CASCADE, related_name="deadlines")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    begun_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    paused_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    missed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    is_stale = models.BooleanField(default=False)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "kind", "begun_at"], name="deadline_once")]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="deadline_to_miss",
                condition=RUNNING & models.Q(missed_at__isnull=True, due_at__isnull=False),
            ),
            models.Index(
                fields=["warn_at"],
                name="deadline_to_warn",
                condition=RUNNING & models.Q(warned_at__isnull=True, warn_at__isnull=False),
            ),
            models.Index(fields=["conversation"], name="deadline_running", condition=RUNNING),
            models.Index(fields=["id"], name="deadline_stale", condition=models.Q(is_stale=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.conversation_id}"


class Due(models.Model):
    """What is due next in a conversation, promise or deadline: one row, so that a queue is one index away from its order."""

    conversation = models.OneToOneField(
        "touchpoints.Conversation", primary_key=True, on_delete=models.CASCADE, related_name="due"
    )
    due_at = models.DateTimeField()
    # "promise", or the kind of a deadline.
    what = models.CharField(max_length=10)
    is_day = models.BooleanField(default=False)
    # From when on it is near.
    near_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["due_at", "conversation"], name="due_first")]

    def __str__(self) -> str:
        return f"{self.what} in {self.conversation_id} by {self.due_at}"
