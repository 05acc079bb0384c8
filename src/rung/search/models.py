from django.db import models


class Kind(models.IntegerChoices):
    """What a document of the index is about."""

    CONVERSATION = 1
    PERSON = 2
    COMPANY = 3


class Document(models.Model):
    """One thing that can be found. Its words lie in the index of the database under the same `place`.

    Conversations lie in the order in which they were last in touch, so that the newest are found first without sorting:
    see `places`. People and companies have negative places.
    """

    place = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="document_once")]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.key}"


class Waiting(models.Model):
    """Something whose words have changed since they were last written into the index.

    `turn` grows each time it is asked for again, so that what changed while it was being written is written once more.
    Of a conversation, `since` is the first touchpoint that the index does not have, where nothing else has changed but whose
    it is and how it stands; 0 where anything may have.
    """

    kind = models.PositiveSmallIntegerField(choices=Kind.choices)
    key = models.BigIntegerField()
    turn = models.PositiveIntegerField(default=1)
    since = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name_plural = "waiting"
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="waiting_once")]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.key}, turn {self.turn}"


class Word(models.Model):
    """How many documents a word stands in: what a plan is chosen by, and what a mistyped word may have meant.

    Words only; numbers of more than four digits, addresses and pairs of characters are left out.
    """

    word = models.CharField(max_length=32, primary_key=True)
    documents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.word} in {self.documents}"
