from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.touchpoint import Touchpoint


class Came(models.TextChoices):
    """What became of something we wrote at one address."""

    FAILED = "failed", _("not delivered")
    DELAYED = "delayed", _("still on its way")
    DELIVERED = "delivered", _("delivered")
    OPENED = "opened", _("opened")
    DISCARDED = "discarded", _("thrown away unread")
    COMPLAINED = "complained", _("reported as spam")


class Why(models.TextChoices):
    """Why something did not arrive, in the words of whoever wrote it. Doors translate what they are told into these."""

    UNKNOWN_USER = "unknown_user", _("there is no such mailbox")
    UNKNOWN_HOST = "unknown_host", _("there is no such domain")
    NO_MAIL_HOST = "no_mail_host", _("the domain takes no mail")
    MOVED = "moved", _("they have moved to another address")
    INACTIVE = "inactive", _("the mailbox is closed or blocked")
    MAILBOX_FULL = "mailbox_full", _("the mailbox is full")
    REFUSED = "refused", _("the recipient does not want it")
    RELAY_DENIED = "relay_denied", _("the server does not pass mail on to there")
    SENDER_REFUSED = "sender_refused", _("our address is not accepted as a sender")
    BLOCKED = "blocked", _("our server is blocked there")
    REPUTATION = "reputation", _("our server has a bad name there")
    REVERSE_DNS = "reverse_dns", _("our server’s address has no name in DNS")
    AUTHENTICATION = "authentication", _("it did not pass SPF, DKIM or DMARC")
    SPAM = "spam", _("it was taken for spam")
    VIRUS = "virus", _("a virus scanner refused it")
    CONTENT = "content", _("its content or an attachment was refused")
    MALFORMED = "malformed", _("its form was refused")
    TOO_BIG = "too_big", _("it is too big")
    POLICY = "policy", _("a rule of the receiver forbids it")
    SECURITY = "security", _("the server wants us to sign in first")
    NO_TLS = "no_tls", _("no safe connection could be made")
    RATE = "rate", _("too many letters in too short a time")
    NETWORK = "network", _("their server could not be reached")
    EXPIRED = "expired", _("it was tried for too long")
    SERVER = "server", _("their server has a problem")
    SERVER_FULL = "server_full", _("their server has no room left")
    PROGRAM = "program", _("a program behind the mailbox failed")
    SYNTAX = "syntax", _("the servers did not understand each other")
    SUPPRESSED = "suppressed", _("the mail provider no longer sends to this address")
    FEEDBACK = "feedback", _("it was reported as spam")
    UNKNOWN = "unknown", _("no reason that we know of")


class Report(models.Model):
    """A machine's word on something we wrote: what became of it at one address, and why."""

    touchpoint = models.ForeignKey(Touchpoint, on_delete=models.CASCADE, related_name="reports")
    address = models.CharField(max_length=320, default="", blank=True)
    came = models.CharField(max_length=10, choices=Came.choices)
    # The codes of the other server, "5.1.1" and "550", and what they mean.
    status = models.CharField(max_length=12, default="", blank=True)
    code = models.CharField(max_length=3, default="", blank=True)
    reason = models.CharField(max_length=20, choices=Why.choices, default="", blank=True)
    # The address itself is no good, so that nothing else will arrive there either.
    is_hard = models.BooleanField(default=False)
    said = models.CharField(max_length=500, default="", blank=True)
    server = models.CharField(max_length=200, default="", blank=True)
    reported_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["touchpoint", "id"], name="report_by_touch")]

    def __str__(self) -> str:
        return f"{self.touchpoint_id} {self.came} at {self.address}"
