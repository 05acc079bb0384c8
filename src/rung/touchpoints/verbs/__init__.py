"""The only writes to conversations and what belongs to them, one module for each noun."""

from rung.touchpoints.verbs.answering import answer_conversation, give_notice, start_conversation
from rung.touchpoints.verbs.assignment import assign_conversation
from rung.touchpoints.verbs.delivery import mark_delivered, mark_undelivered, name_touchpoint, send_again
from rung.touchpoints.verbs.notes import mark_read, write_note
from rung.touchpoints.verbs.receiving import log_touchpoint, receive_touchpoint
from rung.touchpoints.verbs.resolution import reopen_conversation, resolve_conversation
from rung.touchpoints.verbs.signals import note_signal, place_in_phase, withdraw_signal
from rung.touchpoints.verbs.snooze import end_snooze, snooze_conversation
from rung.touchpoints.verbs.spam import mark_spam, unmark_spam

__all__ = [
    "answer_conversation",
    "assign_conversation",
    "end_snooze",
    "give_notice",
    "log_touchpoint",
    "mark_delivered",
    "mark_read",
    "mark_spam",
    "mark_undelivered",
    "name_touchpoint",
    "note_signal",
    "place_in_phase",
    "receive_touchpoint",
    "reopen_conversation",
    "resolve_conversation",
    "send_again",
    "snooze_conversation",
    "start_conversation",
    "unmark_spam",
    "withdraw_signal",
    "write_note",
]
