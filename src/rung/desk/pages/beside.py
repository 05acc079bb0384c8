"""What a conversation stands beside: those asked for its sake, those linked with it, teams asked, what it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.inhouse.pages import Asked, asked_for
from rung.desk.pages.kin import UNSETTLED, Kin, kin_of
from rung.desk.pages.naming import know_addresses, name_of
from rung.desk.pages.rows import conversation_href, turn_of
from rung.touchpoints.access import Conversation, State, asides_of


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody asked beside this conversation, or the customer for whose sake this one asks."""

    number: int
    href: str
    name: str
    subject: str
    state: str
    since: datetime | None
    is_internal: bool
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """`open_requests`: the numbers of what it waits for that is not settled, as far as it can be seen; `numbers`: all that
    stand beside it."""

    asides: tuple[Aside, ...]
    kin: tuple[Kin, ...]
    asked: tuple[Asked, ...]
    main: Aside | None
    open_requests: tuple[int, ...]
    numbers: tuple[int, ...]

    @property
    def names(self) -> dict[int, str]:
        """Who was asked, by the number of the conversation they were asked in."""
        return {each.number: each.name for each in self.asides}


def beside_of(conversation: Conversation, agent: Agent, *, at: datetime) -> Beside:
    rows = asides_of(conversation)
    kin = kin_of(conversation, agent)
    # Without a link that waits there is no request, and nothing is asked for.
    asked = asked_for(conversation, at=at) if any(each.is_waited_for for each in kin) else ()
    know_addresses(each.customer for each in rows)
    asides = tuple(_aside(each) for each in rows)
    requests = {each.number for each in asked}
    main = conversation.beside
    return Beside(
        asides=asides,
        kin=tuple(each for each in kin if each.number not in requests),
        asked=asked,
        main=_aside(main) if main else None,
        open_requests=_open_requests(asides, kin, asked),
        numbers=(*([main.pk] if main else []), *(each.number for each in asides), *(each.number for each in kin)),
    )


def _open_requests(asides: Iterable[Aside], kin: Iterable[Kin], requests: Iterable[Asked]) -> tuple[int, ...]:
    asked = [each.number for each in asides if not each.is_settled]
    asked += [each.number for each in requests if not each.is_settled]
    asked += [each.number for each in kin if each.is_waited_for and each.state in UNSETTLED]
    return tuple(dict.fromkeys(asked))


def _aside(conversation: Conversation) -> Aside:
    turn, since = turn_of(conversation)
    return Aside(
        number=conversation.pk,
        href=conversation_href(conversation.number),
        name=name_of(conversation.customer),
        subject=conversation.subject or _("(no subject)"),
        state=turn,
        since=since,
        is_internal=conversation.customer.is_internal,
        is_settled=conversation.state not in (State.OPEN, State.SNOOZED),
    )
