"""The only writes to promises, targets and deadlines."""

from rung.promises.verbs.deadlines import announce_deadlines, drop_deadlines, reckon_deadlines
from rung.promises.verbs.forgetting import forget_promised
from rung.promises.verbs.promises import (
    announce_promises,
    break_promise,
    give_promises_back,
    keep_promise,
    make_promise,
    move_promise,
    reopen_promise,
    split_promises,
    take_promises_along,
    unmove_promise,
    withdraw_promise,
    withdraw_unsent,
)
from rung.promises.verbs.targets import Aim, await_reckoning, change_target, end_target, make_target

__all__ = [
    "Aim",
    "announce_deadlines",
    "announce_promises",
    "await_reckoning",
    "break_promise",
    "change_target",
    "drop_deadlines",
    "end_target",
    "forget_promised",
    "give_promises_back",
    "keep_promise",
    "make_promise",
    "make_target",
    "move_promise",
    "reckon_deadlines",
    "reopen_promise",
    "split_promises",
    "take_promises_along",
    "unmove_promise",
    "withdraw_promise",
    "withdraw_unsent",
]
