"""Damaged letters are read: a bounded run of what `bin/fuzz` does by the million."""

from tests.fuzzing import damaged, fuzz, letters

STOCK = letters()


def test_three_thousand_damaged_letters_are_read() -> None:
    found = fuzz(3000, seed=20261121, seconds=90, stock=STOCK)
    assert found.failures == []
    assert found.letters > 300, "this machine is too slow for the run to mean anything"


def test_the_same_number_makes_the_same_letter() -> None:
    assert damaged(STOCK, 7, 42) == damaged(STOCK, 7, 42)
    assert len({damaged(STOCK, 7, number) for number in range(50)}) > 45
