"""What a store that was written past the verbs has in the index."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bench.letters import Known
from bench.measure import tell

KNOWN_AT_ONCE = 500
AT_ONCE = 1000
# One conversation in so many has each of the tags that are searched for.
TAGGED = 500


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
    places = dict(Document.objects.filter(kind=Kind.CONVERSATION, key__in=keys).values_list("place", "key"))
    keys -= {places[place] for place in index().growable(list(places))}
    if keys:
        tell(f"{len(keys)} conversations that will be answered are indexed")
        await_indexing(Kind.CONVERSATION, sorted(keys), by=SYSTEM, at=datetime.now(UTC))
        while index_waiting(by=SYSTEM, at=datetime.now(UTC)):
            pass


def index_copies(copies: int, *, is_begun: bool = False) -> None:
    """Build the index of a store that `bench.multiply` made larger: each conversation is read once and written for all of
    its copies, with numbers of their own. People and companies are read one by one. `is_begun`: what is there already is
    left as it is."""
    from django.db import transaction

    from rung.core.rows import insert_values
    from rung.customers.models import Company, Customer
    from rung.search.documents import countable, gathered
    from rung.search.indexes import Entry, index
    from rung.search.models import Document, Kind, Word
    from rung.search.places import Places, place_at, place_of_company, place_of_person
    from rung.touchpoints.models import Conversation

    columns = ("place", "kind", "key")
    if not is_begun:
        with transaction.atomic():
            index().clear()
            Document.objects.all().delete()
            Word.objects.all().delete()
    places = Places()
    places.note_taken(Document.objects.values_list("place", flat=True).iterator())
    counts: Counter[str] = Counter()
    known: dict[Kind, set[int]] = {
        kind: set(Document.objects.filter(kind=kind).values_list("key", flat=True).iterator()) for kind in Kind
    }

    def write(kind: Kind, entries: list[tuple[int, Entry]]) -> None:
        with transaction.atomic():
            insert_values(Document, columns, [(entry.place, int(kind), key) for key, entry in entries])
            index().write([entry for _, entry in entries])

    with index().building():
        for kind, model, place_of in (
            (Kind.COMPANY, Company, place_of_company),
            (Kind.PERSON, Customer, place_of_person),
        ):
            every = model._default_manager.order_by("pk").values_list("pk", flat=True)
            keys = [key for key in every if key not in known[kind]]
            for start in range(0, len(keys), AT_ONCE):
                things = list(gathered(kind, keys[start : start + AT_ONCE]))
                for thing in things:
                    counts.update(countable({*thing.words, *thing.terms}))
                write(kind, [(one.key, Entry(place_of(one.key), one.words, sorted(one.terms))) for one in things])
        step = Conversation.objects.count() // copies
        firsts = Conversation.objects.filter(pk__lte=step).order_by("last_touch_at")
        keys = [key for key in firsts.values_list("pk", flat=True) if key not in known[Kind.CONVERSATION]]
        for start in range(0, len(keys), AT_ONCE):
            entries = []
            things = sorted(gathered(Kind.CONVERSATION, keys[start : start + AT_ONCE]), key=lambda one: one.moment)
            for thing in things:
                own = {f"n:{thing.key}", str(thing.key)}
                first = Entry(0, thing.words, ())
                counts.update(dict.fromkeys(countable({*thing.words, *thing.terms} - own), copies))
                for key in range(thing.key, thing.key + copies * step, step):
                    place = places.take_from(place_at(thing.moment))
                    terms = sorted(thing.terms - own | {f"n:{key}", str(key)})
                    entries.append((key, replace(first, place=place, terms=terms)))
            write(Kind.CONVERSATION, entries)
            tell(f"{copies * min(start + AT_ONCE, len(keys)):,} conversations indexed")
    if is_begun:
        # Whoever began may have ended before it was counted.
        counts = Counter({word: count for word, count in index().counts() if countable((word,))})
    with transaction.atomic():
        Word.objects.all().delete()
        insert_values(Word, ("word", "documents"), sorted(counts.items()))


def tag_some(names: Sequence[str]) -> None:
    """Give tags to conversations of a store that has none, and to what the index says of them."""
    from django.db import transaction

    from rung.core.actor import SYSTEM
    from rung.search.documents import tag_term
    from rung.search.indexes import Addition, index
    from rung.search.models import Document, Kind
    from rung.search.verbs import settle_index
    from rung.touchpoints.models import Conversation, Tag, Tagging

    if Tag.objects.filter(name__in=names).exists():
        return
    tell("some conversations are tagged")
    now, last = datetime.now(UTC), Conversation.objects.count()
    for nth, name in enumerate(names, 1):
        tag = Tag.objects.create(name=name, name_folded=name, created_at=now)
        keys = list(range(nth, last, TAGGED))
        Tagging.objects.bulk_create(
            [Tagging(conversation_id=key, tag=tag, tagged_at=now) for key in keys], batch_size=AT_ONCE
        )
        for start in range(0, len(keys), AT_ONCE):
            some = keys[start : start + AT_ONCE]
            lying = Document.objects.filter(kind=Kind.CONVERSATION, key__in=some).values_list("place", flat=True)
            # In one go: cut off between taking out and putting in, a thousand would lie in the index no more.
            with transaction.atomic():
                index().grow([Addition(place, place, (), (tag_term(name),)) for place in lying], ())
    while settle_index(most=0, by=SYSTEM, at=now):
        pass
