from typing import IO, cast

from django.core.files.storage import default_storage
from django.db import models
from django.utils.translation import gettext_lazy as _

from rung.touchpoints.models.conversation import Conversation
from rung.touchpoints.models.touchpoint import Touchpoint, attachment_path


class DraftKind(models.TextChoices):
    ANSWER = "answer", _("answer")
    NOTE = "note", _("note")
    FORWARD = "forward", _("to somebody else")


class Draft(models.Model):
    """What somebody is writing in a conversation and has not sent: as they left it, wherever they sit down again.

    `to`, `cc` and `bcc` are kept as they were typed, half an address too; only sending reads them. `version` grows with
    each saving, so that two windows of one person do not overwrite one another unseen.
    """

    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    kind = models.CharField(max_length=10, choices=DraftKind.choices, default=DraftKind.ANSWER)
    # A letter to somebody else and an answer can be written side by side.
    is_aside = models.BooleanField(default=False)
    text = models.TextField(default="")
    subject = models.CharField(max_length=300, default="")
    to = models.TextField(default="")
    cc = models.TextField(default="")
    bcc = models.TextField(default="")
    # A letter to be passed on with it.
    forwards = models.ForeignKey(Touchpoint, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    # When it is meant to leave; None: at once.
    send_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    # Why a letter that was on its way is a draft again; empty for what was never sent.
    returned_because = models.CharField(max_length=300, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agent", "conversation", "is_aside"], name="draft_once")]

    def __str__(self) -> str:
        return f"{self.agent_id} in {self.conversation_id}"


class DraftFile(models.Model):
    """A file that will go along. Its content lies where that of attachments lies."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=120, default="application/octet-stream")
    size = models.PositiveBigIntegerField()
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return self.name

    def open(self) -> IO[bytes]:
        """The content, for reading. Raises FileNotFoundError when the storage has lost it."""
        return cast(IO[bytes], default_storage.open(attachment_path(self.digest), "rb"))


class Posting(models.Model):
    """A letter that is written and whose `due_at` is still to come: what happens when it does, or before.

    The row lives as long as the letter can be taken back. `outcome` is how the matter is settled with it; empty: it is not.
    """

    touchpoint = models.OneToOneField(Touchpoint, on_delete=models.CASCADE, related_name="posting", primary_key=True)
    stops_if_they_write = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, default="")
    # How often it was due and could not leave, and before when it is not tried again.
    attempts = models.PositiveSmallIntegerField(default=0)
    again_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.touchpoint_id}"
