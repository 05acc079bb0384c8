"""What a full collection left is not looked at again, until there is much more of it."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from rung.config.collecting import GROWTH, Collecting


class Ring:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def collecting() -> Iterator[Collecting]:
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    made = Collecting()
    gc.callbacks.append(made)
    yield made
    gc.callbacks.remove(made)
    gc.unfreeze()
    gc.collect()


def test_what_is_new_and_garbage_goes(collecting: Collecting) -> None:
    gone = weakref.ref(Ring())
    gc.collect()
    assert gone() is None


def test_what_was_left_is_not_looked_at_again(collecting: Collecting) -> None:
    ring = Ring()
    left = weakref.ref(ring)
    gc.collect()
    del ring
    gc.collect()
    assert left() is not None


def test_when_half_as_much_again_is_left_all_is_looked_at(collecting: Collecting) -> None:
    rings = [Ring() for _ in range(int(gc.get_freeze_count() * (GROWTH - 1)) + 1000)]
    left = weakref.ref(rings[0])
    gc.collect()
    rings.clear()
    gc.collect()
    assert left() is None
    frozen = gc.get_freeze_count()
    gc.collect()
    assert gc.get_freeze_count() <= GROWTH * frozen
