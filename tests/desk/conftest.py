"""What the desk's tests share: a browser without a screen that looks at Tuesday morning."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from rung.accounts.models import Agent
from rung.core import clock

Windows = Callable[[Agent], Client]


@pytest.fixture
def noon(at: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Every request of the test arrives three hours after `at`."""
    moment = at + timedelta(hours=3)
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment
