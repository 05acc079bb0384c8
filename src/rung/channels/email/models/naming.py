from django.db import models


class ThreadName(models.Model):
    """A name under which a conversation may come up again, other than the Message-IDs of its touchpoints.

    What its first letter referred to and we never saw, and Outlook's Thread-Index. It is a hint, no key: it leads in only
    those who take part.
    """

    # See `naming.hashed`: as long for every name, and no word of anybody's.
    name = models.CharField(max_length=32)
    conversation = models.ForeignKey(
        "touchpoints.Conversation", on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "conversation"], name="thread_name_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.conversation_id}"
