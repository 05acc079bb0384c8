"""Who changed what in a conversation, when, and how it was before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent, all_teams, names_of_colleagues
from rung.core.addresses import reverse
from rung.core.given import given_key
from rung.desk.pages.happenings import SYMBOLS, actor_name, change_of, rules_among, what_they_did
from rung.desk.pages.naming import know_addresses, name_of
from rung.desk.pages.rows import conversation_href
from rung.journal.access import Entry, entries
from rung.touchpoints.access import Conversation, asides_of, brought_together

MOST = 100

# What was said, and what became of it on its way: the thread shows it, and nobody changed anything.
SAID = (
    *("touchpoint.received", "touchpoint.logged", "conversation.answered", "answer.planned", "note.written"),
    *("notice.given", "touchpoint.delivered", "touchpoint.undelivered", "outcome.reported", "colleague.called"),
    *("survey.offered", "survey.skipped", "survey.answered", "survey.commented"),
    # One line tells of them all: that conversations were merged, split or parted.
    *("touchpoint.joined", "touchpoint.parted"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """`former` and `value`: from what to what, empty where there was or is nothing. `number`: the conversation that has
    become part of this one, where it happened there."""

    key: int
    at: datetime
    who: str
    text: str
    former: str
    value: str
    symbol: str
    number: int | None
    # The log of rules, where a rule ran and this agent may look.
    log_href: str = ""


@dataclass(frozen=True)
class HistoryPage:
    number: int
    href: str
    subject: str
    person: str
    lines: tuple[Line, ...]
    tabs: tuple[tuple[str, str, bool, None], ...]
    first_href: str
    earlier_href: str


def history_page(conversation: Conversation, agent: Agent, *, tells_all: bool = False, before: str = "") -> HistoryPage:
    """The latest first, MOST at a time; `before` is the number of the entry they lie before. Six queries."""
    href = reverse("desk:history", args=[conversation.number])
    kept = f"{href}?all=1" if tells_all else href
    numbers = [conversation.pk, *brought_together(conversation)]
    told = entries().filter(conversation__in=numbers)
    if not tells_all:
        told = told.exclude(kind__in=SAID)
    if (edge := given_key(before)) is not None:
        told = told.filter(pk__lt=edge)
    happened = list(told.order_by("-pk")[: MOST + 1])
    names, teams = names_of_colleagues(), {team.pk: team.name for team in all_teams()}
    beside = asides_of(conversation)
    know_addresses([conversation.customer, *(each.customer for each in beside)])
    asides = {each.pk: name_of(each.customer) for each in beside}
    rules = rules_among(happened)
    lines = []
    for entry in happened[:MOST]:
        former, value = change_of(entry, names, teams)
        line = Line(
            key=entry.pk,
            at=entry.occurred_at,
            who=actor_name(entry, conversation, names, rules),
            text=_said(entry) or what_they_did(entry, names, teams, asides),
            former=former,
            value=value,
            symbol=SYMBOLS.get(entry.kind, "edit"),
            number=entry.conversation if entry.conversation != conversation.pk else None,
            log_href=_log_href(entry, agent),
        )
        lines.append(line)
    earlier = f"{kept}{'&' if tells_all else '?'}before={lines[-1].key}" if len(happened) > MOST else ""
    return HistoryPage(
        number=conversation.number,
        href=conversation_href(conversation.number),
        subject=conversation.subject or _("(no subject)"),
        person=name_of(conversation.customer),
        lines=tuple(lines),
        tabs=((href, _("Changes"), not tells_all, None), (f"{href}?all=1", _("Everything"), tells_all, None)),
        first_href=kept if edge is not None else "",
        earlier_href=earlier,
    )


def _log_href(entry: Entry, agent: Agent) -> str:
    if entry.kind != "rule.ran" or not agent.may("settings.rules"):
        return ""
    return f"{reverse('rules:log')}?conversation={entry.conversation}#run-{entry.data['run']}"


def _said(entry: Entry) -> str:
    """What was changed, where from what to what stands beside it; else empty."""
    match entry.kind:
        case "field.set":
            return _("changed “%(name)s”") % {"name": entry.data["name"]}
        case "conversation.priority_set":
            return _("changed the priority")
        case "conversation.tagged":
            return _("put a tag on it")
        case "conversation.untagged":
            return _("took a tag off")
        case _rest:
            return ""
