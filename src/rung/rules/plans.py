"""What a rule says, as it was entered."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rung.rules.conditions import Condition
from rung.rules.deeds import Deed
from rung.rules.models import Counting, Joint, Moment, Rule


@dataclass(frozen=True, kw_only=True)
class Plan:
    """When, if and then. `hours` and `counting` only count for a customer who has waited, `tag` only for one put on."""

    name: str
    moment: str = Moment.INCOMING.value
    hours: Decimal = Decimal(4)
    counting: str = Counting.CALENDAR.value
    tag: int | None = None
    joint: str = Joint.ALL.value
    conditions: tuple[Condition, ...] = ()
    deeds: tuple[Deed, ...] = field(default=())
    is_last: bool = False

    @classmethod
    def of(cls, rule: Rule) -> Plan:
        return cls(
            name=rule.name,
            moment=rule.moment,
            hours=rule.hours.normalize(),
            counting=rule.counting,
            tag=rule.tag_id,
            joint=rule.joint,
            conditions=tuple(map(Condition.of, rule.conditions)),
            deeds=tuple(map(Deed.of, rule.deeds)),
            is_last=rule.is_last,
        )

    @property
    def entered(self) -> dict[str, Any]:
        """Each part as text that can be compared."""
        return {
            "name": self.name,
            "moment": self.moment,
            "hours": format(self.hours, "f"),
            "counting": self.counting,
            "tag": str(self.tag or ""),
            "joint": self.joint,
            "conditions": json.dumps([each.kept for each in self.conditions]),
            "deeds": json.dumps([each.kept for each in self.deeds]),
            "is_last": "yes" if self.is_last else "",
        }
