from rung.channels.email.errands.dispatches import send_waiting_dispatches
from rung.channels.email.errands.letters import read_waiting_letters

__all__ = ["read_waiting_letters", "send_waiting_dispatches"]
