"""What keeps letters of a mailbox from coming in or answers from leaving, in words, and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.channels.email.access.mailbox import mailboxes_in_trouble
from rung.channels.email.models import Consent, Mailbox, Outgoing, SignIn
from rung.journal.access import entries

LOOKED_AT = 200
"""Among so many of the newest failures it is looked for since when a mailbox fails."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """`what` is so, `since_at` where that is known, `reason` as the other side gave it, and `then`: what becomes of the
    letters meanwhile. `is_consent`: it is mended by connecting the mailbox at its provider."""

    mailbox: Mailbox
    what: str
    since_at: datetime | None
    reason: str
    then: str
    is_consent: bool = False


def troubles_told(agent: Agent) -> tuple[Trouble, ...]:
    """What is wrong with the mailboxes this agent looks after, on whichever side. One query, or none; two more where
    something is wrong."""
    ill = list(mailboxes_in_trouble(agent))
    since = _failing_since(ill)
    return tuple(each for mailbox in ill for each in _troubles(mailbox, getattr(mailbox, "consent", None), since))


def troubles_of(mailbox: Mailbox, consent: Consent | None) -> tuple[Trouble, ...]:
    """The same of one mailbox and the consent it lives by. No query for one that is well."""
    return tuple(_troubles(mailbox, consent, _failing_since([mailbox]))) if mailbox.is_active else ()


def _troubles(mailbox: Mailbox, consent: Consent | None, since: dict[tuple[int, str], datetime]) -> list[Trouble]:
    address = {"address": mailbox.address}
    if consent is not None and consent.has_ended() and mailbox.sign_in == SignIn.OAUTH:
        what, since_at = _ended(consent, address), consent.ended_at
        return [Trouble(mailbox, what, since_at, consent.ended_reason, _meanwhile(mailbox), is_consent=True)]
    found = []
    if mailbox.last_error:
        what = _("No letters come in at %(address)s.") % address
        then = _("They stay on the server, and are fetched once it lets us in: none is lost, and none comes twice.")
        found.append(Trouble(mailbox, what, since.get((mailbox.pk, "incoming")), mailbox.last_error, then))
    if mailbox.sending_error:
        what = _("Answers from %(address)s do not leave.") % address
        then = _("They wait, and are tried again for a day.")
        found.append(Trouble(mailbox, what, since.get((mailbox.pk, "outgoing")), mailbox.sending_error, then))
    return found


def _ended(consent: Consent, address: dict[str, str]) -> str:
    if not consent.refresh_token:  # we threw the tokens away ourselves: no other server is to see them
        return _("%(address)s has to be connected again, because its servers were changed.") % address
    return _("The provider does not let us into %(address)s any more: the consent was taken back, or has run out.") % (
        address
    )


def _meanwhile(mailbox: Mailbox) -> str:
    fetched = _(
        "Letters wait on the server and are fetched once it is connected again: none is lost, none comes twice."
    )
    if mailbox.outgoing != Outgoing.SMTP:
        return fetched
    waiting = _("Answers wait too, and are tried again for a day.")
    return f"{fetched} {waiting}" if mailbox.is_fetched() else waiting


def _failing_since(mailboxes: Iterable[Mailbox]) -> dict[tuple[int, str], datetime]:
    """Since when each side of these mailboxes fails, by key and side."""
    wanted = {mailbox.pk for mailbox in mailboxes if mailbox.is_failing()}
    if not wanted:
        return {}
    told = entries().filter(kind="mailbox.failed").order_by("-occurred_at", "-pk")
    found: dict[tuple[int, str], datetime] = {}
    for data, at in told.values_list("data", "occurred_at")[:LOOKED_AT]:
        if data["mailbox"] in wanted:
            found.setdefault((data["mailbox"], data["side"]), at)
    return found
