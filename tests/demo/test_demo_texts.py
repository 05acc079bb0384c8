"""The letters of the demo company: enough of them, and no brace left unfilled."""

from random import Random
from string import Formatter

import pytest

from rung.demo import company
from rung.demo.oddities import ODD_LETTERS
from rung.demo.people import domains, firm_domain, people
from rung.demo.texts import Situation, situations, small

SLOTS = {
    "first", "full", "product", "order", "company", "city", "colour", "size", "height", "leg", "part", "weeks", "week",
    "day", "date", "amount", "small_amount", "tiny_amount", "waited",
}  # fmt: skip


def test_there_are_letters_enough() -> None:
    letters = [letter for situation in situations().values() for letter in situation["letter"]]
    assert len(letters) == len(set(letters)) >= 60


@pytest.mark.parametrize("situation", situations().values(), ids=lambda situation: situation.name)
def test_a_situation_is_whole(situation: Situation) -> None:
    assert situation.phase in ("before", "during", "after")
    assert situation.team in company.TEAMS
    assert situation.weight > 0
    assert situation["letter"]
    if situation.mood != "robot":
        # The answer has to fit the letter, so there is one for each, or one for all.
        assert len(situation["answer"]) in (1, len(situation["letter"])), situation.name
    assert bool(situation["again"]) == bool(situation["fix"])
    assert bool(situation["ask"]) == bool(situation["reply"])
    for texts in situation.texts.values():
        for text in texts:
            assert {name for _, name, _, _ in Formatter().parse(text) if name is not None} <= SLOTS


def test_small_sentences_are_there() -> None:
    for kind in ("nudge", "angry", "bitter", "amends", "thanks", "delighted", "grudging", "note", "recall", "why_low"):
        assert len(small(kind)) >= 1
    assert len(small("further")) == len(small("further_answer"))


def test_the_crowd_is_the_one_promised() -> None:
    crowd = people(Random(1), 400)
    assert len(crowd) == 400
    assert len({person.email for person in crowd if person.email}) == len([p for p in crowd if p.email])
    assert sum(person.is_internal for person in crowd) == 20
    firms = {person.firm for person in crowd if person.firm and not person.is_internal}
    assert len(firms) == len(company.FIRMS) == 60
    assert all(person.email or person.phone for person in crowd)
    assert people(Random(1), 400) == crowd


def test_nobody_lives_at_a_real_address() -> None:
    crowd = people(Random(1), 400)
    hosts = {person.email.rsplit("@", 1)[1] for person in crowd if person.email}
    assert hosts <= set(domains())
    assert all(domain.endswith(".test") for domain in domains())
    assert len({firm_domain(firm) for firm in company.FIRMS}) == len(company.FIRMS)


def test_ugly_letters_are_ugly_enough() -> None:
    text = "".join(letter.subject + letter.text for letter in ODD_LETTERS)
    for needed in ("א", "ش", "王", "🚲", "<script>"):
        assert needed in text
    assert any(letter.subject == "" for letter in ODD_LETTERS)


@pytest.mark.parametrize("colleague", company.COLLEAGUES, ids=lambda colleague: colleague.key)
def test_what_a_colleague_is_learning_can_be_answered_by_half_and_come_back(colleague: company.Colleague) -> None:
    assert {*colleague.learning} <= {*colleague.desk}
    for name in colleague.learning:
        situation = situations()[name]
        assert situation.team in colleague.teams
        assert situation["weak"]
        assert situation["again"]
        assert situation["fix"]
