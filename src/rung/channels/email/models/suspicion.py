from django.db import models


class Suspicion(models.Model):
    """Why a letter may not be from whom it says: a list of `{"kind", …}`, which `suspecting.in_words` turns into sentences."""

    touchpoint = models.OneToOneField(
        "touchpoints.Touchpoint", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    reasons = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"touchpoint {self.touchpoint_id}: {', '.join(reason['kind'] for reason in self.reasons)}"
