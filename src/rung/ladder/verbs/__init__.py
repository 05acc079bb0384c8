"""The only writes of this room. Grades can all be worked out again from the journal; estimations cannot."""

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
    "grade_customers",
    "hand_back_estimation",
    "mark_everyone_stale",
    "mark_stale",
    "progress_estimation",
    "publish_estimation",
    "return_to",
    "stop_estimation",
]
