from datetime import datetime

from django.db import transaction

from rung.core.actor import Actor
from rung.touchpoints.models import Touchpoint


@transaction.atomic
def amend_brought(touchpoint: Touchpoint, name: str, value: object, *, by: Actor, at: datetime) -> bool:
    """Say anew what a door knows of one thing that came along, such as whose signature it is; whether that changed.

    It is worked out from what came, and nothing happened between us and the customer: the journal has no entry for it.
    """
    locked = Touchpoint.objects.select_for_update().only("pk", "brought").get(pk=touchpoint.pk)
    if locked.brought.get(name) == value:
        return False
    locked.brought[name] = value
    Touchpoint.objects.filter(pk=touchpoint.pk).update(brought=locked.brought)
    touchpoint.brought = locked.brought
    return True
