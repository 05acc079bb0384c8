from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from rung.core.actor import Actor


class Role(models.TextChoices):
    AGENT = "agent", _("agent")
    LEAD = "lead", _("lead")
    ADMINISTRATOR = "administrator", _("administrator")


class Team(models.Model):
    """People who share a queue."""

    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> "AgentQuerySet":
        return self.filter(is_active=True)

    def administrators(self) -> "AgentQuerySet":
        return self.filter(role=Role.ADMINISTRATOR)


class AgentManager(BaseUserManager["Agent"]):
    def get_queryset(self) -> AgentQuerySet:
        return AgentQuerySet(self.model, using=self._db)

    def active(self) -> AgentQuerySet:
        return self.get_queryset().active()

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """One who serves."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices, default=Role.AGENT)
    is_active = models.BooleanField(default=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    # What they are to customers, such as "Wheel builder"; `role` is what they may do here.
    title = models.CharField(max_length=120, default="", blank=True)
    signature = models.TextField(default="", blank=True)
    # For how many seconds after "Send" an answer can still be taken back.
    undo_s = models.PositiveSmallIntegerField(default=10)
    joined_at = models.DateTimeField()
    teams = models.ManyToManyField(Team, through="Membership", related_name="agents")

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AgentManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def actor(self) -> Actor:
        return Actor("agent", self.pk, self.name)

    @property
    def zone(self) -> ZoneInfo:
        """Where this person's clock hangs; UTC when the name is not known on this machine."""
        try:
            return ZoneInfo(self.time_zone)
        except (KeyError, ValueError, OSError):
            return ZoneInfo("UTC")

    @property
    def leads(self) -> bool:
        """Leads and administrators see every team's work."""
        return self.role in (Role.LEAD, Role.ADMINISTRATOR)

    @property
    def administers(self) -> bool:
        return self.role == Role.ADMINISTRATOR


class Membership(models.Model):
    """An agent's place in a team, since when."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"
