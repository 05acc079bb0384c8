"""What happens to a kept letter, step by step.

Each step passes the letter on (None), or ends its way: `Refused` with a reason of the closed list, or `Filed` with the
touchpoint it has become or belongs to. The order is the meaning: whoever knows a letter best is asked first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rung.accounts.access import agent_addresses
from rung.channels.email.access.dispatch import dispatch_named
from rung.channels.email.access.mailbox import mailbox_for_addresses
from rung.channels.email.access.sender import Treatments, treatment_in
from rung.channels.email.brought import brought_by, files_passed_on
from rung.channels.email.copies import is_copy
from rung.channels.email.models import Letter, Mailbox, Reason, Treatment
from rung.channels.email.naming import conversations_traced
from rung.channels.email.reading import Person, Reading
from rung.channels.email.repeating import is_repeated
from rung.channels.email.reporting import follow_report
from rung.channels.email.showing import Shown, shown_of
from rung.channels.email.spam import verdict_of_server
from rung.channels.email.suspecting import doubts_about, speaks_for_another
from rung.channels.email.tokens import bare_address, conversation_in
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.customers.access import Customer
from rung.customers.acquaintances import Acquaintances
from rung.customers.verbs import recognise_customer
from rung.touchpoints.access import Touchpoint
from rung.touchpoints.hearing import Heard, Said, said_lately
from rung.touchpoints.incoming import Incoming, Parties, Party
from rung.touchpoints.verbs import receive_touchpoint

PATIENCE = timedelta(days=7)
"""A Date this much older than the letter's arrival is not believed: no server tries for so long."""
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Refused:
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Filed:
    """`is_received` when the letter became the touchpoint; else it is a report about one of ours."""

    touchpoint: Touchpoint
    detail: str = ""
    is_received: bool = False


Verdict = Refused | Filed | None


@dataclass(slots=True)
class Work:
    """A letter on its way through the steps, and what they have found so far.

    `ours` are the addresses of our mailboxes, `treatments` what these were told about senders, `colleagues` the addresses
    of agents, `acquaintances` whoever is known behind the senders' addresses. `heard` is what is known under the letters'
    names, and `lately` what customers wrote last, where that was asked for many letters together; `named` are the
    conversations that came up under names it gives. `name_is_taken` when a different letter with the same Message-ID is a
    touchpoint already. `written_to`: whom we wrote the letter to, where it is one of ours.
    """

    letter: Letter
    reading: Reading
    by: Actor
    at: datetime
    ours: frozenset[str] = frozenset()
    treatments: Treatments = field(default_factory=dict)
    colleagues: frozenset[str] = frozenset()
    acquaintances: Acquaintances | None = None
    heard: Heard | None = None
    lately: dict[int, list[Said]] = field(default_factory=dict)
    named: tuple[int, ...] = ()
    name_is_taken: bool = False
    sender: Person | None = None
    written_to: Person | None = None
    mailbox: Mailbox | None = None
    conversation: int | None = None
    hints: tuple[int, ...] = ()
    customer: Customer | None = None
    spam_reason: str = ""
    repeats: bool = False
    remarks: list[str] = field(default_factory=list)

    def said(self) -> list[Said]:
        """What the customer wrote lately; a query where it was not asked for all letters together."""
        assert self.customer is not None
        if self.customer.pk not in self.lately:
            return said_lately("email", [self.customer.pk])[self.customer.pk]
        return self.lately[self.customer.pk]

    @property
    def addressed(self) -> list[str]:
        """Every address the letter was sent to, those the servers used before those the writer named."""
        reading = self.reading
        named = [person.address for person in (*reading.to, *reading.cc)]
        return [*self.letter.envelope_to, *reading.delivered_to, *named]


def refuse_own_echo(work: Work) -> Verdict:
    """Our own letters come back through mailing lists, forwards and mailboxes that keep what is sent."""
    identifier = work.reading.message_id
    if work.letter.treat_as_from or not identifier or conversation_in((), (identifier,)) is None:
        return None
    return Refused(Reason.OWN_ECHO, _("Its Message-ID is one that we gave, with our signature in it."))


def recognise_bounce(work: Work) -> Verdict:
    """A report of failure or delay goes to the letter of ours it is about, never into the queue."""
    return _filed(work, Reason.STRAY_BOUNCE) if work.reading.bounce is not None else None


def recognise_report(work: Work) -> Verdict:
    """Receipts, complaints and other reports about a letter of ours are kept with it."""
    return _filed(work, Reason.STRAY_REPORT) if work.reading.report is not None else None


