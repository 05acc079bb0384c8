"""What the actors of the demo do, each a few verbs in a row, with the small facts that go with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.utils.html import escape

from rung.accounts.access import Agent, Team
from rung.channels.phone.access import Call, Telephone
from rung.channels.phone.verbs import Announced, announce_call, close_call, note_call
from rung.core.actor import SYSTEM
from rung.customers.access import Customer, Order
from rung.demo import company
from rung.demo.company import Colleague
from rung.demo.people import Person
from rung.touchpoints.access import Conversation, Touchpoint
from rung.touchpoints.incoming import Incoming, IncomingFile, Logged, Parties, Party
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    log_touchpoint,
    mark_delivered,
    mark_read,
    name_touchpoint,
    receive_touchpoint,
)

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Monday")


@dataclass
class Guest:
    """A customer in play: who they are, what they expect, what they bought, how the last time felt."""

    person: Person
    customer: Customer
    expectation: float
    last_d: float = 0.0
    orders: list[Order] = field(default_factory=list)
    is_gone: bool = False
    is_unreachable: bool = False


@dataclass
class Cast:
    """Everybody on our side, by key."""

    agents: dict[str, Agent]
    teams: dict[str, Team]
    colleagues: dict[str, Colleague]
    telephones: dict[str, Telephone]

    def of_team(self, team: str) -> list[str]:
        return [each.key for each in company.COLLEAGUES if team in each.teams]

    def lead_of(self, team: str) -> str:
        return next(each.key for each in company.COLLEAGUES if team in each.teams and each.role == "lead")


class Stage:
    """The verbs as the stories use them. Every draw of chance comes from the story's own lot."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self._letters = 0
        self._calls = 0

    def reference(self, domain: str) -> str:
        """A Message-ID nobody else has."""
        self._letters += 1
        return f"<{self._letters:06d}.demo@{domain}>"

    def slots(self, lot: Random, guest: Guest, at: datetime) -> dict[str, str]:
        """What the braces of the letters stand for, drawn once for a story."""
        order = guest.orders[-1] if guest.orders else None
        if order is not None:
            product = next((name for name, *_ in company.PRODUCTS if name in order.title), "Wren")
        else:
            product = lot.choice(company.PRODUCTS)[0]
        price = next(price for name, _kind, price in company.PRODUCTS if name == product)
        day = at + timedelta(days=lot.randrange(2, 6))
        height = lot.randrange(152, 198)
        return {
            "first": guest.person.first,
            "full": guest.person.name,
            "product": product,
            "order": order.number if order else "F-20000",
            "company": guest.person.firm or "our office",
            "city": guest.person.city,
            "colour": lot.choice(company.COLOURS),
            "size": company.SIZES[min(4, (height - 150) // 10)],
            "height": str(height),
            "leg": str(round(height * 0.47)),
            "part": lot.choice(company.PARTS),
            "weeks": str(lot.randrange(5, 12)),
            "week": str((at + timedelta(days=14)).isocalendar().week),
            "day": WEEKDAYS[day.weekday()],
            "date": f"{day.day} {day:%B}",
            "amount": f"{price // 100:,} euros",
            "small_amount": f"{lot.randrange(8, 46) * 10} euros",
            "tiny_amount": f"{lot.randrange(8, 48)} euros",
            "waited": "more than a week",
        }

    def write_in(
        self,
        guest: Guest,
        *,
        subject: str,
        text: str,
        at: datetime,
        team: str = "",
        conversation: Conversation | None = None,
        html: str = "",
        signature: str = "",
        files: Sequence[IncomingFile] = (),
        is_automatic: bool = False,
    ) -> Touchpoint:
        """The customer sends an e-mail, new or into a conversation, with the last of ours quoted below."""
        ours = None
        if conversation is not None:
            ours = (
                conversation.touchpoints.filter(direction="out", is_automatic=False)
                .order_by("-occurred_at", "-pk")
                .first()
            )
        sender = guest.person.email
        mailbox = next((local for _name, local, of in company.MAILBOXES if of == team), "hello")
        incoming = Incoming(
            channel="email",
            reference=self.reference(sender.rsplit("@", 1)[1]),
            subject=subject,
            text=text,
            html=html,
            quoted=_quoted(ours) if ours is not None else "",
            signature=signature,
            occurred_at=at,
            in_reply_to=ours.reference if ours is not None else "",
            conversation=conversation.pk if conversation is not None else None,
            team=self.cast.teams[team].pk if team else None,
            is_automatic=is_automatic,
            parties=Parties(sender=sender, to=(Party(f"{mailbox}@{company.DOMAIN}", is_ours=True),)),
            files=tuple(files),
        )
        learnt = at + timedelta(seconds=20)
        return receive_touchpoint(guest.customer, incoming, by=guest.customer.actor, at=learnt)

    def take(self, conversation: Conversation, key: str, team: str, *, by: str, at: datetime) -> None:
        assign_conversation(
            conversation,
            agent=self.cast.agents[key],
            team=self.cast.teams[team],
            by=self.cast.agents[by].actor,
            at=at,
        )

    def answer(
        self,
        conversation: Conversation,
        key: str,
        text: str,
        *,
        at: datetime,
        files: Sequence[IncomingFile] = (),
        resolve: bool = False,
        outcome: str = "unknown",
    ) -> Touchpoint:
        agent = self.cast.agents[key]
        touchpoint = answer_conversation(
            conversation, text=text, files=tuple(files), resolve=resolve, outcome=outcome, by=agent.actor, at=at
        )
        self.deliver(touchpoint, at=at)
        mark_read(conversation, agent=agent, by=agent.actor, at=at)
        return touchpoint

    def deliver(self, touchpoint: Touchpoint, *, at: datetime) -> None:
        """In the story it was sent; in truth no letter of the demo ever leaves, because nothing is left to be sent."""
        name_touchpoint(touchpoint, self.reference(company.DOMAIN), by=SYSTEM, at=at)
        mark_delivered(touchpoint, by=SYSTEM, at=at + timedelta(seconds=4))

    def ring(self, guest: Guest, team: str, *, at: datetime) -> Call:
        """The team's telephone rings, and its system says so."""
        self._calls += 1
        announced = Announced(name=f"demo-{self._calls:05d}", state="ringing", number=guest.person.phone)
        return announce_call(self.cast.telephones[team], announced, by=SYSTEM, at=at)

    def pick_up(self, call: Call, key: str, *, at: datetime) -> None:
        taken = Announced(name=call.name, state="answered", agent=self.cast.agents[key])
        announce_call(call.telephone, taken, by=SYSTEM, at=at)

    def hang_up(self, call: Call, *, at: datetime) -> Call:
        """The call as it is then: with a touchpoint, where somebody had taken it."""
        return announce_call(call.telephone, Announced(name=call.name, state="ended"), by=SYSTEM, at=at)

    def write_up(self, call: Call, key: str, text: str, *, at: datetime) -> Touchpoint | None:
        """What was said is noted while they speak; then both hang up, and the call leaves the screen."""
        actor = self.cast.agents[key].actor
        note_call(call, text, by=actor, at=at)
        ended = self.hang_up(call, at=at)
        close_call(ended, by=actor, at=at)
        return ended.touchpoint

    def log(
        self,
        guest: Guest,
        key: str,
        *,
        channel: str,
        text: str,
        subject: str = "",
        direction: str = "in",
        conversation: Conversation | None = None,
        lot: Random,
        at: datetime,
    ) -> Touchpoint:
        logged = Logged(
            channel=channel,
            direction=direction,
            text=text,
            subject=subject,
            occurred_at=at - timedelta(minutes=lot.randrange(2, 15)),
            duration_s=lot.randrange(90, 1500),
            place=lot.choice(("Showroom", "Workshop counter", "At the customer's")),
        )
        return log_touchpoint(guest.customer, logged, conversation=conversation, by=self.cast.agents[key].actor, at=at)


def _quoted(ours: Touchpoint) -> str:
    lines = "\n".join(f"> {line}" for line in ours.text.splitlines())
    return f"On {ours.occurred_at:%d %B %Y at %H:%M}, {company.NAME} wrote:\n{lines}"


def as_html(text: str, *, image: str = "") -> str:
    """The same words as a mail program sends them, with a picture in the middle where there is one."""
    parts = [f"<p>{escape(part)}</p>".replace("\n", "<br>") for part in text.split("\n\n")]
    if image:
        parts.insert(1, f'<p><img src="cid:{image}" alt=""></p>')
    return f"<div>{''.join(parts)}</div>"


def dressed(lot: Random, colleague: Colleague, guest: Guest, core: str, mood: str) -> str:
    """Our answer in a colleague's own manner: greeting, a word for the mood, what there is to say, a closing."""
    hello = lot.choice(colleague.hello).format(first=guest.person.first, full=guest.person.name or "customer")
    opening = {"trouble": colleague.sorry, "kind": colleague.warm}.get(mood, ())
    parts = [hello, lot.choice(opening) if opening and lot.random() < 0.8 else "", core, lot.choice(colleague.close)]
    return "\n\n".join(part for part in parts if part)
