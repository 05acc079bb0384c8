"""A small company in which everything happens that makes counting hard, told by the product's own verbs.

What happens is drawn by a seed, in whole hours, so that many things happen at midnight and at the same moment.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer, Merge
from rung.customers.verbs import forget_customer, merge_customers, part_customers
from rung.promises.models import Promise
from rung.promises.verbs import (
    Aim,
    break_promise,
    keep_promise,
    make_promise,
    make_target,
    move_promise,
    reopen_promise,
    unmove_promise,
    withdraw_promise,
)
from rung.touchpoints.incoming import Logged
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    log_touchpoint,
    mark_spam,
    merge_conversations,
    note_signal,
    part_from_conversation,
    place_in_phase,
    reopen_conversation,
    resolve_conversation,
    snooze_conversation,
    split_conversation,
    start_conversation,
    take_back_answer,
    unmark_spam,
    unsplit_conversation,
    withdraw_signal,
)
from tests.cast import written
from tests.insight.conftest import Story

HOUR = timedelta(hours=1)
SIGNALS = ("complaint", "complaint", "escalation", "negative_review", "failure_demand", "value_demand", "referral")


@dataclass
class Company:
    """Draws what happens next, and lets it happen."""

    story: Story
    agents: tuple[Agent, ...]
    teams: tuple[Team | None, ...]
    seed: int
    people: list[Customer] = field(default_factory=list)
    matters: list[Conversation] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.draw = Random(self.seed)

    def lives(self, days: int, deeds: int) -> None:
        """So many deeds over so many days. One that the product refuses is none."""
        self.people = [self.story.person() for _ in range(14)]
        make_target(
            Aim(
                name="Answers",
                first_minutes=12 * 1440,
                next_minutes=9 * 1440,
                resolution_minutes=20 * 1440,
                pauses=True,
            ),
            by=SYSTEM,
            at=self.story.start,
        )
        hours = sorted(self.draw.randrange(24, days * 24) for _ in range(deeds))
        names = [name for name, often in OFTEN.items() for _ in range(often)]
        for n, hour in enumerate(hours):
            if n % 12 == 0:
                self.story.work(at=self.story.start + hour * HOUR)
            name = self.draw.choice(names)
            try:
                getattr(self, name)(self.story.start + hour * HOUR)
                self.done.append(name)
            except (ValidationError, IndexError, Conversation.DoesNotExist) as refused:
                self.done.append(f"{name} refused: {type(refused).__name__}")

    # Whom and what it happens to.

    def agent(self) -> Agent:
        return self.draw.choice(self.agents)

    def customer(self) -> Customer:
        # Some write often, some once.
        known = Customer.objects.get(pk=self.people[int(len(self.people) * self.draw.random() ** 2)].pk)
        return known.merged_into or known

    def matter(self) -> Conversation:
        """As the desk shows one: who asks for one that joined another gets that."""
        found = Conversation.objects.get(pk=self.draw.choice(self.matters).pk)
        while found.state == "joined":
            found = found.admissions.get(ended_at__isnull=True).into
        return found

    def touchpoint(self) -> Touchpoint:
        return self.draw.choice(list(self.matter().touchpoints.order_by("occurred_at", "pk")))

    # What happens.

    def writes(self, at: datetime) -> None:
        phase = self.draw.choice(("", "before", "during", "after"))
        kind = self.draw.random()
        matter = written(
            self.customer(), at=at, team=self.draw.choice(self.teams), text=f"{at} {self.draw.random()}",
            subject=f"Matter {self.draw.random()}", is_automatic=kind < 0.06, is_archived=0.06 < kind < 0.1,
            reference=f"<{self.draw.random()}@example.org>",
        )  # fmt: skip
        self.matters.append(matter)
        if phase:
            place_in_phase(matter.touchpoints.order_by("pk")[0], phase, by=SYSTEM, at=at)

    def writes_again(self, at: datetime) -> None:
        matter = self.matter()
        writer = matter.customer if self.draw.random() < 0.8 else self.customer()
        found = written(
            writer, at=at, conversation=matter.pk, text=f"And {self.draw.random()}?", is_automatic=self.draw.random() < 0.1,
            reference=f"<{self.draw.random()}@example.org>",
        )  # fmt: skip
        self.matters.append(found)

    def calls(self, at: datetime) -> None:
        matter = self.matter() if self.draw.random() < 0.6 else None
        logged = Logged(
            channel=self.draw.choice(("phone", "phone", "visit", "letter")),
            direction=self.draw.choice(("in", "in", "out")),
            text="It is broken.",
            occurred_at=at - self.draw.choice((0, 0, 1, 5, 30)) * HOUR,
            phase=self.draw.choice(("", "before")),
        )
        who = matter.customer if matter is not None else self.customer()
        found = log_touchpoint(who, logged, conversation=matter, by=self.agent().actor, at=at)
        self.matters.append(found.conversation)

    def begins(self, at: datetime) -> None:
        due_at = at + self.draw.choice((6, 30)) * HOUR if self.draw.random() < 0.3 else None
        letter = start_conversation(
            self.customer(), subject=f"News {self.draw.random()}", text="It comes later.", due_at=due_at,
            team=self.draw.choice(self.teams), by=self.agent().actor, at=at,
        )  # fmt: skip
        self.matters.append(letter.conversation)

    def answers(self, at: datetime) -> None:
        due_at = at + self.draw.choice((6, 60)) * HOUR if self.draw.random() < 0.25 else None
        answer_conversation(
            self.matter(), text="Here it is.", resolve=self.draw.random() < 0.5, due_at=due_at,
            stops_if_they_write=due_at is not None and self.draw.random() < 0.5, by=self.agent().actor, at=at,
        )  # fmt: skip

    def takes_back(self, at: datetime) -> None:
        planned = list(Touchpoint.objects.filter(due_at__isnull=False).order_by("pk"))
        take_back_answer(self.draw.choice(planned), by=self.agent().actor, at=at)

    def resolves(self, at: datetime) -> None:
        resolve_conversation(self.matter(), by=self.agent().actor, at=at)

    def reopens(self, at: datetime) -> None:
        reopen_conversation(self.matter(), by=self.agent().actor, at=at)

    def snoozes(self, at: datetime) -> None:
        snooze_conversation(self.matter(), until=at + 50 * HOUR, by=self.agent().actor, at=at)

    def assigns(self, at: datetime) -> None:
        agent = self.draw.choice((*self.agents, None))
        assign_conversation(self.matter(), agent=agent, team=self.draw.choice(self.teams), by=self.agent().actor, at=at)

    def marks(self, at: datetime) -> None:
        note_signal(self.touchpoint(), self.draw.choice(SIGNALS), by=self.agent().actor, at=at)

    def unmarks(self, at: datetime) -> None:
        matter = self.matter()
        touchpoint = self.draw.choice(
            list(matter.touchpoints.filter(signals__withdrawn_at__isnull=True, signals__isnull=False))
        )
        signal = touchpoint.signals.filter(withdrawn_at__isnull=True).order_by("pk")[0]
        withdraw_signal(touchpoint, signal.kind, by=self.agent().actor, at=at)

    def places(self, at: datetime) -> None:
        place_in_phase(self.touchpoint(), self.draw.choice(("before", "during", "after")), by=self.agent().actor, at=at)

    def merges(self, at: datetime) -> None:
        merge_conversations(self.matter(), self.matter(), by=self.agent().actor, at=at)

    def parts(self, at: datetime) -> None:
        joined = [each for each in self.matters if Conversation.objects.get(pk=each.pk).state == "joined"]
        part_from_conversation(Conversation.objects.get(pk=self.draw.choice(joined).pk), by=self.agent().actor, at=at)

    def splits(self, at: datetime) -> None:
        with_later = self.draw.random() < 0.4
        self.matters.append(split_conversation(self.touchpoint(), with_later=with_later, by=self.agent().actor, at=at))

    def unsplits(self, at: datetime) -> None:
        unsplit_conversation(self.matter(), by=self.agent().actor, at=at)

    def spams(self, at: datetime) -> None:
        mark_spam(self.matter(), by=self.agent().actor, at=at)

    def unspams(self, at: datetime) -> None:
        spam = [each for each in self.matters if Conversation.objects.get(pk=each.pk).state == "spam"]
        unmark_spam(Conversation.objects.get(pk=self.draw.choice(spam).pk), by=self.agent().actor, at=at)

    def orders(self, at: datetime) -> None:
        self.story.order(self.customer(), (at - self.story.start) / (24 * HOUR))

    def is_one(self, at: datetime) -> None:
        merge_customers(self.customer(), self.customer(), by=self.agent().actor, at=at)

    def is_two(self, at: datetime) -> None:
        merges = list(Merge.objects.filter(ended_at__isnull=True).order_by("pk"))
        part_customers(self.draw.choice(merges), by=self.agent().actor, at=at)

    def forgets(self, at: datetime) -> None:
        forget_customer(self.customer(), by=self.agent().actor, at=at)

    def promises(self, at: datetime) -> None:
        matter = self.matter() if self.draw.random() < 0.8 else None
        who = matter.customer if matter is not None else self.customer()
        due_at = at + self.draw.choice((24, 72, 240)) * HOUR
        what = f"Table {self.draw.random()}"
        make_promise(who, what, due_at=due_at, is_day=False, conversation=matter, by=self.agent().actor, at=at)

    def vows(self, at: datetime) -> None:
        promise = self.draw.choice(list(Promise.objects.order_by("pk")))
        by = self.agent().actor
        deeds: tuple[Callable[[], object], ...] = (
            lambda: keep_promise(promise, by=by, at=at),
            lambda: keep_promise(promise, by=by, at=at),
            lambda: break_promise(promise, by=by, at=at),
            lambda: withdraw_promise(promise, by=by, at=at),
            lambda: move_promise(promise, due_at=at + 100 * HOUR, by=by, at=at),
            lambda: unmove_promise(promise, by=by, at=at),
            lambda: reopen_promise(promise, by=by, at=at),
        )
        self.draw.choice(deeds)()

    def is_asked(self, at: datetime) -> None:
        matter, days = self.matter(), (at - self.story.start) / (24 * HOUR)
        question = self.draw.choice(("ces", "ces", "csat", "nps"))
        invitation = self.story.asked(matter, question, days)
        after = self.draw.choice((0.0, 0.25, 9.0))
        for often in range(self.draw.choice((0, 1, 1, 2))):
            self.story.says(matter, invitation, question, self.draw.randrange(1, 6), days + after + often)


OFTEN = {
    "writes": 16, "writes_again": 12, "calls": 8, "begins": 3, "answers": 14, "takes_back": 2, "resolves": 8, "reopens": 3,
    "snoozes": 2, "assigns": 6, "marks": 10, "unmarks": 3, "places": 4, "merges": 5, "parts": 4, "splits": 5, "unsplits": 2,
    "spams": 3, "unspams": 2, "orders": 9, "is_one": 2, "is_two": 1, "forgets": 1, "promises": 6, "vows": 8, "is_asked": 8,
}  # fmt: skip
