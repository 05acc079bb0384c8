"""What is asked of rows about each of many keys, inside one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL


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
