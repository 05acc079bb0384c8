from collections.abc import Iterable

from rung.channels.email.models import Dispatch


def dispatch_named(message_ids: Iterable[str]) -> Dispatch | None:
    """The letter of ours that bears one of these Message-IDs (in angle brackets): for echoes and for bounces."""
    return Dispatch.objects.filter(message_id__in=list(message_ids)).order_by("pk").first()
