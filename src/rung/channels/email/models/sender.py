from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.channels.email.models.mailbox import Mailbox


class Treatment(models.TextChoices):
    BLOCKED = "blocked", _("goes to Spam")
    GOOD = "good", _("never goes to Spam")


class KnownSender(models.Model):
    """What a mailbox has been told about a sender. `who` is an address or a whole domain, `@example.org`; lower case."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="known_senders")
    who = models.CharField(max_length=254)
    treatment = models.CharField(max_length=10, choices=Treatment.choices)
    told_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "who"], name="known_sender_once")]

    def __str__(self) -> str:
        return f"{self.who} {self.treatment}"
