"""What facts and their mirror still lack, and who is at it: rows that come and go with the work."""

from django.db import models


class Recounting(models.Model):
    """One row while clock facts are counted again, because somebody changed the hours: `after` is the last one done,
    `asked` grows whenever it has to begin anew."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    after = models.BigIntegerField(default=0)
    asked = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"recounting after conversation {self.after}"


class Unfolded(models.Model):
    """An entry whose subject has to be folded anew. Written by the reaction, deleted with the fold.

    A row for each entry, never "all after the last number seen": on PostgreSQL a smaller number may be committed later.
    """

    id = models.BigAutoField(primary_key=True)
    entry = models.BigIntegerField()
    conversation = models.BigIntegerField(null=True)  # None: the entry is folded by itself

    class Meta:
        verbose_name_plural = "unfolded"

    def __str__(self) -> str:
        return f"entry {self.entry}"


class Unmirrored(models.Model):
    """A conversation, or an order, whose facts differ from those in the mirror. Deleted once the mirror is on disk.

    Written with the facts, in one transaction, and only while there is a mirror to be kept.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=12)  # the column that names it: "conversation" or "placed_order"
    number = models.BigIntegerField()

    class Meta:
        verbose_name_plural = "unmirrored"

    def __str__(self) -> str:
        return f"{self.subject} {self.number}"


class MirrorLine(models.Model):
    """One row: what the database knows of its mirror, so that neither outlives the other unnoticed.

    A database put back from a copy names an earlier `step` than the files do, another database another `line`.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    line = models.CharField(max_length=32, default="")  # which rebuilding the files are of; empty: none is finished
    step = models.BigIntegerField(default=0)  # counted up before the files are brought up
    building = models.CharField(max_length=32, default="")  # the rebuilding that is under way

    def __str__(self) -> str:
        return f"mirror {self.line}, step {self.step}"


class Turnstile(models.Model):
    """One row. Whoever folds holds its lock, so that an older reading of a conversation never overwrites a newer one."""

    id = models.SmallIntegerField(primary_key=True)

    def __str__(self) -> str:
        return "turnstile"
