from typing import Self
from zlib import compress, decompress

from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.channels.email.models.mailbox import Mailbox


class Fate(models.TextChoices):
    """How far a letter has come."""

    KEPT = "kept", _("waiting to be read")
    HELD = "held", _("held until the mailbox is live")
    READ = "read", _("read")
    REFUSED = "refused", _("refused")
    UNREADABLE = "unreadable", _("could not be read")


class Reason(models.TextChoices):
    """Why a letter is in no conversation: the closed list."""

    NONE = "", ""
    OWN_ECHO = "own_echo", _("it is one of our own letters that came back to us")
    NO_SENDER = "no_sender", _("it does not say who wrote it")
    BAD_SENDER = "bad_sender", _("its sender is no address one could answer")
    STRAY_BOUNCE = "stray_bounce", _("it reports that a letter was not delivered, but no letter of ours")
    STRAY_REPORT = "stray_report", _("it is a machine's report about no letter of ours")
    FAILED = "failed", _("a step of the reading failed")
    READER_DIED = "reader_died", _("the reader died over it several times")


class Source(models.TextChoices):
    """Through which door a letter came."""

    SMTP = "smtp", _("our mail door (SMTP)")
    LMTP = "lmtp", _("our mail door (LMTP)")
    IMAP = "imap", _("fetched from an IMAP mailbox")
    FILE = "file", _("taken from a file")


class LetterQuerySet(models.QuerySet["Letter"]):
    def waiting(self) -> Self:
        """Those to be read, the one kept first in front."""
        # Ordered as `letter_by_fate` is, backwards: SQLite uses no partial index where the fate is a bound value.
        return self.filter(fate=Fate.KEPT).order_by("kept_at", "pk")

    def troubled(self) -> Self:
        return self.filter(fate__in=(Fate.REFUSED, Fate.UNREADABLE))

    def spam(self) -> Self:
        return self.exclude(spam_reason="")


class Letter(models.Model):
    """One e-mail that reached us, and what became of it. Its bytes are kept before it is acknowledged, and never changed."""

    # SHA-256 over what makes a letter this letter, whichever way it travelled; see `reading.identity`.
    digest = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=255, default="", db_index=True)
    # Found by `letter_by_mailbox`, which begins with it.
    mailbox = models.ForeignKey(Mailbox, null=True, on_delete=models.SET_NULL, related_name="letters", db_index=False)
    source = models.CharField(max_length=8, choices=Source.choices)
    envelope_from = models.CharField(max_length=320, default="")
    # At most the first hundred of those the sender's server named.
    envelope_to = models.JSONField(default=list)
    # What the list of letters shows, read off the header when the letter was kept.
    sender = models.CharField(max_length=320, default="")
    sender_name = models.CharField(max_length=200, default="")
    subject = models.CharField(max_length=300, default="")
    # Those named on the envelope and in the header, a line each; for the search.
    recipients = models.TextField(default="")
    sent_at = models.DateTimeField(null=True)
    # When the foreign server got it, where it says so (IMAP).
    arrived_at = models.DateTimeField(null=True)
    # Imported as history: it keeps its own dates, and nobody is waited for, answered or asked because of it.
    is_archived = models.BooleanField(default=False)
    # Why it lies in Spam, in a sentence; "": it does not.
    spam_reason = models.CharField(max_length=300, default="")
    size = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()
    # How many more times the same letter has come.
    copies = models.PositiveIntegerField(default=0)

    fate = models.CharField(max_length=10, choices=Fate.choices, default=Fate.KEPT)
    reason = models.CharField(max_length=16, choices=Reason.choices, default=Reason.NONE, blank=True)
    # In a sentence, what the reason means for this letter; for an unreadable one what was raised, and the traceback.
    detail = models.CharField(max_length=500, default="")
    traceback = models.TextField(default="")
    touchpoint = models.ForeignKey("touchpoints.Touchpoint", null=True, on_delete=models.SET_NULL, related_name="+")
    read_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    is_automatic = models.BooleanField(default=False)
    remarks = models.JSONField(default=list)
    # Microseconds by name of step.
    timings = models.JSONField(default=dict)

    replayed_at = models.DateTimeField(null=True)
    replayed_by = models.ForeignKey("accounts.Agent", null=True, on_delete=models.SET_NULL, related_name="+")
    # The address a lead said it is from, where the letter does not say so itself.
    treat_as_from = models.CharField(max_length=254, default="")

    objects = LetterQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-kept_at", "-id"], name="letter_latest"),
            models.Index(fields=["fate", "-kept_at", "-id"], name="letter_by_fate"),
            models.Index(fields=["sender", "-kept_at"], name="letter_by_sender"),
            models.Index(fields=["mailbox", "-kept_at", "-id"], name="letter_by_mailbox"),
            models.Index(fields=["reason", "-kept_at", "-id"], name="letter_by_reason", condition=~models.Q(reason="")),
            models.Index(fields=["-kept_at", "-id"], name="letter_spam", condition=~models.Q(spam_reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.subject or '-'} from {self.sender or '?'}"

    def is_waiting(self) -> bool:
        return self.fate == Fate.KEPT

    def is_troubled(self) -> bool:
        return self.fate in (Fate.REFUSED, Fate.UNREADABLE)


COMPRESS_FROM = 512
COMPRESS_UP_TO = 16 * 1024 * 1024
_SAMPLE = 32 * 1024


class RawLetter(models.Model):
    """The bytes of a letter, apart from what lists have to read."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, primary_key=True, related_name="raw")
    content = models.BinaryField()
    is_compressed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"bytes of letter {self.pk}"

    def whole(self) -> bytes:
        """The letter exactly as it came."""
        content = bytes(self.content)
        return decompress(content) if self.is_compressed else content

    @staticmethod
    def packed(raw: bytes) -> tuple[bytes, bool]:
        """The bytes as they are stored, and whether that is compressed: only where it saves a fifth and is not huge."""
        if not COMPRESS_FROM <= len(raw) <= COMPRESS_UP_TO:
            return raw, False
        if len(raw) > 2 * _SAMPLE and len(compress(raw[_SAMPLE : 2 * _SAMPLE], 1)) > 0.8 * _SAMPLE:
            return raw, False
        small = compress(raw, 1)
        return (small, True) if len(small) < 0.8 * len(raw) else (raw, False)
