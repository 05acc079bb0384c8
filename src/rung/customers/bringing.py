"""What a list brings: people, companies and orders as a line of it says them, and what became of each line."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

NEW, UPDATED, UNCHANGED, REFUSED = "new", "updated", "unchanged", "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """A person. Empty texts say nothing; `emails` and `phones` are normalised, and at least one of them is there."""

    name: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    role_title: str = ""
    decision_role: str = ""
    language: str = ""
    time_zone: str = ""
    about: str = ""
    avoid: str = ""

    @property
    def words(self) -> dict[str, str]:
        names = ("name", "role_title", "decision_role", "language", "time_zone", "about", "avoid")
        return {name: value for name in names if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyLine:
    """A company; its main domain stands first."""

    name: str = ""
    domains: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """An order, and whose it is by e-mail address or number."""

    number: str
    email: str = ""
    phone: str = ""
    title: str = ""
    amount_cents: int | None = None
    currency: str = ""
    state: str = ""
    placed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a line changed, so that it can be taken back: a row by its noun and primary key. `fields`: name to its value
    before and after, as JSON holds them; None where the row itself is new."""

    noun: str
    key: int
    fields: dict[str, list[Any]] | None = None


@dataclass(slots=True)
class Brought:
    """What became of one line. `reason` and `column`: why it was refused, and because of which of its fields. `key`: the
    person, company or order it is about; None when refused, and where it would be new and nothing is written."""

    outcome: str
    reason: str = ""
    column: str = ""
    changes: list[Change] = field(default_factory=list)
    key: int | None = None
