from dataclasses import dataclass

from rung.accounts.access import Agent, Team
from rung.channels.email.letterhead import closing_lines
from rung.channels.email.models import Mailbox
from rung.core.given import given_key


@dataclass(frozen=True)
class SignaturePage:
    """Closing lines as a customer would get them."""

    lines: str


def signature_page(agent: Agent, *, signature: str, name: str, address: str, team: str) -> SignaturePage:
    """Of a mailbox as a form has it, which nobody has saved."""
    pk = given_key(team)
    mailbox = Mailbox(name=name, address=address, team=Team.objects.filter(pk=pk).first() if pk else None)
    return SignaturePage(closing_lines(agent, mailbox, of_mailbox=signature))
