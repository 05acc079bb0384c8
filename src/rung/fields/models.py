from typing import Any, Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Subject(models.TextChoices):
    """What a field tells of."""

    CONVERSATION = "conversation", _("conversations")
    CUSTOMER = "customer", _("customers")
    COMPANY = "company", _("companies")


class Kind(models.TextChoices):
    TEXT = "text", _("words")
    NUMBER = "number", _("a number")
    DATE = "date", _("a day")
    CHOICE = "choice", _("one of several choices")
    YES_NO = "yes-no", _("yes or no")


class FieldQuerySet(models.QuerySet["Field"]):
    def in_use(self) -> Self:
        return self.filter(is_archived=False)


class Field(models.Model):
    """Something to be known of every subject of a kind, such as the serial number of a bicycle."""

    subject = models.CharField(max_length=12, choices=Subject.choices)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=Kind.choices)
    # [{"key", "label", "is_archived"}] in order. A value keeps the key, so that a choice may get another label; one that
    # is archived is no longer offered and still read.
    choices = models.JSONField(default=list, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_archived = models.BooleanField(default=False)
    created_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()

    objects = FieldQuerySet.as_manager()

    class Meta:
        ordering = ["subject", "position", "pk"]

    def __str__(self) -> str:
        return self.name

    def label_of(self, key: str) -> str:
        """The words of a choice; empty for one there never was."""
        return next((str(each["label"]) for each in self.choices if each["key"] == key), "")

    def offered(self) -> list[dict[str, Any]]:
        """The choices that can be chosen."""
        return [each for each in self.choices if not each.get("is_archived")]


class Value(models.Model):
    """What a field says of one subject, in the column of its kind; a choice stands as its key in `text`.

    No row: nothing is known. `subject_id` is a plain number, because subjects live on floors above.
    """

    field = models.ForeignKey(Field, on_delete=models.CASCADE, related_name="values")
    subject_id = models.BigIntegerField()
    text = models.CharField(max_length=500, default="", blank=True)
    number = models.DecimalField(max_digits=15, decimal_places=4, null=True)
    day = models.DateField(null=True)
    is_yes = models.BooleanField(null=True)
    set_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["field", "subject_id"], name="field_value_once")]
        indexes = [
            # Who else has it, for lists narrowed by a field.
            models.Index(fields=["field", "text"], name="field_by_text", condition=~models.Q(text="")),
            models.Index(fields=["field", "number"], name="field_by_number", condition=models.Q(number__isnull=False)),
            models.Index(fields=["field", "day"], name="field_by_day", condition=models.Q(day__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"field {self.field_id} of {self.subject_id}"
