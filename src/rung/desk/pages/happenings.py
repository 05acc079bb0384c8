"""What else happened in a conversation, as sentences between its touchpoints and notes."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from rung.desk.pages.naming import name_of
from rung.journal.access import Entry
from rung.rules.access import rule_names
from rung.touchpoints.access import Conversation, Outcome, Phase, Priority

# What a thread tells of besides touchpoints and notes, which stand there themselves.
TOLD = (
    *("conversation.assigned", "conversation.snoozed", "snooze.ended", "conversation.resolved"),
    # The letter that asks stands in the thread itself; that it was sent need not be said beside it.
    *("conversation.reopened", "survey.answered", "survey.commented"),
    *("aside.opened", "aside.answered", "answer.taken_back", "answer.stopped"),
    *("spam.marked", "spam.unmarked", "touchpoint.joined", "touchpoint.parted", "conversation.parted"),
    *("conversation.split", "request.settled", "request.answered"),
    *("promise.made", "promise.kept", "promise.broken", "promise.moved", "promise.withdrawn", "promise.reopened"),
)
SYMBOLS = {
    "conversation.assigned": "user",
    "conversation.snoozed": "snooze",
    "snooze.ended": "bell",
    "conversation.resolved": "resolve",
    "conversation.reopened": "reopen",
    "spam.marked": "spam",
    "spam.unmarked": "spam",
    "touchpoint.joined": "user-plus",
    "touchpoint.parted": "undo",
    "conversation.parted": "undo",
    "survey.answered": "survey",
    "survey.commented": "survey",
    "aside.opened": "chat",
    "aside.answered": "chat",
    "answer.taken_back": "undo",
    "answer.stopped": "warning",
    "rule.ran": "robot",
    "rule.told": "robot",
    "rule.held": "robot",
    "conversation.split": "arrow-out",
    "request.settled": "check",
    "request.made": "team",
    "request.answered": "team",
    "conversation.linked": "link",
    "conversation.unlinked": "link",
    "conversation.tagged": "tag",
    "conversation.untagged": "tag",
    "conversation.priority_set": "sort",
    "conversation.joined": "link",
    "conversation.opened": "plus",
    "promise.made": "calendar",
    "promise.kept": "check",
    "promise.broken": "warning",
    "promise.moved": "calendar",
    "promise.withdrawn": "undo",
    "promise.reopened": "undo",
    "field.set": "form",
    "field.outweighed": "form",
}

# Another conversation that a line of the thread leads to, by the field of its event.
LEADS_TO = {
    "aside.opened": "aside",
    "aside.answered": "aside",
    "conversation.split": "into",
    "request.settled": "request",
    "request.answered": "request",
}


def who_did(
    entry: Entry, conversation: Conversation, names: dict[int, str], asides: dict[int, str], rules: Mapping[int, str]
) -> str:
    """`names` of agents, who was asked in `asides`, and what `rules` are called, by primary key."""
    if entry.kind == "aside.answered":
        return _asked(entry, asides)
    return actor_name(entry, conversation, names, rules)


def rules_among(entries: Iterable[Entry]) -> dict[int, str]:
    """What the rules are called that brought some of this about. One query, or none where there is none."""
    return rule_names(entry.actor_key for entry in entries if entry.actor_kind == "system")


def actor_name(
    entry: Entry, conversation: Conversation, names: dict[int, str], rules: Mapping[int, str] | None = None
) -> str:
    """Who recorded it, by name: a colleague, the customer, a rule of ours, or Rung itself."""
    if entry.actor_kind == "agent":
        return names.get(entry.actor_key or 0, _("A former colleague"))
    if entry.actor_kind == "system" and entry.actor_key is not None:
        called = (rules or {}).get(entry.actor_key, "")
        return _("Rule “%(name)s”") % {"name": called} if called else _("A rule")
    if entry.kind == "touchpoint.received" and not entry.data.get("ours"):
        # The house takes letters in; a person wrote them: theirs, somebody in copy, or one who was merged into them since.
        return name_of(conversation.customer) if entry.customer == conversation.customer_id else _("Somebody")
    return name_of(conversation.customer) if entry.actor_kind == "customer" else _("Rung")


def in_words(entry: Entry, names: dict[int, str]) -> tuple[str, str]:
    """Who and what they did, of what is about our own house: nobody but ourselves is named."""
    if entry.kind == "agent.sign_in_failed":
        return _("Somebody"), entry.event.describe()
    who = {"agent": names.get(entry.actor_key or 0, _("A former colleague")), "customer": _("A customer")}
    return who.get(entry.actor_kind, _("Rung")), entry.event.describe()


def _asked(entry: Entry, asides: dict[int, str]) -> str:
    return asides.get(entry.data["aside"], _("Whoever was asked"))


def what_they_did(entry: Entry, names: dict[int, str], teams: dict[int, str], asides: dict[int, str]) -> str:
    """The rest of the sentence that begins with who did it."""
    if entry.kind == "aside.opened":
        return _("asked %(whom)s about it") % {"whom": _asked(entry, asides)}
    if entry.kind != "conversation.assigned":
        return entry.event.describe()
    return _handing(entry, names, teams)


def _handing(entry: Entry, names: dict[int, str], teams: dict[int, str]) -> str:
    """What changed hands, and nothing of what stayed as it was."""
    agent, former = entry.data.get("agent"), entry.data.get("from_agent")
    team, left = entry.data.get("team"), entry.data.get("from_team")
    own = entry.actor_key if entry.actor_kind == "agent" else None
    to_team = teams.get(team or 0, "") if team != left else ""
    if agent == former:
        if to_team:
            return _("moved it to %(team)s") % {"team": to_team}
        return _("took it out of %(team)s") % {"team": teams.get(left or 0) or _("its team")}
    if agent is None:
        if to_team:
            return _("gave it to %(whom)s") % {"whom": to_team}
        return (
            _("gave it back to %(team)s") % {"team": teams[team]} if team in teams else _("gave it back to the queue")
        )
    if agent == own:
        return _("took it on, in %(team)s") % {"team": to_team} if to_team else _("took it on")
    to = [name for name in (names.get(agent) or _("a former colleague"), to_team) if name]
    return _("gave it to %(whom)s") % {"whom": ", ".join(to)}


def change_of(entry: Entry, names: dict[int, str], teams: dict[int, str]) -> tuple[str, str]:
    """From what to what it was changed, as it is read; both empty where what they did says it all."""
    data = entry.data
    match entry.kind:
        case "conversation.assigned":
            former = _hands(data.get("from_agent"), data.get("from_team"), names, teams)
            return former, _hands(data.get("agent"), data.get("team"), names, teams)
        case "conversation.priority_set":
            return str(Priority(data["former"]).label), str(Priority(data["priority"]).label)
        case "field.set":
            return data["former"], data["value"]
        case "field.outweighed":
            return data["lost"], data["value"]
        case "conversation.tagged":
            return "", data["name"]
        case "conversation.untagged":
            return data["name"], ""
        case "conversation.snoozed":
            until = localtime(datetime.fromtimestamp(data["until_ms"] / 1000, tz=UTC))
            return "", date_format(until, "j F Y, H:i")
        case "conversation.resolved":
            return "", str(Outcome(data["outcome"]).label)
        case "touchpoint.phase_set":
            return "", str(Phase(data["phase"]).label)
        case _rest:
            return "", ""


def _hands(agent: int | None, team: int | None, names: dict[int, str], teams: dict[int, str]) -> str:
    person = names.get(agent, _("a former colleague")) if agent is not None else ""
    return ", ".join(each for each in (person, teams.get(team or 0, "")) if each) or _("nobody")


def told_once(entries: Iterable[Entry]) -> list[Entry]:
    """What moved between two conversations at one moment is one line, however many letters it was; what was split off has
    a line of its own already."""
    found: dict[object, Entry] = {}
    for entry in entries:
        moved = entry.kind in ("touchpoint.joined", "touchpoint.parted")
        if not (moved and entry.data.get("split")):
            found.setdefault((entry.kind, entry.data.get("former"), entry.occurred_at) if moved else entry.pk, entry)
    return list(found.values())
