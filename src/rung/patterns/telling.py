"""Which words stand out among some conversations against others, for rooms above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rung.patterns.models import Side
from rung.patterns.reading import told_in
from rung.patterns.slicing import telling_words
from rung.patterns.standing import fit_in_force, model_of
from rung.patterns.vocabulary import Held

AT_ONCE = 200


def words_where_not(went_well: Mapping[int, bool]) -> list[dict[str, Any]]:
    """Words of customers in conversations that did not go well against those that did, the surest first: ``word``, ``lift``
    with ``low`` and ``high``, and ``with_it``, how many customers wrote it.

    Only words a topic could be made of, with a lift whose Wilson lower bound is above 1 (section 5.3); none where no topics
    have been found yet.
    """
    fit = fit_in_force()
    if fit is None:
        return []
    known = set(model_of(fit)[0].words)
    numbers = sorted(went_well)
    held: list[Held] = []
    for first in range(0, len(numbers), AT_ONCE):
        for told in told_in(numbers[first : first + AT_ONCE]):
            well = went_well[told.conversation]
            held.append(Held(known.intersection(told.words), not well, well, told.customer))
    return [row for row in telling_words(held) if row["side"] == Side.FRUSTRATION]
