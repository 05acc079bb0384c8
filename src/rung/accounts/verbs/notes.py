"""What is only remembered, for the audit list: who came in, who tried to, and what left the desk as a file."""

from datetime import datetime

from django.db import transaction

from rung.accounts.events import AgentSignedIn, ExportTaken, SignInFailed
from rung.accounts.models import Agent
from rung.core.actor import Actor
from rung.journal.verbs import record


@transaction.atomic
def note_sign_in(agent: Agent, *, came_from: str = "", through: str = "", by: Actor, at: datetime) -> None:
    record(AgentSignedIn(agent=agent.pk, came_from=came_from, through=through), by=by, at=at)


@transaction.atomic
def note_failed_sign_in(
    email: str, *, came_from: str = "", through: str = "", reason: str = "", by: Actor, at: datetime
) -> None:
    """Whose seat the address is, if anybody's; what was typed is not kept."""
    known = Agent.objects.filter(email__iexact=email.strip()).values_list("pk", flat=True).first()
    record(SignInFailed(agent=known, came_from=came_from, through=through, reason=reason), by=by, at=at)


@transaction.atomic
def note_export(what: str, *, by: Actor, at: datetime) -> None:
    record(ExportTaken(what=what), by=by, at=at)
