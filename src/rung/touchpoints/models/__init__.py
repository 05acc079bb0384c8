from rung.touchpoints.models.admission import Admission
from rung.touchpoints.models.conversation import Conversation, ConversationQuerySet, Phase, Priority, State
from rung.touchpoints.models.draft import Draft, DraftFile, DraftKind, Posting
from rung.touchpoints.models.kinship import Link, LinkKind
from rung.touchpoints.models.loose import LooseFile
from rung.touchpoints.models.mention import Mention
from rung.touchpoints.models.participant import Participant, Role
from rung.touchpoints.models.presence import Presence
from rung.touchpoints.models.report import Came, Report, Why
from rung.touchpoints.models.sent import SentForm
from rung.touchpoints.models.states import Assignment, Note, NoteWording, Outcome, Reading, Resolution, Snooze, Spam
from rung.touchpoints.models.tag import Tag, TagColour, Tagging, TagQuerySet
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
    "Admission",
    "Assignment",
    "Attachment",
    "Came",
    "Conversation",
    "ConversationQuerySet",
    "Delivery",
    "Direction",
    "Draft",
    "DraftFile",
    "DraftKind",
    "Link",
    "LinkKind",
    "LooseFile",
    "Mention",
    "Note",
    "NoteWording",
    "Outcome",
    "Participant",
    "Phase",
    "Posting",
    "Presence",
    "Priority",
    "Reading",
    "Report",
    "Resolution",
    "Role",
    "SentForm",
    "Signal",
    "SignalKind",
    "Snooze",
    "Spam",
    "State",
    "Tag",
    "TagColour",
    "TagQuerySet",
    "Tagging",
    "Touchpoint",
    "TouchpointQuerySet",
    "Why",
]
