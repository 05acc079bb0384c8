from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation


class Role(models.TextChoices):
    CUSTOMER = "customer", _("customer")
    COPIED = "copied", _("in copy")
    OURS = "ours", _("colleague")


class Participant(models.Model):
    """Somebody who takes part in a conversation: has written in it, or was written to by somebody who takes part.

    Only they get into it by what they know of it. Known by the address under which they joined; `customer` once that
    address is known to be a person's. Our own mailboxes are nobody's: they have no row.
    """

    # Every letter pays for every index: this one leads the constraint below, and that one is wanted for the few in copy.
    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    customer = models.ForeignKey(
        "customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    address = models.CharField(max_length=254)
    name = models.CharField(max_length=160, default="")
    role = models.CharField(max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["conversation", "address"], name="participant_once")]
        indexes = [models.Index(fields=["address"], name="copied_address", condition=models.Q(role="copied"))]

    def __str__(self) -> str:
        return f"{self.address} in {self.conversation_id}"
