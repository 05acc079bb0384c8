from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation


class Split(models.Model):
    """Touchpoints of one conversation were put into a new one, because they are about another matter; `ended_at` when that
    was taken back.

    It leads a later answer that names the former conversation to where the letter it answers has gone.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="splits")
    into = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="split_from")
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    split_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.into_id} from {self.conversation_id}"


class LinkKind(models.TextChoices):
    """How `one` stands to `other`."""

    RELATED = "related", _("is related to")
    DUPLICATE = "duplicate", _("is a duplicate of")
    WAITS_FOR = "waits_for", _("waits for")


class Link(models.Model):
    """Somebody said how two conversations stand to each other; `ended_at` when it was taken away.

    A question asked beside a conversation (`Conversation.beside`) needs no link: it is waited for by its nature.
    """

    one = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="links_here")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["one", "other"], condition=models.Q(ended_at__isnull=True), name="link_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.one_id} {self.kind} {self.other_id}"
