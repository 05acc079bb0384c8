"""What changes lies in front of the index until it is taken in, and is found the same before and after."""

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.search import access
from rung.search.indexes import index, newest
from rung.search.models import Document, Word
from rung.search.pages import search_page
from rung.search.verbs import settle_index
from rung.search.vocabulary import Vocabulary
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import assign_conversation, create_tag, resolve_conversation, tag_conversation, write_note
from tests.cast import written

Work = Callable[..., None]
WORDS = ("falcon", "lantern", "lanterns", "oak", "table", "tablet", "größer", "桌子订购", "طلب", "R-77", "once")
FILTERS = ("is:open", "is:resolved", "is:mine", "tag:urgent", "in:billing", "from:karim", "after:9d", "before:5d")
QUESTIONS = 25


def _text(chance: Random) -> str:
    return " ".join(chance.choices(WORDS, k=chance.randint(1, 5)))


def _question(chance: Random) -> str:
    def one() -> str:
        word = chance.choice(WORDS)
        kind = chance.randrange(6)
        if kind == 0:
            return f'"{word} {chance.choice(WORDS)}"'
        if kind == 1:
            return f"-{word}"
        if kind == 2:
            return chance.choice(("", "-")) + chance.choice(FILTERS)
        return f"{word} OR {chance.choice(WORDS)}" if kind == 3 else word

    asked = " ".join(one() for _ in range(chance.randint(1, 3)))
    return asked + (" " if chance.random() < 0.5 else " " + chance.choice(WORDS)[:3])


class Days:
    """Things happen, chosen by chance, one after the other."""

    def __init__(self, chance: Random, people: tuple[Customer, ...], agents: tuple[Agent, Agent], at: datetime) -> None:
        self.chance, self.people, self.agents, self.moment = chance, people, agents, at
        self.team = Team.objects.get(slug="billing")
        self.tag = create_tag("urgent", by=SYSTEM, at=at)
        self.keys = [self.say() for _ in range(12)]

    def say(self, conversation: int | None = None) -> int:
        self.moment += timedelta(minutes=self.chance.randint(1, 900))
        writer, subject = self.chance.choice(self.people), _text(self.chance)
        if conversation is not None:
            writer, subject = Conversation.objects.get(pk=conversation).customer, "Re: once"
        return written(
            writer,
            at=self.moment,
            subject=subject,
            text=_text(self.chance),
            team=self.chance.choice((self.team, None)),
            conversation=conversation,
            reference=f"<{self.moment.timestamp()}@random.example>",
        ).pk

    def change(self) -> None:
        self.moment += timedelta(minutes=self.chance.randint(1, 60))
        matter = Conversation.objects.get(pk=self.chance.choice(self.keys))
        (agent, lead), at = self.agents, self.moment
        match self.chance.randrange(6):
            case 0:
                resolve_conversation(matter, by=lead.actor, at=at)
            case 1:
                tag_conversation(matter, self.tag, by=lead.actor, at=at)
            case 2:
                write_note(matter, _text(self.chance), by=lead.actor, at=at)
            case 3:
                assign_conversation(matter, agent=agent, team=None, by=lead.actor, at=at)
            case _:
                self.say(matter.pk)


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_asked_the_answer_is_that_of_one_index_for_everything(
    ada: Agent,
    lin: Agent,
    carla: Customer,
    karim: Customer,
    billing: Team,
    at: datetime,
    work: Work,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    chance = Random(seed)
    days = Days(chance, (carla, karim), (ada, lin), at)
    work(days.moment)
    questions = [_question(chance) for _ in range(QUESTIONS)]

    def answers() -> list[tuple[object, ...]]:
        pages = [search_page(who, asked, at=at + timedelta(days=12)) for asked in questions for who in (lin, ada)]
        return [(page.wanted, page.conversations, page.count, page.suggestions) for page in pages]

    def kept() -> object:
        documents = list(Document.objects.order_by("place").values_list("kind", "key"))
        return sorted(index().counts()), sorted(Word.objects.values_list("word", "documents")), documents

    for _round in range(2):
        for _ in range(8):
            days.change()
        work(days.moment)
        days.keys.append(days.say())
        work(days.moment)
        before = answers(), kept()
        assert len({found for _, found, _, _ in before[0]}) > QUESTIONS // 2
        monkeypatch.setattr(access, "FIRST", 3)
        monkeypatch.setattr(Vocabulary, "commonness", lambda *_: 1 << 20)
        assert answers() == before[0]  # each is looked for as a whole where it is likely to hold for few
        monkeypatch.setattr(Vocabulary, "likely", lambda *_: 1 << 20)
        for read in (0, 4):
            monkeypatch.setattr(newest, "READ", read)
            assert answers() == before[0]
        monkeypatch.undo()
        settled = settle_index(most=3, by=SYSTEM, at=days.moment)
        assert bool(settled) is (connection.vendor == "postgresql")
        assert (answers(), kept()) == before
        settle_index(most=0, by=SYSTEM, at=days.moment)
        assert settle_index(most=0, by=SYSTEM, at=days.moment) == 0
        assert (answers(), kept()) == before
    call_command("reindex", stdout=StringIO())
    assert (answers(), kept()) == before


def test_what_lay_in_front_longest_is_taken_in_first(
    lin: Agent, carla: Customer, finds: Callable[..., list[int]], at: datetime, work: Work
) -> None:
    matters = [
        written(carla, at=at + timedelta(hours=n), subject=f"Matter {n}", reference=f"<{n}@order.example>")
        for n in range(4)
    ]
    work(at)
    for matter in matters:
        write_note(matter, "Wernicke", by=lin.actor, at=at)
    work(at)
    found = finds(lin, "wernicke")
    assert found == [matter.pk for matter in reversed(matters)]
    if connection.vendor == "postgresql":
        assert settle_index(most=1, by=SYSTEM, at=at) == 3
        with connection.cursor() as cursor:
            cursor.execute("SELECT key FROM search_recent JOIN search_document USING (place)")
            assert cursor.fetchall() == [(matters[-1].pk,)]
    assert finds(lin, "wernicke") == found
