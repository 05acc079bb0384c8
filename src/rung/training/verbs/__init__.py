"""The only writes of this room. What was found can be found again; what somebody replied and what was trained cannot."""

from rung.training.verbs.agreement import change_agreement
from rung.training.verbs.opportunities import keep_opportunities, name_cause, note_seen, reply_to_opportunity
from rung.training.verbs.rounds import (
    ask_round,
    begin_round,
    fail_round,
    finish_round,
    hand_back_round,
    progress_round,
    stop_round,
)
from rung.training.verbs.trainings import Plan, keep_effect, log_training, withdraw_training

__all__ = [
    "Plan",
    "ask_round",
    "begin_round",
    "change_agreement",
    "fail_round",
    "finish_round",
    "hand_back_round",
    "keep_effect",
    "keep_opportunities",
    "log_training",
    "name_cause",
    "note_seen",
    "progress_round",
    "reply_to_opportunity",
    "stop_round",
    "withdraw_training",
]
