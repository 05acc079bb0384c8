"""What a rule can do to a conversation: what each deed needs, and doing it by the verbs of the rooms below.

A deed that finds everything as it should be says so; one that cannot be done raises ValidationError with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rung.accounts.access import Agent, agents_by_key, agents_who_may, members_of, teams_by_key
from rung.business.access import absences, hours_of_agent, is_open, shown_name
from rung.canned.access import canned_in_use
from rung.canned.gaps import filled, values_for
from rung.core.actor import Actor
from rung.core.given import given_key
from rung.fields.access import fields_of
from rung.fields.verbs import set_value
from rung.journal.verbs import record
from rung.rules.events import RuleTold
from rung.rules.models import Rule, Run, Turn
from rung.touchpoints.access import Conversation, Priority, Tag, last_asked, tags_numbered, tags_of
from rung.touchpoints.doors import door
from rung.touchpoints.verbs import (
    assign_conversation,
    give_notice,
    mark_spam,
    reopen_conversation,
    resolve_conversation,
    set_priority,
    snooze_conversation,
    tag_conversation,
    untag_conversation,
    write_note,
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing a rule does: what, with whom or what, and with which words."""

    what: str
    value: tuple[str, ...] = ()
    text: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Deed:
        return cls(str(kept.get("what", "")), tuple(map(str, kept.get("value") or ())), str(kept.get("text", "")))

    @property
    def kept(self) -> dict[str, Any]:
        return {"what": self.what, "value": list(self.value), "text": self.text}

    @property
    def key(self) -> int:
        """Of what is chosen; 0 where nothing is."""
        return given_key(self.value[0]) or 0 if self.value else 0


@dataclass(slots=True)
class Doing:
    """A rule at work on a conversation that is locked. `is_automatic`: what set it off was written by a machine."""

    rule: Rule
    run: Run
    conversation: Conversation
    is_automatic: bool
    by: Actor
    at: datetime


Do = Callable[[Doing, Deed], bool]
"""Whether it changed anything."""

