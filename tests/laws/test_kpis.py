"""A KPI says everything one needs to believe or dispute it, and asks in SQL that every engine understands alike."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from rung.insight.guards import SAID, boastful, foreign, unsaid
from rung.insight.kpi import KPI
from rung.insight.kpis import KPIS
from tests.laws.house import RUNG, tree, verdict

NAMED = {
    "overall_satisfaction", "customer_retention", "net_promoter_score", "conversion_rate", "resolution_time",
    "active_issues", "resolved_issues", "complaint_escalation_rate",
}  # fmt: skip


def files() -> list[Path]:
    return [path for path in sorted((RUNG / "insight" / "kpis").glob("*.py")) if path.stem != "__init__"]


def test_a_kpi_is_a_file_named_for_its_question() -> None:
    found = [f"{path.name}: declares {KPIS.get(path.stem)}" for path in files() if path.stem not in KPIS]
    found += [f"{path.name}: begins without the question" for path in files() if "?" not in (_docstring(path) or "")]
    verdict(found, "kpis/<name>.py, KPI = KPI(name='<name>', …), and a first line that asks the question.")
    assert set(KPIS) >= NAMED


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(tree(path))


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_every_kpi_states_its_header(kpi: KPI) -> None:
    verdict(
        [f"{kpi.name}: {each}" for each in unsaid(kpi)],
        "say it in the declaration; the page of the KPI shows it under “How this is computed”.",
    )


@pytest.mark.parametrize("name", [*SAID, "exclusions", "statement", "behind"])
def test_a_declaration_that_leaves_something_unsaid_is_refused(name: str) -> None:
    kpi = KPIS["overall_satisfaction"]
    with pytest.raises(ValueError, match=name):
        replace(kpi, **{name: () if name == "exclusions" else " "})


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_over_nothing_a_kpi_has_a_counter_metric_and_no_value_to_boast_of(kpi: KPI) -> None:
    verdict(
        [f"{kpi.name}: {each}" for each in boastful(kpi)], "every target has a counter-metric; see insight/guards.py."
    )


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_the_sql_is_portable(kpi: KPI) -> None:
    verdict(
        [f"{kpi.name}: {each}" for each in foreign(kpi)],
        "integer times, sums of CASE WHEN, window ranks; divide, round and name in `finish`. See insight/engine.py.",
    )
