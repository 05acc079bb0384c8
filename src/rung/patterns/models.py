from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.journal.jobs import Job, JobQuerySet, JobState


class StudyQuerySet(JobQuerySet["Study"]):
    def whole(self) -> "StudyQuerySet":
        """Those that find topics, cases and drivers, and not only the drivers of days somebody chose."""
        return self.filter(since__isnull=True)

    def done(self) -> "StudyQuerySet":
        """The whole ones that came to their end, the latest first."""
        return self.whole().filter(state=JobState.DONE).order_by("-pk")


class Study(Job):
    """One working out of topics and drivers, from being asked for to its end.

    ``finds_topics``: whether topics are looked for anew, or conversations only assigned to those there are; ``wanted`` how
    many, None for as many as usual. ``report``: `working.Report`. ``words``: those that compete with causes and topics, as
    `vocabulary.Vocabulary` keeps them.

    With ``since`` it works out days that somebody chose, to before ``until``, of a team or a channel, from the cases of
    the latest whole one.
    """

    asked_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    finds_topics = models.BooleanField(default=True)
    wanted = models.PositiveSmallIntegerField(null=True)
    steps_in_all = models.PositiveIntegerField(default=0)
    words = models.JSONField(default=dict)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)
    team = models.BigIntegerField(null=True)  # as in a slice
    channel = models.CharField(max_length=20, default="", blank=True)

    objects = StudyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "studies"

    def __str__(self) -> str:
        return f"study {self.pk}, {self.state}"


class Fit(models.Model):
    """A model of topics (`topic_model.kept`). The newest that is in force assigns conversations."""

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="fit")
    made_at = models.DateTimeField()
    in_force_from = models.DateTimeField(null=True)
    conversations = models.PositiveIntegerField()  # it was found in
    model = models.JSONField()

    def __str__(self) -> str:
        return f"fit of study {self.study_id}"


class TopicQuerySet(models.QuerySet["Topic"]):
    def standing(self) -> "TopicQuerySet":
        """Those conversations are assigned to: neither merged into another nor lost in a later fit."""
        return self.filter(merged_into__isnull=True, retired_at__isnull=True)


class Topic(models.Model):
    """What some conversations are about, named by its words until somebody names it better.

    ``words``: pairs of word and weight, heaviest first. ``part``: its row in the fit in force. ``merged_into``: what is
    assigned to it counts there. ``retired_at``: a later fit did not find it again; it keeps its name, should that change.
    """

    name = models.CharField(max_length=80)
    is_named_by_hand = models.BooleanField(default=False)
    words = models.JSONField(default=list)
    part = models.PositiveSmallIntegerField(null=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="merged")
    hidden_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = TopicQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Belonging(models.Model):
    """That a conversation is about a topic, as found by a fit. ``place`` 0 is its main topic.

    Every conversation that was read has a row of place 0, without a topic where it is about none. ``weight``: the topic's
    share of all its topics. ``read_until_at``: the last word of the customer that was read.
    """

    fit = models.ForeignKey(Fit, on_delete=models.CASCADE, related_name="belongings", db_index=False)
    conversation = models.ForeignKey(
        "touchpoints.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    topic = models.ForeignKey(Topic, null=True, on_delete=models.CASCADE, related_name="belongings", db_index=False)
    place = models.PositiveSmallIntegerField()
    weight = models.FloatField()
    read_until_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "fit", "place"], name="belonging_once"),
        ]
        indexes = [models.Index(fields=["topic", "fit", "conversation"], name="belonging_by_topic")]

    def __str__(self) -> str:
        return f"conversation {self.conversation_id} about topic {self.topic_id}"


