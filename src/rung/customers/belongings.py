"""What belongs to a person, in whichever room it lies, so that two records of one person can become one.

The rooms above know this one, not the other way round: each says in its `apps.py: ready()` which of its tables name a
customer. What is worked out from the journal, as levels and numbers are, is no belonging: it follows the event.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps


@dataclass(frozen=True, slots=True)
class Belonging:
    """A table, such as "touchpoints.Conversation", and its column that names a customer.

    `only_one`: a person has at most one such row. Where the kept person has theirs, the other's stays with the record that
    is merged.
    """

    model: str
    column: str = "customer"
    only_one: bool = False

    @property
    def name(self) -> str:
        return f"{self.model}.{self.column}"

    def of(self, customer: int) -> Any:
        """The rows of one person."""
        return apps.get_model(self.model)._default_manager.filter(**{self.column: customer}).order_by()

    def among(self, customers: list[int]) -> Any:
        """The rows of several people."""
        return apps.get_model(self.model)._default_manager.filter(**{f"{self.column}__in": customers}).order_by()

    def take(self, former: int, kept: int) -> list[int]:
        """Move the rows of one person to another; the primary keys under which they are found there. In the order of their
        keys, as everybody locks several."""
        theirs = self.of(former)
        if self.only_one and self.of(kept).exists():
            return []
        keys = list(theirs.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        theirs.update(**{self.column: kept})
        # Where the person is the key, the row is found under the other one now.
        return [kept if key == former else key for key in keys] if self._is_key else keys

    def give_back(self, former: int, kept: int, keys: list[int]) -> None:
        """Undo `take`. Rows that have gone to somebody else since stay there."""
        for start in range(0, len(keys), 500):
            theirs = self.of(kept).filter(pk__in=keys[start : start + 500])
            list(theirs.order_by("pk").select_for_update(no_key=True).values_list("pk"))
            theirs.update(**{self.column: former})

    @property
    def _is_key(self) -> bool:
        return bool(apps.get_model(self.model)._meta.get_field(self.column).primary_key)


_BELONGINGS: dict[str, Belonging] = {}


def add_belonging(model: str, column: str = "customer", *, only_one: bool = False) -> None:
    """Say that a table names a customer. Saying it twice changes nothing."""
    belonging = Belonging(model, column, only_one)
    _BELONGINGS[belonging.name] = belonging


def belongings() -> Iterator[Belonging]:
    yield from _BELONGINGS.values()


def belonging_named(name: str) -> Belonging | None:
    return _BELONGINGS.get(name)
