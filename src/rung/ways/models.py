from django.db import models


class JourneyQuerySet(models.QuerySet["Journey"]):
    def standing(self) -> "JourneyQuerySet":
        """Those that are shown, by name."""
        return self.filter(ended_at__isnull=True).order_by("name", "pk")


class Journey(models.Model):
    """A way that customers go with us, as somebody of us drew it.

    ``steps`` in the order customers meet them, each as `steps.Step.kept`. Turns of service are not written to: which step
    a turn belongs to is found anew for each look, so that a journey drawn today tells of last year too.
    """

    name = models.CharField(max_length=80)
    steps = models.JSONField(default=list)
    drawn_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = JourneyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
