"""What a browser may keep of what only somebody signed in may see."""

import pytest

from rung.accounts.models import Agent
from tests.cast import Desk


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/recipients?find=a", "/queue/all", "/account/profile"])
def test_nothing_behind_a_gate_is_kept_by_those_between(address: str, client_of: Desk, ada: Agent) -> None:
    answer = client_of(ada).get(address)
    assert answer.status_code == 200
    assert "private" in answer.headers["Cache-Control"]
