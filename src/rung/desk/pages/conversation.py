"""One conversation: the person, the thread, what can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _

from rung.accounts.access import Agent, Team, all_teams
from rung.channels.inhouse.pages import Asked, AskedHere, asked_here
from rung.core.addresses import reverse
from rung.core.ahead import Question, ask_ahead
from rung.core.seldom import About
from rung.core.text import labels
from rung.desk.levels import sheets
from rung.desk.pages.admission import Joined, Mention, joined_by, mention_of
from rung.desk.pages.beside import Beside, beside_of
from rung.desk.pages.canned import Macro, macro_in
from rung.desk.pages.composer import Composer, composer_of
from rung.desk.pages.due import DueWord, PromiseLine, clocks_of, next_due_at
from rung.desk.pages.hands import Helper, helpers
from rung.desk.pages.labels import Labels, labels_of
from rung.desk.pages.left import Left, left_by
from rung.desk.pages.onward import Wish, wishes
from rung.desk.pages.person import Person, latest_asked_for, person_of
from rung.desk.pages.queue import holding, place_from
from rung.desk.pages.rows import turn_of
from rung.desk.pages.snoozes import Moment, snooze_moments
from rung.desk.pages.thread import MORE, SHOWN, Thread, thread_asked_for, thread_of
from rung.fields.access import values_of_each
from rung.fields.pages import Fields, fields_part
from rung.journal.access import newest_and_news_of, news_of
from rung.touchpoints.access import Conversation, Outcome, Phase, read_again
from rung.touchpoints.doors import Door, door


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    label: str
    hint: str = ""


# Turns the composer as it would be opened into one that keeps what could not be taken.
Keep = Callable[[Composer], Composer]


@dataclass(frozen=True, slots=True)
class Opening:
    """What the address asks the page for.

    `origin`: the place in the queue it was opened from. `show`: how many touchpoints at least. `since`: the last touchpoint
    there was when the agent opened the page, None on opening it. `wanted`: a touchpoint that has to be among those shown.
    `joined`: the conversation that has just joined this one; `macro` a canned answer whose deeds wait for a yes, `applied`
    one that was applied. `forwards`: a touchpoint to be passed on; it, `is_aside` and `only_sender` say what the composer is
    for.
    """

    origin: str = ""
    since: int | None = None
    show: int = 0
    wanted: int | None = None
    joined: int | None = None
    macro: int | None = None
    applied: int | None = None
    forwards: int | None = None
    is_aside: bool = False
    only_sender: bool = False
    # The conversation that was left for this one, and where whoever looks wants to go from one that is done with.
    left: int | None = None
    handed: int | None = None
    onward: str = ""


PLAIN = Opening()


@dataclass(frozen=True, slots=True)
class Choices:
    """What its menus offer."""

    agents: tuple[Option, ...]
    teams: tuple[Option, ...]
    snoozes: tuple[Moment, ...]
    outcomes: tuple[Option, ...]
    phases: tuple[Option, ...]


@dataclass(frozen=True)
class ConversationPage:
    number: int
    href: str
    subject: str
    state: str
    turn: str
    since: datetime | None
    channel: Door
    assignee: str
    assignee_pk: int | None
    team: str
    team_pk: int | None
    is_mine: bool
    reopen_count: int
    labels: Labels
    fields: Fields
    # What is known in fields of the person, and of their company, under the words they stand under.
    further: tuple[tuple[str, Fields], ...]
    mention: Mention | None
    joined: Joined | None
    macro: Macro | None
    person: Person
    clocks: tuple[DueWord, ...]
    promises: tuple[PromiseLine, ...]
    thread: Thread
    composer: Composer
    beside: Beside
    asked: tuple[Asked, ...]
    asked_here: AskedHere | None
    choices: Choices
    back_href: str
    back_label: str
    # In the list it was opened from; empty where that was none.
    previous_href: str
    next_href: str
    left: Left | None
    onward: tuple[Wish, ...]
    origin: str
    live_href: str
    live_about: str
    newest: int
    newest_here: int
    opened_with: int
    show: int
    earlier_href: str
    sheets: tuple[str, ...]


def newest_entry_of(conversation: Conversation) -> int:
    """A number that grows with every journal entry about a conversation, also with one that becomes visible after a
    younger one, because its transaction took longer; 0 when there is none."""
    return sum(news_of(conversation.pk))


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever sees the page knows: the newest journal entry, the newest about the conversation, and the number that
    `newest_entry_of` gave. Taken before the conversation is read: what is committed in between must not count as seen while
    its state is not shown."""

    newest: int
    newest_here: int
    seen: int


