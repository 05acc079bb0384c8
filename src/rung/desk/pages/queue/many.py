"""What can be done to many lines at once, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.desk.pages.hands import Helper
from rung.desk.pages.labels import PriorityChip, TagChip, priority_chip, tag_chip
from rung.desk.pages.queue.chips import Choice, Names
from rung.desk.pages.snoozes import Moment, snooze_moments
from rung.queues.access import Bulk
from rung.queues.deeds import AT_ONCE, LETTERS_AT_ONCE
from rung.touchpoints.access import Outcome, Priority

# So many of what was refused are told one by one.
TOLD = 6


@dataclass(frozen=True, slots=True)
class Many:
    """The deeds that make sense in this view. `whole`: how many the view holds, where all of them can be chosen."""

    agents: tuple[Helper, ...]
    teams: tuple[Choice, ...]
    tags: tuple[TagChip, ...]
    priorities: tuple[PriorityChip, ...]
    moments: tuple[Moment, ...]
    outcomes: tuple[Choice, ...]
    deeds: frozenset[str]
    at_once: int
    letters_at_once: int
    whole: str


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of a bulk, in a line; `refusals` why of some. `undo` is its number while it can be taken back."""

    words: str
    refusals: tuple[str, ...]
    is_whole: bool
    undo: int | None


def many_for(agent: Agent, states: tuple[str, ...], names: Names, *, whole: str, at: datetime) -> Many:
    deeds = {"assign", "team", "tag", "untag", "priority"}
    if not states or "open" in states or "snoozed" in states:
        deeds |= {"snooze", "resolve", "answer", "spam"}
    if not states or "snoozed" in states:
        deeds.add("wake")
    if not states or "resolved" in states:
        deeds |= {"reopen", "answer", "spam"}
    if states == ("spam",):
        deeds = {"unspam"}
    if not agent.may("answers.write"):
        deeds.discard("answer")
    return Many(
        agents=tuple(each for pk, each in names.people.items() if pk != agent.pk),
        teams=tuple(Choice(str(pk), team.name) for pk, team in names.teams.items()),
        tags=tuple(tag_chip(tag) for tag in names.tags.values()),
        priorities=tuple(priority_chip(each) for each in reversed(Priority.values)),
        moments=snooze_moments(at, agent.zone),
        outcomes=tuple(Choice(each.value, str(each.label), each is Outcome.UNKNOWN) for each in Outcome),
        deeds=frozenset(deeds),
        at_once=AT_ONCE,
        letters_at_once=LETTERS_AT_ONCE,
        whole=whole,
    )


def outcomes_of(bulk: Bulk, names: Names) -> Outcomes:
    """ "12 resolved, 1 not: …" """
    if bulk.undone_at is not None:
        return _undone(bulk)
    done = len(bulk.changed)
    parts = [_done_words(bulk, names)] if done or not (bulk.refused or bulk.same_count) else []
    if bulk.same_count:
        parts.append(
            ngettext("%(n)s was so already", "%(n)s were so already", bulk.same_count) % {"n": f"{bulk.same_count:,}"}
        )
    if bulk.refused:
        parts.append(_("%(n)s not") % {"n": f"{len(bulk.refused):,}"})
    words = ", ".join(parts) + "."
    if bulk.left_count:
        words += " " + ngettext(
            "At most %(most)s are done at once; %(n)s is left as it was.",
            "At most %(most)s are done at once; %(n)s are left as they were.",
            bulk.left_count,
        ) % {"most": LETTERS_AT_ONCE if bulk.deed == "answer" else AT_ONCE, "n": f"{bulk.left_count:,}"}
    return Outcomes(
        words=words,
        refusals=_told(bulk.refused),
        is_whole=not (bulk.refused or bulk.left_count),
        undo=bulk.pk if done else None,
    )


def _undone(bulk: Bulk) -> Outcomes:
    back = len(bulk.changed) - len(bulk.kept)
    words = ngettext("%(n)s taken back", "%(n)s taken back", back) % {"n": f"{back:,}"}
    if bulk.kept:
        words += ", " + _("%(n)s not") % {"n": f"{len(bulk.kept):,}"}
    return Outcomes(words + ".", _told(bulk.kept), not bulk.kept, None)


def _told(refused: list[tuple[int, str]]) -> tuple[str, ...]:
    """Each reason once, with the numbers it holds for."""
    because: dict[str, list[int]] = {}
    for number, why in refused:
        because.setdefault(why, []).append(number)
    told = []
    for why, numbers in list(because.items())[:TOLD]:
        named = ", ".join(f"#{number}" for number in numbers[:TOLD])
        more = f" {_('and %(n)s more') % {'n': len(numbers) - TOLD}}" if len(numbers) > TOLD else ""
        told.append(f"{named}{more}: {why}")
    return tuple(told)


def _done_words(bulk: Bulk, names: Names) -> str:
    tag = names.tags.get(bulk.details.get("tag", 0))
    person = names.people.get(bulk.details.get("agent", 0))
    team = names.teams.get(bulk.details.get("team", 0))
    words = {
        "assign": _("%(n)s given to %(name)s") if person else _("%(n)s given back"),
        "team": _("%(n)s moved to %(name)s") if team else _("%(n)s taken out of their team"),
        "tag": _("%(n)s tagged %(name)s"),
        "untag": _("%(n)s not tagged %(name)s any more"),
        "priority": _("%(n)s given another priority"),
        "snooze": _("%(n)s snoozed"),
        "wake": _("%(n)s brought back"),
        "resolve": _("%(n)s resolved"),
        "reopen": _("%(n)s reopened"),
        "spam": _("%(n)s marked as spam"),
        "unspam": _("%(n)s taken out of Spam"),
        "answer": _("%(n)s answered; the letters leave in a minute"),
    }[bulk.deed]
    named = next((str(each) for each in (person and person.name, team and team.name, tag and tag.name) if each), "")
    return words % {"n": f"{len(bulk.changed):,}", "name": named}
