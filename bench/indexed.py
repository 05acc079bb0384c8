"""What a store that was written past the verbs has in the index."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.letters import Known
from bench.measure import tell

KNOWN_AT_ONCE = 500


def take_for_indexed() -> None:
    """Note of what is stored that the index has it. The worker would find everything missing, which is not what is
    measured here; `bench.search` builds the index and says what that takes."""
    from django.db import connection

    from rung.search.models import Document, Kind
    from rung.search.places import place_of_company, place_of_person

    if Document.objects.exists():
        return
    tell("what is stored is taken for indexed")
    with connection.cursor() as cursor:
        for kind, table, place in (
            (Kind.CONVERSATION, "touchpoints_conversation", "id"),
            (Kind.PERSON, "customers_customer", None),
            (Kind.COMPANY, "customers_company", None),
        ):
            if place is None:
                of = place_of_person if kind == Kind.PERSON else place_of_company
                one, two = of(1), of(2)
                place = f"{one - (two - one)} + {two - one} * id"
            cursor.execute(
                f"INSERT INTO search_document (place, kind, key) SELECT {place}, {int(kind)}, id FROM {table}"
            )


def index_what_will_be_answered(known: Sequence[Known]) -> None:
    """Put into the index what the bench's letters answer, as it lies there at any desk.

    To add to what the index has is other work than to write what it has not.
    """
    from django.db import connection

    from rung.core.actor import SYSTEM
    from rung.search.indexes import index
    from rung.search.models import Document, Kind
    from rung.search.verbs import await_indexing, index_waiting
    from rung.touchpoints.models import Touchpoint

    names = [one.message_id for one in known]
    keys: set[int] = set()
    for start in range(0, len(names), KNOWN_AT_ONCE):
        of = Touchpoint.objects.filter(channel="email", reference__in=names[start : start + KNOWN_AT_ONCE])
        keys |= set(of.exclude(reference="").order_by().values_list("conversation", flat=True))
    if connection.vendor == "sqlite":
        places = dict(Document.objects.filter(kind=Kind.CONVERSATION, key__in=keys).values_list("place", "key"))
        keys -= {places[place] for place in index().kept(list(places))}
    if keys:
        tell(f"{len(keys)} conversations that will be answered are indexed")
        await_indexing(Kind.CONVERSATION, sorted(keys), by=SYSTEM, at=datetime.now(UTC))
        while index_waiting(by=SYSTEM, at=datetime.now(UTC)):
            pass
