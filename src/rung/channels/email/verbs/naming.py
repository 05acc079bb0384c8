from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from rung.channels.email.models import ThreadName
from rung.core.actor import Actor


@transaction.atomic
def name_threads(names: Mapping[int, tuple[str, ...]], *, by: Actor, at: datetime) -> None:
    """Remember under which names (`naming.hashed`) conversations may come up again, by their keys."""
    ThreadName.objects.bulk_create(
        [
            ThreadName(name=name, conversation_id=conversation)
            for conversation, given in sorted(names.items())
            for name in given
        ],
        ignore_conflicts=True,
    )
