"""Whether what RUNG_NUMBERS names can be asked: said by `python -m rung check`, before a screen is the first to notice."""

from typing import Any

from django.conf import settings
from django.core import checks

from rung.insight.clickhouse import Refused, is_clickhouse, server_of
from rung.insight.engines import OtherPostgreSQL
from rung.insight.kpis import REFUSED

WITHIN_S = 3.0


@checks.register("numbers")
def numbers_can_be_asked(**options: Any) -> list[checks.CheckMessage]:
    """A server that is away is no error, because the numbers are answered meanwhile. What names nothing at all is refused
    by the settings (`config.surroundings`)."""
    named = settings.NUMBERS
    if is_clickhouse(named):
        try:
            server_of(named).asked("SELECT 1 FORMAT TabSeparated", within_s=WITHIN_S)
        except Refused as refused:
            return [
                _of_no_use(
                    "ClickHouse server", str(refused), instead="the mirror in the data folder", id="insight.W001"
                )
            ]
    elif named not in ("duckdb", "database") and (trouble := OtherPostgreSQL(named).trouble()):
        return [_of_no_use("PostgreSQL server", trouble, instead="the database itself", id="insight.W003")]
    return []


def _of_no_use(what: str, why: str, *, instead: str, id: str) -> checks.Warning:  # noqa: A002  # as Django names it
    hint = f"Until it answers the numbers come from {instead}, and nothing is lost."
    return checks.Warning(f"The {what} of RUNG_NUMBERS is of no use: {why}", hint=hint, id=id)


@checks.register("numbers")
def own_numbers_can_be_shown(**options: Any) -> list[checks.CheckMessage]:
    """A company's own KPI that does not pass the guards is not shown, and here is why."""
    return [
        checks.Warning(f"The KPI in kpis/{each.file} of the data folder is left out: {each.why}", id="insight.W002")
        for each in REFUSED
    ]