Asks = Literal["one", "several", "number", "nothing"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A deed that can be chosen. `about`: where its choices come from (`words.Words`); `text`: what its words are called,
    empty where it has none."""

    label: Any
    do: Do
    asks: Asks = "nothing"
    about: str = ""
    text: Any = ""
    hint: Any = ""


def _assign_team(doing: Doing, deed: Deed) -> bool:
    team = teams_by_key([deed.key]).get(deed.key)
    if team is None:
        raise ValidationError(_("There is no such team any more."))
    matter = doing.conversation
    was = (matter.assignee_id, matter.team_id)
    # Whoever has it keeps it where they belong to that team; else it is for the team to take.
    keeper = next((each for each in members_of(team.pk) if each.pk == matter.assignee_id), None)
    assign_conversation(matter, agent=keeper, team=team, by=doing.by, at=doing.at)
    return was != (matter.assignee_id, matter.team_id)


def _assign_agent(doing: Doing, deed: Deed) -> bool:
    agent = agents_by_key([deed.key]).get(deed.key)
    if agent is None:
        raise ValidationError(_("They have no seat any more."))
    matter = doing.conversation
    was = matter.assignee_id
    assign_conversation(matter, agent=agent, team=matter.team, by=doing.by, at=doing.at)
    return was != matter.assignee_id


def _assign_in_turn(doing: Doing, deed: Deed) -> bool:
    """To the one of a team whose turn is longest ago, of those who may answer, are not away and work now; where nobody
    works now, of those who are not away."""
    team = teams_by_key([deed.key]).get(deed.key)
    if team is None:
        raise ValidationError(_("There is no such team any more."))
    matter = doing.conversation
    members = [each for each in members_of(team.pk) if each.may("answers.write")]
    if matter.team_id == team.pk and matter.assignee_id in {each.pk for each in members}:
        return False
    away = absences([each.pk for each in members], at=doing.at)
    present = [each for each in members if each.pk not in away]
    working = [each for each in present if is_open(doing.at, hours_of_agent(each))]
    if not present:
        assign_conversation(matter, agent=None, team=team, by=doing.by, at=doing.at)
        raise StillDone(_("Nobody of %(team)s is there, so it waits for the team.") % {"team": team})
    turns = dict(Turn.objects.select_for_update().filter(team=team).values_list("agent_id", "number"))
    chosen = min(working or present, key=lambda each: (turns.get(each.pk, 0), each.pk))
    latest = Turn.objects.filter(team=team).aggregate(latest=Max("number"))["latest"] or 0
    Turn.objects.update_or_create(team=team, agent=chosen, defaults={"number": latest + 1})
    assign_conversation(matter, agent=chosen, team=team, by=doing.by, at=doing.at)
    return True


class StillDone(ValidationError):
    """Not all of it could be done, and what was stays done."""


def _tag_of(deed: Deed) -> Tag:
    for tag in tags_numbered([deed.key]):
        return tag
    raise ValidationError(_("There is no such tag any more."))


def _carries(doing: Doing, tag: Tag) -> bool:
    return tag.pk in {each.pk for each in tags_of([doing.conversation.pk]).get(doing.conversation.pk, ())}


def _tag(doing: Doing, deed: Deed) -> bool:
    tag = _tag_of(deed)
    if _carries(doing, tag):
        return False
    tag_conversation(doing.conversation, tag, by=doing.by, at=doing.at)
    return True


def _untag(doing: Doing, deed: Deed) -> bool:
    tag = _tag_of(deed)
    if not _carries(doing, tag):
        return False
    untag_conversation(doing.conversation, tag, by=doing.by, at=doing.at)
    return True


def _press(doing: Doing, deed: Deed) -> bool:
    wanted = deed.value[0] if deed.value else ""
    if wanted not in Priority.values:
        raise ValidationError(_("There is no such priority."))
    was = str(doing.conversation.priority)
    set_priority(doing.conversation, wanted, by=doing.by, at=doing.at)
    return was != wanted


def _snooze(doing: Doing, deed: Deed) -> bool:
    snooze_conversation(
        doing.conversation, until=doing.at + timedelta(hours=max(1, deed.key)), by=doing.by, at=doing.at
    )
    return True


def _answer(doing: Doing, deed: Deed) -> bool:
    """Never to a machine, and once for each rule and conversation. It leaves as a notice: the flood brake of its mailbox
    may hold it, and the customer goes on waiting for one of us."""
    matter = doing.conversation
    canned = canned_in_use(deed.key)
    if canned is None or not canned.text:
        raise ValidationError(_("There is no such canned answer any more."))
    asked = last_asked(matter)
    if doing.is_automatic or (asked is None and matter.last_direction == "in"):
        raise ValidationError(_("A machine wrote it, and machines get no answer."))
    if Run.objects.filter(rule=doing.rule, conversation=matter, has_written=True).exists():
        raise ValidationError(_("This rule has written here before, and does so once."))
    # The name of whoever looks after it, else ours: no person of us has written this.
    signs = matter.assignee or Agent(name=shown_name())
    subject = matter.subject if matter.subject[:3].lower() == "re:" else f"Re: {matter.subject}"
    text = filled(canned.text, values_for(matter, signs))
    give_notice(matter, customer=matter.customer, subject=subject, text=text, by=doing.by, at=doing.at)
    doing.run.has_written = True
    return True


def _note(doing: Doing, deed: Deed) -> bool:
    write_note(doing.conversation, deed.text, by=doing.by, at=doing.at)
    return True


def _tell(doing: Doing, deed: Deed) -> bool:
    told: set[int] = set()
    for each in deed.value:
        kind, _dash, key = each.partition("-")
        match kind:
            case "leads":
                told |= set(agents_who_may("settings.words"))
            case "assignee" if doing.conversation.assignee_id is not None:
                told.add(doing.conversation.assignee_id)
            case "agent":
                told |= set(agents_by_key([given_key(key)]))
            case "team":
                told |= {member.pk for member in members_of(given_key(key) or 0)}
    if not told:
        raise ValidationError(_("There is nobody to tell."))
    fact = RuleTold(
        conversation=doing.conversation.pk,
        rule=doing.rule.pk,
        name=doing.rule.name,
        agents=sorted(told),
        words=deed.text,
    )
    record(fact, by=doing.by, at=doing.at)
    return True


def _resolve(doing: Doing, deed: Deed) -> bool:
    was = doing.conversation.is_resolved()
    resolve_conversation(doing.conversation, by=doing.by, at=doing.at)
    return not was


def _reopen(doing: Doing, deed: Deed) -> bool:
    was = doing.conversation.is_resolved()
    reopen_conversation(doing.conversation, by=doing.by, at=doing.at)
    return was


def _spam(doing: Doing, deed: Deed) -> bool:
    reason = _("by the rule “%(name)s”") % {"name": doing.rule.name}
    mark_spam(doing.conversation, reason=reason, by=doing.by, at=doing.at)
    return True


def _block(doing: Doing, deed: Deed) -> bool:
    shut_out = door(doing.conversation.channel).shut_out
    if shut_out is None:
        raise ValidationError(_("Nobody can be shut out of this channel."))
    shut_out(doing.conversation, whole_domain=False, by=doing.by, at=doing.at)
    return _spam(doing, deed)


def _set_field(doing: Doing, deed: Deed) -> bool:
    field = next((each for each in fields_of("conversation") if each.pk == deed.key), None)
    if field is None:
        raise ValidationError(_("There is no such field any more."))
    set_value(field, doing.conversation.pk, deed.text, by=doing.by, at=doing.at)
    return True


DEEDS: dict[str, Kind] = {
    "team": Kind(gettext_lazy("Give it to a team"), _assign_team, "one", "teams"),
    "agent": Kind(gettext_lazy("Give it to somebody"), _assign_agent, "one", "people"),
    "turn": Kind(
        gettext_lazy("Give it to those of a team in turn"),
        _assign_in_turn,
        "one",
        "teams",
        hint=gettext_lazy("To whoever may answer, is not away and works now."),
    ),
    "tag": Kind(gettext_lazy("Put on the tag"), _tag, "one", "tags"),
    "untag": Kind(gettext_lazy("Take off the tag"), _untag, "one", "tags"),
    "priority": Kind(gettext_lazy("Set the priority"), _press, "one", "priorities"),
    "snooze": Kind(gettext_lazy("Snooze it, for so many hours"), _snooze, "number"),
    "answer": Kind(
        gettext_lazy("Answer with the canned answer"),
        _answer,
        "one",
        "canned",
        hint=gettext_lazy(
            "Once in a conversation, never to a machine, and within what the mailbox allows for automatic letters."
        ),
    ),
    "note": Kind(
        gettext_lazy("Leave a note"),
        _note,
        text=gettext_lazy("The note"),
        hint=gettext_lazy("“@” and a colleague's name calls them."),
    ),
    "tell": Kind(gettext_lazy("Tell people of it"), _tell, "several", "told", text=gettext_lazy("In these words")),
    "field": Kind(
        gettext_lazy("Fill in the field"), _set_field, "one", "fields", text=gettext_lazy("What it is to say")
    ),
    "resolve": Kind(gettext_lazy("Resolve it"), _resolve),
    "reopen": Kind(gettext_lazy("Reopen it"), _reopen),
    "spam": Kind(gettext_lazy("Mark it as spam"), _spam),
    "block": Kind(gettext_lazy("Mark it as spam, and block the sender"), _block),
}
