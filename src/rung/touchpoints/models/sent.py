from django.db import models


class SentForm(models.Model):
    """A form that has been taken. `key` is a digest of it and of the page it stood on; `leads_to` the path it led to."""

    key = models.CharField(max_length=64, primary_key=True)
    leads_to = models.CharField(max_length=300, default="")
    taken_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} at {self.taken_at}"
