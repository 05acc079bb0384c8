"""What a dry run says of one letter: what would become of it, by what it finds its conversation, and who would be answered.

Said in words of a closed list, so that the page can count them and show them in the language of whoever looks.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from rung.channels.email.access.naming import conversations_named
from rung.channels.email.access.sender import Treatments, treatment_in, treatments_of
from rung.channels.email.models import Fate, Letter, Reason, Treatment
from rung.channels.email.naming import conversations_traced, names_left, own_name
from rung.channels.email.reading import Reading
from rung.channels.email.tokens import conversation_in
from rung.touchpoints.access import Touchpoint


class Foreseen(StrEnum):
    """What would become of a letter."""

    NEW = "new"
    JOINS = "joins"
    FILED = "filed"
    SPAM = "spam"
    BLOCKED = "blocked"
    HISTORY = "history"
    KNOWN = "known"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    LEFT = "left"


class Trail(StrEnum):
    """By what a letter finds the conversation it joins; in the order in which it is asked."""

    TOKEN = "token"  # noqa: S105  # a reply token
    REFERENCE = "reference"
    QUOTED = "quoted"
    THREAD = "thread"
    SUBJECT = "subject"


@dataclass(slots=True)
class Read:
    """A letter after its steps: its row, what it says, and whether it was here before the dry run or came twice in it."""

    letter: Letter
    reading: Reading
    is_known: bool

    @property
    def repeats(self) -> bool:
        """Whether it says the same again as a machine does that hides."""
        touchpoint = self.letter.touchpoint
        if touchpoint is None or touchpoint.direction == "out" or self.is_known or self.reading.is_automatic:
            return False
        return touchpoint.is_automatic


@dataclass(frozen=True, slots=True)
class Foresight:
    """`what` in a sentence. `conversation` is the number of one that is there already, and `mentions` of one that a letter
    names whose writer takes no part in it; `trail` "" where it joins nothing."""

    fate: Foreseen
    what: str
    conversation: int | None = None
    mentions: int | None = None
    trail: str = ""
    reason: str = ""


@dataclass(slots=True)
class Foreseer:
    """Looks at letters in their order, after all of them went through the steps. `newest` is the key of the youngest
    conversation there was before."""

    newest: int
    opened: set[int] = field(default_factory=set)
    named: dict[str, set[int]] = field(default_factory=dict)
    threads: dict[str, list[int]] = field(default_factory=dict)
    treatments: Treatments = field(default_factory=dict)

    def prepare(self, letters: Sequence[Read]) -> None:
        """Find out for all of them together what the names they give stand for, and their senders. Three queries at most."""
        self.treatments = treatments_of(each.letter.sender for each in letters)
        names = {name for each in letters for name in _references(each.reading)}
        found: dict[str, set[int]] = defaultdict(set)
        rows = Touchpoint.objects.filter(channel="email", reference__in=names) if names else Touchpoint.objects.none()
        for reference, conversation in rows.values_list("reference", "conversation_id"):
            found[reference].add(conversation)
        self.named = found
        self.threads = conversations_named(name for each in letters for name in _names(each.reading))

    def look(self, each: Read) -> Foresight:
        letter, touchpoint = each.letter, each.letter.touchpoint
        number = None
        if touchpoint is not None and touchpoint.conversation_id <= self.newest:
            number = touchpoint.conversation_id
        if each.is_known:
            return Foresight(Foreseen.KNOWN, _("is here already, and would not come twice"), number)
        if letter.fate == Fate.UNREADABLE:
            return Foresight(Foreseen.UNREADABLE, _("could not be read, and waits for a lead"), reason=letter.detail)
        if touchpoint is None:
            return Foresight(Foreseen.REFUSED, _refused(letter), reason=letter.detail)
        if touchpoint.direction == "out" and not letter.is_archived:
            return Foresight(
                Foreseen.FILED, _("is kept with the letter of ours that it is about"), number, reason=letter.detail
            )
        if letter.detail:  # of those that were received, only a copy has anything to be told of it
            return Foresight(Foreseen.KNOWN, letter.detail, number)
        if letter.spam_reason:
            return self._spam(letter, number)
        return self._received(each, touchpoint, number)

    def _spam(self, letter: Letter, number: int | None) -> Foresight:
        told = treatment_in(self.treatments, letter.mailbox, letter.sender) if letter.mailbox is not None else None
        fate = Foreseen.BLOCKED if told == Treatment.BLOCKED else Foreseen.SPAM
        return Foresight(fate, _("goes to Spam, and can be taken back from there"), number, reason=letter.spam_reason)

    def _received(self, each: Read, touchpoint: Touchpoint, number: int | None) -> Foresight:
        conversation = touchpoint.conversation
        is_first = number is None and conversation.pk not in self.opened
        self.opened.add(conversation.pk)
        trail = "" if is_first else self._trail(each, conversation.pk)
        if each.letter.is_archived:
            return Foresight(Foreseen.HISTORY, _history(touchpoint, is_first), number, trail=trail)
        if number is not None:
            return Foresight(
                Foreseen.JOINS, _("joins the conversation #%(number)d") % {"number": number}, number, trail=trail
            )
        if not is_first:
            words = _("joins the new conversation “%(subject)s”") % {"subject": conversation.subject}
            return Foresight(Foreseen.JOINS, words, trail=trail)
        # Of a form that writes in our own name the sender is whoever filled it in.
        customer = conversation.customer.name or str(touchpoint.parties.get("from", "")) or each.letter.sender
        words = _("a new conversation of %(customer)s") % {"customer": customer}
        mentions = conversation.mentions_id
        return Foresight(Foreseen.NEW, words, mentions=mentions if mentions and mentions <= self.newest else None)

    def _trail(self, each: Read, conversation: int) -> str:
        reading = each.reading
        people = [person.address for person in (*reading.to, *reading.cc)]
        token = conversation_in([*each.letter.envelope_to, *reading.delivered_to, *people], ())
        if token == conversation:
            return Trail.TOKEN
        if any(conversation in self.named.get(name, ()) for name in _references(reading)):
            return Trail.REFERENCE
        if token is not None:  # the conversation it was signed for has gone into this one
            return Trail.TOKEN
        if conversation in conversations_traced(reading):
            return Trail.QUOTED
        if any(conversation in self.threads.get(name, ()) for name in _names(reading)):
            return Trail.THREAD
        return Trail.SUBJECT


def _references(reading: Reading) -> tuple[str, ...]:
    return tuple(name for name in (reading.in_reply_to, *reading.references) if name)


def _names(reading: Reading) -> Iterable[str]:
    return (name for name in (own_name(reading), *names_left(reading)) if name)


def _refused(letter: Letter) -> str:
    return str(Reason(letter.reason).label) if letter.reason else str(letter.get_fate_display())


def _history(touchpoint: Touchpoint, is_first: bool) -> str:
    if touchpoint.direction == "out":
        return _("one that we wrote ourselves; imported, it stands in its conversation as ours")
    if is_first:
        return _("stays on the server; imported, it is a settled conversation with its own date")
    return _("stays on the server; imported, it joins its conversation with its own date")
