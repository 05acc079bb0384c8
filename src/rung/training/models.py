from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.journal.jobs import Job, JobQuerySet, JobState


class RoundQuerySet(JobQuerySet["Round"]):
    def done(self) -> "RoundQuerySet":
        """Those that came to their end, the latest first."""
        return self.filter(state=JobState.DONE).order_by("-pk")


class Round(Job):
    """One working out of opportunities, from being asked for to its end; its key is the version of what was found.

    ``study``: of patterns, whose cases and topics it stood on. ``report``: `working.Report`.
    """

    asked_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    study = models.BigIntegerField(null=True)
    steps_in_all = models.PositiveIntegerField(default=0)

    objects = RoundQuerySet.as_manager()

    def __str__(self) -> str:
        return f"round {self.pk}, {self.state}"


class Agreement(models.Model):
    """One row: whether results of single colleagues are worked out at all, and for how many days they see them alone.

    Off until somebody switches it on: it touches people's livelihoods, and in many countries others have a say in it.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    is_on = models.BooleanField(default=False)
    days_alone = models.PositiveSmallIntegerField(default=14)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return "on" if self.is_on else "off"


class Outcome(models.TextChoices):
    DURABLE = "durable", _("settled for good")
    LEVEL = "level", _("at least as expected")
    NEED = "need", _("need met")


class Spread(models.Model):
    """How one outcome went with one topic in a round, of all who dealt with it: what a funnel is drawn around.

    ``topic`` 0: none. ``mean``: the share of all; ``strength``: how many cases that is worth when one of us is judged.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="spreads")
    topic = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    n = models.PositiveIntegerField()
    mean = models.FloatField()
    rho = models.FloatField()
    strength = models.FloatField()
    colleagues = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "topic", "outcome"], name="spread_once")]

    def __str__(self) -> str:
        return f"{self.outcome} of topic {self.topic} in round {self.round_id}"


class Standing(models.Model):
    """One of us in a spread. Shown by name to themself alone; to others it is a dot without a name.

    ``rate``: adjusted for case mix; ``mean`` with ``low`` and ``high``: drawn to the spread's mean, with its 95 % interval.
    """

    spread = models.ForeignKey(Spread, on_delete=models.CASCADE, related_name="standings")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    n = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    expected = models.FloatField()
    rate = models.FloatField()
    mean = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    def __str__(self) -> str:
        return f"{self.n} cases in spread {self.spread_id}"


class Direction(models.TextChoices):
    WEAK = "weak", _("could go better")
    STRONG = "strong", _("goes well")


class Cause(models.TextChoices):
    PROCESS = "process", _("process")
    KNOWLEDGE = "knowledge", _("knowledge")
    PRODUCT = "product", _("product")
    PEOPLE = "people", _("practice")


class Reply(models.TextChoices):
    ACCEPTED = "accepted", _("yes, I would like that")
    DECLINED = "declined", _("not now")
    PROCESS = "process", _("it is not me, it is the process")
    TEACHES = "teaches", _("I would show others")


class OpportunityQuerySet(models.QuerySet["Opportunity"]):
    def standing(self) -> "OpportunityQuerySet":
        """Those the latest round still found."""
        return self.filter(ended_at__isnull=True)

    def of_house(self) -> "OpportunityQuerySet":
        return self.filter(agent__isnull=True)


class Opportunity(models.Model):
    """Something that goes worse, or better, than its case mix explains: of a topic for nearly everybody, or of one of us.

    ``agent`` None: of the house. It stays one row from round to round as long as it is found; ``numbers`` of the latest:
    ``n`` cases, ``hits`` that went well, ``expected`` by case mix; ``mean`` drawn to what is usual, with its 95 % interval,
    against ``usual``; ``chance`` that it is more than five points off; ``q``: the rate of false discoveries at which it is
    believed. ``weak_for`` of ``looked_at`` colleagues; ``signs``: drivers that stand out there;
    ``words``: what customers write more often where it did not go well, as [word, lift, low, high, customers]. ``cause``:
    guessed, or named by hand. ``seen_at``: when the one it is about first saw it.
    """

    agent = models.ForeignKey("accounts.Agent", null=True, on_delete=models.CASCADE, related_name="+")
    topic = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    direction = models.CharField(max_length=6, choices=Direction.choices)
    cause = models.CharField(max_length=10, choices=Cause.choices)
    cause_named_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="opportunities")
    n = models.PositiveIntegerField()
    hits = models.PositiveIntegerField()
    expected = models.FloatField()
    mean = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    usual = models.FloatField()
    chance = models.FloatField()
    q = models.FloatField()
    weak_for = models.PositiveIntegerField(default=0)
    looked_at = models.PositiveIntegerField(default=0)
    signs = models.JSONField(default=list)
    words = models.JSONField(default=list)
    seen_at = models.DateTimeField(null=True)
    reply = models.CharField(max_length=10, choices=Reply.choices, blank=True)
    reply_words = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "opportunities"
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "topic", "outcome", "direction"],
                condition=models.Q(ended_at__isnull=True, agent__isnull=False),
                name="opportunity_once",
            ),
            models.UniqueConstraint(
                fields=["topic", "outcome", "direction"],
                condition=models.Q(ended_at__isnull=True, agent__isnull=True),
                name="opportunity_of_house_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} of topic {self.topic}, {self.direction}"

    @property
    def is_of_house(self) -> bool:
        return self.agent_id is None


class Evidence(models.Model):
    """One of the conversations behind an opportunity, and whether it went well."""

    opportunity = models.ForeignKey(Opportunity, on_delete=models.CASCADE, related_name="evidence", db_index=False)
    conversation = models.ForeignKey(
        "touchpoints.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    occurred_at = models.DateTimeField()
    is_hit = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["opportunity", "is_hit", "-occurred_at"], name="evidence_latest")]

    def __str__(self) -> str:
        return f"conversation {self.conversation_id} behind opportunity {self.opportunity_id}"


class Training(models.Model):
    """A training that took place, with what its effect was thought to be, and what it was found to be.

    ``topic`` and ``outcome``: the pattern it was for, and is measured by again. ``predicted`` with its 80 % interval, and
    ``effect`` with its 95 % one, are in shares of 1. ``before`` and ``after``: cases of those trained in the windows of
    `working.WINDOW_DAYS`; ``controls``: comparable colleagues without it, ``as_much`` of them changed at least as much.
    """

    opportunity = models.ForeignKey(Opportunity, null=True, on_delete=models.SET_NULL, related_name="trainings")
    topic = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    about = models.CharField(max_length=200)
    held_on = models.DateField()
    minutes = models.PositiveIntegerField()
    teacher = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    predicted = models.FloatField(null=True)
    predicted_low = models.FloatField(null=True)
    predicted_high = models.FloatField(null=True)
    logged_at = models.DateTimeField()
    logged_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    measured_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=8, blank=True)
    effect = models.FloatField(null=True)
    effect_low = models.FloatField(null=True)
    effect_high = models.FloatField(null=True)
    before = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    controls = models.PositiveIntegerField(default=0)
    as_much = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-held_on", "-pk"]

    def __str__(self) -> str:
        return self.about


class Attendance(models.Model):
    """That one of us took part in a training."""

    training = models.ForeignKey(Training, on_delete=models.CASCADE, related_name="attendances")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["training", "agent"], name="attendance_once")]

    def __str__(self) -> str:
        return f"agent {self.agent_id} in training {self.training_id}"
