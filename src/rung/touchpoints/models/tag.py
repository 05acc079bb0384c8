from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation


class TagColour(models.TextChoices):
    GREY = "grey", _("grey")
    VIOLET = "violet", _("violet")
    BLUE = "blue", _("blue")
    TEAL = "teal", _("teal")
    GREEN = "green", _("green")
    AMBER = "amber", _("amber")
    RED = "red", _("red")
    PINK = "pink", _("pink")


class TagQuerySet(models.QuerySet["Tag"]):
    def in_use(self) -> Self:
        """Those that can be given, by name."""
        return self.filter(deleted_at__isnull=True).order_by("name_folded")


class Tag(models.Model):
    """A word of ours by which conversations of a kind are found together. `name_folded` keeps two of one spelling apart.

    One that is deleted, or has become another, keeps its taggings: they tell what it was on.
    """

    name = models.CharField(max_length=40)
    name_folded = models.CharField(max_length=60)
    colour = models.CharField(max_length=6, choices=TagColour.choices, default=TagColour.GREY)
    created_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name_folded"], condition=models.Q(deleted_at__isnull=True), name="tag_once"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Tagging(models.Model):
    """Somebody put a tag on a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    tagged_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "tag"], name="tagging_once")]
        indexes = [models.Index(fields=["tag", "conversation"], name="tagging_by_tag")]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.conversation_id}"
