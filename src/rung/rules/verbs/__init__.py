"""The only writes to rules and to the log of what they did."""

from rung.rules.verbs.rule import change_rule, delete_rule, make_rule, move_rule, switch_rule
from rung.rules.verbs.running import forget_old_runs, run_rules, run_rules_on_waits

__all__ = [
    "change_rule",
    "delete_rule",
    "forget_old_runs",
    "make_rule",
    "move_rule",
    "run_rules",
    "run_rules_on_waits",
    "switch_rule",
]
