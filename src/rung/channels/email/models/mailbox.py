from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Incoming(models.TextChoices):
    """How letters to a mailbox reach us."""

    NONE = "none", _("By our own mail door (SMTP or LMTP)")
    IMAP = "imap", _("Fetched from an IMAP server")


class Outgoing(models.TextChoices):
    """How answers from a mailbox leave."""

    DEFAULT = "default", _("The server of this installation")
    SMTP = "smtp", _("A server of its own (SMTP)")
    OUTBOX = "outbox", _("None: lay them into the outbox folder")


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    PLAIN = "plain", _("none (only on your own machine)")


class Stage(models.TextChoices):
    """How far a mailbox is: nobody is answered, and nothing waits for an answer, before it is live."""

    SETUP = "setup", _("being connected")
    LIVE = "live", _("live")
    PAUSED = "paused", _("paused")


class SignIn(models.TextChoices):
    """How we sign in to the mailbox's servers."""

    PASSWORD = "password", _("With a password, or an app password")
    OAUTH = "oauth", _("With a consent given at the provider (OAuth)")


class OnceKept(models.TextChoices):
    """What happens to a letter on the IMAP server after we have it."""

    LEAVE = "leave", _("Leave it as it is")
    SEEN = "seen", _("Mark it as read")
    DELETE = "delete", _("Delete it")


class Quoting(models.TextChoices):
    """What of the earlier letters stands below an answer."""

    HISTORY = "history", _("all that was written so far")
    LAST = "last", _("the letter that is answered")
    NONE = "none", _("nothing")


def inbox_only() -> list[str]:
    return ["INBOX"]


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def fetched(self) -> Self:
        """Those that are looked into for new letters."""
        return self.filter(is_active=True, incoming=Incoming.IMAP, stage=Stage.LIVE)


class Mailbox(models.Model):
    """An address of ours that customers write to and get answers from.

    Passwords are sealed (`sealing.py`) and leave the row only on their way to a server.
    """

    stage = models.CharField(max_length=10, choices=Stage.choices, default=Stage.LIVE)
    # What came to the server before this is history: not fetched as new, imported where that is asked for. None: nothing is.
    live_from_at = models.DateTimeField(null=True, blank=True)
    # Key of `providers.PROVIDERS`.
    provider = models.CharField(max_length=20, default="", blank=True)
    sign_in = models.CharField(max_length=10, choices=SignIn.choices, default=SignIn.PASSWORD)

    name = models.CharField(max_length=120)
    address = models.CharField(max_length=254, unique=True)
    team = models.ForeignKey("accounts.Team", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_active = models.BooleanField(default=True)
    signature = models.TextField(default="", blank=True)
    quoting = models.CharField(max_length=10, choices=Quoting.choices, default=Quoting.LAST)
    # What a letter may weigh with its files until servers refuse it; a megabyte is a million bytes here.
    max_letter_mb = models.PositiveIntegerField(default=25)
    # Whether support+anything@… arrives here too; where it does not, an answer to a plus-address would be refused.
    takes_plus_addresses = models.BooleanField(default=True)
    added_at = models.DateTimeField()

    incoming = models.CharField(max_length=10, choices=Incoming.choices, default=Incoming.NONE)
    imap_host = models.CharField(max_length=253, default="", blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=10, choices=Security.choices, default=Security.TLS)
    imap_user = models.CharField(max_length=254, default="", blank=True)
    imap_password = models.TextField(default="", blank=True)
    folders = models.JSONField(default=inbox_only)
    once_kept = models.CharField(max_length=10, choices=OnceKept.choices, default=OnceKept.LEAVE)

    outgoing = models.CharField(max_length=10, choices=Outgoing.choices, default=Outgoing.DEFAULT)
    smtp_host = models.CharField(max_length=253, default="", blank=True)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=10, choices=Security.choices, default=Security.STARTTLS)
    smtp_user = models.CharField(max_length=254, default="", blank=True)
    smtp_password = models.TextField(default="", blank=True)
    # Names of servers in front of the mailbox, separated by commas, whose verdict on a sender is believed.
    trusted_servers = models.CharField(max_length=500, default="", blank=True)
    # PEM of a certificate to trust besides the system's, for servers with one of their own making.
    certificate = models.TextField(default="", blank=True)

    # The host whose verdicts on spam are believed, as it names itself in Received; "": nobody's.
    spam_server = models.CharField(max_length=253, default="", blank=True)
    # Whether that server removes verdicts that a stranger wrote into the letter: then one below its Received counts too.
    spam_server_cleans = models.BooleanField(default=False)
    spam_score = models.PositiveSmallIntegerField(default=5)
    # After how many days what lies in Spam is removed; None: never.
    spam_days = models.PositiveSmallIntegerField(null=True, blank=True)

    # The flood brake: how many letters nobody pressed "send" for may leave in an hour.
    automatic_per_address = models.PositiveIntegerField(default=4)
    automatic_per_mailbox = models.PositiveIntegerField(default=200)
    braked_at = models.DateTimeField(null=True)
    brake_released_at = models.DateTimeField(null=True)

    # When all of its servers were tried with success, since they were last changed.
    tested_at = models.DateTimeField(null=True)
    last_checked_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, default="")
    last_kept_at = models.DateTimeField(null=True)
    last_sent_at = models.DateTimeField(null=True)
    sending_error = models.CharField(max_length=500, default="")

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def is_fetched(self) -> bool:
        return self.incoming == Incoming.IMAP

    def is_live(self) -> bool:
        return self.is_active and self.stage == Stage.LIVE

    def is_failing(self) -> bool:
        return bool(self.last_error or self.sending_error)


class MailThread(models.Model):
    """Through which mailbox a conversation runs, so that answers come from the address that was written to."""

    conversation = models.OneToOneField(
        "touchpoints.Conversation", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="threads")

    def __str__(self) -> str:
        return f"{self.conversation_id} through {self.mailbox_id}"
