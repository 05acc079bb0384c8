from collections import defaultdict
from collections.abc import Iterable

from rung.channels.email.models import ThreadName


def conversations_named(names: Iterable[str]) -> dict[str, list[int]]:
    """The conversations that came up under these names (`naming.hashed`), the youngest first; one query, or none."""
    wanted = set(names)
    found: dict[str, list[int]] = defaultdict(list)
    if wanted:
        rows = ThreadName.objects.filter(name__in=wanted).order_by("-conversation_id")
        for name, conversation in rows.values_list("name", "conversation_id"):
            found[name].append(conversation)
    return found
