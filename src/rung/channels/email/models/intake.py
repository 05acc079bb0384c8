from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.channels.email.models.mailbox import Mailbox


class RunState(models.TextChoices):
    """Of a dry run, and of an import of history."""

    ASKED = "asked", _("is about to begin")
    RUNNING = "running", _("is running")
    STOPPED = "stopped", _("stopped")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


GOING = (RunState.ASKED, RunState.RUNNING)


class Rehearsal(models.Model):
    """What would happen to the letters that lie in a mailbox: the newest dry run of it.

    `lines` are what `rehearsing.Line` says, the newest letter first. Nothing else is written by a dry run.
    """

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="rehearsal")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.ASKED)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Letters fetched so far, and to be fetched.
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    lines: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = models.JSONField(default=list)
    error = models.CharField(max_length=500, default="")

    def __str__(self) -> str:
        return f"dry run of {self.mailbox_id}: {self.state}"

    def is_going(self) -> bool:
        return self.state in GOING


class HistoryQuerySet(models.QuerySet["History"]):
    def going(self) -> Self:
        return self.filter(state__in=GOING, mailbox__is_active=True)


class History(models.Model):
    """The import of what came to a mailbox before it was live. How far it is in each folder stands in `Folder`."""

    mailbox = models.OneToOneField(Mailbox, on_delete=models.CASCADE, primary_key=True, related_name="history")
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.ASKED)
    # From when on; None: from the first letter.
    since_at = models.DateTimeField(null=True)
    until_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Letters on the server when it was counted, looked at since, and of those the ones that were new to us.
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    fresh = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, default="")

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "histories"

    def __str__(self) -> str:
        return f"history of {self.mailbox_id}: {self.state}"

    def is_going(self) -> bool:
        return self.state in GOING

    def can_go_on(self) -> bool:
        return self.state in (RunState.STOPPED, RunState.FAILED)
