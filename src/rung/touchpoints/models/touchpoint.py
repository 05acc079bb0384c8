from datetime import datetime
from typing import IO, Self, cast

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation, Phase


class Direction(models.TextChoices):
    IN = "in", _("from the customer")
    OUT = "out", _("from us")


class Delivery(models.TextChoices):
    """How far something we wrote has come."""

    NONE = "", ""
    WAITING = "waiting", _("waiting to be sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be delivered")
    KEPT = "kept", _("kept in the outbox")


class TouchpointQuerySet(models.QuerySet["Touchpoint"]):
    """Touchpoints, for the gates to narrow down and hand on."""

    def due(self, at: datetime) -> Self:
        """Planned letters whose time has come, the longest due first."""
        return self.filter(due_at__lte=at).order_by("due_at", "id")

    def not_resting(self, at: datetime) -> Self:
        """Without the planned letters that could not leave and are tried again later."""
        return self.exclude(posting__again_at__gt=at)


class Touchpoint(models.Model):
    """One moment of contact with a customer, through any channel."""

    # Found by `touch_by_conversation` and `touch_by_customer`, which begin with them.
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="touchpoints", db_index=False)
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.PROTECT, related_name="touchpoints", db_index=False
    )
    channel = models.CharField(max_length=20)
    direction = models.CharField(max_length=3, choices=Direction.choices)
    phase = models.CharField(max_length=6, choices=Phase.choices, default=Phase.DURING)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    subject = models.CharField(max_length=300, default="")
    # What is new, and apart from it what was quoted and the closing lines; together they are all that was written.
    text = models.TextField(default="")
    html = models.TextField(default="")
    quoted = models.TextField(default="")
    signature = models.TextField(default="")
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    is_automatic = models.BooleanField(default=False)
    # Imported history: nobody waited for us because of it, and no number counts it.
    is_archived = models.BooleanField(default=False)
    reference = models.CharField(max_length=400, default="")
    in_reply_to = models.CharField(max_length=400, default="")
    parties = models.JSONField(default=dict)
    # What came along besides text and files: "invitation", "forwarded", "protection", each as its door describes it;
    # and "begins", the first words worth telling, where the text opens with others.
    brought = models.JSONField(default=dict)
    duration_s = models.PositiveIntegerField(null=True)
    place = models.CharField(max_length=160, default="")
    delivery = models.CharField(max_length=10, choices=Delivery.choices, default=Delivery.NONE, blank=True)
    delivery_detail = models.CharField(max_length=400, default="")
    delivered_at = models.DateTimeField(null=True)
    # Where its receiver can say, with one click and without us, that they want no more of the kind. Only on notices.
    unsubscribe = models.CharField(max_length=300, default="", blank=True)
    # When what is written leaves, while that is still to come (see `Posting`); None: it came, or left at once.
    due_at = models.DateTimeField(null=True)
    # The letter that is passed on with this one.
    forwards = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)

    objects = TouchpointQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "reference"], condition=~models.Q(reference=""), name="touchpoint_once"
            )
        ]
        indexes = [
            models.Index(fields=["conversation", "occurred_at", "id"], name="touch_by_conversation"),
            models.Index(fields=["customer", "-occurred_at", "-id"], name="touch_by_customer"),
            models.Index(
                fields=["-occurred_at", "-id"], name="touch_undelivered", condition=models.Q(delivery="failed")
            ),
            models.Index(fields=["due_at", "id"], name="touch_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.direction} {self.pk}"

    @property
    def beginning(self) -> str:
        """The text from its first words worth telling on; the subject where nothing was written."""
        return str((self.brought or {}).get("begins") or self.text or self.subject)


class Attachment(models.Model):
    """A file that came or went with a touchpoint. Its content lies in storage under its SHA-256, once for all copies."""

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120, default="application/octet-stream")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)
    content_id = models.CharField(max_length=255, default="")
    is_inline = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return attachment_path(self.digest)

    def open(self) -> IO[bytes]:
        """The content, for reading. Raises FileNotFoundError when the storage has lost it."""
        return cast(IO[bytes], default_storage.open(self.path, "rb"))


def attachment_path(digest: str) -> str:
    return f"attachments/{digest[:2]}/{digest}"


class SignalKind(models.TextChoices):
    """What a touchpoint tells of the service before it (domain 2.2)."""

    COMPLAINT = "complaint", _("complaint")
    ESCALATION = "escalation", _("escalated complaint")
    NEGATIVE_REVIEW = "negative_review", _("negative review")
    REFERRAL = "referral", _("recommended us")
    THANKS = "thanks", _("thanks unasked")
    # What made them write: both have to be said, or nobody could tell "no failure" from "nobody looked".
    FAILURE_DEMAND = "failure_demand", _("caused by a failure of ours")
    VALUE_DEMAND = "value_demand", _("wanted something new")


class Signal(models.Model):
    """What somebody read from a touchpoint, who and when; withdrawn rather than deleted."""

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=20, choices=SignalKind.choices)
    noted_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    noted_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["touchpoint", "kind"], condition=models.Q(withdrawn_at__isnull=True), name="signal_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.touchpoint_id}"
