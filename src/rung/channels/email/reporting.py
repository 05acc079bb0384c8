"""What follows from a machine's report about a letter of ours."""

from datetime import datetime

from django.utils.translation import gettext as _

from rung.channels.email.reading import Automatic
from rung.channels.email.reading.outcomes import Outcome, Report
from rung.core.actor import Actor
from rung.customers.access import Customer
from rung.customers.verbs import mark_address_failing, mark_address_unwilling, mark_address_working
from rung.touchpoints.access import Touchpoint, Why
from rung.touchpoints.incoming import Reported
from rung.touchpoints.verbs import note_signal, report_outcome

MAX_OUTCOMES = 20

# RFC 3464, RFC 8098 and RFC 5965 in the words of the heart. "Relayed" and "expanded" are as far as news of those go.
_CAME = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "delivered",
    "expanded": "delivered",
    "displayed": "opened",
    "processed": "opened",
    "dispatched": "opened",
    "deleted": "discarded",
    "complained": "complained",
}


def follow_report(touchpoint: Touchpoint, report: Report, *, by: Actor, at: datetime) -> str:
    """Keep it with the letter it is about, mark addresses that are no good, and say in a sentence what it says."""
    written_to = _written_to(touchpoint)
    for outcome in report.outcomes[:MAX_OUTCOMES]:
        came = _CAME.get(outcome.action)
        if came is None:  # a receipt that says no more than that none will come
            continue
        reported = Reported(
            came=came,
            address=outcome.meant or outcome.address,
            status=outcome.status,
            code=outcome.code,
            reason=outcome.reason.value if came in ("failed", "delayed") else "",
            is_hard=outcome.is_hard,
            said=outcome.said,
            server=outcome.server,
        )
        report_outcome(touchpoint, reported, by=by, at=at)
        # Not "relayed": from there on nobody says what becomes of it.
        if came == "opened" or outcome.action == "delivered":
            for address in {outcome.address.lower(), outcome.meant.lower()} - {""}:
                mark_address_working(_whose(touchpoint, address, written_to), address, by=by, at=at)
        if outcome.is_hard:
            reason = _said(outcome)
            for address in {outcome.address.lower(), outcome.meant.lower()} - {""}:
                mark_address_failing(_whose(touchpoint, address, written_to), address, reason=reason, by=by, at=at)
    if report.kind is Automatic.COMPLAINT:
        _heed(touchpoint, report, by, at)
    return _told(report)


def _written_to(touchpoint: Touchpoint) -> list[str]:
    """Everybody a letter of ours went to, in the order in which it names them."""
    parties = touchpoint.parties or {}
    return [str(address).lower() for part in ("to", "cc", "bcc") for address in parties.get(part, ())]


def _whose(touchpoint: Touchpoint, address: str, written_to: list[str]) -> Customer | None:
    """Of whom an address is marked: of anybody, where our letter went there; a report that names others is believed of
    whoever the matter is about alone, for anybody can write one."""
    return None if address in written_to else touchpoint.customer


def _heed(touchpoint: Touchpoint, report: Report, by: Actor, at: datetime) -> None:
    """Somebody calls our letter spam: a person has to know, and nothing automatic goes there any more."""
    if not touchpoint.is_automatic:
        note_signal(touchpoint, "complaint", by=by, at=at)
    written_to = _written_to(touchpoint)
    named = [address for address in report.recipients if address.lower() in written_to]
    for address in named or written_to[:1]:
        mark_address_unwilling(address, by=by, at=at)


def _said(outcome: Outcome) -> str:
    words = str(Why(outcome.reason.value).label)
    codes = " ".join(code for code in (outcome.code, outcome.status) if code)
    return f"{words} ({codes})" if codes else words


def _told(report: Report) -> str:
    if report.kind in (Automatic.BOUNCE, Automatic.DELAY):
        recipients = ", ".join(report.recipients[:5])
        words = _said(report.first)
        return f"{recipients}: {words}" if recipients else words
    if report.kind is Automatic.COMPLAINT:
        return _("It was reported as spam.")
    return _("A machine's report about this letter of ours.")