def known_of(number: int) -> Known:
    newest, seen, count = newest_and_news_of(number)
    return Known(newest, seen + count, seen)


def _reaching(conversation: Conversation, wanted: int | None) -> int:
    """How many touchpoints have to be shown for `wanted` to be among them."""
    if wanted is None:
        return 0
    moment = conversation.touchpoints.filter(pk=wanted).values_list("occurred_at", flat=True).first()
    return conversation.touchpoints.filter(occurred_at__gte=moment).count() if moment else 0


def conversation_page(
    conversation: Conversation,
    agent: Agent,
    *,
    at: datetime,
    opening: Opening = PLAIN,
    keep: Keep | None = None,
    known: Known | None = None,
) -> ConversationPage:
    """`keep`: what stands in the composer. `known`: what was known before the conversation came through the gate; without
    it it is read again."""
    if known is None:
        known = known_of(conversation.pk)
        conversation = read_again(conversation)
    show = max(opening.show, SHOWN, _reaching(conversation, opening.wanted))
    _ask_ahead(conversation, agent, show=show, at=at)
    people = helpers(agent, at=at)
    teams = all_teams()
    names = {each.pk: each.name for each in people.values()}
    beside = beside_of(conversation, agent, at=at)
    thread = thread_of(
        conversation,
        names=names,
        teams={team.pk: team.name for team in teams},
        asides=beside.names,
        since=opening.since,
        show=show,
        at=at,
    )
    turn, turned_at = turn_of(conversation)
    composer = _composer(conversation, agent, opening, thread, names=names, seen=known.seen, at=at)
    person = person_of(conversation.customer, agent, at=at, besides=conversation.pk)
    fields, further = _fields_of(conversation)
    opened_with = thread.last_touchpoint if opening.since is None else opening.since
    href = reverse("desk:conversation", args=[conversation.number])
    place = place_from(opening.origin, agent, at=at) if opening.origin else None
    if place is not None:
        place = holding(place, conversation, due_by=next_due_at(conversation) if place.order == "due" else None)
    origin = place.origin if place else ""
    left = left_by(agent, opening.left, place, applied=opening.applied, handed=opening.handed, at=at)
    return ConversationPage(
        number=conversation.number,
        href=href,
        subject=conversation.subject or _("(no subject)"),
        state=conversation.state,
        turn=turn,
        since=turned_at,
        channel=door(conversation.channel),
        assignee=conversation.assignee.name if conversation.assignee else "",
        assignee_pk=conversation.assignee_id,
        team=conversation.team.name if conversation.team else "",
        team_pk=conversation.team_id,
        is_mine=conversation.assignee_id == agent.pk,
        reopen_count=conversation.reopen_count,
        labels=labels_of(conversation),
        fields=fields,
        further=further,
        mention=mention_of(conversation, agent),
        joined=joined_by(conversation, opening.joined),
        macro=macro_in(conversation, agent, wanted=opening.macro, applied=None if left else opening.applied),
        person=person,
        clocks=clocks_of(conversation, agent, at=at),
        promises=tuple(each for each in person.promises if each.number == conversation.pk and each.state == "open"),
        thread=thread,
        composer=keep(composer) if keep else composer,
        beside=beside,
        asked=beside.asked,
        asked_here=asked_here(conversation, at=at),
        choices=_choices(people.values(), teams, agent, at=at),
        back_href=f"{place.href}#c{conversation.number}" if place else reverse("desk:queue_view", args=["unassigned"]),
        back_label=place.label if place else _("Queue"),
        previous_href=_beside(conversation, "previous", origin),
        next_href=_beside(conversation, "next", origin),
        left=left,
        onward=wishes(opening.onward),
        origin=origin,
        live_href=_live_href(href, opened_with, show=show, opening=opening, origin=origin),
        live_about=_about(conversation, beside),
        newest=known.newest,
        newest_here=known.newest_here,
        opened_with=opened_with,
        show=show if show > SHOWN else 0,
        earlier_href=_earlier_href(href, show=show, origin=origin),
        sheets=sheets(),
    )


