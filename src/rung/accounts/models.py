from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rung.accounts.permissions import BUILT_IN, PERMISSIONS
from rung.core.actor import Actor
from rung.core.compiled import compiled


class Scope(models.TextChoices):
    """What somebody sees of the work."""

    ALL = "all", _("everything")
    TEAMS = "teams", _("their teams' work, what no team has taken, and what is theirs")
    OWN = "own", _("what is theirs, and what nobody has taken yet in their teams or outside any team")


class Role(models.Model):
    """What some of us may see and do.

    Three are built in and cannot be taken off the list. The administrator's cannot be changed either, so that nobody can
    lock everybody out.
    """

    AGENT = "agent"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    NAMES: ClassVar[dict[str, Any]] = {AGENT: _("agent"), LEAD: _("lead"), ADMINISTRATOR: _("administrator")}

    key = models.SlugField(max_length=20, unique=True)
    # Empty for a built-in role, whose name is in everybody's own language.
    name = models.CharField(max_length=60, blank=True)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.TEAMS)
    permissions = models.JSONField(default=list)
    # Whoever has it has to sign in in two steps.
    demands_second_step = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.label)

    @classmethod
    def built_in(cls, key: str) -> "Role":
        """A built-in role as it is delivered."""
        scope = Scope.TEAMS if key == cls.AGENT else Scope.ALL
        return cls(key=key, scope=scope, permissions=[] if key == cls.ADMINISTRATOR else list(BUILT_IN[key]))

    @property
    def is_built_in(self) -> bool:
        return self.key in BUILT_IN

    @property
    def label(self) -> str:
        return self.name or str(self.NAMES.get(self.key, self.key))


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


@compiled
def _agent(pk: int) -> "models.QuerySet[Agent]":
    return Agent.objects.filter(pk=pk)


class AgentManager(BaseUserManager["Agent"]):
    def get_queryset(self) -> AgentQuerySet:
        return AgentQuerySet(self.model, using=self._db)

    def get(self, *args: Any, **kwargs: Any) -> "Agent":
        """By a key alone a compiled question: Django's sign-in asks so at every request."""
        if args or kwargs.keys() != {"pk"} or not isinstance(kwargs["pk"], int) or self._db is not None:
            return super().get(*args, **kwargs)
        for agent in _agent(kwargs["pk"]):
            return agent
        raise self.model.DoesNotExist("Nobody has this key.")

    def active(self) -> AgentQuerySet:
        return self.get_queryset().active()

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """One who serves."""

    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=120)
    # The key of their role; what it allows stands here once more, so that a gate asks nothing beyond whoever knocks.
    # `verbs.roles` keeps both the same.
    role = models.CharField(max_length=20, default=Role.AGENT)
    scope = models.CharField(max_length=5, choices=Scope.choices, default=Scope.TEAMS)
    permissions = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    # Their role demands a second step at the door, and they have not set one up: a gate asks nothing beyond whoever knocks.
    owes_second_step = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=60, default="UTC")
    # What is mailed to them is written in it; the screens are in the installation's.
    language = models.CharField(max_length=10, default="en")
    # What they are to customers, such as "Wheel builder"; `role` is what they may do here.
    title = models.CharField(max_length=120, default="", blank=True)
    signature = models.TextField(default="", blank=True)
    # For how many seconds after "Send" an answer can still be taken back.
    undo_s = models.PositiveSmallIntegerField(default=10)
    joined_at = models.DateTimeField()
    teams = models.ManyToManyField(Team, through="Membership", related_name="agents")
    # How many times they were signed out everywhere: a session of before then opens nothing.
    sessions_ended = models.PositiveIntegerField(default=0, db_default=0)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = AgentManager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Lower("email"), name="agent_email_once")]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session has to know to open this seat: of the password, as Django has it, and of `sessions_ended`."""
        if not self.sessions_ended:
            return str(super()._get_session_auth_hash(secret=secret))  # type: ignore[misc]  # Django's own, not in its stubs
        told = f"{self.password}:{self.sessions_ended}"
        return salted_hmac("rung.accounts.sessions", told, secret=secret, algorithm="sha256").hexdigest()

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

    def may(self, permission: str) -> bool:
        """Raises KeyError for a permission that does not exist: a gate that nobody can open is a mistake in the code."""
        PERMISSIONS[permission]
        return self.role == Role.ADMINISTRATOR or permission in self.permissions

    @property
    def sees_all(self) -> bool:
        return self.scope == Scope.ALL

    @property
    def leads(self) -> bool:
        """Whether they look after what all share: tags, everybody's answers and views."""
        return self.may("settings.words")


class Membership(models.Model):
    """An agent's place in a team, since when."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "team"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.agent} in {self.team}"


class SecondStep(models.Model):
    """Somebody signs in with a code of their device beside the password; `secret` is sealed."""

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, related_name="second_step")
    secret = models.CharField(max_length=300)
    begun_at = models.DateTimeField()
    # The period of the last code that opened, so that none opens twice.
    last_window = models.BigIntegerField(default=0)
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.agent_id} since {self.begun_at}"


class RecoveryCode(models.Model):
    """Opens once, instead of the device; only its digest is kept."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"of {self.agent_id}"


class IdentityProvider(models.Model):
    """Where our people sign in elsewhere, by OpenID Connect; `client_secret` is sealed."""

    name = models.CharField(max_length=60)
    issuer = models.CharField(max_length=300, unique=True)
    client_id = models.CharField(max_length=300)
    client_secret = models.TextField()
    # Of e-mail addresses, in lower case: only seats with one of these come in by it.
    domains = models.JSONField(default=list)
    # Whoever it vouches for gets a seat by themselves, with this role and in this team.
    admits_newcomers = models.BooleanField(default=False)
    newcomer_role = models.CharField(max_length=20, default=Role.AGENT)
    newcomer_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # For those with such an address there is no other way in; administrators keep their passwords.
    replaces_password = models.BooleanField(default=False)
    # It asks for a second step itself, so that ours is not asked for.
    does_second_step = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    # When somebody last went all the way and back.
    tried_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def speaks_for(self, email: str) -> bool:
        return email.rpartition("@")[2].lower() in self.domains


class Identity(models.Model):
    """Who a colleague is to a provider; `email` is how it called them when they were bound."""

    provider = models.ForeignKey(IdentityProvider, on_delete=models.CASCADE, related_name="identities")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=255)
    email = models.CharField(max_length=254)
    bound_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "subject"], name="identity_once"),
            models.UniqueConstraint(fields=["provider", "agent"], name="identity_one_each"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} at {self.provider_id}"
