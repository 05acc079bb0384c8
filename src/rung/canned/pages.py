"""What the screens of canned answers need."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.canned.access import CannedAnswer, Ending, Hands, visible_canned
from rung.canned.forms import CannedForm
from rung.canned.gaps import EXAMPLES, filled, values_for
from rung.touchpoints.access import Conversation, Priority


@dataclass(frozen=True, slots=True)
class Line:
    """A canned answer in a list. `words`: its text, filled where it is offered in a conversation; `deeds`: what it does."""

    pk: int
    title: str
    words: str
    deeds: tuple[str, ...]
    whose: str
    use_count: int
    used_at: datetime | None
    is_changeable: bool


@dataclass(frozen=True)
class AnswersPage:
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class AnswerPage:
    form: CannedForm
    pk: int | None
    preview: str
    gaps: tuple[tuple[str, str], ...]


def answers_page(agent: Agent) -> AnswersPage:
    return AnswersPage(tuple(_lines(agent)))


def offered_in(conversation: Conversation, agent: Agent) -> tuple[Line, ...]:
    """Every canned answer this agent could use in a conversation, its gaps filled. Two queries beside the gate's."""
    return tuple(_lines(agent, values_for(conversation, agent)))


def answer_page(form: CannedForm, canned: CannedAnswer | None = None) -> AnswerPage:
    text = form["text"].value() or ""
    return AnswerPage(
        form=form,
        pk=canned.pk if canned else None,
        preview=filled(str(text), EXAMPLES),
        gaps=tuple((f"{{{name}}}", example) for name, example in EXAMPLES.items()),
    )


def deeds_of(canned: CannedAnswer) -> tuple[str, ...]:
    """What applying it does, each in a few words."""
    deeds = [_("tag %(name)s") % {"name": tag} for tag in canned.tags.all()]
    if canned.priority:
        deeds.append(_("priority %(priority)s") % {"priority": Priority(canned.priority).label})
    if canned.hands == Hands.OWN:
        deeds.append(_("give it to you"))
    elif canned.hands == Hands.OTHER:
        to = [str(each) for each in (canned.to_agent, canned.to_team) if each is not None]
        deeds.append(_("give it to %(whom)s") % {"whom": ", ".join(to)})
    if canned.ending == Ending.RESOLVE:
        deeds.append(_("resolve"))
    elif canned.ending == Ending.SNOOZE:
        days = canned.snooze_days
        deeds.append(ngettext("snooze for %(n)d day", "snooze for %(n)d days", days) % {"n": days})
    return tuple(deeds)


def _lines(agent: Agent, values: dict[str, str] | None = None) -> Iterator[Line]:
    known = visible_canned(agent).select_related("team", "to_agent", "to_team").prefetch_related("tags")
    for canned in known:
        yield Line(
            pk=canned.pk,
            title=canned.title,
            words=filled(canned.text, values) if values is not None else canned.text,
            deeds=deeds_of(canned),
            whose=_("only you") if canned.owner_id else canned.team.name if canned.team else _("everybody"),
            use_count=canned.use_count,
            used_at=canned.used_at,
            is_changeable=agent.leads or canned.owner_id == agent.pk,
        )
