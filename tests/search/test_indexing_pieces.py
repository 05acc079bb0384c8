"""FTS5 lays what it is told beside what it has, in pieces, and they are put together while nothing waits."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.search.errands import merge_what_lies_in_pieces
from rung.search.indexes import Entry as Lines
from rung.search.indexes import index, sqlite
from rung.search.models import Document, Kind, Waiting, Word
from rung.search.verbs import await_indexing, index_waiting, merge_index, settle_index
from rung.touchpoints.models import Conversation
from tests.cast import written

Finds = Callable[..., list[int]]
# More than FTS5 has by itself of a size before it merges them, fewer than it would merge whatever it was told.
WRITTEN = 7


@pytest.fixture(autouse=True)
def _only_sqlite(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no pieces to merge")


def pieces() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT segid) FROM search_words_idx")
        return int(cursor.fetchone()[0])


def kept() -> object:
    documents = list(Document.objects.order_by("place").values_list("place", "kind", "key"))
    return sorted(index().counts()), sorted(Word.objects.values_list("word", "documents")), documents


@pytest.fixture
def matters(carla: Customer, at: datetime) -> list[int]:
    """Conversations that were indexed one by one, and one of them that was answered since."""
    settle_index(most=0, by=SYSTEM, at=at)  # as the worker does with every batch

    def say(nth: int, conversation: int | None = None) -> int:
        text = " ".join(f"oak{nth}x{number}" for number in range(600))
        matter = written(
            carla,
            at=at + timedelta(hours=nth),
            subject=f"Falcon {nth}",
            text=text,
            conversation=conversation,
            reference=f"<{nth}@trees.example>",
        )
        await_indexing(Kind.CONVERSATION, [matter.pk], by=SYSTEM, at=at)
        while index_waiting(by=SYSTEM, at=at):
            pass
        return matter.pk

    numbers = [say(nth) for nth in range(WRITTEN)]
    say(WRITTEN, numbers[2])
    return numbers


def test_a_batch_pays_for_its_own_words_and_pieces_are_merged_when_nothing_waits(
    lin: Agent, matters: list[int], finds: Finds, at: datetime
) -> None:
    before, lying = kept(), pieces()
    assert lying > WRITTEN
    found = finds(lin, "falcon"), finds(lin, f"oak2x0 oak{WRITTEN}x599")
    assert (sorted(found[0]), found[1]) == (matters, [matters[2]])
    await_indexing(Kind.CONVERSATION, matters[:1], by=SYSTEM, at=at)
    assert merge_what_lies_in_pieces(at=at) is False
    assert pieces() == lying
    Waiting.objects.all().delete()
    while merge_what_lies_in_pieces(at=at):
        pass
    assert pieces() < 4
    assert (kept(), (finds(lin, "falcon"), finds(lin, f"oak2x0 oak{WRITTEN}x599"))) == (before, found)
    assert merge_what_lies_in_pieces(at=at) is False


def test_pieces_are_merged_in_steps_each_of_which_may_be_the_last(
    lin: Agent, matters: list[int], finds: Finds, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "STEP", 1)
    before, found, lying = kept(), finds(lin, "falcon"), pieces()
    steps = 0
    while True:
        with transaction.atomic():
            more = merge_index(by=SYSTEM, at=at)
            transaction.set_rollback(True)  # as when the worker is killed
        assert (kept(), finds(lin, "falcon")) == (before, found)
        assert merge_index(by=SYSTEM, at=at) is more
        assert (kept(), finds(lin, "falcon")) == (before, found)
        if not more:
            break
        steps += 1
    assert steps > 1
    assert pieces() < lying


def test_a_building_ends_in_one_piece_and_one_that_failed_leaves_its_pieces_to_the_errand(
    lin: Agent, matters: list[int], finds: Finds, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "STEP", 1)
    found, lying = finds(lin, "falcon"), pieces()

    def fail() -> None:
        with index().building():
            index().write([Lines(1, ["falcon"], ["k:c"])])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert pieces() >= lying
    assert merge_index(by=SYSTEM, at=at)
    with index().building():
        index().write([Lines(2, ["falcon"], ["k:c"])])
    assert pieces() == 1
    assert finds(lin, "falcon") == found
    assert dict(index().counts())["falcon"] == len(found) + 2


def test_sqlite_merges_again_after_a_building_that_was_cut_off(
    corpus: dict[str, Conversation], lin: Agent, finds: Finds, at: datetime
) -> None:
    def merged() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT v FROM search_words_config WHERE k = 'automerge'")
            return int(cursor.fetchone()[0])

    with index().building():
        assert merged() == 0
        settle_index(most=0, by=SYSTEM, at=at)
        assert merged() == sqlite.MERGED  # as the worker would find it after a power cut
        index().write([Lines(1, ["falcon"], ["k:c"])])
        assert merged() == 0  # but the building goes on
    assert merged() == sqlite.MERGED
    assert finds(lin, "tab") == [corpus["late"].pk]
