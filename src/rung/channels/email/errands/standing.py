"""Asking DNS about our sending domains from time to time, so that signing begins when its record appears."""

from datetime import datetime, timedelta

from rung.channels.email.access.standing import sending_domains
from rung.channels.email.models import SendingDomain, SigningKey
from rung.channels.email.resolving import Resolver, system_resolver
from rung.channels.email.standing import Facts, facts_of
from rung.channels.email.verbs.standing import note_standing
from rung.core.actor import SYSTEM
from rung.journal.ringing import errand

DAILY = timedelta(hours=24)
OFTEN = timedelta(minutes=10)
"""How old what DNS said may become while a key waits for its record."""


@errand(every=timedelta(minutes=5), is_outside=True)
def ask_about_standing(*, at: datetime) -> bool:
    """Ask about one domain that is due; only those somebody has asked about before, or that have a key waiting."""
    waiting = set(SigningKey.objects.waiting().values_list("domain", flat=True))
    checked = dict(SendingDomain.objects.values_list("domain", "checked_at"))
    for domain, hosts in sending_domains().items():
        pause = OFTEN if domain in waiting else DAILY
        since = checked.get(domain)
        if (since is None and domain in waiting) or (since is not None and since + pause <= at):
            note_standing(domain, look_at(domain, hosts, system_resolver()), by=SYSTEM, at=at)
            return True
    return False


def look_at(domain: str, hosts: frozenset[str], resolver: Resolver) -> Facts:
    """Ask DNS, outside of any transaction."""
    keys = SigningKey.objects.present().filter(domain=domain)
    return facts_of(domain, sorted(hosts), list(keys.values_list("selector", flat=True)), resolver)
