from django.db import models

from rung.touchpoints.models.conversation import Conversation


class Presence(models.Model):
    """An agent has a conversation before them, as their screen last said. It ends by itself: a screen says so again and
    again, and a row that is old means nothing.

    A row is made anew when somebody comes, goes, begins to write or stops, so that the newest key tells of every change;
    while nothing changes only `seen_at` moves.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="presences")
    agent = models.ForeignKey("accounts.Agent", on_delete=models.CASCADE, related_name="+", db_index=False)
    is_writing = models.BooleanField(default=False)
    has_left = models.BooleanField(default=False)
    seen_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.agent_id} at {self.conversation_id}"
