"""The only writes to saved views, and what is done to many conversations at once."""

from rung.queues.verbs.bulk import do_to_many, undo_bulk
from rung.queues.verbs.saved import change_view, delete_view, save_view

__all__ = ["change_view", "delete_view", "do_to_many", "save_view", "undo_bulk"]
