"""What brings customers to us over half a year: when they come, why, and what they buy."""

from datetime import datetime, timedelta
from random import Random

from rung.core.actor import SYSTEM, Actor
from rung.customers.access import Company, Order
from rung.customers.verbs import (
    add_address,
    describe_customer,
    meet_customer,
    move_order,
    place_order,
    recognise_customer,
)
from rung.demo import company, pictures
from rung.demo.clockwork import Agenda, Story, in_hours, some_time_of_day
from rung.demo.oddities import ODD_LETTERS
from rung.demo.people import Person, slug
from rung.demo.stage import Guest, Stage
from rung.demo.stories import Teller
from rung.demo.telling import BAD_MONTH
from rung.demo.texts import Situation, situations
from rung.surveys.verbs import invite_customers
from rung.touchpoints.incoming import IncomingFile

SPAN = timedelta(days=205)
"""How far back the demo reaches; orders of old customers lie before."""

BUILD_DAYS = (30, 48)


class Lives:
    """Puts the lives of all customers on the agenda. `teller` tells what happens when they come."""

    def __init__(self, teller: Teller, stage: Stage, agenda: Agenda, lot: Random, firms: dict[str, Company]) -> None:
        self.teller = teller
        self.stage = stage
        self.agenda = agenda
        self.lot = lot
        self.firms = firms
        self.guests: dict[str, Guest] = {}
        self.past = Random(teller.seed + 3)  # noqa: S311 - not for secrets
        self._orders = 0

    @property
    def began(self) -> datetime:
        return self.agenda.until - SPAN

    def moment(self, lot: Random, density: float = 0.75) -> datetime:
        """Some moment in the span, later ones likelier: `density` below 1 makes the days grow busier."""
        days = SPAN.days * lot.random() ** density
        return some_time_of_day(lot, self.began + timedelta(days=days))

    # Entering

    def add(self, person: Person) -> None:
        """Somebody's whole half-year: what they bought before, when they come to us, and what for is decided then."""
        lot = self.lot
        old = not person.is_internal and lot.random() < 0.5
        visits = 3.0 if person.is_internal else 2.4 if person.firm else 2.2
        arrivals = sorted(self.moment(lot) for _ in range(max(1, _poisson(lot, visits))))
        begins = self.began - timedelta(days=lot.randrange(1, 20)) if old else arrivals[0]
        self.agenda.add(self.enters(person, old), min(begins, self.agenda.until - timedelta(hours=2)))
        for arrival in arrivals:
            self.agenda.add(self.comes(person), arrival + timedelta(seconds=30))

    def enters(self, person: Person, old: bool) -> Story:
        self.meet(person)
        if old:
            guest = self.guests[person.name + person.email]
            self.bought_before(guest)
            ago = timedelta(days=self.lot.randrange(60, 500))
            order = self.order(guest, self.agenda.now - ago, told_at=self.agenda.now)
            move_order(order, state="delivered", by=SYSTEM, at=self.agenda.now)
        if not person.is_internal and self.lot.random() < 0.35:
            wanted = max(self.moment(self.lot), self.agenda.now + timedelta(days=self.lot.uniform(1, 30)))
            self.agenda.add(self.purchase(self.guests[person.name + person.email]), wanted)
        yield from ()

    def bought_before(self, guest: Guest) -> None:
        """What a faithful customer bought in the years before: a second bicycle, one for a child, more for the fleet."""
        chance = self.past
        while chance.random() < 0.35:
            placed_at = self.agenda.now - timedelta(days=chance.randrange(520, 1100))
            name, kind, price = chance.choice(company.PRODUCTS)
            self._orders += 1
            order = place_order(
                guest.customer,
                number=f"F-{20400 + self._orders}",
                title=f"{name} {kind}, {chance.choice(company.COLOURS)}, size {chance.choice(company.SIZES)}",
                amount_cents=price,
                placed_at=placed_at,
                by=SYSTEM,
                at=self.agenda.now,
            )
            move_order(order, state="delivered", by=SYSTEM, at=self.agenda.now)

    def meet(self, person: Person) -> Guest:
        at = self.agenda.now
        if person.email:
            customer = recognise_customer(person.email, name=person.name, by=SYSTEM, at=at)
            if person.phone:
                add_address(customer, person.phone, kind="phone", by=SYSTEM, at=at)
        elif person.phone:
            customer = recognise_customer(person.phone, kind="phone", name=person.name, by=SYSTEM, at=at)
        else:
            customer = meet_customer(name=person.name, by=SYSTEM, at=at)
        describe_customer(
            customer,
            role_title=person.role,
            about=person.about,
            language=person.language,
            time_zone=person.zone,
            captive=person.captive,
            is_internal=person.is_internal,
            company=self.firms.get(person.firm),
            by=SYSTEM,
            at=at,
        )
        if person.email and not person.is_internal and self.lot.random() < 0.06:
            # Made of the whole first address, so that two people of one name do not get the same second one.
            add_address(customer, f"{slug(person.email)}@postbag.test", kind="email", label="private", by=SYSTEM, at=at)
        guest = Guest(person=person, customer=customer, expectation=person.expectation)
        self.guests[person.name + person.email] = guest
        return guest

    # Coming

    def comes(self, person: Person) -> Story:
        """One contact: why depends on where they stand with us now."""
        guest = self.guests[person.name + person.email]
        if guest.is_gone:
            return
        situation = self.reason(guest)
        if situation.sells and self.lot.random() * 130 < situation.sells and guest.last_d > -1.2:
            self.agenda.add(self.purchase(guest), self.agenda.now + timedelta(days=self.lot.uniform(1.5, 24)))
        yield from self.teller.episode(guest, situation)

    def reason(self, guest: Guest) -> Situation:
        if guest.person.is_internal:
            return self._draw("inside")
        order = guest.orders[-1] if guest.orders else None
        if order is None:
            return self._draw("", "before", guest)
        if order.state != "delivered":
            return self._draw("", "during", guest)
        return self._draw("", "before" if self.lot.random() < 0.14 else "after", guest)

    def _draw(self, only: str, phase: str = "", guest: Guest | None = None) -> Situation:
        """A situation by weight. In the bad month the hubs fail more often."""
        firm = bool(guest and guest.person.firm)
        fitting = [
            situation
            for situation in situations().values()
            if situation.weight
            and (situation.only == only or (situation.only == "company" and firm and not only))
            and (not phase or situation.phase == phase)
            and situation.name != "bad_review"
            and (situation.mood != "robot" or firm)
            and (not situation.motor or (guest is not None and _has_motor(guest)))
        ]
        ago = self.agenda.until - self.agenda.now
        bad = BAD_MONTH[1] <= ago <= BAD_MONTH[0]
        weights = [situation.weight * (4 if situation.wave and bad else 1) for situation in fitting]
        return self.lot.choices(fitting, weights=weights)[0]

    def trouble_with_hubs(self, count: int) -> None:
        """More of the same in the bad month, among those who own a bicycle."""
        begins = self.agenda.until - BAD_MONTH[0]
        for _ in range(count):
            day = begins + timedelta(days=self.lot.uniform(0, (BAD_MONTH[0] - BAD_MONTH[1]).days - 3))
            self.agenda.add(self.some_owner("hub_slips"), some_time_of_day(self.lot, day))

    def recalls(self, count: int) -> None:
        """What the workshop did about it: wrote to owners before their hub failed."""
        for _ in range(count):
            day = self.agenda.until - BAD_MONTH[1] + timedelta(days=self.lot.uniform(4, 16))
            self.agenda.add(self.some_owner(""), some_time_of_day(self.lot, day))

    def on_paper(self, count: int) -> None:
        """Some still write by hand, mostly when they are pleased."""
        for _ in range(count):
            day = self.agenda.until - timedelta(days=self.past.uniform(12, 150))
            self.agenda.add(self.some_owner("praise_ride", channel="letter"), some_time_of_day(self.past, day))

    def some_owner(self, situation: str, *, channel: str = "email") -> Story:
        owners = [
            guest
            for guest in self.guests.values()
            if guest.orders and guest.orders[-1].state == "delivered" and guest.person.email and not guest.is_gone
        ]
        if not owners:
            return
        guest = self.lot.choice(owners)
        if situation:
            yield from self.teller.episode(guest, situations()[situation], channel=channel)
        else:
            yield from self.teller.recall(guest, self.lot.choice(("greta", "mirela")))

    def odd_letters(self) -> None:
        """The hard-to-show letters, all of them in the last days, from those whose script they are in."""
        for position, odd in enumerate(ODD_LETTERS):
            ago = timedelta(hours=3 + 17 * position)
            self.agenda.add(self.odd_letter(position, odd.subject), self.agenda.until - ago)

    def odd_letter(self, position: int, subject: str) -> Story:
        odd = ODD_LETTERS[position]
        guests = [guest for guest in self.guests.values() if not guest.person.is_internal and guest.person.email]
        strange = [guest for guest in guests if odd.script and guest.person.language == odd.script]
        guest = (strange or guests)[position % len(strange or guests)]
        team = ("advice", "orders", "workshop")[position % 3]
        files: tuple[IncomingFile, ...] = ()
        if "cid:" in odd.html:
            files = (pictures.inline_photo(self.teller.lot(), odd.html.split("cid:")[1].split('"')[0]),)
        touchpoint = self.stage.write_in(
            guest, subject=subject, text=odd.text, html=odd.html, files=files, team=team, at=self.agenda.now
        )
        if position % 3 == 0:
            return
        yield in_hours(self.agenda.now + timedelta(hours=1))
        key = self.lot.choice(self.stage.cast.of_team(team))
        self.stage.take(touchpoint.conversation, key, team, by=key, at=self.agenda.now)
        yield in_hours(self.agenda.now + timedelta(hours=30))
        self.teller.close(touchpoint.conversation, key, guest, 0.0)

    def open_work(self, count: int) -> None:
        """Work of every kind and age that lies open today, so that each queue has something in it."""
        plans = (
            ("unassigned", "", 0.4), ("taken", "ada", 3), ("asked", "tomasz", 20), ("unassigned", "", 2.5),
            ("taken", "lin", 8), ("snoozed", "ada", 40), ("taken", "bo", 30), ("unassigned", "", 7),
            ("taken", "ada", 26), ("asked", "ada", 50), ("snoozed", "femi", 60), ("taken", "yuki", 5),
            ("taken", "mirela", 70), ("unassigned", "", 19), ("snoozed", "greta", 90), ("taken", "ada", 75),
            ("taken", "lin", 120), ("asked", "mirela", 100), ("taken", "bo", 260), ("snoozed", "lin", 30),
            ("taken", "femi", 11), ("taken", "greta", 400), ("unassigned", "", 44),
        )  # fmt: skip
        for position in range(count):
            hold, key, age = plans[position % len(plans)]
            ago = timedelta(hours=age * (1 + position // len(plans) * 0.37))
            # Unassigned work is spread over the teams in turn: each agent sees only their own team's.
            team = list(self.stage.cast.teams)[position % 3] if hold == "unassigned" else ""
            self.agenda.add(self.held(hold, key, team), self.agenda.until - ago)

    def held(self, hold: str, key: str, team: str) -> Story:
        teams = [team for team in self.stage.cast.teams if not key or key in self.stage.cast.of_team(team)]
        team = team or self.lot.choice(teams)
        fitting = [
            situation
            for situation in situations().values()
            if (situation.team == team or hold == "asked")
            and not situation.only
            and situation.mood in ("ask", "trouble")
            and situation.name not in ("bad_review",)
            and (hold != "asked" or situation["ask"])
        ]
        guests = [
            guest
            for guest in self.guests.values()
            if guest.person.email and not guest.person.is_internal and not guest.is_gone
        ]
        if not fitting or not guests:
            return
        situation = self.lot.choice(fitting)
        suited = [guest for guest in guests if bool(guest.orders) == (situation.phase != "before")]
        if situation.motor:
            suited = [guest for guest in suited if _has_motor(guest)]
        suited = suited or guests
        yield from self.teller.episode(self.lot.choice(suited), situation, hold=hold, key=key, channel="email")

    # Buying

    def purchase(self, guest: Guest) -> Story:
        """An order, its building, its delivery."""
        if guest.is_gone and self.lot.random() < 0.8:
            return
        order = self.order(guest, self.agenda.now, told_at=self.agenda.now)
        late = 18 if self.lot.random() < 0.12 else 0
        yield in_hours(self.agenda.now + timedelta(days=self.lot.randrange(*BUILD_DAYS) + late))
        if self.lot.random() < 0.04:
            move_order(order, state="cancelled", by=SYSTEM, at=self.agenda.now)
            return
        move_order(order, state="delivered", by=SYSTEM, at=self.agenda.now)
        if guest.person.email and self.lot.random() < 0.1:
            self.agenda.add(self.gladness(guest), self.agenda.now + timedelta(days=self.lot.uniform(0.2, 3)))

    def gladness(self, guest: Guest) -> Story:
        return self.teller.episode(guest, situations()["praise_delivery"])

    def order(self, guest: Guest, placed_at: datetime, *, told_at: datetime) -> Order:
        self._orders += 1
        lot = self.lot
        name, kind, price = lot.choices(company.PRODUCTS, weights=(9, 7, 4, 4, 4, 1, 3, 1))[0]
        pieces = lot.choice((1, 1, 2, 3, 4)) if guest.person.firm else 1
        extras = lot.randrange(0, 60) * 1000
        title = f"{name} {kind}, {lot.choice(company.COLOURS)}, size {lot.choice(company.SIZES)}"
        order = place_order(
            guest.customer,
            number=f"F-{20400 + self._orders}",
            title=f"{pieces} × {title}" if pieces > 1 else title,
            amount_cents=price * pieces + extras,
            placed_at=placed_at,
            by=SYSTEM,
            at=told_at,
        )
        guest.orders.append(order)
        return order

    # Asking about the relationship

    def wave(self, size: int, by: Actor) -> Story:
        invitations = invite_customers(
            size=size, lot=self.teller.lot(), by=by, at=self.agenda.now, nonce=self.teller.nonce
        )
        known = {guest.customer.pk: guest for guest in self.guests.values()}
        for invitation in invitations:
            guest = known[invitation.customer_id]
            lasting = 0.75 * guest.last_d + 0.1
            self.agenda.add(self.teller.asked(invitation, guest, lasting), self.agenda.now)
        yield from ()


def _has_motor(guest: Guest) -> bool:
    return bool(guest.orders) and any(name in guest.orders[-1].title for name in company.MOTORISED)


def _poisson(lot: Random, mean: float) -> int:
    """How many, by counting exponential waits that fit into one."""
    count, waited = 0, lot.expovariate(mean)
    while waited < 1:
        count, waited = count + 1, waited + lot.expovariate(mean)
    return count
