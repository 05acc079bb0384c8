"""Letters that were to leave and are gone from where they stood: taken back, and drafts again; and what goes along with
them."""

from datetime import datetime, timedelta

from django.http import Http404
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.journal.access import entries
from rung.touchpoints.access import Conversation, Draft, Touchpoint, conversation_for, visible_touchpoints

LATELY = timedelta(days=1)
"""So old a page with the button may be; further back the journal is not asked."""


def planned_in(agent: Agent, touchpoint: int, *, at: datetime) -> Conversation:
    """The conversation in which a letter was planned that is there no more. Raises Http404 when none was lately, or where
    the agent does not see it."""
    lately = entries().filter(kind="answer.planned", occurred_at__gt=at - LATELY, touchpoint=touchpoint)
    number = lately.values_list("conversation", flat=True).first()
    if number is None:
        raise Http404
    return conversation_for(agent, number)


def taken_back_already() -> str:
    """What somebody is told who takes such a letter back once more."""
    return _("It was taken back already; what was written lies in the composer again.")


def passed_on_with(draft: Draft | None, agent: Agent) -> Touchpoint | None:
    """The letter that goes along with what this agent is writing, as far as they may see it. No query where none does."""
    if draft is None or draft.forwards_id is None:
        return None
    return visible_touchpoints(agent).select_related("customer").filter(pk=draft.forwards_id).first()
