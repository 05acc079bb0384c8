from django.db import models


class LooseFile(models.Model):
    """Content that something let go of, by its SHA-256: it may be that nothing needs it any more. `set_apart_at`: nothing
    named it, and it lies aside since, to be brought back should something name it after all."""

    digest = models.CharField(max_length=64, primary_key=True)
    since_at = models.DateTimeField()
    set_apart_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.digest
