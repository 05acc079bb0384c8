from django.db import models
from django.utils.translation import gettext_lazy as _


class Telephone(models.Model):
    """A telephone system that announces calls to us. Of its token only a digest is kept, and its last letters to tell
    tokens apart; `ended_at` when it was told to be silent."""

    name = models.CharField(max_length=80)
    token_digest = models.CharField(max_length=64, unique=True)
    token_ending = models.CharField(max_length=8)
    # Whom a call rings for where the announcement names nobody; None: everybody.
    team = models.ForeignKey("accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    added_at = models.DateTimeField()
    heard_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """The number under which the telephone on an agent's table rings inside the house."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=20, unique=True)

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class Way(models.TextChoices):
    IN = "in", _("they call")
    OUT = "out", _("we call")


class Call(models.Model):
    """A call that a telephone system announced: ringing, then being spoken, then over.

    Its moments say how far it is. Over and never answered, it was missed. `touchpoint` is what it has become.
    """

    telephone = models.ForeignKey(Telephone, on_delete=models.PROTECT, related_name="calls")
    # What the telephone system calls it.
    name = models.CharField(max_length=120)
    # As E.164 where it is a number of some country; empty where the caller withholds it.
    number = models.CharField(max_length=40, default="")
    way = models.CharField(max_length=3, choices=Way.choices, default=Way.IN)
    customer = models.ForeignKey("customers.Customer", null=True, on_delete=models.SET_NULL, related_name="+")
    # Who speaks, once it is taken.
    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    # Whom it rings for beside those of its `rings`.
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+")
    is_for_all = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    duration_s = models.PositiveIntegerField(null=True)
    notes = models.TextField(default="", blank=True)
    # What is being typed of a promise, as the form names it; given to nobody until somebody notes it.
    promised = models.JSONField(default=dict, blank=True)
    # The matter it is about, once somebody said so.
    matter = models.ForeignKey("touchpoints.Conversation", null=True, on_delete=models.SET_NULL, related_name="+")
    touchpoint = models.OneToOneField("touchpoints.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    # When whoever spoke was done with it, notes and all.
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["telephone", "name"], name="call_once")]
        indexes = [
            models.Index(fields=["-began_at", "-id"], name="call_by_time"),
            models.Index(fields=["began_at"], name="call_not_closed", condition=models.Q(closed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.number or str(_("withheld number"))

    @property
    def state(self) -> str:
        """As a telephone system would say it."""
        return "ended" if self.ended_at else "answered" if self.answered_at else "ringing"

    def is_ringing(self) -> bool:
        return self.answered_at is None and self.ended_at is None

    def is_missed(self) -> bool:
        return self.answered_at is None and self.ended_at is not None


class Ring(models.Model):
    """Somebody by name whose telephone a call rings."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="rings")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["call", "agent"], name="ring_once")]

    def __str__(self) -> str:
        return f"{self.call_id} for {self.agent_id}"
