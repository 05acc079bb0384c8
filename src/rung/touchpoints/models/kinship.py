from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation


class LinkKind(models.TextChoices):
    """How `one` stands to `other`. The last is not said by hand: it is what splitting leaves behind."""

    RELATED = "related", _("is related to")
    DUPLICATE = "duplicate", _("is a duplicate of")
    WAITS_FOR = "waits_for", _("waits for")
    SPLIT_FROM = "split_from", _("was split off from")


class Link(models.Model):
    """How two conversations stand to each other, as somebody said; `ended_at` when it was taken away.

    A question asked beside a conversation (`Conversation.beside`) needs no link: it is waited for by its nature. Where one
    was split off, the link leads a later answer that names the former conversation to where its letter has gone.
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
