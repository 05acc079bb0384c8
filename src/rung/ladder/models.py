from django.db import models

from rung.journal.jobs import Job, JobQuerySet


class GradeQuerySet(models.QuerySet["Grade"]):
    def stated(self) -> "GradeQuerySet":
        """Those of which enough is known to name a level."""
        return self.filter(is_stated=True)

    def of_customers(self, freedom: str) -> "GradeQuerySet":
        """Those of customers who are "captive", "free" or "unknown", as `cells.freedom` has it."""
        unsaid = models.Q(customer__captive__isnull=True)
        return self.filter(
            {
                "captive": models.Q(customer__captive=True) | (unsaid & models.Q(customer__is_internal=True)),
                "free": models.Q(customer__captive=False),
                "unknown": unsaid & models.Q(customer__is_internal=False),
            }[freedom]
        )

    def weakest_first(self) -> "GradeQuerySet":
        return self.order_by("-is_stated", "p50", "-occurred_at", "pk")


class Grade(models.Model):
    """What level of service one touchpoint was, as far as the evidence so far tells. Derived from the journal.

    ``mean`` to ``p95`` are of d, the distance of what was lived from what was expected. ``share_1`` to ``share_6`` are
    the probabilities of the six levels. ``parts`` is what moved it: the parts sum to ``mean``.
    """

    touchpoint = models.OneToOneField("touchpoints.Touchpoint", on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    conversation = models.ForeignKey("touchpoints.Conversation", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=20)
    phase = models.CharField(max_length=6)
    team = models.ForeignKey("accounts.Team", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    occurred_at = models.DateTimeField()
    mean = models.FloatField()
    sd = models.FloatField()
    p5 = models.FloatField()
    p50 = models.FloatField()
    p95 = models.FloatField()
    level = models.PositiveSmallIntegerField()
    level_low = models.PositiveSmallIntegerField()
    level_high = models.PositiveSmallIntegerField()
    share_1 = models.FloatField()
    share_2 = models.FloatField()
    share_3 = models.FloatField()
    share_4 = models.FloatField()
    share_5 = models.FloatField()
    share_6 = models.FloatField()
    # False: "not enough evidence"; the level is then no more than the prior's.
    is_stated = models.BooleanField()
    parts = models.JSONField(default=dict)
    evidence_count = models.PositiveSmallIntegerField()
    # What the customer had come to expect before it, in units of d above the usual.
    expected = models.FloatField()
    parameters = models.CharField(max_length=60)
    # Of all of the above, so that grading again writes only what has changed.
    fingerprint = models.BigIntegerField()

    objects = GradeQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["occurred_at"], name="grade_by_time"),
            models.Index(fields=["customer", "-occurred_at"], name="grade_by_customer"),
            # A search for levels asks this of thousands of conversations, and reads none of the long rows. The condition is
            # a column as well: SQLite does not know what a partial index says by being one.
            models.Index(
                fields=["conversation", "level", "is_stated"],
                name="stated_of_conversation",
                condition=models.Q(is_stated=True),
            ),
        ]

    def __str__(self) -> str:
        return f"level {self.level} of touchpoint {self.touchpoint_id}"

    @property
    def shares(self) -> tuple[float, ...]:
        """Probability of each of the six levels."""
        return (self.share_1, self.share_2, self.share_3, self.share_4, self.share_5, self.share_6)


class Expectation(models.Model):
    """What a customer has come to expect of us by now, and how the whole relationship stands.

    ``m`` and ``variance`` are the mean and variance of the expectation just after ``last_episode_at``. ``relationship`` is
    R by peak and end. ``due_at``: when the passing of time alone will say something new; None when it will not.
    """

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="+")
    m = models.FloatField()
    variance = models.FloatField()
    last_episode_at = models.DateTimeField()
    episodes = models.PositiveIntegerField()
    relationship = models.FloatField()
    due_at = models.DateTimeField(null=True)
    parameters = models.CharField(max_length=60)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="expectation_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"expectation of customer {self.customer_id}"


class Regrade(models.Model):
    """A customer about whom something happened since they were last graded."""

    customer = models.OneToOneField("customers.Customer", on_delete=models.CASCADE, primary_key=True, related_name="+")
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="regrade_oldest")]

    def __str__(self) -> str:
        return f"customer {self.customer_id} to be graded again"


class GradedDay(models.Model):
    """The grades of one day, by UTC, as columns of numbers (`cells`): derived from them, and read where many are added up.

    ``channels`` are those that occurred, in the order in which ``light`` numbers them.
    """

    day_on = models.DateField(unique=True)
    channels = models.JSONField(default=list)
    light = models.BinaryField()
    more = models.BinaryField()

    def __str__(self) -> str:
        return f"grades of {self.day_on}"


class StaleDay(models.Model):
    """A day whose grades have changed since they were laid together, if they ever were."""

    day_on = models.DateField(unique=True)
    marked_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"grades of {self.day_on} to be laid together"


class EstimationQuerySet(JobQuerySet["Estimation"]):
    def in_force(self) -> "EstimationQuerySet":
        """The one under whose numbers is graded; none while the defaults hold."""
        return self.filter(in_force_from__isnull=False, in_force_until__isnull=True)


class Estimation(Job):
    """One working out of the model's numbers from this company's own customers, and what came of it.

    ``numbers`` are the chosen candidate's Parameters as JSON (`versions`), ``version`` their name; empty where the defaults
    foretold best. ``report`` is what the screen explains (`estimating.Report`). ``in_force_from`` and ``in_force_until``
    tell of the last time it was in force; earlier times stand in the journal.
    """

    asked_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    version = models.CharField(max_length=60, blank=True)
    numbers = models.JSONField(null=True)
    in_force_from = models.DateTimeField(null=True)
    in_force_until = models.DateTimeField(null=True)

    objects = EstimationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=models.Q(in_force_from__isnull=False, in_force_until__isnull=True),
                name="one_estimation_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"estimation {self.pk}, {self.state}"

    @property
    def is_in_force(self) -> bool:
        return self.in_force_from is not None and self.in_force_until is None
