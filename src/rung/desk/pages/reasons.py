"""Why somebody may be writing or calling today: guesses from what stands open and what they bought, each with its source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from rung.desk.pages.rows import Row

MOST = 3
ON_ITS_WAY = timedelta(days=90)
JUST_THERE = timedelta(days=30)
JUST_SETTLED = timedelta(days=14)
# What shops and ledgers call an order about which nobody asks any more, and one that has come.
OVER = frozenset(("cancelled", "canceled", "returned", "refunded", "closed", "storniert"))
THERE = frozenset(("delivered", "fulfilled", "complete", "completed", "done", "geliefert"))


@dataclass(frozen=True, slots=True)
class Purchase:
    number: str
    title: str
    amount_cents: int
    currency: str
    state: str
    placed_at: datetime


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` guesses; `source` says from what, as of `at`; `href` leads there, where there is a page of it."""

    text: str
    source: str
    at: datetime
    href: str = ""


def reasons_for(matters: Sequence[Row], orders: Sequence[Purchase], *, at: datetime) -> tuple[Reason, ...]:
    """The likeliest first: what they wait for, what is on its way, what has just come, what was settled just now. Pure."""
    found: list[Reason] = []
    for row in matters:
        if row.turn == "us" and row.since is not None:
            found.append(Reason(_("They wait for our answer"), row.subject, row.since, row.href))
    for order in orders:
        state, age = order.state.strip().lower(), at - order.placed_at
        if state in OVER or age < timedelta(0):
            continue
        if state in THERE and age < JUST_THERE + ON_ITS_WAY:
            found.append(
                Reason(
                    _("What they ordered has come: %(title)s") % {"title": order.title}, order.number, order.placed_at
                )
            )
        elif state not in THERE and age < ON_ITS_WAY:
            said = {"title": order.title, "state": order.state}
            found.append(
                Reason(
                    _("They wait for what they ordered: %(title)s (%(state)s)") % said, order.number, order.placed_at
                )
            )
    for row in matters:
        if row.turn == "resolved" and at - row.last_touch_at < JUST_SETTLED:
            found.append(Reason(_("What was settled may have come back"), row.subject, row.last_touch_at, row.href))
    return tuple(found[:MOST])
