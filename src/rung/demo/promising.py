"""What Fennimore Cycles promised in half a year, and within which time they mean to answer."""

from datetime import datetime, time, timedelta
from random import Random

from rung.accounts.access import Agent
from rung.business.verbs import make_calendar
from rung.core.actor import SYSTEM
from rung.demo import company
from rung.demo.clockwork import Agenda, Story, in_hours
from rung.demo.stage import Cast
from rung.promises.access import Promise
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


def promising(lot: Random, agenda: Agenda) -> Story:
    """Every few days somebody promises something with an answer of theirs; most of it is kept."""
    while True:
        answer = _latest_answer()
        if answer is not None and answer.agent is not None:
            due_at = end_of_day(agenda.now + lot.randrange(1, 5) * DAY, answer.agent.zone)
            promise = make_promise(
                answer.conversation.customer,
                lot.choice(WORDS),
                due_at=due_at,
                conversation=answer.conversation,
                letter=answer.pk,
                by=answer.agent.actor,
                at=agenda.now,
            )
            fate = lot.random()
            is_late = 0.72 <= fate < 0.84
            ends = due_at + lot.uniform(0.2, 2) * DAY if is_late else due_at - lot.uniform(0.3, 0.9) * DAY
            agenda.add(_ending(promise, answer.agent, fate, lot, agenda), in_hours(ends))
        yield agenda.now + timedelta(hours=lot.uniform(40, 90))


def promises_of(agent: Agent, days: tuple[int, ...], lot: Random, agenda: Agenda) -> Story:
    """What is due on somebody's desk so many days from now."""
    theirs = visible_conversations(agent).open().filter(assignee=agent.pk).order_by("-last_touch_at", "-pk")
    for ahead, matter in zip(days, theirs[: len(days)], strict=False):
        due_at = end_of_day(agenda.now + ahead * DAY, agent.zone)
        make_promise(
            matter.customer, lot.choice(WORDS), due_at=due_at, conversation=matter, by=agent.actor, at=agenda.now
        )
    yield from ()


def _latest_answer() -> Touchpoint | None:
    answers = Touchpoint.objects.filter(direction="out", is_automatic=False, agent__isnull=False, due_at__isnull=True)
    return answers.select_related("agent", "conversation__customer").order_by("-occurred_at", "-pk").first()


def _ending(promise: Promise, agent: Agent, fate: float, lot: Random, agenda: Agenda) -> Story:
    if fate < 0.84:
        keep_promise(promise, by=agent.actor, at=agenda.now)
    elif fate < 0.92:
        break_promise(promise, told=lot.choice(TOLD), by=agent.actor, at=agenda.now)
    else:
        later = end_of_day(agenda.now + 3 * DAY, agent.zone)
        move_promise(promise, due_at=later, by=agent.actor, at=agenda.now)
        yield in_hours(later - 0.6 * DAY)
        keep_promise(promise, by=agent.actor, at=agenda.now)
