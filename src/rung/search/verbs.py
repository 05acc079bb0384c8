"""The only writes to the index. What is found in it is never decided here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction

from rung.core.actor import Actor
from rung.core.rows import insert_values
from rung.customers.access import Company, Customer
from rung.journal.ringing import Errand, ring
from rung.search.documents import STANDING, Gathered, countable, gathered, grown
from rung.search.indexes import Addition, Entry, index
from rung.search.models import Document, Kind, Waiting, Word
from rung.search.places import ROOM, Places, place_at, place_of_company, place_of_person
from rung.touchpoints.access import Conversation

BATCH = 400
SETTLED = 1000
REBUILT = 1000


@transaction.atomic
def await_indexing(
    kind: Kind,
    keys: Iterable[int],
    *,
    since: Mapping[int, int] | None = None,
    bell: Errand | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Have the words of these things written anew, soon. In one statement, because each letter pays for it.

    `since`, by key: see `Waiting`; those that are not in it are read as a whole.
    """
    rows = [(int(kind), key, (since or {}).get(key, 0)) for key in dict.fromkeys(keys)]
    if not rows:
        return
    least = "least" if connection.vendor == "postgresql" else "min"
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO search_waiting (kind, key, turn, since) VALUES {', '.join(['(%s, %s, 1, %s)'] * len(rows))}"  # noqa: S608  # marks only
            " ON CONFLICT (kind, key) DO UPDATE SET turn = search_waiting.turn + 1,"
            f" since = {least}(search_waiting.since, excluded.since)",
            [value for row in rows for value in row],
        )
    if bell is not None:
        ring(bell)


def index_waiting(*, by: Actor, at: datetime) -> int:
    """Write a batch of what is waiting into the index; how many waited.

    Raises InOtherHands while another worker does: two would find the same places free.
    """
    with index().placing():
        return _index_waiting(by=by, at=at)


def _index_waiting(*, by: Actor, at: datetime) -> int:
    """They are read before their rows are locked, so that nobody waits for us while we cut texts into words. What is asked
    for again in the meantime is left for the next batch."""
    rows = Waiting.objects.order_by("pk").values_list("pk", "kind", "key", "turn", "since")[:BATCH]
    waiting = [(pk, kind, key, turn) for pk, kind, key, turn, _ in rows]
    # What an answer is added to may be long; the index has its words already.
    since = {key: first for _, kind, key, _, first in rows if first and kind == Kind.CONVERSATION}
    lying = _growable(list(since))
    added = {thing.key: thing for thing in grown({key: since[key] for key in lying})}
    things: list[Gathered] = []
    for kind in Kind:
        known = added if kind == Kind.CONVERSATION else ()
        things += gathered(kind, [key for _, of, key, _ in waiting if of == kind and key not in known])
    with transaction.atomic(savepoint=False):
        present = Waiting.objects.filter(pk__in=[pk for pk, *_ in waiting])
        if connection.features.has_select_for_update_skip_locked:
            present = present.select_for_update(skip_locked=True)
        turns = dict(present.values_list("pk", "turn"))
        ours = {(kind, key): pk for pk, kind, key, turn in waiting if turns.get(pk) == turn}
        if ours:
            more = [(lying[key], thing) for key, thing in added.items() if (Kind.CONVERSATION, key) in ours]
            grew, change = _grow(more)
            replaced = set(ours) - {(int(Kind.CONVERSATION), thing.key) for _, thing in more}
            change.update(_write([thing for thing in things if (thing.kind, thing.key) in ours], replaced))
            _count(change)
            Waiting.objects.filter(pk__in=list(ours.values())).delete()
            # Somebody has built the index anew meanwhile.
            await_indexing(Kind.CONVERSATION, [thing.key for was, thing in more if was not in grew], by=by, at=at)
    return len(waiting)


@transaction.atomic
def settle_index(*, most: int, by: Actor, at: datetime) -> int:
    """Take in for good what changed longest ago, where more than `most` has changed since it was; at most SETTLED of it.
    How many. What is found stays the same."""
    return index().settle(most=most, at_once=SETTLED)


@transaction.atomic
def merge_index(*, by: Actor, at: datetime) -> bool:
    """Put together what the index was told bit by bit, in a step that is over in a moment; whether there is more to do."""
    return index().merge()


