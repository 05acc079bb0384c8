"""Whatever is asked, and however it is looked for: what is found is what one finds who reads everything."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.search import access
from rung.search.expression import Adjacent, AllOf, AnyOf, Expression, NoneOf, Term
from rung.search.indexes import newest, postgresql
from rung.search.models import Word
from rung.search.pages import search_page
from rung.search.places import WEEK
from rung.search.verbs import settle_index
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.verbs import create_tag, resolve_conversation, tag_conversation
from tests.cast import written

Finds = Callable[..., list[int]]
Work = Callable[..., None]
WORDS = ("falcon", "lantern", "oak", "table", "once", "quill")


@dataclass
class Matter:
    key: int
    words: list[str]
    is_open: bool = True
    is_billings: bool = False
    is_urgent: bool = False

    def says(self, *words: str) -> bool:
        return set(words) <= set(self.words)

    def says_together(self, one: str, other: str) -> bool:
        return any(pair == (one, other) for pair in zip(self.words, self.words[1:], strict=False))


Store = list[Matter]
ASKED: dict[str, Callable[[Matter], bool]] = {
    "falcon ": lambda it: it.says("falcon"),
    "falcon lantern ": lambda it: it.says("falcon", "lantern"),
    "once falcon lantern ": lambda it: it.says("falcon", "lantern", "once"),
    '"oak table"': lambda it: it.says_together("oak", "table"),
    '"table oak" falcon ': lambda it: it.says_together("table", "oak") and it.says("falcon"),
    "quill OR once ": lambda it: it.says("quill") or it.says("once"),
    "-falcon ": lambda it: not it.says("falcon"),
    "is:open ": lambda it: it.is_open,
    "is:resolved in:billing ": lambda it: not it.is_open and it.is_billings,
    "tag:urgent falcon ": lambda it: it.is_urgent and it.says("falcon"),
    "tag:urgent -is:open ": lambda it: it.is_urgent and not it.is_open,
    "is:unassigned is:open lantern ": lambda it: it.is_open and it.says("lantern"),
}


@pytest.fixture
def store(carla: Customer, billing: Team, lin: Agent, at: datetime, work: Work) -> Store:
    """Two years of conversations, of which some changed and lie in front of the index; the newest first."""
    chance, found = Random(3), []
    urgent = create_tag("urgent", by=SYSTEM, at=at)
    for number in range(30):
        words = chance.choices(WORDS, (8, 5, 5, 5, 3, 1), k=chance.randint(2, 6))
        is_billings = chance.random() < 0.3
        moment = at - timedelta(days=24 * number, minutes=chance.randrange(600))
        conversation = written(
            carla, at=moment, subject="", text=" ".join(words), team=billing if is_billings else None,
            reference=f"<{number}@reference.example>",
        )  # fmt: skip
        found.append((conversation, Matter(conversation.pk, words, is_billings=is_billings)))
    work(at)
    settle_index(most=0, by=SYSTEM, at=at)
    for conversation, matter in found:
        if chance.random() < 0.4:
            matter.is_urgent = True
            tag_conversation(conversation, urgent, by=lin.actor, at=at)
        if chance.random() < 0.4:
            matter.is_open = False
            resolve_conversation(conversation, by=lin.actor, at=at)
    work(at)
    return [matter for _, matter in found]


def test_what_is_found_is_what_one_finds_who_reads_everything(
    store: Store, lin: Agent, finds: Finds, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found_as_expected() -> None:
        for asked, holds in ASKED.items():
            assert finds(lin, asked) == [matter.key for matter in store if holds(matter)], asked

    found_as_expected()
    monkeypatch.setattr(Vocabulary, "commonness", lambda *_: 1 << 20)
    found_as_expected()  # likely to hold for few all the same
    monkeypatch.setattr(Vocabulary, "likely", lambda *_: 1 << 20)
    for read, first in ((0, 3), (2, 1000), (9, 3), (1000, 1000)):
        monkeypatch.setattr(newest, "READ", read)
        monkeypatch.setattr(access, "FIRST", first)
        found_as_expected()
    monkeypatch.setattr(newest, "READ", 1000)
    monkeypatch.setattr(Vocabulary, "likely", lambda *_: len(store) // 10 + 1)
    for glance in (1, 2, 9):  # not likely to hold for most, and looked for among the newest all the same
        monkeypatch.setattr(newest, "GLANCE", glance)
        found_as_expected()


def test_what_holds_for_most_takes_as_many_statements_however_many_there_are(
    store: Store, lin: Agent, carla: Customer, at: datetime, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Vocabulary, "commonness", lambda *_: 1 << 20)
    monkeypatch.setattr(Vocabulary, "likely", lambda *_: 1 << 20)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert search_page(lin, "is:open -quill ", at=at).conversations
        return len(asked)

    statements()
    before = statements()
    for number in range(20):
        written(carla, at=at, text="falcon oak", reference=f"<more{number}@reference.example>")
    work(at + timedelta(minutes=1))
    assert statements() == before
    assert before <= 14


@pytest.mark.parametrize("asked", ["-falcon ", "-falcon -once ", "-(oak table) tag:urgent ", '-"oak table" is:open '])
def test_what_is_only_left_out_is_looked_for_once(store: Store, lin: Agent, at: datetime, asked: str) -> None:
    with CaptureQueriesContext(connection) as newest_first:
        newest = search_page(lin, asked, sort="newest", at=at)
    with CaptureQueriesContext(connection) as most_relevant:
        relevant = search_page(lin, asked, at=at)
    assert relevant.sort == "relevant"
    assert newest.conversations
    assert [one.number for one in relevant.conversations] == [one.number for one in newest.conversations]
    assert len(most_relevant) == len(newest_first)


def test_pairs_of_characters_that_go_on_in_each_other_are_taken_to_stand_beside_each_other() -> None:
    pairs = Adjacent(("東京", "京都"))
    wanted = AllOf((pairs, NoneOf(Term("st:spam"))))
    for asked, share in ((wanted, 1), (Adjacent(("oak", "table")), 6), (AllOf((pairs, Adjacent(("a", "b")))), 6)):
        stretches = postgresql.PostgresIndex().stretches(
            asked, lowest=0, highest=1 << 62, commonness=1 << 20, share=1, sought=None
        )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(postgresql, "weeks_there", lambda: (0, 100))
            assert {(one.is_loose, one.share) for one in stretches} == {(True, share)}


def test_where_nothing_lies_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """All conversations of a store, read one after the other, take minutes to find none among a million."""
    monkeypatch.setattr(postgresql, "weeks_there", lambda: (100, 400))

    def asked(lowest: int, highest: int) -> list[Expression]:
        stretches = postgresql.PostgresIndex().stretches(
            Term("oak"), lowest=lowest * WEEK, highest=highest * WEEK, commonness=1 << 20, share=1, sought=None
        )
        return [stretch.asked for stretch in stretches]

    assert asked(0, 100) == asked(401, 500) == []
    assert asked(0, 101) == asked(100, 101) == [AllOf((Term("oak"), Term("w:100")))]
    assert asked(0, 402)[-1] == Term("oak")  # too many weeks to name them


@pytest.mark.parametrize(
    ("asked", "likely"),
    [
        (Term("one"), 10_000),
        (AllOf((Term("one"), Term("ten"))), 3162),
        (AllOf((Term("one"), Term("ten"), NoneOf(Term("st:spam")))), 3162),
        (Adjacent(("one", "ten")), 3162),
        (AnyOf((Term("one"), Term("ten"))), 110_000),
        (Term("st:open"), 1_000_000),
        (AllOf((Term("one"), Term("st:open"))), 10_000),
    ],
)
def test_how_many_hold_is_guessed_between_chance_and_the_rarest(
    db: None, monkeypatch: pytest.MonkeyPatch, asked: Expression, likely: int
) -> None:
    Word.objects.bulk_create([Word(word="one", documents=10_000), Word(word="ten", documents=100_000)])
    monkeypatch.setattr(Vocabulary, "conversations", lambda _: 1_000_000)
    vocabulary = Vocabulary()
    assert vocabulary.likely(asked) == likely
    assert likely <= vocabulary.commonness(asked)
