from rung.accounts.events import AgentLeft
from rung.journal.access import Entry
from rung.journal.reacting import reacts_to
from rung.journal.ringing import ring
from rung.touchpoints.errands import hand_back


@reacts_to(AgentLeft)
def hand_back_soon(event: AgentLeft, *, entry: Entry) -> None:
    ring(hand_back)
