"""Whom an answer goes to, and who takes part in a conversation that has come through its gate."""

from collections.abc import Sequence

from django.db.models import QuerySet

from rung.core.compiled import compiled
from rung.core.seldom import seldom
from rung.customers.access import email_of
from rung.customers.addresses import personal_name
from rung.touchpoints.addresses import MOST_RECIPIENTS, Recipients, people_in
from rung.touchpoints.doors import writing_door
from rung.touchpoints.incoming import Party
from rung.touchpoints.models import Conversation, Direction, Participant, Touchpoint


def last_asked(conversation: Conversation) -> Touchpoint | None:
    """The latest touchpoint that came from a person outside: what an answer answers."""
    asked = conversation.touchpoints.filter(direction=Direction.IN, is_automatic=False)
    return asked.order_by("-occurred_at", "-pk").first()


def answer_address(conversation: Conversation, asked: Touchpoint | None) -> str:
    """Where an answer goes: to the address last written from, else to the customer's; empty when we know none."""
    written_from = asked.parties.get("from", "") if asked is not None else ""
    return str(written_from) or email_of(conversation.customer)


def participants_of(conversation: Conversation) -> list[Participant]:
    """Who takes part, in the order they joined, each with their customer where the address is known to be somebody's."""
    return _taking_part(conversation.pk)


@seldom(lambda page: (page.conversation,))
@compiled
def _taking_part(conversation: int) -> QuerySet[Participant]:
    columns = ("conversation", "address", "name", "role", "joined_at", "customer__name")
    there = Participant.objects.filter(conversation=conversation).select_related("customer")
    return there.only(*columns).order_by("pk")


# What says who wrote to whom: not the letters themselves, of which there may be many, and long ones.
_ENVELOPE = ("conversation", "customer", "channel", "occurred_at", "parties")


def reply_recipients(
    conversation: Conversation, *, only_sender: bool = False, letters: Sequence[Touchpoint] | None = None
) -> Recipients:
    """Whom an answer goes to: whoever wrote last, where they want answers, with everyone they wrote to beside us and
    everyone our last letter went to. Whoever else wrote since that letter waits for the same answer, with those they
    wrote to. `only_sender` leaves the others out. Addresses of our own are never among them.

    Before anybody has written to us: those our last letter went to, else the customer. Empty when we know no address.
    `letters`: all touchpoints of the conversation, where they are known already and need not be asked for.
    """
    if letters is None:
        last, theirs = next(iter(_last_of_ours(conversation.pk)), None), _latest_of_theirs(conversation.pk)
    else:
        newest_first = sorted(letters, key=lambda each: (each.occurred_at, each.pk), reverse=True)
        written = [each for each in newest_first if not each.is_automatic]
        last = next((each for each in written if _is_ours(each)), None)
        theirs = [each for each in written if each.direction == Direction.IN][:MOST_RECIPIENTS]
    asked = theirs[0] if theirs else None
    earlier = [each for each in theirs[1:] if each.channel == theirs[0].channel and each.parties]
    to, cc = _asking(asked, conversation), list(people_in(asked.parties, "cc")) if asked is not None else []
    others = [*people_in(asked.parties, "to")] if asked is not None else []
    waiting: list[Party] = []
    heard = {asked.customer_id} if asked is not None else set()
    for each in earlier:
        if last is None or each.occurred_at > last.occurred_at:
            # Where somebody wants their answers, their latest letter says.
            waiting += _asking(each, conversation) if each.customer_id not in heard else []
            heard.add(each.customer_id)
            others += people_in(each.parties, "to")
            cc += people_in(each.parties, "cc")
    if last is not None:
        then = [*people_in(last.parties, "to"), *people_in(last.parties, "cc")]
        if asked is None:
            to, cc = list(people_in(last.parties, "to")) or to, list(people_in(last.parties, "cc"))
        elif last.channel == asked.channel:
            cc += then
    # By their names only: what we call somebody who has told us none is not to stand in a letter to them.
    part = {
        each.address: each.name or (each.customer.name if each.customer else "")
        for each in participants_of(conversation)
    }
    known = {party.address: party.name for party in (*cc, *others, *waiting, *to) if party.name} | {
        k: v for k, v in part.items() if v
    }
    everybody = [party.address for party in (*to, *waiting, *others, *cc)]
    through = writing_door(conversation.channel)
    own = through.ours(everybody) if through else set()
    # Our mailboxes take no part, whatever they were called then.
    own |= {party.address for party in (*others, *cc) if part and party.address not in part}
    seen: set[str] = set()

    def line(people: list[Party]) -> tuple[Party, ...]:
        fresh = dict.fromkeys(each.address for each in people if each.address not in own | seen)
        seen.update(fresh)
        # Not a name that shows another address: whoever writes would see that one, and not where it goes.
        return tuple(Party(address, personal_name(known.get(address, ""))) for address in fresh)

    first = line(to)
    if not first and (address := email_of(conversation.customer)) and address not in own:
        first = line([Party(address)])
    if only_sender:
        return Recipients(first)
    return Recipients((*first, *line([*waiting, *others])), line(cc))


@compiled
def _last_of_ours(conversation: int) -> QuerySet[Touchpoint]:
    ours = Touchpoint.objects.filter(conversation=conversation, direction=Direction.OUT)
    sent = ours.filter(is_automatic=False, due_at__isnull=True).exclude(parties={})
    return sent.only(*_ENVELOPE).order_by("-occurred_at", "-pk")[:1]


def _is_ours(letter: Touchpoint) -> bool:
    """Whether `_last_of_ours` would consider it."""
    return letter.direction == Direction.OUT and letter.due_at is None and letter.parties != {}


@compiled
def _latest_of_theirs(conversation: int) -> QuerySet[Touchpoint]:
    theirs = Touchpoint.objects.filter(conversation=conversation, direction=Direction.IN, is_automatic=False)
    named = theirs.select_related("customer").only(*_ENVELOPE, "customer__name")
    return named.order_by("-occurred_at", "-pk")[:MOST_RECIPIENTS]


def _asking(asked: Touchpoint | None, conversation: Conversation) -> list[Party]:
    """Whoever waits for the answer, at the address they want it at."""
    if asked is not None:
        wanted = people_in(asked.parties, "reply_to")
        if wanted:
            return list(wanted)
    address = answer_address(conversation, asked)
    if not address:
        return []
    names = asked.parties.get("names", {}) if asked is not None else {}
    return [Party(address, str(names.get(address, "")) or (asked.customer if asked else conversation.customer).name)]
