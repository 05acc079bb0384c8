"""What the screens of journeys need, as plain values."""

from rung.ways.pages.drawing import DrawingPage, drawing_page
from rung.ways.pages.journey import JourneyPage, journey_page
from rung.ways.pages.journeys import JourneysPage, journeys_page, journeys_rows
from rung.ways.pages.paper import journey_paper, journeys_paper

__all__ = [
    "DrawingPage",
    "JourneyPage",
    "JourneysPage",
    "drawing_page",
    "journey_page",
    "journey_paper",
    "journeys_page",
    "journeys_paper",
    "journeys_rows",
]
