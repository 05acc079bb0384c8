"""What rules look at: the facts of conversations, a batch at a time."""

from __future__ import annotations

from collections.abc import Sequence

from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.reacting import Told, reacts_to
from rung.rules.access import depths_of
from rung.rules.moments import MOMENTS, moments_in
from rung.rules.verbs import run_rules


@reacts_to(*MOMENTS, at_once=True)
def let_rules_look(told: Sequence[Told]) -> None:
    """Run the rules on what happened."""
    depths = depths_of(entry for _event, entry in told)
    happenings = [each for event, entry in told for each in moments_in(event, entry, depth=depths.get(entry.pk, 0) + 1)]
    run_rules(happenings, by=SYSTEM, at=clock.now())
