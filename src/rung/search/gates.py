"""What is asked of rows about each of many keys, inside one statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

# So many pages PostgreSQL asks the disk for before it reads the first of them.
READ_AHEAD = 64
# Under this name the driver's connection notes that it has been told.
_READS_AHEAD = "_reads_ahead_for_rung"


@dataclass(frozen=True)
class Gate:
    """Lets through the keys that some row has in its `column`; those that none has where it is not `is_wanted`."""

    rows: QuerySet[Any]
    column: str = "pk"
    is_wanted: bool = True

    def asked_of(self, key: str) -> tuple[str, tuple[Any, ...]]:
        """The condition on a column of the statement around it, as SQL with its values."""
        those = self.rows.filter(**{self.column: RawSQL(key, ())}).order_by().values("pk")  # noqa: S611  # our own word
        sql, values = those.query.sql_with_params()
        return f"{'' if self.is_wanted else 'NOT '}EXISTS ({sql})", values

    def passed(self, keys: Sequence[int]) -> set[int]:
        """Those of these primary keys that some row has; on PostgreSQL."""
        of = self.rows.model._meta
        column = f'"{of.db_table}"."{of.pk.column}"'
        lists = f"({column} = ANY(%s::bigint[]) OR {column} = ANY(%s::bigint[]))"
        among = RawSQL(lists, in_lists(keys), output_field=BooleanField())  # noqa: S611  # our own names
        _read_ahead()
        return set(self.rows.filter(among).order_by().values_list("pk", flat=True))


def in_lists(keys: Sequence[int]) -> tuple[list[int], list[int]]:
    """Keys as they are asked for, joined by OR.

    Of five hundred conversations each lies on another page of the disk. For keys in two lists PostgreSQL notes all of
    their pages before it reads the first, and fetches many at once; of one list, or key by key, it waits for each.
    """
    return (list(keys[::2]), list(keys[1::2])) if connection.vendor == "postgresql" else (list(keys), [])


def passed(gates: Sequence[Gate], keys: list[int]) -> set[int]:
    """Those of these keys that pass every gate. One query, in which the first gate is asked first."""
    if not keys:
        return set()
    is_sqlite = connection.vendor == "sqlite"
    if not is_sqlite and len(gates) == 1 and gates[0].column == "pk" and gates[0].is_wanted:
        return gates[0].passed(keys)
    asked = [gate.asked_of("c.key") for gate in gates]
    among = "(SELECT value AS key FROM json_each(%s)) c" if is_sqlite else "unnest(%s::bigint[]) AS c(key)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.key FROM {among} WHERE {' AND '.join(sql for sql, _ in asked)}",  # noqa: S608  # our own SQL
            (json.dumps(keys) if is_sqlite else keys, *(value for _, values in asked for value in values)),
        )
        return {key for (key,) in cursor.fetchall()}


def _read_ahead() -> None:
    """Have this connection read ahead, if the machine of its database can: one that cannot has 0, and takes nothing else."""
    connection.ensure_connection()
    driver = connection.connection
    if _READS_AHEAD not in driver.__dict__:
        if not connection.in_atomic_block:  # what is told within a transaction ends with one that is rolled back
            driver.__dict__[_READS_AHEAD] = True
        driver.execute(
            "SELECT set_config('effective_io_concurrency', %s, false)"
            " WHERE current_setting('effective_io_concurrency')::int BETWEEN 1 AND %s",
            [str(READ_AHEAD), READ_AHEAD],
        )