def _growable(conversations: Sequence[int]) -> dict[int, int]:
    """Where those of these lie that the index can add to."""
    if not conversations:
        return {}
    known = Document.objects.filter(kind=Kind.CONVERSATION, key__in=conversations).values_list("key", "place")
    lying = dict(known)
    growable = index().growable(list(lying.values()))
    return {key: place for key, place in lying.items() if place in growable}


def _grow(added: Sequence[tuple[int, Gathered]]) -> tuple[set[int], Counter[str]]:
    """Add to what lies at these places; which of them did grow, and how that changes the counts of words."""
    if not added:
        return set(), Counter()
    # As long as they lie where they lay: none is given a place that another one leaves.
    lay = {thing.key: was for was, thing in added}
    placed = _placed([thing for _, thing in added])
    additions = [Addition(lay[thing.key], place, thing.words, sorted(thing.terms)) for place, thing in placed]
    news = index().grow(additions, STANDING)
    Document.objects.filter(pk__in=list(news)).delete()
    rows = [(place, int(thing.kind), thing.key) for place, thing in placed if lay[thing.key] in news]
    insert_values(Document, ("place", "kind", "key"), rows)
    change: Counter[str] = Counter()
    for words in news.values():
        change.update(countable(words))
    return set(news), change


def await_what_is_missing(
    *, limit: int, newest: int | None = None, bell: Errand | None = None, by: Actor, at: datetime
) -> int:
    """Have things indexed that are not, at most `limit` of each kind; of the `newest` only, or of all. How many."""
    missing = 0
    for kind, model in ((Kind.CONVERSATION, Conversation), (Kind.PERSON, Customer), (Kind.COMPANY, Company)):
        keys = _missing(kind, model._meta.db_table, limit, newest)
        for start in range(0, len(keys), 1000):
            await_indexing(kind, keys[start : start + 1000], bell=bell, by=by, at=at)
        missing += len(keys)
    return missing


def _missing(kind: Kind, table: str, limit: int, newest: int | None) -> list[int]:
    # Whoever was merged into somebody is found as that one.
    standing = " WHERE merged_into_id IS NULL" if kind == Kind.PERSON else ""
    latest = f" ORDER BY id DESC LIMIT {newest:d}" if newest is not None else ""
    among = f"(SELECT id FROM {table}{standing}{latest})"  # noqa: S608  # names of our own tables
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT t.id FROM {among} t WHERE NOT EXISTS"  # noqa: S608  # names of our own tables
            " (SELECT 1 FROM search_document d WHERE d.kind = %s AND d.key = t.id)"
            " AND NOT EXISTS (SELECT 1 FROM search_waiting w WHERE w.kind = %s AND w.key = t.id) LIMIT %s",
            [kind, kind, limit],
        )
        return [key for (key,) in cursor.fetchall()]


def rebuild_index(*, progress: Callable[[int], None], by: Actor, at: datetime) -> int:
    """Build the index anew from the rooms below; how many documents. `progress` is told how many there are so far.

    What changes meanwhile waits like anything else, and is written by the worker. Until the end searches find only part.
    """
    done = 0
    with transaction.atomic():
        index().clear()
        Document.objects.all().delete()
        Word.objects.all().delete()
    with index().building():
        for kind, model, order in (
            (Kind.COMPANY, Company, "pk"),
            (Kind.PERSON, Customer, "pk"),
            (Kind.CONVERSATION, Conversation, "last_touch_at"),
        ):
            keys = list(model.objects.order_by(order).values_list("pk", flat=True))
            for start in range(0, len(keys), REBUILT):
                batch = keys[start : start + REBUILT]
                things = list(gathered(kind, batch))
                with index().placing(waits=True), transaction.atomic():
                    _put(things, {(int(kind), key) for key in batch})
                done += len(batch)
                progress(done)
    with transaction.atomic():
        Word.objects.all().delete()
        _count(Counter({word: count for word, count in index().counts() if countable((word,))}))
    return done


def _write(things: Sequence[Gathered], replaced: set[tuple[int, int]]) -> Counter[str]:
    """Put things into the index in place of what is there of `replaced`; how that changes the counts of words."""
    former, entries = _put(things, replaced)
    change: Counter[str] = Counter()
    # Most of what a letter is added to stays as it was, and only what differs is looked at.
    for (kind, key), entry in entries.items():
        before = former.pop((kind, key), set())
        after = {*entry.words, *entry.terms}
        change.subtract(countable(before - after))
        change.update(countable(after - before))
    for words in former.values():
        change.subtract(countable(words))
    return change


