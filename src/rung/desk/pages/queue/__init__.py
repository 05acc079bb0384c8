"""The queue: which conversations a view holds, in which order, and how many."""

from rung.desk.pages.queue.beside import holding, number_beside
from rung.desk.pages.queue.listing import numbers_at
from rung.desk.pages.queue.page import QueuePage, queue_page
from rung.desk.pages.queue.place import PAGE, Place, place_from, read_place
from rung.desk.pages.queue.standing import VIEWS

__all__ = [
    "PAGE",
    "VIEWS",
    "Place",
    "QueuePage",
    "holding",
    "number_beside",
    "numbers_at",
    "place_from",
    "queue_page",
    "read_place",
]
