"""The only writes to telephone systems and calls."""

from rung.channels.phone.verbs.calls import (
    Announced,
    announce_call,
    answer_call,
    close_call,
    end_call,
    note_call,
    place_call,
    recognise_caller,
)
from rung.channels.phone.verbs.forgetting import forget_calls
from rung.channels.phone.verbs.jotting import jot_promise
from rung.channels.phone.verbs.telephones import add_telephone, end_telephone, set_extensions

__all__ = [
    "Announced",
    "add_telephone",
    "announce_call",
    "answer_call",
    "close_call",
    "end_call",
    "end_telephone",
    "forget_calls",
    "jot_promise",
    "note_call",
    "place_call",
    "recognise_caller",
    "set_extensions",
]
