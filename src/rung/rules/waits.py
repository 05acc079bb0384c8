"""For whom a rule is due that waits for nobody to answer."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from rung.business.access import Hours, business_seconds, hours_of_team
from rung.rules.models import Counting, PassedOver, Rule, Run
from rung.touchpoints.access import Conversation, State

LONGEST_BREAK = timedelta(days=30)
"""So long a house may be closed while somebody waits; whoever waited longer when a rule was switched on is not its
business."""

CHUNK = 1000


def due_waits(rule: Rule, at: datetime, *, limit: int) -> list[tuple[int, datetime]]:
    """Conversations, by number, with the moment since which their customer waits: those that have come to the hours of a
    rule since it was switched on, and that it has not looked at. The longest first."""
    if rule.on_since_at is None:
        return []
    span = timedelta(hours=float(rule.hours))
    is_working = rule.counting == Counting.WORKING
    # Working time is never more than calendar time, so the calendar says who comes into question.
    earliest = rule.on_since_at - span - (LONGEST_BREAK + span * 6 if is_working else timedelta())
    looked = {"rule": rule, "conversation": OuterRef("pk"), "waited_since_at": OuterRef("awaits_us_since_at")}
    waiting = Conversation.objects.filter(
        ~Exists(Run.objects.filter(**looked)),
        ~Exists(PassedOver.objects.filter(**looked)),
        state__in=(State.OPEN, State.SNOOZED),
        awaits_us_since_at__lte=at - span,
        awaits_us_since_at__gt=earliest,
    )
    rows = waiting.order_by("awaits_us_since_at", "pk").values_list("pk", "awaits_us_since_at", "team_id")
    if not is_working:
        return [(pk, since) for pk, since, _team in rows[:limit] if since is not None]
    found: list[tuple[int, datetime]] = []
    hours: dict[int | None, Hours] = {}
    for pk, since, team in rows.iterator(chunk_size=CHUNK):
        if since is None:
            continue
        if team not in hours:
            hours[team] = hours_of_team(team)
        wanted = span.total_seconds()
        was_due_before = business_seconds(since, rule.on_since_at, hours[team]) >= wanted
        if not was_due_before and business_seconds(since, at, hours[team]) >= wanted:
            found.append((pk, since))
            if len(found) == limit:
                break
    return found
