from random import Random

from rung.search.places import Places


def test_whoever_asks_gets_the_first_free_place_and_nobody_the_same() -> None:
    random, known, taken = Random(5), Places(), set[int]()
    for _round in range(300):
        found = random.sample(range(400), 5)
        known.note_taken(found)
        taken.update(found)
        wanted = random.randrange(400)
        expected = next(place for place in range(wanted, 5_000) if place not in taken)
        assert known.take_from(wanted) == expected
        taken.add(expected)
