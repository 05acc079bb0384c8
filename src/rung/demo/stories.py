"""What happens between a customer and Fennimore Cycles, told step by step."""

from collections.abc import Generator
from datetime import datetime, timedelta
from random import Random

from rung.core.actor import SYSTEM
from rung.demo import temper
from rung.demo.clockwork import Story, hours, in_hours
from rung.demo.stage import Guest, dressed
from rung.demo.telling import GOING_OUT_OF_THEIR_WAY, Episode, Narrator
from rung.demo.texts import Situation, filled, situations, small
from rung.surveys.access import Invitation
from rung.surveys.verbs import answer_invitation, comment_answer, offer_invitation, send_invitation
from rung.touchpoints.access import Conversation, Touchpoint
from rung.touchpoints.verbs import (
    end_snooze,
    note_signal,
    resolve_conversation,
    snooze_conversation,
    start_conversation,
    write_note,
)

_RECALL = Situation(
    name="recall", phase="after", team="workshop", mood="ask", weight=0, channels=("email",), subjects=("",)
)


class Teller(Narrator):
    """Tells a matter from its first touch to its end, as a generator that yields when it goes on."""

    # Beginnings

    def episode(self, guest: Guest, situation: Situation, *, hold: str = "", key: str = "", channel: str = "") -> Story:
        """One matter from its first touch. `hold` leaves it undone: unassigned, taken, asked or snoozed."""
        lot = self.lot()
        told = self._begin(guest, situation, lot, key)
        channel = channel or lot.choice(situation.channels)
        if not guest.person.email and channel in ("email", "letter"):
            channel = "phone"
        kind = {"phone": "call", "visit": "visit"}.get(channel, "letter")
        if kind != "letter" and not situation[kind]:
            channel, kind = ("email", "letter") if guest.person.email else ("phone", "call")
        if kind != "letter":
            yield from self._by_hand(told, channel, kind)
        elif channel == "letter":
            yield from self._on_paper(told)
        elif situation.mood == "robot":
            yield from self._robot(told)
        else:
            yield from self._by_mail(told, hold)

    def _begin(self, guest: Guest, situation: Situation, lot: Random, key: str) -> Episode:
        team = situation.team
        return Episode(
            guest=guest,
            situation=situation,
            lot=lot,
            slots=self.stage.slots(lot, guest, self.now),
            key=key or self._taker(lot, situation),
            team=team,
            variant=lot.randrange(max(1, len(situation["letter"]))),
            noise=lot.gauss(0, 0.75) + (2.3 if lot.random() < GOING_OUT_OF_THEIR_WAY else 0),
        )

    def _taker(self, lot: Random, situation: Situation) -> str:
        """Whose it becomes: anybody's of the team, unless it is on somebody's desk more often than not."""
        cast = self.stage.cast
        anybody = lot.choice(cast.of_team(situation.team))
        known = next((key for key, each in cast.colleagues.items() if situation.name in each.desk), "")
        return known if known and temper.lands_with_who_knows(lot) else anybody

    def _by_hand(self, told: Episode, channel: str, kind: str) -> Story:
        """A call or a visit: settled at once, most of the time."""
        yield in_hours(self.now)
        if told.guest.is_gone:
            return
        texts = told.situation[kind] or ("Called with a question about the {product}; answered on the spot.",)
        text = filled(told.lot.choice(texts), told.slots)
        subject = filled(told.lot.choice(told.situation.subjects), told.slots)
        touchpoint = None
        if channel == "phone":
            touchpoint = yield from self._rings(told, text)
        touchpoint = touchpoint or self.stage.log(
            told.guest, told.key, channel=channel, text=text, subject=subject, lot=told.lot, at=self.now
        )
        conversation = touchpoint.conversation
        self._heard(told, touchpoint)
        self.stage.take(conversation, told.key, told.team, by=told.key, at=self.now)
        if told.lot.random() < 0.85:
            yield self.now + timedelta(minutes=told.lot.randrange(1, 40))
        else:
            yield in_hours(self.now + hours(told.lot, 20))
        self._settle(told, conversation, "reached")

    def _rings(self, told: Episode, text: str) -> Generator[datetime, None, Touchpoint | None]:
        """A call through the telephone system, after one that nobody took in time. None where no number is known, or too
        little of the day is left to end it: then it is written down by hand."""
        guest, chance, strain = told.guest, self.aside, self.strain(told.team)
        if not guest.person.phone or self.now + timedelta(hours=4) > self.agenda.until:
            return None
        if temper.gives_up(chance, strain):
            missed = self.stage.ring(guest, told.team, at=self.now)
            yield self.now + timedelta(seconds=chance.randrange(3, 75))
            self.stage.hang_up(missed, at=self.now)
            yield self.now + timedelta(minutes=chance.randrange(5, 100))
        call = self.stage.ring(guest, told.team, at=self.now)
        yield self.now + timedelta(seconds=temper.rings_s(chance, strain))
        self.stage.pick_up(call, told.key, at=self.now)
        yield self.now + timedelta(seconds=chance.randrange(90, 1500))
        return self.stage.write_up(call, told.key, text, at=self.now)

    def _on_paper(self, told: Episode) -> Story:
        """A letter in an envelope. We answer by mail, some days later."""
        yield in_hours(self.now)
        text = filled(told.situation["letter"][told.variant], told.slots)
        subject = filled(told.lot.choice(told.situation.subjects), told.slots)
        touchpoint = self.stage.log(
            told.guest, told.key, channel="letter", text=text, subject=subject, lot=told.lot, at=self.now
        )
        self._heard(told, touchpoint)
        self.stage.take(touchpoint.conversation, told.key, told.team, by=told.key, at=self.now)
        yield from self._answered(told, touchpoint, touchpoint.conversation)

    def _robot(self, told: Episode) -> Story:
        touchpoint = self._letter(told, is_automatic=True)
        yield in_hours(self.now + hours(told.lot, 6))
        self.stage.take(touchpoint.conversation, told.key, told.team, by=told.key, at=self.now)
        self.close(touchpoint.conversation, told.key, told.guest, 0.0)

    def _by_mail(self, told: Episode, hold: str) -> Story:
        lot, cast = told.lot, self.stage.cast
        arrives_at = told.team
        if lot.random() < 0.07 and not hold:
            arrives_at = lot.choice([team for team in cast.teams if team != told.team])
        touchpoint = self._letter(told, team=arrives_at)
        conversation = touchpoint.conversation
        if hold == "unassigned":
            return
        if hold:
            yield self.now + timedelta(minutes=lot.randrange(4, 20))
        else:
            yield in_hours(self.now + hours(lot, 1.0 * self.strain(told.team)))
        if arrives_at != told.team:
            wrong = lot.choice(cast.of_team(arrives_at))
            self.stage.take(conversation, wrong, arrives_at, by=wrong, at=self.now)
            yield in_hours(self.now + hours(lot, 2))
            told.transferred = True
            self.stage.take(conversation, told.key, told.team, by=wrong, at=self.now)
        else:
            by = told.key if lot.random() < 0.7 else cast.lead_of(told.team)
            self.stage.take(conversation, told.key, told.team, by=by, at=self.now)
        self._heard(told, touchpoint)
        if lot.random() < 0.2:
            write_note(
                conversation, filled(lot.choice(small("note")), told.slots), by=self._actor(told.key), at=self.now
            )
        if hold == "taken":
            return
        if told.situation["ask"] and told.variant == 0 and (hold == "asked" or lot.random() < 0.5):
            if hold:
                yield self.now + timedelta(minutes=lot.randrange(4, 20))
            else:
                yield in_hours(touchpoint.occurred_at + hours(lot, 4 * self._pace(told)))
            self._write(told, conversation, told.say("ask"), mood="ask")
            if hold == "asked":
                return
            yield self.now + hours(lot, 9)
            touchpoint = self._reply(told, conversation, told.say("reply"))
        yield from self._answered(told, touchpoint, conversation, hold)

    def recall(self, guest: Guest, key: str) -> Story:
        """We write first: the hub may fail, and we come before it does."""
        lot = self.lot()
        told = self._begin(guest, _RECALL, lot, key)
        told.proactive = True
        yield in_hours(self.now)
        if guest.is_gone or not guest.person.email or not guest.orders:
            return
        colleague = self.stage.cast.colleagues[key]
        touchpoint = start_conversation(
            guest.customer,
            subject=filled(lot.choice(small("recall_subject")), told.slots),
            text=dressed(lot, colleague, guest, filled(lot.choice(small("recall")), told.slots), "ask"),
            team=self.stage.cast.teams["workshop"],
            by=self._actor(key),
            at=self.now,
        )
        self.stage.deliver(touchpoint, at=self.now)
        conversation = touchpoint.conversation
        if lot.random() < 0.6:
            yield self.now + hours(lot, 12)
            thanked = self._reply(told, conversation, filled(lot.choice(small("recall_thanks")), told.slots))
            yield in_hours(self.now + hours(lot, 4))
            if lot.random() < 0.4:
                note_signal(thanked, "thanks", by=self._actor(key), at=self.now)
            self._write(told, conversation, "Then see you then. We bring biscuits.", mood="ask")
        yield in_hours(self.now + timedelta(days=lot.randrange(2, 7)))
        self.stage.log(
            guest, key, channel="visit", direction="out", conversation=conversation, lot=lot, at=self.now,
            text="Lock ring changed at the customer's, ten minutes. Test ride up the ramp: holds.",
        )  # fmt: skip
        self._settle(told, conversation, "reached")

    # Middles

    def _answered(self, told: Episode, touchpoint: Touchpoint, conversation: Conversation, hold: str = "") -> Story:
        """From a letter that waits to our answer, with what the customer does while it waits."""
        lot, guest = told.lot, told.guest
        first = conversation.touchpoints.order_by("occurred_at", "pk")[0]
        waiting_since = touchpoint.occurred_at
        answer_at = in_hours(waiting_since + hours(lot, 6 * self._pace(told)))
        angry = None
        patience = timedelta(days=guest.person.patience)
        if waiting_since + patience < answer_at and guest.person.email:
            yield waiting_since + patience
            self._reply(told, conversation, filled(lot.choice(small("nudge")), told.slots))
            if waiting_since + 2.2 * patience < answer_at:
                yield waiting_since + 2.2 * patience
                told.slots["waited"] = f"{(self.now - waiting_since).days} days"
                angry = self._reply(told, conversation, filled(lot.choice(small("angry")), told.slots))
                answer_at = in_hours(self.now + hours(lot, 3))
        yield answer_at
        told.longest_wait = max(told.longest_wait, self.now - waiting_since)
        told.weak = bool(told.situation["weak"]) and temper.answers_half(
            lot,
            strained=self.strain(told.team) > 1,
            learning=told.situation.name in self.stage.cast.colleagues[told.key].learning,
        )
        if angry is not None:
            self._complained(told, angry, conversation)
            told.weak = False
        elif told.situation.mood == "trouble" and lot.random() < (0.4 if told.situation.name == "delay" else 0.1):
            note_signal(first, "complaint", by=self._actor(told.key), at=self.now)
        if told.situation.signal:
            note_signal(first, told.situation.signal, by=self._actor(told.key), at=self.now)
        if hold == "snoozed":
            self._write(told, conversation, told.say("answer"), mood=told.situation.mood)
            until = self.now + timedelta(days=lot.randrange(2, 9), hours=lot.randrange(5))
            if until <= self.agenda.until:
                until = self.agenda.until + timedelta(hours=lot.randrange(3, 90))
            snooze_conversation(conversation, until=until, by=self._actor(told.key), at=self.now)
            return
        text = told.say("weak") if told.weak else told.say("answer")
        files = self._enclosed(told)
        if told.weak or lot.random() < 0.45:
            self._write(told, conversation, text, mood=told.situation.mood, files=files)
            self._settle(told, conversation, "unknown" if told.weak else "reached")
        else:
            self._write(told, conversation, text, mood=told.situation.mood, files=files)
            yield from self._until_settled(told, conversation)
        if told.situation["again"] and (lot.random() < 0.75 if told.weak else lot.random() < 0.08):
            yield from self._once_more(told, conversation)

    def _until_settled(self, told: Episode, conversation: Conversation) -> Story:
        """Answered, and not yet settled: the customer says thanks, or nothing; or it is laid aside for a while."""
        lot = told.lot
        if told.guest.person.email and lot.random() < 0.22:
            yield from self._further(told, conversation)
        felt = self._felt(told)
        if told.guest.person.email and not told.made_good and temper.complains(lot, felt):
            yield from self._bitter(told, conversation)
        elif told.guest.person.email and (temper.thanks_unasked(lot, felt) or temper.recommends(lot, felt)):
            yield self.now + hours(lot, 14)
            thanked = self._reply(told, conversation, filled(lot.choice(small("delighted")), told.slots))
            yield in_hours(self.now + hours(lot, 5))
            note_signal(thanked, "thanks", by=self._actor(told.key), at=self.now)
            if temper.recommends(lot, felt + 0.8):
                note_signal(thanked, "referral", by=self._actor(told.key), at=self.now)
        elif told.guest.person.email and lot.random() < 0.35:
            yield self.now + hours(lot, 10)
            self._reply(
                told, conversation, filled(lot.choice(small("grudging" if felt < -0.8 else "thanks")), told.slots)
            )
            yield in_hours(self.now + hours(lot, 5))
        elif lot.random() < 0.4:
            until = in_hours(self.now + timedelta(days=lot.randrange(3, 18)))
            snooze_conversation(conversation, until=until, by=self._actor(told.key), at=self.now)
            yield until
            end_snooze(conversation, by=SYSTEM, at=self.now)
            yield in_hours(self.now + hours(lot, 3))
        else:
            yield in_hours(self.now + hours(lot, 75))
        self._settle(told, conversation, lot.choice(("reached", "reached", "reached", "partly", "unknown")))

    def _further(self, told: Episode, conversation: Conversation) -> Story:
        """While they have us."""
        lot = told.lot
        position = lot.randrange(len(small("further")))
        yield self.now + hours(lot, 7)
        self._reply(told, conversation, filled(small("further")[position], told.slots))
        yield in_hours(self.now + hours(lot, 5 * self._pace(told)))
        self._write(told, conversation, filled(small("further_answer")[position], told.slots), mood="ask")

    def _bitter(self, told: Episode, conversation: Conversation) -> Story:
        """A complaint about how it went, and somebody who answers for it."""
        lot = told.lot
        yield self.now + hours(lot, 20)
        touchpoint = self._reply(told, conversation, filled(lot.choice(small("bitter")), told.slots))
        yield in_hours(self.now + hours(lot, 5))
        self._complained(told, touchpoint, conversation)
        self._write(told, conversation, filled(lot.choice(small("amends")), told.slots), mood="trouble")
        yield in_hours(self.now + hours(lot, 30))

    def _once_more(self, told: Episode, conversation: Conversation) -> Story:
        """It was not settled after all. Somebody with more say takes it over, and this time it is."""
        lot, cast = told.lot, self.stage.cast
        if not told.guest.person.email:
            return
        yield self.now + hours(lot, 40)
        touchpoint = self._reply(told, conversation, told.say("again"))
        asked_at = self.now
        told.reopened = True
        lead = cast.lead_of(told.team)
        yield in_hours(self.now + hours(lot, 3))
        if told.weak and lot.random() < 0.5:
            self._complained(told, touchpoint, conversation)
        elif told.key != lead:
            self.stage.take(conversation, lead, told.team, by=told.key, at=self.now)
            told.key = lead
        yield in_hours(self.now + hours(lot, 4))
        told.longest_wait = max(told.longest_wait, self.now - asked_at)
        told.made_good = lot.random() < 0.7
        self._write(told, conversation, told.say("fix"), mood="trouble")
        yield from self._until_settled(told, conversation)

    def _complained(self, told: Episode, touchpoint: Touchpoint, conversation: Conversation) -> None:
        lot, cast = told.lot, self.stage.cast
        lead = cast.lead_of(told.team)
        note_signal(touchpoint, "complaint", by=self._actor(lead), at=self.now)
        if temper.escalates(lot, self._felt(told) - 0.5):
            note_signal(touchpoint, "escalation", by=self._actor(lead), at=self.now)
        if told.key != lead:
            self.stage.take(conversation, lead, told.team, by=lead, at=self.now)
            told.key = lead
        told.made_good = lot.random() < 0.5

    # Ends

    def _settle(self, told: Episode, conversation: Conversation, outcome: str) -> None:
        """Resolve, feel, expect anew, and decide whether to ask."""
        guest = told.guest
        conversation.refresh_from_db(fields=["state"])
        if conversation.is_resolved():
            return
        if told.weak and not told.reopened and outcome == "reached":
            outcome = "partly"
        told.d = self._felt(told)
        guest.expectation = temper.adapted(guest.expectation, told.d)
        guest.last_d = told.d
        if told.d < -1.5 and guest.person.captive is not True and told.lot.random() < 0.4:
            guest.is_gone = True
        self.close(conversation, told.key, guest, told.d, outcome)
        if guest.person.email and temper.reviews_badly(told.lot, told.d):
            self.agenda.add(self.review(guest), self.now + timedelta(days=told.lot.randrange(2, 9)))

    def close(self, conversation: Conversation, key: str, guest: Guest, d: float, outcome: str = "unknown") -> None:
        """Resolve, and put the question on the agenda where one is to be asked."""
        actor = self._actor(key)
        resolve_conversation(conversation, outcome=outcome, by=actor, at=self.now)
        invitation = offer_invitation(conversation, resolved_at=self.now, by=actor, at=self.now, nonce=self.nonce())
        if invitation.is_scheduled():
            self.agenda.add(self.asked(invitation, guest, d), invitation.due_at)

    def review(self, guest: Guest) -> Story:
        return self.episode(guest, situations()["bad_review"], key="greta", channel="email")

    def asked(self, invitation: Invitation, guest: Guest, d: float) -> Story:
        """The survey goes out when it is due, and some answer."""
        lot = self.lot()
        send_invitation(invitation, by=SYSTEM, at=self.now)
        invitation.refresh_from_db()
        while invitation.is_scheduled():
            yield invitation.due_at
            send_invitation(invitation, by=SYSTEM, at=self.now)
            invitation.refresh_from_db()
        if invitation.touchpoint is None:
            return
        self.stage.deliver(invitation.touchpoint, at=self.now)
        if not temper.responds(lot, d):
            return
        yield self.now + hours(lot, 9, 1.1)
        value = temper.answer(lot, invitation.question, d, guest.person.harshness)
        answer = answer_invitation(invitation, value=value, by=guest.customer.actor, at=self.now)
        if lot.random() < 0.4:
            yield self.now + timedelta(seconds=lot.randrange(30, 240))
            tone = "why_low" if d < -0.75 else "why_high" if d > 0.9 else "why_mid"
            comment_answer(answer, comment=lot.choice(small(tone)), by=guest.customer.actor, at=self.now)
        if lot.random() < 0.03 and value > 1:
            yield self.now + hours(lot, 5)
            answer_invitation(invitation, value=value - 1, by=guest.customer.actor, at=self.now)
