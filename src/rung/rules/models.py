from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Moment(models.TextChoices):
    """When a rule looks at a conversation."""

    INCOMING = "incoming", _("a customer is in touch, by letter, call or visit")
    OPENED = "opened", _("a customer opens a conversation")
    AGAIN = "again", _("a customer writes again in a conversation")
    ANSWERED = "answered", _("one of us answers")
    ASSIGNED = "assigned", _("a conversation is given to somebody, or back")
    TAGGED = "tagged", _("a tag is put on")
    RESOLVED = "resolved", _("a conversation is resolved")
    REOPENED = "reopened", _("a conversation is reopened")
    COMPLAINT = "complaint", _("a complaint is noted")
    WAITED = "waited", _("a customer has waited so long for an answer")
    NEARING = "nearing", _("a promise or a target of service is due before long")
    MISSED = "missed", _("a target of service is missed")
    REQUESTED = "requested", _("a colleague asks a team for the sake of a customer")
    BROKEN = "broken", _("a promise is overdue, or will not be kept")


class Joint(models.TextChoices):
    """How many of its conditions have to hold."""

    ALL = "all", _("all of these hold")
    ANY = "any", _("any of these holds")


class Counting(models.TextChoices):
    CALENDAR = "calendar", _("hours, day and night")
    WORKING = "working", _("hours in which their team works")


class RuleQuerySet(models.QuerySet["Rule"]):
    def standing(self) -> Self:
        """Those that have not been deleted, in the order in which they run."""
        return self.filter(deleted_at__isnull=True).order_by("position", "pk")

    def on(self) -> Self:
        return self.standing().filter(is_on=True)


class Rule(models.Model):
    """What is done when a moment comes in a conversation of which something holds.

    `conditions`: [{"what", "how", "value": [...]}], see `conditions.py`; `deeds`: [{"what", "value": [...], "text"}], see
    `deeds.py`.
    """

    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)
    is_on = models.BooleanField(default=False)
    # Nothing recorded before this is its business.
    on_since_at = models.DateTimeField(null=True)
    # Switched off by itself, because it failed again and again; empty: by hand, or it is on.
    stopped_because = models.CharField(max_length=300, default="", blank=True)
    moment = models.CharField(max_length=10, choices=Moment.choices)
    # Only of the moment WAITED.
    hours = models.DecimalField(max_digits=6, decimal_places=2, default=4)
    counting = models.CharField(max_length=8, choices=Counting.choices, default=Counting.CALENDAR)
    # Only of the moment TAGGED: which tag; None: whichever.
    tag = models.ForeignKey("touchpoints.Tag", null=True, on_delete=models.SET_NULL, related_name="+")
    joint = models.CharField(max_length=3, choices=Joint.choices, default=Joint.ALL)
    conditions = models.JSONField(default=list)
    deeds = models.JSONField(default=list)
    # Where it has run, the rules below it are not asked any more.
    is_last = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = RuleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Result(models.TextChoices):
    """How a run ended."""

    DONE = "done", _("did something")
    NOTHING = "nothing", _("found everything as it should be")
    REFUSED = "refused", _("could not do it all")
    HELD = "held", _("was held back")
    FAILED = "failed", _("failed")


class Run(models.Model):
    """A rule met a conversation: why, and what it did there or why not.

    `entry` is the fact that set it off, or `waited_since_at` the moment from which a customer waited: never both, and to
    each a rule runs once. What it brought about in the journal lies between `first_entry` and `last_entry`, in this
    conversation and under this rule's name.
    """

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="runs")
    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="+")
    entry = models.BigIntegerField(null=True)
    waited_since_at = models.DateTimeField(null=True)
    ran_at = models.DateTimeField()
    result = models.CharField(max_length=7, choices=Result.choices)
    # How many rules ran one upon the other until this one did, itself counted.
    depth = models.PositiveSmallIntegerField(default=1)
    # The conditions that held, in words; as they were then.
    met = models.JSONField(default=list)
    # [what, "done"|"same"|"refused", why] for each deed, in words.
    done = models.JSONField(default=list)
    why = models.CharField(max_length=500, default="", blank=True)
    # Held back so often within the hour for the same reason; only the first has a row.
    times = models.PositiveIntegerField(default=1)
    has_written = models.BooleanField(default=False)
    first_entry = models.BigIntegerField(null=True)
    last_entry = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "entry"], condition=models.Q(entry__isnull=False), name="run_once_an_entry"
            ),
            models.UniqueConstraint(
                fields=["rule", "conversation", "waited_since_at"],
                condition=models.Q(waited_since_at__isnull=False),
                name="run_once_a_wait",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-ran_at"], name="run_by_conversation"),
            models.Index(fields=["rule", "-ran_at"], name="run_by_rule"),
            models.Index(fields=["-ran_at", "-id"], name="run_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} in {self.conversation_id}: {self.result}"


class PassedOver(models.Model):
    """A customer waited as long as a rule says, and the rule had nothing to do with it: it need not look again."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="+")
    waited_since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "conversation", "waited_since_at"], name="passed_over_once")
        ]

    def __str__(self) -> str:
        return f"{self.rule_id} not in {self.conversation_id}"


class Turn(models.Model):
    """When somebody of a team was last given something because it was their turn."""

    team = models.ForeignKey("accounts.Team", on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    # Counted on and not timed: two within one moment have an order too.
    number = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "agent"], name="turn_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.team_id}: {self.number}"
