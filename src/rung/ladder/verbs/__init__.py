"""The only writes of this room. Grades can all be worked out again from the journal; estimations cannot."""

from rung.ladder.verbs.days import fold_day, mark_all_days, mark_days, mark_days_of, mark_days_seen_anew
from rung.ladder.verbs.estimations import (
    ask_estimation,
    begin_estimation,
    fail_estimation,
    finish_estimation,
    hand_back_estimation,
    progress_estimation,
    publish_estimation,
    return_to,
    stop_estimation,
)
from rung.ladder.verbs.grades import grade_customers, mark_everyone_stale, mark_stale

__all__ = [
    "ask_estimation",
    "begin_estimation",
    "fail_estimation",
    "finish_estimation",
    "fold_day",
    "grade_customers",
    "hand_back_estimation",
    "mark_all_days",
    "mark_days",
    "mark_days_of",
    "mark_days_seen_anew",
    "mark_everyone_stale",
    "mark_stale",
    "progress_estimation",
    "publish_estimation",
    "return_to",
    "stop_estimation",
]
