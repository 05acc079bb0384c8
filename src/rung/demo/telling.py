"""One matter while it is told, and the small steps every story is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from rung.core.actor import SYSTEM, Actor
from rung.customers.verbs import mark_address_failing
from rung.demo import pictures, temper
from rung.demo.clockwork import Agenda
from rung.demo.stage import Guest, Stage, as_html, dressed
from rung.demo.texts import Situation, filled
from rung.touchpoints.access import Conversation, Touchpoint
from rung.touchpoints.incoming import IncomingFile
from rung.touchpoints.verbs import mark_undelivered, note_signal, place_in_phase

USUAL_PATIENCE = timedelta(hours=20)
"""A wait people put up with; twice as long costs about a third of a unit of d."""

GOING_OUT_OF_THEIR_WAY = 0.03
"""How often somebody does far more than was asked."""

BAD_MONTH = (timedelta(days=90), timedelta(days=60))
"""From how long ago until when the workshop could not keep up."""


@dataclass
class Episode:
    """One matter while it is told: what went well and badly, and how it felt in the end."""

    guest: Guest
    situation: Situation
    lot: Random
    slots: dict[str, str]
    key: str
    team: str
    variant: int
    noise: float
    longest_wait: timedelta = timedelta(0)
    transferred: bool = False
    reopened: bool = False
    weak: bool = False
    made_good: bool = False
    proactive: bool = False
    d: float = 0.0

    def say(self, kind: str) -> str:
        """A text of this kind, the one that fits the letter written where there are several."""
        texts = self.situation[kind]
        chosen = texts[min(self.variant, len(texts) - 1)] if kind == "answer" else self.lot.choice(texts)
        return filled(chosen, self.slots)


class Narrator:
    """What all stories share: the stage, the agenda, the chance, and the steps they are made of."""

    def __init__(self, stage: Stage, agenda: Agenda, seed: int) -> None:
        self.stage = stage
        self.agenda = agenda
        self.seed = seed
        self._told = 0
        # Of its own, so that what is noted or rings changes no story that was told before there was either.
        self.aside = Random(seed + 2)  # noqa: S311 - not for secrets
        self.photographs = [pictures.photo_file(Random(n)) for n in range(10)]  # noqa: S311 - not for secrets

    @property
    def now(self) -> datetime:
        return self.agenda.now

    def lot(self) -> Random:
        """A story's own chance, so that a change in one story leaves the others as they were."""
        self._told += 1
        return Random(self.seed * 1_000_003 + self._told)  # noqa: S311 - not for secrets

    def strain(self, team: str) -> float:
        """How much slower than usual a team answers."""
        if team != "workshop":
            return 1.0
        ago = self.agenda.until - self.now
        return 5.0 if BAD_MONTH[1] <= ago <= BAD_MONTH[0] else 1.0

    def _felt(self, told: Episode) -> float:
        colleague = self.stage.cast.colleagues[told.key]
        lived = temper.quality(
            wait_ratio=told.longest_wait / USUAL_PATIENCE if told.longest_wait else 0.4,
            care=colleague.care,
            transferred=told.transferred,
            reopened=told.reopened,
            weak=told.weak,
            made_good=told.made_good,
            proactive=told.proactive,
        )
        return lived + told.noise - told.guest.expectation

    def _pace(self, told: Episode) -> float:
        return self.stage.cast.colleagues[told.key].pace * self.strain(told.team)

    def _actor(self, key: str) -> Actor:
        return self.stage.cast.agents[key].actor

    def nonce(self) -> str:
        """For an invitation: by the demo's own chance, so that the same company has the same links."""
        return "".join(self.lot().choices("abcdefghijkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXY0123456789", k=16))

    def _heard(self, told: Episode, touchpoint: Touchpoint) -> None:
        if touchpoint.phase != told.situation.phase:
            place_in_phase(touchpoint, told.situation.phase, by=self._actor(told.key), at=self.now)
        self._caused(told, touchpoint)

    def _caused(self, told: Episode, touchpoint: Touchpoint, *, again: bool = False) -> None:
        """Note what caused a contact, where somebody thinks of it. Having to come `again` is a failure more often."""
        if told.guest.person.is_internal or not temper.is_noted(self.aside):
            return
        failed = temper.is_failure(self.aside, trouble=again or told.situation.mood == "trouble")
        kind = "failure_demand" if failed else "value_demand"
        note_signal(touchpoint, kind, by=self._actor(told.key), at=self.now)

    def _letter(self, told: Episode, *, team: str = "", is_automatic: bool = False) -> Touchpoint:
        lot, guest = told.lot, told.guest
        text = filled(told.situation["letter"][told.variant], told.slots)
        files: list[IncomingFile] = []
        html = ""
        if lot.random() * 100 < told.situation.picture:
            files.append(lot.choice(self.photographs))
        if guest.person.html:
            image = ""
            if files and lot.random() < 0.4:
                image = f"image{self._told}@{guest.person.email.rsplit('@', 1)[1]}"
                files = [pictures.inline_photo(Random(lot.randrange(8)), image)]  # noqa: S311 - not for secrets
            html = as_html(text, image=image)
        return self.stage.write_in(
            guest,
            subject=filled(lot.choice(told.situation.subjects), told.slots),
            text=text,
            html=html,
            signature=_signature(lot, guest),
            files=files,
            team=team or told.team,
            at=self.now,
            is_automatic=is_automatic,
        )

    def _reply(self, told: Episode, conversation: Conversation, text: str) -> Touchpoint:
        touchpoint = self.stage.write_in(
            told.guest,
            subject=f"Re: {conversation.subject}",
            text=text,
            html=as_html(text) if told.guest.person.html else "",
            team=told.team,
            conversation=conversation,
            at=self.now,
        )
        if touchpoint.phase != told.situation.phase:
            place_in_phase(touchpoint, told.situation.phase, by=self._actor(told.key), at=self.now)
        return touchpoint

    def _write(
        self, told: Episode, conversation: Conversation, core: str, *, mood: str, files: Sequence[IncomingFile] = ()
    ) -> None:
        guest, lot = told.guest, told.lot
        text = dressed(lot, self.stage.cast.colleagues[told.key], guest, core, mood)
        if not guest.person.email or guest.is_unreachable:
            self.stage.log(
                guest,
                told.key,
                channel="phone",
                direction="out",
                conversation=conversation,
                text=core,
                lot=lot,
                at=self.now,
            )
            return
        touchpoint = self.stage.answer(conversation, told.key, text, files=files, at=self.now)
        if touchpoint.phase != told.situation.phase:
            place_in_phase(touchpoint, told.situation.phase, by=self._actor(told.key), at=self.now)
        if lot.random() < 0.004 and not guest.person.is_internal:
            reason = "550 5.1.1 the mailbox does not exist"
            mark_undelivered(touchpoint, reason, final=True, by=SYSTEM, at=self.now + timedelta(minutes=1))
            mark_address_failing(guest.customer, guest.person.email, reason=reason, by=SYSTEM, at=self.now)
            guest.is_gone = guest.is_unreachable = True

    def _enclosed(self, told: Episode) -> tuple[IncomingFile, ...]:
        if told.weak or told.situation.name not in ("invoice", "fleet_quote", "stolen"):
            return ()
        return (pictures.invoice_file(told.slots["order"], told.slots["amount"]),)


def _signature(lot: Random, guest: Guest) -> str:
    if guest.person.firm and not guest.person.is_internal and lot.random() < 0.7:
        person = guest.person
        return f"--\n{person.name}\n{person.role.capitalize()}\n{person.firm} · {person.city}"
    return lot.choice(("", "", guest.person.first, f"Best\n{guest.person.first}", "Sent from my phone"))
