from rung.touchpoints.models.conversation import Conversation, ConversationQuerySet, Phase, State
from rung.touchpoints.models.states import Assignment, Note, Outcome, Reading, Resolution, Snooze
from rung.touchpoints.models.touchpoint import (
    Attachment,
    Delivery,
    Direction,
    Signal,
    SignalKind,
    Touchpoint,
    TouchpointQuerySet,
)

__all__ = [
    "Assignment",
    "Attachment",
    "Conversation",
    "ConversationQuerySet",
    "Delivery",
    "Direction",
    "Note",
    "Outcome",
    "Phase",
    "Reading",
    "Resolution",
    "Signal",
    "SignalKind",
    "Snooze",
    "State",
    "Touchpoint",
    "TouchpointQuerySet",
]
