from typing import Self

from django.db import models


class RequestQuerySet(models.QuerySet["Request"]):
    def open(self) -> Self:
        """Not answered yet."""
        return self.filter(answered_at__isnull=True)


class Request(models.Model):
    """What a colleague asked a team for the sake of a customer, and how long that customer waited for the team.

    `conversation` is the request itself, `parent` that of the customer outside. From `asked_at` to `answered_at`, the first
    answer or, where none was needed, its being settled, the wait is the team's; `settled_at` may come later.
    """

    conversation = models.OneToOneField(
        "touchpoints.Conversation", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    parent = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    wanted_by_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # The latest answer that the other side was told of.
    told_touchpoint = models.BigIntegerField(default=0)

    objects = RequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["parent"], name="request_by_parent"),
            models.Index(fields=["asked_at"], name="request_by_moment"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} for #{self.parent_id}"
