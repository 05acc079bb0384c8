from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    OPEN = "open", _("open")
    SNOOZED = "snoozed", _("snoozed")
    RESOLVED = "resolved", _("resolved")
    SPAM = "spam", _("spam")
    # What stood in it stands in another conversation now; see Admission.
    JOINED = "joined", _("joined another")


class Phase(models.TextChoices):
    """Where a touchpoint stands to what the customer came for (R05)."""

    BEFORE = "before", _("before")
    DURING = "during", _("during")
    AFTER = "after", _("after")


class Priority(models.TextChoices):
    LOW = "low", _("low")
    NORMAL = "normal", _("normal")
    HIGH = "high", _("high")
    URGENT = "urgent", _("urgent")


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def open(self) -> Self:
        return self.filter(state=State.OPEN)

    def snoozed(self) -> Self:
        return self.filter(state=State.SNOOZED)

    def resolved(self) -> Self:
        return self.filter(state=State.RESOLVED)

    def spam(self) -> Self:
        return self.filter(state=State.SPAM)

    def unassigned(self) -> Self:
        return self.filter(assignee__isnull=True)

    def assigned_to(self, agent_pk: int) -> Self:
        return self.filter(assignee_id=agent_pk)

    def of_teams(self, team_pks: list[int]) -> Self:
        return self.filter(team_id__in=team_pks)

    def waking_before(self, at: datetime) -> Self:
        return self.filter(state=State.SNOOZED, snoozed_until_at__lte=at)


class Conversation(models.Model):
    """The thread of touchpoints about one matter of one person.

    The columns from `state` on are what is true now, so that a queue is one index away at a million rows. Who brought it
    about, and when, stands in the rows of `states`. Only verbs write either, in one transaction.
    """

    subject = models.CharField(max_length=300, default="", blank=True)
    # Found by `by_customer` and `all_of_team`, which begin with them.
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="conversations", db_index=False
    )
    channel = models.CharField(max_length=20)
    opened_at = models.DateTimeField()
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    assignee = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    priority = models.CharField(max_length=6, choices=Priority.choices, default=Priority.NORMAL)
    tags: models.ManyToManyField[models.Model, models.Model] = models.ManyToManyField(
        "touchpoints.Tag", through="touchpoints.Tagging", related_name="conversations"
    )
    snoozed_until_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    reopen_count = models.PositiveIntegerField(default=0)
    touch_count = models.PositiveIntegerField(default=0)
    last_touch_at = models.DateTimeField()
    last_inbound_at = models.DateTimeField(null=True)
    # When the customer last began to wait for us: their first touch that we have not answered. None: their turn.
    awaits_us_since_at = models.DateTimeField(null=True)
    last_snippet = models.CharField(max_length=160, default="")
    last_channel = models.CharField(max_length=20, default="")
    last_direction = models.CharField(max_length=3, default="in")

    # The conversation that a stranger's letter named without a right to it: shown to agents, never entered by itself.
    mentions = models.ForeignKey(
        "self", null=True, on_delete=models.SET_NULL, related_name="mentioned_by", db_index=False
    )

    # The conversation that this one is beside: we ask a supplier or a colleague for the sake of the customer there.
    beside = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="asides", db_index=False)
    # When the next letter of ours leaves that is written and waits for its time; None: none does.
    answer_due_at = models.DateTimeField(null=True)
    # When something we wrote turned out not to arrive; None: it did, or we have written again since.
    undelivered_at = models.DateTimeField(null=True)

    objects = ConversationQuerySet.as_manager()

    class Meta:
        indexes = [
            # One partial index for each queue, so that its size follows the work that is open, not the history.
            models.Index(fields=["-last_touch_at", "-id"], name="open_latest", condition=models.Q(state="open")),
            models.Index(
                fields=["team", "-last_touch_at", "-id"], name="open_of_team", condition=models.Q(state="open")
            ),
            models.Index(
                fields=["assignee", "-last_touch_at", "-id"], name="open_mine", condition=models.Q(state="open")
            ),
            models.Index(fields=["awaits_us_since_at", "id"], name="open_waiting", condition=models.Q(state="open")),
            models.Index(
                fields=["assignee", "awaits_us_since_at", "id"],
                name="open_mine_waiting",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["team", "awaits_us_since_at", "id"], name="open_team_waiting", condition=models.Q(state="open")
            ),
            models.Index(fields=["-last_inbound_at", "-id"], name="open_newest_word", condition=models.Q(state="open")),
            models.Index(
                fields=["priority", "-last_touch_at", "-id"],
                name="open_by_priority",
                condition=models.Q(state="open") & ~models.Q(priority="normal"),
            ),
            models.Index(fields=["snoozed_until_at", "id"], name="snoozed_until", condition=models.Q(state="snoozed")),
            models.Index(fields=["-resolved_at", "-id"], name="resolved_latest", condition=models.Q(state="resolved")),
            models.Index(
                fields=["assignee", "-resolved_at", "-id"], name="resolved_by", condition=models.Q(state="resolved")
            ),
            # The state in it too: SQLite keeps no statistics of an empty index, and without a column to seek by it
            # would rather walk through all conversations in their order to find no spam.
            models.Index(
                fields=["state", "-last_touch_at", "-id"], name="spam_latest", condition=models.Q(state="spam")
            ),
            models.Index(fields=["-last_touch_at", "-id"], name="all_latest"),
            models.Index(fields=["team", "-last_touch_at", "-id"], name="all_of_team"),
            models.Index(fields=["customer", "-last_touch_at"], name="by_customer"),
            models.Index(fields=["beside"], name="by_aside", condition=models.Q(beside__isnull=False)),
            models.Index(fields=["mentions"], name="by_mention", condition=models.Q(mentions__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    @property
    def number(self) -> int:
        """What people call it by."""
        return int(self.pk)

    def lock(self) -> "Conversation":
        """Read this conversation again, so that nobody else changes it until the transaction ends. Its number is not
        touched: whoever writes a row that only names it need not wait for us."""
        self.refresh_from_db(from_queryset=Conversation.objects.select_for_update(no_key=True).order_by())
        return self

    def lock_with(self, others: Iterable["Conversation"]) -> "Conversation":
        """The same for this one and others. Always in the order of their numbers, that of two who lock the same ones neither
        waits for somebody who waits for them."""
        for each in sorted((self, *others), key=lambda each: each.pk):
            each.lock()
        return self

    def is_resolved(self) -> bool:
        return self.state == State.RESOLVED

    def is_snoozed(self) -> bool:
        return self.state == State.SNOOZED

    def is_spam(self) -> bool:
        return self.state == State.SPAM

    def awaits_us(self) -> bool:
        return self.awaits_us_since_at is not None
