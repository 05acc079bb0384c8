"""The only writes to conversations and what belongs to them, one module for each noun."""

from rung.touchpoints.verbs.admission import admit_to_conversation, merge_conversations, part_from_conversation
from rung.touchpoints.verbs.answering import MovedOn, answer_conversation, give_notice, start_conversation
from rung.touchpoints.verbs.assignment import assign_conversation, give_back_left_behind
from rung.touchpoints.verbs.bringing import amend_brought
from rung.touchpoints.verbs.delivery import mark_delivered, mark_undelivered, name_touchpoint, send_again
from rung.touchpoints.verbs.drafts import (
    DraftChanged,
    attach_to_draft,
    detach_from_draft,
    discard_draft,
    save_draft,
)
from rung.touchpoints.verbs.forgetting import blank_conversations, forget_words
from rung.touchpoints.verbs.forwarding import ask_beside
from rung.touchpoints.verbs.linking import link_conversations, unlink_conversations
from rung.touchpoints.verbs.loose import clear_loose_files
from rung.touchpoints.verbs.notes import correct_note, mark_read, write_note
from rung.touchpoints.verbs.once import TakenAlready, forget_sent_forms, once
from rung.touchpoints.verbs.posting import post_touchpoint, postpone_posting, send_now
from rung.touchpoints.verbs.presence import end_presence, show_presence
from rung.touchpoints.verbs.priority import set_priority
from rung.touchpoints.verbs.receiving import log_touchpoint, receive_touchpoint
from rung.touchpoints.verbs.reports import report_outcome
from rung.touchpoints.verbs.resolution import reopen_conversation, resolve_conversation
from rung.touchpoints.verbs.rewording import reword_touchpoint
from rung.touchpoints.verbs.signals import note_signal, place_in_phase, withdraw_signal
from rung.touchpoints.verbs.snooze import end_snooze, snooze_conversation
from rung.touchpoints.verbs.spam import mark_spam, remove_spam, unmark_spam
from rung.touchpoints.verbs.splitting import split_conversation, unsplit_conversation
from rung.touchpoints.verbs.tags import (
    change_tag,
    create_tag,
    delete_tag,
    merge_tags,
    tag_conversation,
    untag_conversation,
)
from rung.touchpoints.verbs.taking_back import rewrite_answer, take_back_answer
from rung.touchpoints.verbs.thanks import recognise_old_thanks

__all__ = [
    "DraftChanged",
    "MovedOn",
    "TakenAlready",
    "admit_to_conversation",
    "amend_brought",
    "answer_conversation",
    "ask_beside",
    "assign_conversation",
    "attach_to_draft",
    "blank_conversations",
    "change_tag",
    "clear_loose_files",
    "correct_note",
    "create_tag",
    "delete_tag",
    "detach_from_draft",
    "discard_draft",
    "end_presence",
    "end_snooze",
    "forget_sent_forms",
    "forget_words",
    "give_back_left_behind",
    "give_notice",
    "link_conversations",
    "log_touchpoint",
    "mark_delivered",
    "mark_read",
    "mark_spam",
    "mark_undelivered",
    "merge_conversations",
    "merge_tags",
    "name_touchpoint",
    "note_signal",
    "once",
    "part_from_conversation",
    "place_in_phase",
    "post_touchpoint",
    "postpone_posting",
    "receive_touchpoint",
    "recognise_old_thanks",
    "remove_spam",
    "reopen_conversation",
    "report_outcome",
    "resolve_conversation",
    "reword_touchpoint",
    "rewrite_answer",
    "save_draft",
    "send_again",
    "send_now",
    "set_priority",
    "show_presence",
    "snooze_conversation",
    "split_conversation",
    "start_conversation",
    "tag_conversation",
    "take_back_answer",
    "unlink_conversations",
    "unmark_spam",
    "unsplit_conversation",
    "untag_conversation",
    "withdraw_signal",
    "write_note",
]
