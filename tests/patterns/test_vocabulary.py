"""Words beside causes and topics: picked by one half of the customers, counted among the other."""

from datetime import UTC, datetime

import numpy as np

from rung.patterns.drivers import BITS
from rung.patterns.models import Method, Side
from rung.patterns.sharing import reach
from rung.patterns.slicing import Cases, lifted, picked, together_in
from rung.patterns.vocabulary import Held, Vocabulary, picks

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SPOKEN = {"frustration": ["refund", "puzzle"], "delight": ["refund"]}


def planted(customers: int = 600) -> list[tuple[bool, bool, set[str]]]:
    """Of each customer one turn: late or not, frustrated or not, and words. Late frustrates, "refund" more so, "puzzle" by
    the even customers alone."""
    rng = np.random.default_rng(5)
    found = []
    for customer in range(customers):
        late, refund, puzzle = (bool(x) for x in rng.random(3) < (0.3, 0.25, 0.3))
        odds = 0.05 + 0.3 * late + 0.5 * refund + (0.3 if puzzle and customer % 2 == 0 else 0.0)
        words = {word for word, is_in in (("refund", refund), ("puzzle", puzzle)) if is_in}
        found.append((late, bool(rng.random() < odds), words))
    return found


def cases_of(told: list[tuple[bool, bool, set[str]]], vocabulary: Vocabulary) -> Cases:
    return Cases.of(
        (pk, pk, 1, "email", NOW, BITS["late_first"] * late, 0, hit, False, vocabulary.mask(words))
        for pk, (late, hit, words) in enumerate(told)
    )


def test_words_are_picked_by_one_half_and_counted_among_the_other() -> None:
    told = planted()
    vocabulary = picked([Held(words, hit, False, pk) for pk, (_late, hit, words) in enumerate(told)])
    assert set(vocabulary.sides[Side.FRUSTRATION]) == {"refund", "puzzle"}
    rows = {row["key"]: row for row in together_in(cases_of(told, vocabulary), Side.FRUSTRATION, vocabulary)}
    assert {row["method"] for row in rows.values()} == {Method.TOGETHER}
    odd = [(hit, words) for pk, (_late, hit, words) in enumerate(told) if not picks(np.array([pk]))[0]]
    assert rows["word:refund"]["with_it"] == sum("refund" in words for _hit, words in odd)
    assert rows["word:refund"]["with_it_hit"] == sum("refund" in words and hit for hit, words in odd)
    assert (rows["word:refund"]["place"], rows["word:refund"]["place_low"]) == (1, 1)
    assert rows["word:refund"]["low"] > rows["word:puzzle"]["share"]
    assert rows["late_first"]["low"] > 0
    # It stood out among those who picked it, and does nothing among the others.
    assert rows["word:puzzle"]["share"] <= 0


def test_shares_of_causes_and_words_make_up_the_reach_of_all() -> None:
    vocabulary = Vocabulary.of(SPOKEN)
    cases = cases_of(planted(), vocabulary)
    rows = together_in(cases, Side.FRUSTRATION, vocabulary)
    half = cases.only(~picks(cases.customers))
    bits = dict(vocabulary.words_of(Side.FRUSTRATION))
    columns = [(half.flags > 0), *((half.words & bit) > 0 for bit in bits.values())]
    whole = reach(np.column_stack(columns).astype(float), half.frustrated.astype(float), range(3))
    assert abs(sum(row["share"] for row in rows) - whole) < 1e-12


def test_a_word_of_both_sides_has_a_bit_of_each_and_none_is_none() -> None:
    vocabulary = Vocabulary.of(SPOKEN)
    assert Vocabulary.of(vocabulary.kept()) == vocabulary
    assert vocabulary.said(vocabulary.mask({"refund", "saddle"})) == {"refund"}
    assert vocabulary.bits_of_word("refund").bit_count() == 2
    assert vocabulary.bits_of_word("saddle") == 0
    assert not together_in(cases_of(planted(), Vocabulary.of({})), Side.FRUSTRATION, Vocabulary.of({}))
    assert lifted(cases_of(planted(), Vocabulary.of({})), Vocabulary.of({})) == []


def test_the_lift_of_a_period_is_told_of_the_same_words() -> None:
    vocabulary = Vocabulary.of(SPOKEN)
    rows = lifted(cases_of(planted(), vocabulary), vocabulary)
    assert ("frustration", "refund") in {(row["side"], row["word"]) for row in rows}
    assert all(row["low"] > 1 for row in rows)
