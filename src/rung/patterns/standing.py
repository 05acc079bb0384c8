"""The fit in force and whom it has not read yet. The model is kept in memory, one for each process."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from rung.patterns.models import Belonging, Fit
from rung.patterns.reading import LEFT_OUT
from rung.patterns.topic_model import TopicModel, model_from
from rung.touchpoints.access import Conversation

LATEST = 300
_loaded: dict[int, tuple[TopicModel, dict[str, int]]] = {}


def fit_in_force() -> Fit | None:
    """Without its model, which is half a megabyte; one query."""
    fits = Fit.objects.filter(in_force_from__isnull=False).order_by("-in_force_from", "-pk")
    return fits.defer("model").first()


def model_of(fit: Fit) -> tuple[TopicModel, dict[str, int]]:
    """The model of a fit, and the places of its words."""
    if fit.pk not in _loaded:
        _loaded.clear()
        model = model_from(fit.model)
        _loaded[fit.pk] = (model, model.place())
    return _loaded[fit.pk]


def unread(fit: Fit, most: int, *, latest: int | None = LATEST) -> list[int]:
    """Conversations of which the fit has not read all the customer said: among the ``latest`` in touch, or all."""
    rows = Conversation.objects.filter(last_inbound_at__isnull=False, beside__isnull=True).exclude(state__in=LEFT_OUT)
    if latest is not None:
        newest = Conversation.objects.order_by("-last_touch_at", "-pk").values("pk")[:latest]
        rows = rows.filter(pk__in=list(newest.values_list("pk", flat=True)))
    read = Belonging.objects.filter(fit=fit.pk, conversation=OuterRef("pk"), place=0)
    if latest is not None:
        read = read.filter(read_until_at__gte=OuterRef("last_inbound_at"))
    return list(rows.filter(~Exists(read)).order_by("-pk").values_list("pk", flat=True)[:most])
