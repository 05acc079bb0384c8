from datetime import datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.channels.email.models.mailbox import Mailbox


class DispatchState(models.TextChoices):
    WAITING = "waiting", _("waiting to be sent")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    KEPT = "kept", _("kept in the outbox")
    FAILED = "failed", _("could not be sent")
    WITHHELD = "withheld", _("not sent on purpose")
    HELD = "held", _("held back by the flood brake")


OPEN_STATES = (DispatchState.WAITING, DispatchState.SENDING)


class DispatchQuerySet(models.QuerySet["Dispatch"]):
    def open(self) -> Self:
        return self.filter(state__in=OPEN_STATES)

    def due(self, at: datetime) -> Self:
        """Whose time has come. `due_at` of one that is being sent is the end of its lease: whoever claimed it is dead."""
        return self.open().filter(due_at__lte=at).order_by("due_at", "id")


class Dispatch(models.Model):
    """One letter going out: what an outgoing touchpoint still needs until a server has taken it.

    Sending is at least once. A worker claims the row, sends outside of any transaction, then records what came of it; when
    it dies in between, the claim runs out and the letter is sent again under the same `message_id`, so that the receiver
    can tell that it is the same.
    """

    touchpoint = models.OneToOneField("touchpoints.Touchpoint", on_delete=models.CASCADE, related_name="+")
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="dispatches")
    message_id = models.CharField(max_length=400, unique=True)
    state = models.CharField(max_length=10, choices=DispatchState.choices, default=DispatchState.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, default="")
    # Envelope addresses a server has taken the letter for, and those it refuses for good: {address: reason}.
    reached = models.JSONField(default=list)
    refused = models.JSONField(default=dict)
    # The line to a server broke when it had the whole letter: it may have arrived, though nobody said so.
    maybe_taken = models.BooleanField(default=False)

    # Of a letter nobody pressed "send" for: to whom, so that the flood brake can count.
    automatic_to = models.CharField(max_length=320, default="", blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "dispatches"
        indexes = [
            models.Index("due_at", "id", name="dispatch_due", condition=models.Q(state__in=["waiting", "sending"])),
            models.Index(fields=["automatic_to", "asked_at"], name="dispatch_to", condition=~models.Q(automatic_to="")),
            models.Index(
                fields=["mailbox", "asked_at"], name="dispatch_automatic", condition=~models.Q(automatic_to="")
            ),
            models.Index(fields=["mailbox", "id"], name="dispatch_held", condition=models.Q(state="held")),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"
