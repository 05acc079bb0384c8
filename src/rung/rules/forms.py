"""Reading a rule as it was entered: parts come and go with buttons, so that no script is needed."""

from __future__ import annotations

from decimal import Decimal, DecimalException
from typing import Any

from django.http import QueryDict

from rung.core.given import given_key
from rung.rules.conditions import Condition, question_of
from rung.rules.deeds import DEEDS, Deed
from rung.rules.models import Counting, Joint
from rung.rules.plans import Plan

MOST_PARTS = 30


def read_plan(given: QueryDict) -> Plan:
    """What a form says, also where it is not right yet; the verb says what it lacks."""
    return Plan(
        name=given.get("name", ""),
        moment=given.get("moment", ""),
        hours=_number(given.get("hours", "")),
        counting=_among(given.get("counting", ""), Counting.values, Counting.CALENDAR.value),
        tag=given_key(given.get("tag", "")),
        joint=_among(given.get("joint", ""), Joint.values, Joint.ALL.value),
        conditions=tuple(_conditions(given)),
        deeds=tuple(_deeds(given)),
        is_last=given.get("is_last") == "yes",
    )


def with_part(plan: Plan, do: str, given: QueryDict) -> Plan:
    """The same with one part more or less, as a button says: "add-if", "add-then", "drop-if-2", "drop-then-0"."""
    said: dict[str, Any] = {name: getattr(plan, name) for name in Plan.__dataclass_fields__}
    verb, _dash, rest = do.partition("-")
    where, _dash, number = rest.partition("-")
    name = "conditions" if where == "if" else "deeds"
    parts = list(said[name])
    if verb == "drop" and (place := given_key(number)) is not None and place < len(parts):
        del parts[place]
    elif verb == "add" and len(parts) < MOST_PARTS:
        what = given.get(f"add_{where}", "")
        if where == "if" and (question := question_of(what)) is not None:
            parts.append(Condition(what, question.ways[0][0]))
        elif where == "then" and what in DEEDS:
            parts.append(Deed(what))
    said[name] = tuple(parts)
    return Plan(**said)


def _conditions(given: QueryDict) -> list[Condition]:
    found = []
    for number in range(MOST_PARTS):
        what = given.get(f"if-{number}-what")
        if what is None:
            break
        found.append(Condition(what, given.get(f"if-{number}-how", ""), tuple(given.getlist(f"if-{number}-value"))))
    return found


def _deeds(given: QueryDict) -> list[Deed]:
    found = []
    for number in range(MOST_PARTS):
        what = given.get(f"then-{number}-what")
        if what is None:
            break
        value = tuple(each for each in given.getlist(f"then-{number}-value") if each)
        found.append(Deed(what, value, given.get(f"then-{number}-text", "")))
    return found


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
        is_meant = number.is_finite() and abs(number) < 100_000
    except DecimalException:
        return Decimal(0)
    return number.quantize(Decimal("0.01")).normalize() if is_meant else Decimal(0)


def _among(given: str, known: list[str], otherwise: str) -> str:
    return given if given in known else otherwise
