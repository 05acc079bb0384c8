from datetime import datetime
from typing import Self

from django.db import models

from rung.channels.email.models.mailbox import Mailbox


class Folder(models.Model):
    """How far we have read a folder on an IMAP server.

    A UID means something only together with the folder's UIDVALIDITY; when that changes, everything is looked at again and
    letters we have are known by their Message-ID. The import of history counts for itself (`is_history`).
    """

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="read_folders")
    name = models.CharField(max_length=250)
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    # The next UID when we began: of letters below it the date of arrival decides whether they are wanted, those from it on
    # came, or were moved here, afterwards.
    known_uid = models.BigIntegerField(default=0)
    is_history = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mailbox", "name", "is_history"], name="folder_once")]

    def __str__(self) -> str:
        return f"{self.name} up to {self.last_uid}"


class StragglerQuerySet(models.QuerySet["Straggler"]):
    def due(self, at: datetime) -> Self:
        return self.filter(due_at__lte=at)


class Straggler(models.Model):
    """A letter that the server has and would not give us, or that could not be kept: left behind, not forgotten.

    It is asked for again with a growing pause; the rest of the folder does not wait for it.
    """

    folder = models.ForeignKey(Folder, on_delete=models.CASCADE, related_name="stragglers")
    uid_validity = models.BigIntegerField()
    uid = models.BigIntegerField()
    reason = models.CharField(max_length=500)
    tries = models.PositiveIntegerField(default=1)
    missed_at = models.DateTimeField()
    due_at = models.DateTimeField()

    objects = StragglerQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "uid_validity", "uid"], name="straggler_once")]

    def __str__(self) -> str:
        return f"{self.uid}: {self.reason}"
