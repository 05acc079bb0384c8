from rung.channels.email.errands.dispatches import send_waiting_dispatches
from rung.channels.email.errands.letters import read_waiting_letters
from rung.channels.email.errands.spam import empty_spam
from rung.channels.email.errands.standing import ask_about_standing

__all__ = ["ask_about_standing", "empty_spam", "read_waiting_letters", "send_waiting_dispatches"]
