"""The only writes to custom fields and what they say."""

from rung.fields.verbs.field import (
    archive_field,
    change_choices,
    make_field,
    move_field,
    rename_field,
    restore_field,
)
from rung.fields.verbs.many import bring_values, return_values
from rung.fields.verbs.value import ValueMoved, clear_values, give_values_back, set_value, take_values

__all__ = [
    "ValueMoved",
    "archive_field",
    "bring_values",
    "change_choices",
    "clear_values",
    "give_values_back",
    "make_field",
    "move_field",
    "rename_field",
    "restore_field",
    "return_values",
    "set_value",
    "take_values",
]
