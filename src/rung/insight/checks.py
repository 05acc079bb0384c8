"""Whether what RUNG_NUMBERS names can be asked: said by `python -m rung check`, before a screen is the first to notice."""

from typing import Any

from django.conf import settings
from django.core import checks

from rung.insight.clickhouse import Refused, is_clickhouse, server_of
from rung.insight.kpis import REFUSED

KNOWN = ("duckdb", "database")
WITHIN_S = 3.0


@checks.register("numbers")
def numbers_can_be_asked(**options: Any) -> list[checks.CheckMessage]:
    """A setting that means nothing is an error; a server that is away is not, because the mirror answers meanwhile."""
    named = settings.NUMBERS
    if not is_clickhouse(named):
        if named in KNOWN or named.startswith(("postgres://", "postgresql://")):
            return []
        hint = "Write duckdb, database, postgres://… or clickhouse://user:password@host:8123/database."
        return [
            checks.Error(
                f"RUNG_NUMBERS is {named!r}, which names nothing that answers questions.", hint=hint, id="insight.E001"
            )
        ]
    try:
        server = server_of(named)
    except ValueError as wrong:
        return [checks.Error(f"RUNG_NUMBERS cannot be read: {wrong}.", id="insight.E002")]
    try:
        server.asked("SELECT 1 FORMAT TabSeparated", within_s=WITHIN_S)
    except Refused as refused:
        hint = "Until it answers the numbers come from the mirror in the data folder, and nothing is lost."
        return [
            checks.Warning(
                f"The ClickHouse server of RUNG_NUMBERS is of no use: {refused}", hint=hint, id="insight.W001"
            )
        ]
    return []


@checks.register("numbers")
def own_numbers_can_be_shown(**options: Any) -> list[checks.CheckMessage]:
    """A company's own KPI that does not pass the guards is not shown, and here is why."""
    return [
        checks.Warning(f"The KPI in kpis/{each.file} of the data folder is left out: {each.why}", id="insight.W002")
        for each in REFUSED
    ]
