"""What is demanded of every KPI beyond its header: of ours by a law of the tests, of a company's own when it is loaded."""

import re
from collections.abc import Iterator

from rung.insight.exclusions import OF_CONVERSATIONS
from rung.insight.kpi import KPI

SAID = (
    "title", "question", "population", "unit_words", "clock", "uncertainty", "counter_metric", "outcome", "unmeasured",
    "behind_words",
)  # fmt: skip
"""What a header says in words."""

# What some engine does not have, or understands in its own way.
NOT_PORTABLE = re.compile(
    r"\b(CAST|DATE_TRUNC|EXTRACT|STRFTIME|NOW|CURRENT_\w+|INTERVAL|AVG|MEDIAN|PERCENTILE\w*|QUANTILE\w*|FILTER|ILIKE|GREATEST"
    r"|LEAST|IIF|IF|COALESCE|LATERAL|DISTINCT ON|TRUE|FALSE|RETURNING)\b|::|\|\||%|/|\"|`",
    re.IGNORECASE,
)
KEYWORDS = frozenset(
    ("at", "value", "values", "order", "group", "rows", "row", "end", "start", "date", "time", "from", "to", "case")
)
# What changes data, or ends a statement: the engines answer questions.
_NO_QUESTION = re.compile(r";|\b(INSERT|UPDATE|DELETE|DROP|ALTER|CREATE|ATTACH|COPY|PRAGMA|SET)\b", re.IGNORECASE)


def statements(kpi: KPI) -> tuple[str, ...]:
    """Every SQL text of a KPI."""
    further = kpi.further.statement if kpi.further else ""
    return tuple(filter(None, (kpi.statement, kpi.behind, kpi.clusters, further, kpi.left_out)))


def unsaid(kpi: KPI) -> Iterator[str]:
    """What a header leaves unsaid, or says in too few words to mean anything."""
    for name in SAID:
        if len(str(getattr(kpi, name))) < 5:
            yield f"{name} is {str(getattr(kpi, name))!r}"
    if not kpi.exclusions or any(len(str(each)) < 10 for each in kpi.exclusions):
        yield f"exclusions are {[str(each) for each in kpi.exclusions]}"


def foreign(kpi: KPI) -> Iterator[str]:
    """What not every engine understands alike, and a statement that would show every team to anybody."""
    for text in statements(kpi):
        yield from (match.group(0) for match in NOT_PORTABLE.finditer(text))
        yield from (match.group(0) for match in _NO_QUESTION.finditer(text))
        yield from (f"a column named {name}" for name in re.findall(r"\bAS (\w+)", text) if name.lower() in KEYWORDS)
        if ":scope" not in text:
            yield "no :scope, so every team would be seen"


def boastful(kpi: KPI) -> Iterator[str]:
    """What is wrong with what it makes of nothing at all."""
    result = kpi.finish([])
    if result.headline.n != 0 or result.headline.unit != kpi.unit:
        yield "over nothing it counts something, or in another unit"
    if kpi.unit != "count" and result.headline.told is not None:
        yield "over nothing it has a value"
    if result.counter is None:
        yield "it has no counter-metric"
    if not result.excluded and kpi.left_out in ("", OF_CONVERSATIONS):
        yield "it does not say what was left out"


def faults(kpi: KPI) -> list[str]:
    """Why a KPI may not be shown; empty where it may."""
    return [*unsaid(kpi), *foreign(kpi), *boastful(kpi)]
