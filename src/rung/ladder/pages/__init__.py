"""What screens need to know of levels, as plain values; the desk reads them from here too."""

from rung.ladder.pages.added_up import MOST_ON_A_PAGE
from rung.ladder.pages.chips import (
    CustomerLevel,
    LevelChip,
    customer_level,
    level_of,
    levels_asked_for,
    levels_in,
    levels_of,
)
from rung.ladder.pages.erosion import ErosionPart, erosion_part
from rung.ladder.pages.estimations import EstimationPage, EstimationsPage, estimation_page, estimations_page
from rung.ladder.pages.explanation import ExplanationPage, explanation_page
from rung.ladder.pages.ladder import (
    ALL,
    LadderPage,
    SliceLine,
    TouchpointLine,
    freedom_label,
    ladder_page,
    lines_of,
    phase_label,
    slice_line,
    sums_of,
)
from rung.ladder.pages.lately import service_in
from rung.ladder.pages.method import MethodPage, method_page
from rung.ladder.pages.over_time import OverTime, level_over_time
from rung.ladder.pages.paper import (
    ladder_paper,
    levels_bars,
    levels_legend,
    moved_part,
    over_time_part,
    period_in_words,
    slices_part,
    whose,
)
from rung.ladder.pages.tables import ladder_rows, over_time_rows, touchpoint_rows

__all__ = [
    "ALL",
    "MOST_ON_A_PAGE",
    "CustomerLevel",
    "ErosionPart",
    "EstimationPage",
    "EstimationsPage",
    "ExplanationPage",
    "LadderPage",
    "LevelChip",
    "MethodPage",
    "OverTime",
    "SliceLine",
    "TouchpointLine",
    "customer_level",
    "erosion_part",
    "estimation_page",
    "estimations_page",
    "explanation_page",
    "freedom_label",
    "ladder_page",
    "ladder_paper",
    "ladder_rows",
    "level_of",
    "level_over_time",
    "levels_asked_for",
    "levels_bars",
    "levels_in",
    "levels_legend",
    "levels_of",
    "lines_of",
    "method_page",
    "moved_part",
    "over_time_part",
    "over_time_rows",
    "period_in_words",
    "phase_label",
    "service_in",
    "slice_line",
    "slices_part",
    "sums_of",
    "touchpoint_rows",
    "whose",
]
