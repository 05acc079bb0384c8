from datetime import datetime, time
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """Why somebody is told. In the order of the settings, the most personal first."""

    MENTIONED = "mentioned", _("A colleague calls me in a note")
    ASSIGNED = "assigned", _("A conversation is given to me")
    UNDELIVERED = "undelivered", _("Something I wrote could not be delivered")
    CUSTOMER = "customer", _("The customer is in touch in a conversation of mine")
    COLLEAGUE = "colleague", _("A colleague writes or acts in a conversation of mine")
    PROMISE = "promise", _("Something I promised is due soon, or its day has passed")
    DEADLINE = "deadline", _("A reply in a conversation of mine is due soon, or overdue")
    SNOOZE = "snooze", _("A conversation that I laid aside comes back")
    MAILBOX = "mailbox", _("A mailbox of ours fails: letters do not come, or answers do not leave")
    BRAKE = "brake", _("Automatic letters are held back")
    RULE = "rule", _("A rule tells me of something, or is held back")
    TEAM = "team", _("A conversation is given to my team")
    OPPORTUNITY = "opportunity", _("Something was found that I could learn, or show others; only I am told")


class Way(models.TextChoices):
    """How somebody wants to hear of a kind. Whatever goes by mail stands in the page too."""

    NOTHING = "nothing", _("not at all")
    PAGE = "page", _("here")
    DIGEST = "digest", _("here, and by mail once a day")
    MAIL = "mail", _("here, and by mail soon")


DEFAULT_WAYS = {
    Kind.MENTIONED: Way.MAIL,
    Kind.ASSIGNED: Way.MAIL,
    Kind.UNDELIVERED: Way.MAIL,
    Kind.CUSTOMER: Way.PAGE,
    Kind.COLLEAGUE: Way.PAGE,
    Kind.PROMISE: Way.MAIL,
    Kind.DEADLINE: Way.PAGE,
    Kind.SNOOZE: Way.PAGE,
    Kind.TEAM: Way.PAGE,
    Kind.RULE: Way.MAIL,
    Kind.MAILBOX: Way.MAIL,
    Kind.BRAKE: Way.MAIL,
    Kind.OPPORTUNITY: Way.PAGE,
}


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unread(self) -> Self:
        return self.filter(read_at__isnull=True)

    def about_themselves(self) -> Self:
        return self.filter(conversation__isnull=True).exclude(kind=Kind.MAILBOX)

    def to_be_mailed(self, at: datetime) -> Self:
        return self.filter(mail_due_at__lte=at)


class Notice(models.Model):
    """Something that happened in a conversation and somebody is told of, once for each of them.

    ``conversation`` None: it is about themselves and nobody else's to know, or, of the kind "mailbox", about a mailbox.
    """

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey("touchpoints.Conversation", null=True, on_delete=models.CASCADE, related_name="+")
    # The journal's number of the fact. The ground has no keys to the floors above, and they none to it.
    entry = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    # When it goes by mail unless it is read by then; None: it does not, or it has gone.
    mail_due_at = models.DateTimeField(null=True)
    mailed_at = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "entry"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["agent", "conversation"], name="notice_unread", condition=models.Q(read_at__isnull=True)
            ),
            models.Index(fields=["agent", "-id"], name="notice_latest"),
            models.Index(
                fields=["mail_due_at", "agent"], name="notice_due", condition=models.Q(mail_due_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.conversation_id or 'no conversation'} for {self.agent_id}"


class Wish(models.Model):
    """How somebody wants to hear of a kind, where that is not the usual way."""

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    way = models.CharField(max_length=8, choices=Way.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "kind"], name="notice_wish_once")]

    def __str__(self) -> str:
        return f"{self.agent_id}: {self.kind} {self.way}"


class Rhythm(models.Model):
    """When somebody wants mail from us, by their own clock. Who has none is written to as the defaults say.

    `quiet_from` to `quiet_until` may go over midnight; both the same, no hour is quiet.
    """

    agent = models.OneToOneField("accounts.Agent", on_delete=models.CASCADE, related_name="+")
    quiet_from = models.TimeField(default=time(20))
    quiet_until = models.TimeField(default=time(7))
    is_quiet_at_weekends = models.BooleanField(default=True)
    digest_at = models.TimeField(default=time(8))

    def __str__(self) -> str:
        return f"{self.agent_id}: quiet {self.quiet_from}-{self.quiet_until}"


class Ring(models.Model):
    """Somebody's bell has another number than before. The open desks watch the newest of these; old ones are of no use."""

    id = models.BigAutoField(primary_key=True)
    agent = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.pk} for {self.agent}"
