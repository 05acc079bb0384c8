"""The real processes beside a mail server of others that takes its time."""

import pytest

from tests.installation import Installation, wait_until
from tests.sink import Sink
from tests.stage import MAILBOX

pytestmark = pytest.mark.slow


def write_to_us(rung: Installation, sender: str) -> None:
    rung.run("rung", "letter", "--to", MAILBOX, "--from", sender, "--subject", "Late parcel")


CONVERSATIONS = "SELECT COUNT(*) FROM touchpoints_conversation"


def test_letters_to_us_do_not_wait_for_a_server_that_takes_none_of_ours() -> None:
    """It says "go on" and reads nothing. Where one process did both, it would sit in that letter until it gives it up."""
    with Sink(stall="data") as stalled, Installation({"RUNG_SMTP_URL": stalled.url}) as rung:
        rung.set_stage()
        rung.start("door", "inside", "sender")
        write_to_us(rung, "carla@example.com")
        wait_until(lambda: rung.rows(CONVERSATIONS) == [(1,)], seconds=120, why=lambda: rung.said("inside"))
        rung.run("tests.answering")
        wait_until(lambda: stalled.connections == 1, seconds=120, why=lambda: rung.said("sender"))
        write_to_us(rung, "dora@example.com")
        wait_until(lambda: rung.rows(CONVERSATIONS) == [(2,)], seconds=120, why=lambda: rung.said("inside"))
        assert rung.rows("SELECT state, attempts FROM email_dispatch") == [("sending", 1)]
        rung.kill("sender")
