"""The only writes to canned answers, and what applying one does."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rung.accounts.access import Agent, Team, agents_by_key, teams_by_key
from rung.canned.events import (
    CannedAnswerChanged,
    CannedAnswerDeleted,
    CannedAnswerMade,
    MacroApplied,
    MacroUndone,
)
from rung.canned.gaps import unknown_gaps
from rung.canned.models import Application, CannedAnswer, Ending, Hands
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line, storable
from rung.journal.verbs import record
from rung.touchpoints.access import Conversation, State, Tag, tags_numbered, tags_of
from rung.touchpoints.holding import hold_with_waiting
from rung.touchpoints.verbs import (
    assign_conversation,
    end_snooze,
    reopen_conversation,
    resolve_conversation,
    set_priority,
    snooze_conversation,
    tag_conversation,
    untag_conversation,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What a canned answer says and does, as it was entered. `owner` and `team` as on the model."""

    title: str
    text: str = ""
    owner: Agent | None = None
    team: Team | None = None
    tags: tuple[Tag, ...] = ()
    priority: str = ""
    hands: str = ""
    to_agent: Agent | None = None
    to_team: Team | None = None
    ending: str = ""
    snooze_days: int = 1

    @classmethod
    def of(cls, canned: CannedAnswer) -> "Wording":
        """What a canned answer says and does now."""
        said = {field.name: getattr(canned, field.name) for field in fields(cls) if field.name != "tags"}
        return cls(**said, tags=tuple(tags_numbered(canned.tags.values_list("pk", flat=True))))

    @property
    def entered(self) -> dict[str, Any]:
        """As the form shows it: who may use it is one choice, and rows are their keys."""
        return {
            "title": self.title,
            "text": self.text,
            "whose": "own" if self.owner else str(self.team.pk if self.team else "all"),
            "tags": [str(tag.pk) for tag in self.tags],
            "priority": self.priority,
            "hands": self.hands,
            "to_agent": str(self.to_agent.pk if self.to_agent else ""),
            "to_team": str(self.to_team.pk if self.to_team else ""),
            "ending": self.ending,
            "snooze_days": self.snooze_days,
        }

    @property
    def told(self) -> dict[str, Any]:
        """The same with names instead of keys, for whoever reads later what was changed."""
        named = {"whose": str(self.owner or self.team or "all"), "tags": [tag.name for tag in self.tags]}
        return self.entered | named | {"to_agent": str(self.to_agent or ""), "to_team": str(self.to_team or "")}


_PARTS = {"whose": ("owner", "team")}


@transaction.atomic
def make_canned(wording: Wording, *, by: Actor, at: datetime) -> CannedAnswer:
    """Raises ValidationError when it has no title, neither words nor deeds, or a gap nobody can fill."""
    canned = CannedAnswer(created_by_id=by.agent_key, created_at=at)
    _say(canned, wording)
    canned.save(force_insert=True)
    canned.tags.set(wording.tags)
    record(CannedAnswerMade(canned=canned.pk, title=canned.title, own=canned.owner_id is not None), by=by, at=at)
    return canned


@transaction.atomic
def change_canned(canned: CannedAnswer, wording: Wording, *, seen: Seen = UNSEEN, by: Actor, at: datetime) -> None:
    """Raises ValidationError as for a new one, and Overtaken when somebody else was quicker."""
    canned.refresh_from_db(from_queryset=CannedAnswer.objects.select_for_update())
    present = Wording.of(canned)
    before, asked = present.entered, wording.entered
    settled = seen.settled(asked, before)
    # Where theirs stands, what is behind the field is taken over with it.
    kept = [name for name in asked if settled[name] is not asked[name]]
    wording = replace(wording, **{part: getattr(present, part) for name in kept for part in _PARTS.get(name, (name,))})
    canned.save(update_fields=_say(canned, wording))
    canned.tags.set(wording.tags)
    values = differences(wording.told, present.told)
    own = present.owner is not None and wording.owner is not None
    record(CannedAnswerChanged(canned=canned.pk, title=canned.title, own=own, values=values), by=by, at=at)


@transaction.atomic
def delete_canned(canned: CannedAnswer, *, by: Actor, at: datetime) -> None:
    """Offer it no more. Nothing happens when it is gone already."""
    if CannedAnswer.objects.in_use().filter(pk=canned.pk).update(deleted_at=at):
        record(CannedAnswerDeleted(canned=canned.pk, title=canned.title, own=canned.owner_id is not None), by=by, at=at)


def use_canned(canned: CannedAnswer, *, by: Actor, at: datetime) -> None:
    """Count that somebody took its words. No fact of the journal: it tells of us, not of service."""
    CannedAnswer.objects.filter(pk=canned.pk).update(use_count=F("use_count") + 1, used_at=at)