def _put(
    things: Sequence[Gathered], replaced: set[tuple[int, int]]
) -> tuple[dict[tuple[int, int], set[str]], dict[tuple[int, int], Entry]]:
    """By kind and key: the words of each that was taken out, and what was put in."""
    lay = {
        place: (int(kind), key)
        for kind in Kind
        for place, key in Document.objects.filter(
            kind=kind, key__in=[key for of, key in replaced if of == kind]
        ).values_list("place", "key")
    }
    former = {lay[place]: words for place, words in index().take_out(list(lay)).items()} if lay else {}
    Document.objects.filter(pk__in=list(lay)).delete()
    placed = _placed(things)
    insert_values(Document, ("place", "kind", "key"), [(place, int(thing.kind), thing.key) for place, thing in placed])
    entries = {(int(thing.kind), thing.key): Entry(place, thing.words, sorted(thing.terms)) for place, thing in placed}
    # A conversation that was there may soon change again; of people and companies that is seldom so.
    changing = {of for of in former if of[0] == Kind.CONVERSATION}
    for again, those in ((False, entries.keys() - changing), (True, entries.keys() & changing)):
        if those:
            index().write([entry for of, entry in entries.items() if of in those], again=again)
    return former, entries


def _placed(things: Sequence[Gathered]) -> list[tuple[int, Gathered]]:
    """Each with a free place in the index."""
    conversations = [thing for thing in things if thing.kind == Kind.CONVERSATION]
    conversations.sort(key=lambda thing: (thing.moment, thing.key))
    known = Places()
    places = [known.take_from(place_at(thing.moment)) for thing in conversations]
    reach = 8 * ROOM
    while taken := set(Document.objects.filter(place__in=places).values_list("place", flat=True)):
        for first, last in _stretches(taken, reach):
            near = Document.objects.filter(place__gte=first, place__lt=last)
            known.note_taken(near.values_list("place", flat=True))
        for number, place in enumerate(places):
            if place in taken:
                places[number] = known.take_from(place)
        reach *= 2  # where many came within hours, as after a letter to everybody, these are full
    placed = list(zip(places, conversations, strict=True))
    placed += [(place_of_person(thing.key), thing) for thing in things if thing.kind == Kind.PERSON]
    placed += [(place_of_company(thing.key), thing) for thing in things if thing.kind == Kind.COMPANY]
    return placed


def _stretches(taken: Iterable[int], reach: int) -> list[tuple[int, int]]:
    """What lies behind these places, as far as is looked for a free one; stretches that touch are one."""
    found: list[tuple[int, int]] = []
    for place in sorted(taken):
        if found and place <= found[-1][1]:
            found[-1] = (found[-1][0], place + reach)
        else:
            found.append((place, place + reach))
    return found


def _count(change: Counter[str]) -> None:
    """Bring the counts of words up to date. In the order of the words, so that two of us never wait for each other."""
    more = sorted((word, by) for word, by in change.items() if by > 0)
    fewer = sorted((word, -by) for word, by in change.items() if by < 0)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "INSERT INTO search_word (word, documents) SELECT * FROM unnest(%s::text[], %s::int[])"
                " ON CONFLICT (word) DO UPDATE SET documents = search_word.documents + excluded.documents",
                [[word for word, _ in more], [by for _, by in more]],
            )
            cursor.execute(
                "UPDATE search_word w SET documents = greatest(w.documents - u.by, 0)"
                " FROM unnest(%s::text[], %s::int[]) AS u(word, by) WHERE w.word = u.word",
                [[word for word, _ in fewer], [by for _, by in fewer]],
            )
        else:
            raw = cursor.connection.cursor()
            raw.executemany(
                "INSERT INTO search_word (word, documents) VALUES (?, ?)"
                " ON CONFLICT (word) DO UPDATE SET documents = documents + excluded.documents",
                more,
            )
            raw.executemany(
                "UPDATE search_word SET documents = max(documents - ?2, 0) WHERE word = ?1",
                fewer,
            )
    for start in range(0, len(fewer), 1000):
        Word.objects.filter(word__in=[word for word, _ in fewer[start : start + 1000]], documents=0).delete()
