"""What the screens about requests to teams need."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils.translation import gettext as _

from rung.accounts.access import Agent, all_teams
from rung.channels.inhouse.access import Request, requests_for, requests_numbered, said_in, visible_requests
from rung.touchpoints.access import Conversation, Direction, visible_conversations

COUNTED = timedelta(days=90)
MOST = 50


@dataclass(frozen=True, slots=True)
class Said:
    who: str
    text: str
    at: datetime
    is_answer: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it stands beside the conversation that waits for it. `since`: from when that waits, while it does."""

    number: int
    team: str
    subject: str
    asked_by: str
    asked_at: datetime
    wanted_by_at: datetime | None
    is_late: bool
    waits: bool
    is_settled: bool
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class AskedHere:
    """What a conversation is itself asked for, where it is a request."""

    parent: int
    asked_by: str
    team: str
    wanted_by_at: datetime | None
    is_late: bool
    waits: bool


@dataclass(frozen=True)
class AskingPage:
    """The form with which a team is asked; `error` by field."""

    number: int
    subject: str
    teams: tuple[tuple[str, str], ...]
    team: str
    text: str
    wanted_by: str
    errors: dict[str, str]


@dataclass(frozen=True, slots=True)
class TeamWaits:
    """How long customers waited for a team: `count` waits that ended within COUNTED, their median in seconds; `open` and
    `late` now."""

    team: str
    count: int
    median_s: float | None
    total_s: float
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    number: int
    team: str
    subject: str
    asked_by: str
    asked_at: datetime
    wanted_by_at: datetime | None
    is_late: bool
    parent: int
    person: str


@dataclass(frozen=True)
class WaitsPage:
    teams: tuple[TeamWaits, ...]
    open: tuple[OpenLine, ...]
    days: int


def asked_for(conversation: Conversation, *, at: datetime) -> tuple[Asked, ...]:
    """Three queries, two where nothing was asked, and one more for each conversation that has joined."""
    requests = requests_for(conversation)
    said: dict[int, list[Said]] = defaultdict(list)
    for each in said_in(requests):
        is_answer = each.direction == Direction.OUT
        name = each.agent.name if is_answer and each.agent else _names(each.parties) or str(each.customer)
        said[each.conversation_id].append(Said(name, each.text, each.occurred_at, is_answer))
    return tuple(
        Asked(
            number=request.pk,
            team=request.team.name if request.team else _("a team that is gone"),
            subject=request.conversation.subject,
            asked_by=request.asked_by.name if request.asked_by else "",
            asked_at=request.asked_at,
            wanted_by_at=request.wanted_by_at,
            is_late=_is_late(request, at),
            waits=request.answered_at is None,
            is_settled=request.settled_at is not None,
            said=tuple(said[request.pk]),
        )
        for request in requests
    )


def asked_here(conversation: Conversation, *, at: datetime) -> AskedHere | None:
    """One query, and none for a conversation that came through another door."""
    if conversation.channel != "inhouse":
        return None
    request = requests_numbered([conversation.pk]).get(conversation.pk)
    if request is None:
        return None
    return AskedHere(
        parent=request.parent_id,
        asked_by=request.asked_by.name if request.asked_by else "",
        team=request.team.name if request.team else "",
        wanted_by_at=request.wanted_by_at,
        is_late=_is_late(request, at),
        waits=request.answered_at is None,
    )


def asking_page(
    conversation: Conversation, given: dict[str, str] | None = None, errors: dict[str, str] | None = None
) -> AskingPage:
    given = given or {}
    teams = tuple((str(team.pk), team.name) for team in all_teams())
    return AskingPage(
        number=conversation.number,
        subject=given.get("subject", conversation.subject),
        teams=(("", _("Choose …")), *teams),
        team=given.get("team", ""),
        text=given.get("text", ""),
        wanted_by=given.get("wanted_by", ""),
        errors=errors or {},
    )


def waits_page(agent: Agent, *, at: datetime) -> WaitsPage:
    """Waits caused by teams, of what an agent may see. Four queries."""
    requests = visible_requests(agent)
    ended: dict[str, list[float]] = defaultdict(list)
    for request in requests.filter(asked_at__gt=at - COUNTED, answered_at__isnull=False):
        assert request.answered_at is not None
        waited = (request.answered_at - request.asked_at).total_seconds()
        ended[request.team.name if request.team else ""].append(max(waited, 0))
    open_now = list(requests.open().order_by("asked_at", "pk"))
    waiting: dict[str, list[Request]] = defaultdict(list)
    for request in open_now:
        waiting[request.team.name if request.team else ""].append(request)
    teams = tuple(
        TeamWaits(
            team=name or _("a team that is gone"),
            count=len(ended[name]),
            median_s=median(ended[name]) if ended[name] else None,
            total_s=sum(ended[name]),
            open=len(waiting[name]),
            late=sum(_is_late(each, at) for each in waiting[name]),
        )
        for name in sorted(ended.keys() | waiting.keys())
    )
    shown = open_now[:MOST]
    # Who waits is for those to know who may see their conversation.
    visible = visible_conversations(agent).filter(pk__in=[each.parent_id for each in shown])
    seen = set(visible.values_list("pk", flat=True))
    lines = tuple(_open_line(each, at, is_seen=each.parent_id in seen) for each in shown)
    return WaitsPage(teams, lines, COUNTED.days)


def _open_line(request: Request, at: datetime, *, is_seen: bool) -> OpenLine:
    return OpenLine(
        number=request.pk,
        team=request.team.name if request.team else "",
        subject=request.conversation.subject,
        asked_by=request.asked_by.name if request.asked_by else "",
        asked_at=request.asked_at,
        wanted_by_at=request.wanted_by_at,
        is_late=_is_late(request, at),
        parent=request.parent_id,
        person=str(request.parent.customer) if is_seen else "",
    )


def _is_late(request: Request, at: datetime) -> bool:
    return request.answered_at is None and request.wanted_by_at is not None and request.wanted_by_at < at


def _names(parties: dict[str, object] | None) -> str:
    names = (parties or {}).get("names")
    return str(names.get((parties or {}).get("from"), "")) if isinstance(names, dict) else ""
