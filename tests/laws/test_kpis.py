"""A KPI says everything one needs to believe or dispute it, and asks in SQL that every engine understands alike."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import pytest

from rung.insight.kpi import KPI
from rung.insight.kpis import KPIS
from tests.laws.house import RUNG, tree, verdict

SAID = (
    "title", "question", "population", "unit_words", "clock", "uncertainty", "counter_metric", "outcome", "unmeasured",
    "behind_words",
)  # fmt: skip
NAMED = {
    "overall_satisfaction", "customer_retention", "net_promoter_score", "conversion_rate", "resolution_time",
    "active_issues", "resolved_issues", "complaint_escalation_rate",
}  # fmt: skip

# What some engine does not have, or understands in its own way.
NOT_PORTABLE = re.compile(
    r"\b(CAST|DATE_TRUNC|EXTRACT|STRFTIME|NOW|CURRENT_\w+|INTERVAL|AVG|MEDIAN|PERCENTILE\w*|QUANTILE\w*|FILTER|ILIKE|GREATEST"
    r"|LEAST|IIF|IF|COALESCE|LATERAL|DISTINCT ON|TRUE|FALSE|RETURNING)\b|::|\|\||%|/|\"|`",
    re.IGNORECASE,
)
KEYWORDS = {
    "at",
    "value",
    "values",
    "order",
    "group",
    "rows",
    "row",
    "end",
    "start",
    "date",
    "time",
    "from",
    "to",
    "case",
}


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
    found = [f"{kpi.name}: {name} is {str(getattr(kpi, name))!r}" for name in SAID if len(str(getattr(kpi, name))) < 5]
    if not kpi.exclusions or any(len(str(each)) < 10 for each in kpi.exclusions):
        found.append(f"{kpi.name}: exclusions are {[str(each) for each in kpi.exclusions]}")
    verdict(found, "say it in the declaration; the page of the KPI shows it under “How this is computed”.")


@pytest.mark.parametrize("name", [*SAID, "exclusions", "statement", "behind"])
def test_a_declaration_that_leaves_something_unsaid_is_refused(name: str) -> None:
    kpi = KPIS["overall_satisfaction"]
    with pytest.raises(ValueError, match=name):
        replace(kpi, **{name: () if name == "exclusions" else " "})


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_over_nothing_a_kpi_has_a_counter_metric_and_no_value_to_boast_of(kpi: KPI) -> None:
    result = kpi.finish([])
    assert result.headline.n == 0
    assert result.headline.unit == kpi.unit
    assert result.counter is not None, f"{kpi.name}: every target has a counter-metric"
    assert result.excluded, f"{kpi.name}: what is left out is listed with counts"
    if kpi.unit != "count":
        assert result.headline.told is None


@pytest.mark.parametrize("kpi", KPIS.values(), ids=KPIS)
def test_the_sql_is_portable(kpi: KPI) -> None:
    found = []
    for text in filter(None, (kpi.statement, kpi.behind, kpi.clusters, kpi.further.statement if kpi.further else "")):
        found += [f"{kpi.name}: {match.group(0)}" for match in NOT_PORTABLE.finditer(text)]
        found += [
            f"{kpi.name}: a column named {name}" for name in re.findall(r"\bAS (\w+)", text) if name.lower() in KEYWORDS
        ]
        found += [f"{kpi.name}: no :scope, so every team would be seen"] if ":scope" not in text else []
    verdict(
        found,
        "integer times, sums of CASE WHEN, window ranks; divide, round and name in `finish`. See insight/engine.py.",
    )
