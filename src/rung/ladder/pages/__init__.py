"""What screens need to know of levels, as plain values; the desk reads them from here too."""

from rung.ladder.pages.chips import CustomerLevel, LevelChip, customer_level, level_of, levels_of
from rung.ladder.pages.estimations import EstimationPage, EstimationsPage, estimation_page, estimations_page
from rung.ladder.pages.explanation import ExplanationPage, explanation_page
from rung.ladder.pages.ladder import LadderPage, ladder_page
from rung.ladder.pages.lately import service_in
from rung.ladder.pages.method import MethodPage, method_page
from rung.ladder.pages.tables import ladder_rows, touchpoint_rows

__all__ = [
    "CustomerLevel",
    "EstimationPage",
    "EstimationsPage",
    "ExplanationPage",
    "LadderPage",
    "LevelChip",
    "MethodPage",
    "customer_level",
    "estimation_page",
    "estimations_page",
    "explanation_page",
    "ladder_page",
    "ladder_rows",
    "level_of",
    "levels_of",
    "method_page",
    "service_in",
    "touchpoint_rows",
]
