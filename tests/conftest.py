from collections.abc import Callable
from datetime import datetime

import pytest

from rung.core import clock
from rung.journal.models import Undelivered
from rung.journal.ringing import ERRANDS

pytest_plugins = ["tests.browsers", "tests.cast"]


@pytest.fixture
def work(db: None) -> Callable[..., None]:
    """The worker, without its queue: run every errand as of a moment until a whole round finds nothing more to do."""

    def run(at: datetime | None = None) -> None:
        moment = at or clock.now()
        for _round in range(100):
            more = [errand.name for errand in tuple(ERRANDS.values()) if errand(at=moment)]
            if not more and not Undelivered.objects.due(moment).exists():
                return
        raise AssertionError(f"after 100 rounds these errands still want more: {more}")

    return run