class Case(models.Model):
    """One turn of service with what was the case in it (`drivers`, as bits) and what the customer said or did.

    Plain keys, as facts have them. ``is_frustrated`` and ``is_delighted`` stand on the customer's own words and acts, never
    on the estimated level, because that is itself estimated from waiting and handovers.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="cases", db_index=False)
    touchpoint = models.BigIntegerField()
    conversation = models.BigIntegerField()
    customer = models.BigIntegerField()
    team = models.BigIntegerField()  # 0: none
    channel = models.CharField(max_length=20)
    occurred_at = models.DateTimeField()
    flags = models.BigIntegerField()
    topic = models.BigIntegerField()  # 0: none; as merged when the study was made
    is_frustrated = models.BooleanField()
    is_delighted = models.BooleanField()
    words = models.BigIntegerField(null=True)  # of its study's, as bits; None: none of them

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "touchpoint"], name="case_once")]
        indexes = [
            models.Index(fields=["study", "-occurred_at"], name="case_latest"),
            models.Index(
                fields=["study", "-occurred_at"], name="case_frustrated", condition=models.Q(is_frustrated=True)
            ),
            models.Index(
                fields=["study", "-occurred_at"], name="case_delighted", condition=models.Q(is_delighted=True)
            ),
        ]

    def __str__(self) -> str:
        return f"touchpoint {self.touchpoint} in study {self.study_id}"


class Slice(models.Model):
    """A part of the cases that was looked at by itself: the whole, a team or a channel, over so many days; 0 days are those
    from ``since`` to before ``until``, which somebody chose.

    ``r2_frustrated`` and ``r2_delighted``: how much of either all drivers together explain, 0 to 1. ``effect_…``: the design
    effect of the share of either, because cases of one customer are alike.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="slices")
    days = models.PositiveSmallIntegerField()
    team = models.BigIntegerField(null=True)  # 0: of no team; None: every team
    channel = models.CharField(max_length=20, default="", blank=True)
    cases = models.PositiveIntegerField()
    customers = models.PositiveIntegerField()
    frustrated = models.PositiveIntegerField()
    delighted = models.PositiveIntegerField()
    effect_frustrated = models.FloatField(default=1.0)
    effect_delighted = models.FloatField(default=1.0)
    r2_frustrated = models.FloatField(null=True)
    r2_delighted = models.FloatField(null=True)
    since = models.DateTimeField(null=True)
    until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.days} days of study {self.study_id}, team {self.team}, channel {self.channel}"


class Side(models.TextChoices):
    FRUSTRATION = "frustration", _("frustration")
    DELIGHT = "delight", _("delight")


class Method(models.TextChoices):
    REACH = "reach", _("reach minus noise")
    VARIANCE = "variance", _("explained variance")
    TOGETHER = "together", _("reach minus noise of causes, topics and words")


class Driver(models.Model):
    """How much of one side goes together with one driver in a slice, with the interval of its share and of its place.

    ``key``: one of `drivers`, "topic:<pk>", "word:<word>", "channel" or "topics". ``with_it`` cases have it,
    ``with_it_hit`` of them on this side. ``is_key``: it belongs to the drivers whose reach together is the largest.
    """

    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="drivers")
    side = models.CharField(max_length=12, choices=Side.choices)
    method = models.CharField(max_length=8, choices=Method.choices)
    key = models.CharField(max_length=40)
    with_it = models.PositiveIntegerField()
    with_it_hit = models.PositiveIntegerField()
    share = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()
    place = models.PositiveSmallIntegerField()
    place_low = models.PositiveSmallIntegerField()
    place_high = models.PositiveSmallIntegerField()
    error = models.FloatField(default=0)  # Monte Carlo, where orderings were drawn
    is_key = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.key} of {self.side} in slice {self.slice_id}"


class Contrast(models.Model):
    """What one attribute costs where it is low and brings where it is high, with 95 % intervals over customers.

    Amounts are of y: -1 frustrated, 0 neither, 1 delighted. None: fewer than five cases, nothing said. ``asymmetry``: IA.
    """

    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="contrasts")
    attribute = models.CharField(max_length=30)
    low_cases = models.PositiveIntegerField()
    high_cases = models.PositiveIntegerField()
    penalty = models.FloatField(null=True)
    penalty_low = models.FloatField(null=True)
    penalty_high = models.FloatField(null=True)
    reward = models.FloatField(null=True)
    reward_low = models.FloatField(null=True)
    reward_high = models.FloatField(null=True)
    asymmetry = models.FloatField(null=True)
    asymmetry_low = models.FloatField(null=True)
    asymmetry_high = models.FloatField(null=True)
    is_shrunk = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.attribute} in slice {self.slice_id}"


class TellingWord(models.Model):
    """A word that customers on one side write more often: ``lift`` is how much more often conversations with it end so."""

    slice = models.ForeignKey(Slice, on_delete=models.CASCADE, related_name="words")
    side = models.CharField(max_length=12, choices=Side.choices)
    word = models.CharField(max_length=30)
    with_it = models.PositiveIntegerField()
    with_it_hit = models.PositiveIntegerField()
    lift = models.FloatField()
    low = models.FloatField()
    high = models.FloatField()

    def __str__(self) -> str:
        return f"{self.word} of {self.side} in slice {self.slice_id}"


class Look(models.Model):
    """That a pattern was opened and studied: once for each of us, pattern and day (R56). Whose look it was is kept only so
    that opening it twice counts once; no screen shows it."""

    side = models.CharField(max_length=12, choices=Side.choices)
    pattern = models.CharField(max_length=40)
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    looked_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["looked_on", "agent", "side", "pattern"], name="look_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.pattern} of {self.side} on {self.looked_on}"
