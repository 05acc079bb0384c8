"""What Fennimore Cycles promised in half a year, and within which time they mean to answer."""

from datetime import datetime, time, timedelta
from random import Random

from rung.accounts.access import Agent
from rung.business.verbs import make_calendar
from rung.core.actor import SYSTEM
from rung.demo import company
from rung.demo.clockwork import in_hours
from rung.demo.stage import Cast
from rung.promises.verbs import Aim, break_promise, keep_promise, make_promise, make_target, move_promise
from rung.promises.warning import end_of_day
from rung.touchpoints.access import Touchpoint, visible_conversations

WORDS = (
    "the new part is in the post",
    "Greta calls about the frame",
    "the date of delivery is confirmed",
    "the refund is on its way",
    "a picture of the colour is sent",
    "the bicycle is ready to be fetched",
    "a corrected invoice is sent",
)
TOLD = (
    "The part broke on the bench; a new one leaves on Monday.",
    "The paint shop is behind; it takes another week, and delivery is on us.",
)
PROMISES = 70
DAY = timedelta(days=1)


def set_targets(cast: Cast, at: datetime) -> None:
    """One target, in the hours of the shop."""
    weekdays = [(time(9), time(18))]
    calendar = make_calendar(
        "Shop",
        time_zone=company.ZONE,
        week=[*([weekdays] * 5), [(time(9), time(14))], []],
        holidays={},
        by=SYSTEM,
        at=at,
    )
    aim = Aim(
        name="Whoever writes",
        first_minutes=8 * 60,
        next_minutes=12 * 60,
        resolution_minutes=60 * 60,
        clock="calendar",
        calendar=calendar,
    )
    make_target(aim, by=cast.agents["lin"].actor, at=at)


def make_promises(cast: Cast, lot: Random, at: datetime) -> None:
    """In some answers of every week something was promised; most of it was kept. And what is due in these days."""
    answers = Touchpoint.objects.filter(direction="out", is_automatic=False, agent__isnull=False, due_at__isnull=True)
    told = (
        answers.filter(occurred_at__lt=at - 8 * DAY)
        .order_by("occurred_at", "pk")
        .select_related("agent", "conversation")
    )
    every = list(told)
    for answer in sorted(lot.sample(every, min(PROMISES, len(every))), key=lambda each: (each.occurred_at, each.pk)):
        _promise(answer, lot)
    for who in ("ada", "lin"):
        _promise_for_today(cast.agents[who], lot, at)


def _promise(answer: Touchpoint, lot: Random) -> None:
    agent = answer.agent
    assert agent is not None
    made_at, days = answer.occurred_at, lot.randrange(1, 5)
    promise = make_promise(
        answer.conversation.customer,
        lot.choice(WORDS),
        due_at=end_of_day(made_at + days * DAY, agent.zone),
        conversation=answer.conversation,
        letter=answer.pk,
        by=agent.actor,
        at=made_at,
    )
    fate = lot.random()
    day_before = in_hours(promise.due_at - lot.uniform(0.3, 0.9) * DAY)
    if fate < 0.72:
        keep_promise(promise, by=agent.actor, at=day_before)
    elif fate < 0.84:
        keep_promise(promise, by=agent.actor, at=in_hours(promise.due_at + lot.uniform(0.2, 2) * DAY))
    elif fate < 0.92:
        break_promise(promise, told=lot.choice(TOLD), by=agent.actor, at=day_before)
    else:
        later = end_of_day(promise.due_at + 2 * DAY, agent.zone)
        move_promise(promise, due_at=later, by=agent.actor, at=day_before)
        keep_promise(promise, by=agent.actor, at=in_hours(later - 0.6 * DAY))


def _promise_for_today(agent: Agent, lot: Random, at: datetime) -> None:
    theirs = visible_conversations(agent).open().filter(assignee=agent.pk).order_by("-last_touch_at", "-pk")
    for days, matter in zip((-1, 0, 2), theirs[:3], strict=False):
        due_at = end_of_day(at + days * DAY, agent.zone)
        made_at = max(matter.opened_at, due_at - 4 * DAY)
        if made_at < due_at:
            what = lot.choice(WORDS)
            make_promise(matter.customer, what, due_at=due_at, conversation=matter, by=agent.actor, at=made_at)
