"""What machines said: of our letters, what became of them; of themselves, what kind of letter theirs is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.customers.access import Customer
from rung.touchpoints.access import Came, Touchpoint

# So long servers go on trying (RFC 5321, 4.5.4.1: four to five days); after that a delay tells nothing any more.
TRIED_FOR = timedelta(days=5)
LATEST = 5

_SHOWN = {
    Came.FAILED: ("bad", "warning"),
    Came.DELAYED: ("warn", "clock"),
    Came.DELIVERED: ("plain", "check"),
    Came.OPENED: ("plain", "check"),
    Came.DISCARDED: ("plain", "close"),
    Came.COMPLAINED: ("bad", "warning"),
}
_KINDS = {
    "absence": gettext_lazy("away"),
    "reply": gettext_lazy("automatic answer"),
    "challenge": gettext_lazy("asks for a person"),
    "calendar": gettext_lazy("from their calendar"),
    "bulk": gettext_lazy("newsletter"),
    "repeated": gettext_lazy("the same words again"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """The latest word on one address a letter of ours went to. `is_loud`: somebody has to do something."""

    address: str
    label: str
    tone: str
    symbol: str
    why: str
    said: str
    at: datetime
    is_loud: bool


@dataclass(frozen=True, slots=True)
class Machine:
    """What an automatic letter is: `label` in a word, until when they are away, what only a person may open."""

    kind: str
    label: str
    until: date | None = None
    until_words: str = ""
    is_away_still: bool = False
    link: str = ""


def words_on(touchpoint: Touchpoint, at: datetime) -> tuple[Word, ...]:
    """What was last heard of each address. A delay goes when something later is heard, or nobody can be trying still."""
    latest = {report.address: report for report in sorted(touchpoint.reports.all(), key=lambda each: each.pk)}
    words = []
    for report in latest.values():
        came = Came(report.came)
        if came is Came.DELAYED and at - report.reported_at > TRIED_FOR:
            continue
        tone, symbol = _SHOWN[came]
        codes = " ".join(code for code in (report.code, report.status) if code)
        words.append(
            Word(
                address=report.address,
                label=str(came.label),
                tone=tone,
                symbol=symbol,
                why=str(report.get_reason_display()) if report.reason else "",
                said=_said(report.server, codes, report.said),
                at=report.reported_at,
                is_loud=came in (Came.FAILED, Came.DELAYED, Came.COMPLAINED),
            )
        )
    return tuple(words)


def _said(server: str, codes: str, said: str) -> str:
    """ "mx.example: 550 5.1.1 No such user": whose word it is, and the codes unless they are in it."""
    words = said if codes in said else f"{codes} {said}".strip()
    return f"{server}: {words}" if server and words else words


def machine_of(touchpoint: Touchpoint, at: datetime) -> Machine | None:
    """What the letter of a machine is; None for people's letters and for ours."""
    if touchpoint.direction != "in" or not touchpoint.is_automatic:
        return None
    kept = (touchpoint.brought or {}).get("automatic")
    kept = kept if isinstance(kept, Mapping) else {}
    kind = str(kept.get("kind", ""))
    until = _day(kept.get("until"))
    return Machine(
        kind=kind,
        label=str(_KINDS.get(kind, _("automatic"))),
        until=until,
        until_words=date_format(until, "l j F Y") if until is not None else "",
        is_away_still=until is not None and until > at.date(),
        link=str(kept.get("link", "")),
    )


def absence_of(customer: Customer, at: datetime) -> Machine | None:
    """That somebody is away now, as their latest automatic letters say."""
    for touchpoint in _latest_of_machines(customer.pk):
        machine = machine_of(touchpoint, at)
        if machine is not None and machine.until is not None and machine.until >= at.date():
            return machine
    return None


@seldom(lambda page: (page.customer,))
@compiled
def _latest_of_machines(customer: int) -> QuerySet[Touchpoint]:
    automatic = Touchpoint.objects.filter(customer=customer, direction="in", is_automatic=True)
    return automatic.only("direction", "is_automatic", "brought").order_by("-occurred_at", "-pk")[:LATEST]


def _day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None
