"""How an answer by e-mail will look: from whom, with which closing lines, how large it may be."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.accounts.pages import signature_values
from rung.accounts.signatures import has_place, signature_of
from rung.business.access import business, shown_name
from rung.channels.email.access import mailbox_of, own_addresses
from rung.channels.email.models import Mailbox, Quoting
from rung.channels.email.tokens import bare_address
from rung.touchpoints.access import Conversation
from rung.touchpoints.doors import Letterhead

# Base64 writes three bytes as four characters and ends each line; headers and text want their place too.
_SHARE_FOR_FILES = 0.72


def ours(addresses: Iterable[str]) -> set[str]:
    """Those that lead back to one of our mailboxes, with or without a plus part."""
    wanted = set(addresses)
    own = own_addresses() if wanted else frozenset()
    return {address for address in wanted if address in own or bare_address(address) in own}


def letterhead(conversation: Conversation | None, agent: Agent) -> Letterhead | None:
    """Of the answer this agent would write now; None while there is no mailbox it could leave from."""
    mailbox = mailbox_of(conversation) if conversation is not None else Mailbox.objects.active().order_by("pk").first()
    if mailbox is None:
        return None
    return Letterhead(
        sender=f"{sender_name(agent, mailbox)} <{mailbox.address}>",
        signature=closing_lines(agent, mailbox),
        quotes=mailbox.quoting != Quoting.NONE,
        max_file_bytes=int(mailbox.max_letter_mb * 1_000_000 * _SHARE_FOR_FILES),
    )


def sender_name(agent: Agent | None, mailbox: Mailbox) -> str:
    """Who stands in From: the agent at the mailbox, or the mailbox alone where no person wrote; with the company's name
    before the mailbox's, unless it stands there already."""
    us = shown_name()
    shown = mailbox.name if us.casefold() in mailbox.name.casefold() else f"{us} {mailbox.name}"
    return _("%(agent)s at %(mailbox)s") % {"agent": agent.name, "mailbox": shown} if agent is not None else shown


def closing_lines(agent: Agent | None, mailbox: Mailbox, *, of_mailbox: str | None = None) -> str:
    """What stands below an answer of this agent through this mailbox; `of_mailbox`: lines of the mailbox to try."""
    team = mailbox.team.name if mailbox.team is not None else ""
    us = business()
    values = {"mailbox": mailbox.name, "address": mailbox.address, "team": team}
    values |= {"company": us.name, "company_address": us.address}
    own, theirs = agent.signature if agent is not None else "", mailbox.signature if of_mailbox is None else of_mailbox
    if agent is not None:
        values |= signature_values(agent, team=team, names_team=has_place("team", own, theirs))
    return signature_of(own, theirs, values)