@transaction.atomic
def apply_macro(canned: CannedAnswer, conversation: Conversation, *, by: Actor, at: datetime) -> Application:
    """Do to a conversation what a macro does, whole or not at all. Raises ValidationError where a deed is refused."""
    if canned.ending == Ending.RESOLVE:
        hold_with_waiting([conversation.pk])
    conversation.lock()
    carried = {tag.pk for tag in tags_of([conversation.pk]).get(conversation.pk, ())}
    fresh = [tag for tag in tags_numbered(canned.tags.values_list("pk", flat=True)) if tag.pk not in carried]
    applied = Application.objects.create(
        canned=canned,
        conversation=conversation,
        agent_id=by.agent_key,
        applied_at=at,
        tags=[tag.pk for tag in fresh],
        former_priority=conversation.priority,
        former_assignee=conversation.assignee_id,
        former_team=conversation.team_id,
        former_state=conversation.state,
        former_awaits_at=conversation.awaits_us_since_at,
        former_until_at=conversation.snoozed_until_at,
    )
    record(MacroApplied(conversation=conversation.pk, canned=canned.pk, title=canned.title), by=by, at=at)
    for tag in fresh:
        tag_conversation(conversation, tag, by=by, at=at)
    if canned.priority:
        set_priority(conversation, canned.priority, by=by, at=at)
    if canned.hands == Hands.OWN:
        _hand_over(conversation, by.agent_key, conversation.team_id, by=by, at=at)
    elif canned.hands == Hands.OTHER:
        _hand_over(conversation, canned.to_agent_id, canned.to_team_id or conversation.team_id, by=by, at=at)
    if canned.ending == Ending.RESOLVE:
        resolve_conversation(conversation, by=by, at=at)
    elif canned.ending == Ending.SNOOZE:
        snooze_conversation(conversation, until=at + timedelta(days=canned.snooze_days), by=by, at=at)
    return applied


@transaction.atomic
def undo_macro(applied: Application, *, by: Actor, at: datetime) -> None:
    """Take back what a macro did, where nobody has changed it again since. Nothing happens the second time."""
    if not Application.objects.filter(pk=applied.pk, undone_at__isnull=True).update(undone_at=at):
        return
    conversation, canned = applied.conversation.lock(), applied.canned
    record(MacroUndone(conversation=conversation.pk, canned=canned.pk, title=canned.title), by=by, at=at)
    for tag in tags_numbered(applied.tags):
        untag_conversation(conversation, tag, by=by, at=at)
    if canned.priority and conversation.priority == canned.priority:
        set_priority(conversation, applied.former_priority, by=by, at=at)
    if canned.hands:
        _hand_over(conversation, applied.former_assignee, applied.former_team, by=by, at=at)
    if applied.former_state in (State.OPEN, State.SNOOZED):
        if canned.ending == Ending.RESOLVE:
            reopen_conversation(conversation, awaits_us_since_at=applied.former_awaits_at, by=by, at=at)
        elif canned.ending == Ending.SNOOZE and applied.former_state == State.OPEN:
            end_snooze(conversation, by=by, at=at)
        # Laid aside as it had been, where its time has not come meanwhile and nobody has settled it.
        until = applied.former_until_at
        if canned.ending and until is not None and until > at and not conversation.is_resolved():
            snooze_conversation(conversation, until=until, by=by, at=at)


def _hand_over(conversation: Conversation, agent: int | None, team: int | None, *, by: Actor, at: datetime) -> None:
    agents, teams = agents_by_key([agent]), teams_by_key([team])
    assign_conversation(conversation, agent=agents.get(agent or 0), team=teams.get(team or 0), by=by, at=at)


def _say(canned: CannedAnswer, wording: Wording) -> list[str]:
    """Set the columns from what was entered; their names."""
    title, text = one_line(wording.title, 120), storable(wording.text).strip()
    if not title:
        raise ValidationError({"title": _("Give it a title to find it by.")})
    if unknown := unknown_gaps(text):
        raise ValidationError({"text": _("Nobody knows what belongs here: {%(gap)s}") % {"gap": unknown[0]}})
    if not (text or wording.tags or wording.priority or wording.hands or wording.ending):
        raise ValidationError({"text": _("Write what it says, or choose what it does.")})
    if wording.hands == Hands.OTHER and wording.to_agent is None and wording.to_team is None:
        raise ValidationError({"hands": _("Choose the agent or the team it goes to.")})
    said = {
        "title": title,
        "text": text,
        "owner": wording.owner,
        "team": wording.team,
        "priority": wording.priority,
        "hands": Hands(wording.hands).value,
        "to_agent": wording.to_agent,
        "to_team": wording.to_team,
        "ending": Ending(wording.ending).value,
        "snooze_days": max(1, min(wording.snooze_days, 365)),
    }
    for name, value in said.items():
        setattr(canned, name, value)
    return list(said)