def _filed(work: Work, stray: Reason) -> Verdict:
    report = work.reading.report
    if report is None or work.letter.treat_as_from:
        return None
    names = [name for name in (report.message_id, work.reading.in_reply_to, *work.reading.references) if name]
    dispatch = dispatch_named(names) if names else None
    # Where a server hides our Message-ID, the address the report was sent to still carries our token.
    touchpoint = dispatch.touchpoint if dispatch is not None else _latest_sent(work, report.addresses, report.tokens)
    if touchpoint is None:
        return Refused(stray, report.said)
    return Filed(touchpoint, follow_report(touchpoint, report, by=work.by, at=work.at))


def _latest_sent(work: Work, addresses: tuple[str, ...], tokens: tuple[str, ...]) -> Touchpoint | None:
    conversation = conversation_in((*work.addressed, work.letter.envelope_from, *addresses), (), tokens)
    if conversation is None:
        return None
    sent = Touchpoint.objects.filter(conversation_id=conversation, direction="out", channel="email")
    return sent.select_related("customer").order_by("-occurred_at", "-pk").first()


def resolve_mailbox(work: Work) -> Verdict:
    """Which of our addresses the letter was sent to: that decides the team."""
    work.mailbox = work.letter.mailbox or mailbox_for_addresses(work.addressed)
    return None


def find_sender(work: Work) -> Verdict:
    """Who wrote it: what a lead has said, else Reply-To of a form that writes in our own name, else From."""
    reading = work.reading
    if work.letter.treat_as_from:
        work.sender = Person(work.letter.treat_as_from, reading.sender.name if reading.sender else "")
        return None
    if reading.sender is None:
        return Refused(Reason.NO_SENDER, _("There is no From, Sender or Reply-To with an address in it."))
    work.sender = reading.sender
    ours = work.mailbox.address.lower() if work.mailbox else ""
    if reading.sender.address.lower() == ours and reading.reply_to and reading.reply_to[0].address.lower() != ours:
        work.sender = reading.reply_to[0]
        work.remarks.append(
            _("It comes from our own address, as contact forms do; its Reply-To was taken for the sender.")
        )
    return None


def recognise_own(work: Work) -> Verdict:
    """What we wrote ourselves before this desk, from the archive of a mailbox: it is with the first of others it went to.

    Who writes in our name is believed where the letter lay in our mailbox without having travelled, and else where nothing
    speaks against it.
    """
    reading, sender = work.reading, work.sender
    if not work.letter.is_archived or work.letter.treat_as_from or sender is None or not _is_own(work, sender.address):
        return None
    if reading.received_at is not None and _doubts(work):
        return None
    work.written_to = next((each for each in (*reading.to, *reading.cc) if not _is_own(work, each.address)), None)
    return None


def _is_own(work: Work, address: str) -> bool:
    return address.lower() in work.ours or bare_address(address.lower()) in work.ours


def recognise_sender(work: Work) -> Verdict:
    """One customer for each person, however many addresses they have.

    A colleague who writes from their own program is a customer too, an internal one: a From is easily forged, so nothing
    that a letter says is ever done as an agent.
    """
    assert work.sender is not None
    person = work.written_to or work.sender
    address = person.address.lower()
    try:
        work.customer = recognise_customer(
            person.address,
            name=person.name,
            is_internal=address in (agent_addresses([address]) if work.written_to else work.colleagues),
            # Only senders were asked about together.
            among=None if work.written_to else work.acquaintances,
            seen_at=_occurred_at(work.reading, work.letter) if work.letter.is_archived else None,
            by=work.by,
            at=work.at,
        )
    except ValidationError as failure:
        return Refused(Reason.BAD_SENDER, " ".join(failure.messages))
    return None


def find_conversation(work: Work) -> Verdict:
    """What the letter gives away about the conversation it belongs to: a reply token that we signed, in an address it was
    sent to; and as hints the tokens in what it refers to and quotes, and the names its thread came up under before.

    Whether any of them leads in is the heart's to say, which knows who takes part.
    """
    work.conversation = conversation_in(work.addressed, ())
    work.hints = tuple(dict.fromkeys((*conversations_traced(work.reading), *work.named)))
    return None


def recognise_copy(work: Work) -> Verdict:
    """A letter that came by itself and through a list, which put a footer below it, is one letter."""
    if not work.name_is_taken or work.letter.treat_as_from or work.written_to:
        return None
    first = Touchpoint.objects.filter(channel="email", direction="in", reference=work.reading.message_id).first()
    if first is None or not is_copy(first, work.reading, _shown(work).text):
        return None
    return Filed(first, _("It came twice, with small changes on the way; it is shown once."))


def weigh_spam(work: Work) -> Verdict:
    """Whether it goes to Spam: what the mailbox was told about the sender, else the verdict of the server it trusts.

    Not by verdict where the letter answers one of ours: a filter's mistake there would cost an answer.
    """
    if work.mailbox is None or work.sender is None or work.letter.treat_as_from or work.written_to:
        return None
    treatment = treatment_in(work.treatments, work.mailbox, work.sender.address)
    if treatment == Treatment.BLOCKED:
        work.spam_reason = _("Its sender is blocked for this mailbox.")
    elif treatment is None and work.conversation is None and not work.hints:
        work.spam_reason = verdict_of_server(
            work.reading.headers,
            server=work.mailbox.spam_server,
            cleans=work.mailbox.spam_server_cleans,
            score=work.mailbox.spam_score,
        )
    return None


