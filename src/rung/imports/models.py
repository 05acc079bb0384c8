from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    PEOPLE = "people", _("people")
    COMPANIES = "companies", _("companies")
    ORDERS = "orders", _("orders")


class Step(models.TextChoices):
    """How far an import is."""

    LAID = "laid", _("to be looked at")
    CHECKING = "checking", _("being looked at")
    CHECKED = "checked", _("looked at")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    RETURNING = "returning", _("being taken back")
    RETURNED = "returned", _("taken back")


BUSY = (Step.CHECKING, Step.RUNNING, Step.RETURNING)


class Import(models.Model):
    """A file that somebody brings in. `place`: how many lines below its head are done with in the present step."""

    subject = models.CharField(max_length=10, choices=Subject.choices)
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    encoding = models.CharField(max_length=20)
    separator = models.CharField(max_length=1)
    head = models.JSONField(default=list)
    # Whether days or months stand first in 03/04/2026: see `days.Days`.
    days = models.CharField(max_length=5, default="", db_default="", blank=True)
    # The field that each column fills, in the order of the head; "" for one that fills none.
    columns = models.JSONField(default=list)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.LAID)
    place = models.PositiveIntegerField(default=0)
    lines = models.PositiveIntegerField(default=0)
    # How many lines were or would be new, updated, unchanged, refused; and how many changes stayed when taken back.
    counts = models.JSONField(default=dict)
    # Eight bytes for the key of each line so far, so that one who stands twice in a file is seen.
    seen = models.BinaryField(default=bytes)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    laid_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    stop_asked_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, default="", blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["id"], name="import_busy", condition=models.Q(step__in=BUSY))]

    def __str__(self) -> str:
        return self.name

    def is_busy(self) -> bool:
        return self.step in BUSY


class Problem(models.Model):
    """A line that was or would be refused, or brought in without a cell of it: its number in the file, the head being line
    1, and the column to look at; where several are wrong none, and `said` has a line for each."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="problems")
    line = models.PositiveIntegerField()
    column = models.CharField(max_length=120, default="", blank=True)
    said = models.TextField()
    values = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.said}"


class Trace(models.Model):
    """What one line changed, to be taken back: see `customers.bringing.Change`."""

    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="traces")
    noun = models.CharField(max_length=10)
    key = models.BigIntegerField()
    fields = models.JSONField(null=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.noun} {self.key}"
