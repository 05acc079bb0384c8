from collections.abc import Callable
from datetime import datetime

import pytest
from django.conf import settings as django_settings

from rung.core import clock
from rung.journal.models import Undelivered
from rung.journal.ringing import ERRANDS

pytest_plugins = ["tests.browsers", "tests.cast"]

# A real password hash costs a quarter of a second by design; a test that signs in wants none of that.
django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


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