def _ask_ahead(conversation: Conversation, agent: Agent, *, show: int, at: datetime) -> None:
    about = About(conversation.pk, conversation.customer_id, agent.pk, conversation.beside_id, conversation.team_id, at)

    def more() -> tuple[Question, ...]:
        theirs = latest_asked_for(conversation.customer_id, agent, conversation.pk)
        return *thread_asked_for(conversation, show), theirs

    ask_ahead(about, more)


def _composer(
    conversation: Conversation,
    agent: Agent,
    opening: Opening,
    thread: Thread,
    *,
    names: dict[int, str],
    seen: int,
    at: datetime,
) -> Composer:
    """What one writes in, for what the page was opened for. The thread's letters serve it where all of them are read."""
    wanted = opening.forwards
    return composer_of(
        conversation,
        agent,
        at=at,
        seen=seen,
        names=names,
        forwards=conversation.touchpoints.filter(pk=wanted).first() if wanted is not None else None,
        is_aside=opening.is_aside,
        only_sender=opening.only_sender,
        letters=None if thread.hidden else thread.touchpoints,
    )


def _choices(people: Iterable[Helper], teams: Iterable[Team], agent: Agent, *, at: datetime) -> Choices:
    return Choices(
        agents=tuple(Option(str(each.pk), each.label) for each in people),
        teams=tuple(Option(str(team.pk), team.name) for team in teams),
        snoozes=snooze_moments(at, agent.zone),
        outcomes=tuple(Option(*each) for each in labels(Outcome).items()),
        phases=tuple(Option(*each) for each in labels(Phase).items()),
    )


def _live_href(href: str, opened_with: int, *, show: int, opening: Opening, origin: str) -> str:
    """Where what has changed since is read, for a page that shows as much."""
    return (
        f"{href}?since={opened_with}"
        + (f"&show={show}" if show > SHOWN else "")
        + (f"&joined={opening.joined}" if opening.joined is not None else "")
        + (f"&left={opening.left}" if opening.left is not None else "")
        + (f"&applied={opening.applied}" if opening.left is not None and opening.applied is not None else "")
        + (f"&handed={opening.handed}" if opening.left is not None and opening.handed is not None else "")
        + (f"&from={quote(origin, safe='/')}" if origin else "")
    )


def _beside(conversation: Conversation, which: str, origin: str) -> str:
    """The way to the one before or behind it, which is looked for only when somebody goes it."""
    if not origin:
        return ""
    return f"{reverse(f'desk:{which}', args=[conversation.number])}?from={quote(origin, safe='/')}"


def _earlier_href(href: str, *, show: int, origin: str) -> str:
    said: dict[str, object] = {"show": show + MORE, "from": origin}
    return f"{href}?" + urlencode({name: value for name, value in said.items() if value})


def _about(conversation: Conversation, beside: Beside) -> str:
    """What news the page wants to hear of: of its person, of itself, and of what it stands beside or is linked with."""
    numbers = (conversation.pk, *beside.numbers)
    return " ".join([f"customer:{conversation.customer_id}", *(f"conversation:{each}" for each in numbers)])


def _fields_of(conversation: Conversation) -> tuple[Fields, tuple[tuple[str, Fields], ...]]:
    """Those of the conversation, to be filled in, and those of its person and their company, as far as they say something.
    One query where no field is in use, else two."""
    customer = conversation.customer
    subjects = {"conversation": conversation.pk, "customer": customer.pk}
    if customer.company_id is not None:
        subjects["company"] = customer.company_id
    told = values_of_each(subjects)
    own = fields_part(told["conversation"], reverse("desk:fields", args=[conversation.number]))
    whose = {"customer": _("More about them"), "company": customer.company.name if customer.company else ""}
    beside = [(whose[each], fields_part(told[each], "", prefix=f"{each}-")) for each in subjects if each in whose]
    return own, tuple((title, part) for title, part in beside if part.known)
