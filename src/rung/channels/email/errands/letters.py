from datetime import datetime, timedelta

from rung.core.actor import SYSTEM
from rung.journal.ringing import errand


@errand(every=timedelta(seconds=5))
def read_waiting_letters(*, at: datetime) -> bool:
    """Read a batch of the letters that are kept and not read yet."""
    # Here and not above, because keeping a letter rings for this errand.
    from rung.channels.email.verbs.reading import read_letters

    return read_letters(by=SYSTEM, at=at)
