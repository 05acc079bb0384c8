"""The only writes of this room. What was found can be found again; how topics were named and merged cannot."""

from rung.patterns.verbs.assigning import assign_conversations
from rung.patterns.verbs.looks import note_look
from rung.patterns.verbs.studies import (
    ask_period,
    ask_study,
    begin_study,
    fail_study,
    finish_study,
    hand_back_study,
    progress_study,
    stop_study,
)
from rung.patterns.verbs.topics import (
    hide_topic,
    keep_topics,
    merge_topic,
    part_topic,
    rename_topic,
    show_topic,
)

__all__ = [
    "ask_period",
    "ask_study",
    "assign_conversations",
    "begin_study",
    "fail_study",
    "finish_study",
    "hand_back_study",
    "hide_topic",
    "keep_topics",
    "merge_topic",
    "note_look",
    "part_topic",
    "progress_study",
    "rename_topic",
    "show_topic",
    "stop_study",
]