def notice_repetition(work: Work) -> Verdict:
    """A machine that hides: the same words again after each letter of ours. From then on it is read as automatic."""
    if work.customer is not None and work.reading.in_reply_to and not work.reading.is_automatic:
        work.repeats = is_repeated(work.reading.text, work.said, at=work.at)
    return None


def receive(work: Work) -> Verdict:
    """Hand it to the heart."""
    assert work.customer is not None
    return Filed(receive_touchpoint(work.customer, incoming_of(work), by=work.by, at=work.at), is_received=True)


STEPS: tuple[Callable[[Work], Verdict], ...] = (
    refuse_own_echo,
    recognise_bounce,
    recognise_report,
    resolve_mailbox,
    find_sender,
    recognise_own,
    recognise_sender,
    find_conversation,
    recognise_copy,
    weigh_spam,
    notice_repetition,
    receive,
)


def incoming_of(work: Work) -> Incoming:
    """The letter in the words that every door speaks."""
    reading, letter = work.reading, work.letter
    reference, references = reading.message_id, reading.references
    if not reference:
        reference = f"<{letter.digest[:40]}@letter.invalid>"
    elif work.name_is_taken:
        # Another letter bears this Message-ID and is a touchpoint already. This one says something else: it gets a name
        # of its own, and stands beside the other.
        references = (*references, reference)
        reference = f"{reference.rstrip('>')}+{letter.digest[:16]}>"
        work.remarks.append(_("Another, different letter has the same Message-ID. Both are shown."))
    shown = _shown(work)
    doubts = _doubts(work)
    is_doubted = speaks_for_another(doubts)
    return Incoming(
        channel="email",
        reference=reference,
        subject=reading.subject,
        text=shown.text,
        html=shown.html,
        quoted=shown.quoted,
        signature=shown.signature,
        occurred_at=_occurred_at(reading, letter),
        in_reply_to=reading.in_reply_to,
        references=references,
        heard=work.heard,
        conversation=work.conversation,
        hints=work.hints,
        team=work.mailbox.team_id if work.mailbox else None,
        is_automatic=reading.is_automatic or work.repeats,
        is_archived=letter.is_archived,
        is_ours=work.written_to is not None,
        is_spam=bool(work.spam_reason),
        spam_reason=work.spam_reason,
        is_doubted=is_doubted,
        parties=Parties(
            sender=work.sender.address.lower() if work.sender else "",
            sender_name=work.sender.name if work.sender else "",
            # Where somebody else asks for answers in a customer's name, these go to the customer.
            reply_to=tuple(
                party
                for party in _parties(() if is_doubted else reading.reply_to, work.ours)
                if not party.is_ours and (work.sender is None or party.address != work.sender.address.lower())
            ),
            to=_parties(reading.to, work.ours),
            cc=_parties(reading.cc, work.ours),
        ),
        files=(*reading.files, *files_passed_on(reading)),
        brought={**brought_by(reading, repeats=work.repeats), **({"doubts": doubts} if doubts else {})},
    )


def _doubts(work: Work) -> list[dict[str, str]]:
    """Why it may not be from whom it says. A letter whose sender a lead has named is in nobody's doubt."""
    if work.letter.treat_as_from or work.written_to:
        return []
    domains = {address.rpartition("@")[2] for address in work.ours}
    trusted = work.mailbox.trusted_servers if work.mailbox else ""
    return doubts_about(work.reading, own_domains=domains, trusted_servers=trusted)


def _shown(work: Work) -> Shown:
    return shown_of(work.reading, None if work.written_to else work.customer, work.said, at=work.at)


def _parties(people: tuple[Person, ...], ours: frozenset[str]) -> tuple[Party, ...]:
    named = {person.address.lower(): one_line(person.name, 160) for person in reversed(people) if person.address}
    return tuple(
        Party(address, named[address], is_ours=bare_address(address) in ours or address in ours)
        for address in dict.fromkeys(person.address.lower() for person in people if person.address)
    )


def _occurred_at(reading: Reading, letter: Letter) -> datetime:
    """When it was written, as far as that can be believed: never after it came, never long before."""
    came = min(reading.received_at or letter.arrived_at or letter.kept_at, letter.kept_at)
    written = reading.sent_at
    is_believed = letter.is_archived or (written is not None and came - PATIENCE <= written)
    if written is None or not is_believed or written > came + AHEAD:
        return came
    return min(written, came)
