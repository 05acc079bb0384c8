from datetime import datetime, timedelta

from rung.core.clock import epoch_ms
from rung.insight.folding import fold_waiting, recount_clocks
from rung.insight.mirroring import keep_mirror, own_mirror
from rung.journal.ringing import errand


# No bell is rung for it: a few seconds of entries folded at once cost less than each at its own time, and numbers that
# are five seconds old are new enough. The mirror follows in the same breath, or it would be ten.
@errand(every=timedelta(seconds=5))
def fold_entries(*, at: datetime) -> bool:
    """Bring the facts up to the journal, a batch at a time, and then the mirror up to the facts."""
    return fold_waiting() or recount_clocks() or keep_mirror(own_mirror(), at_ms=epoch_ms(at))
