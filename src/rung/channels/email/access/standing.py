"""Gates: who may see how our domains stand; and which domains and keys there are."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import Http404

from rung.accounts.access import Agent
from rung.channels.email.composing import Unwritable, ascii_domain
from rung.channels.email.connecting import server_from_url
from rung.channels.email.models import Mailbox, Outgoing, SigningKey
from rung.channels.email.sealing import SealBroken, unseal
from rung.channels.email.signing import Signer, signed


def sending_domains() -> dict[str, frozenset[str]]:
    """The domains our letters come from, as DNS knows them, each with the hosts they leave by (none: into the outbox)."""
    domains: dict[str, set[str]] = {}
    for mailbox in Mailbox.objects.active():
        domains.setdefault(ascii_name(mailbox.domain), set()).update(_hosts(mailbox))
    return {domain: frozenset(hosts) for domain, hosts in sorted(domains.items())}


def _hosts(mailbox: Mailbox) -> set[str]:
    if mailbox.outgoing == Outgoing.SMTP:
        return {mailbox.smtp_host}
    if mailbox.outgoing == Outgoing.OUTBOX or not settings.SMTP_URL:
        return set()
    if settings.SENDING_HOST:
        return {settings.SENDING_HOST}
    try:
        return {server_from_url(settings.SMTP_URL).host}
    except ValueError:
        return set()


def ascii_name(domain: str) -> str:
    """A domain as DNS knows it (`xn--…`), in lower case."""
    try:
        return ascii_domain(f"x@{domain}").rpartition("@")[2].lower()
    except Unwritable:
        return domain.lower()


def domain_for(agent: Agent, domain: str) -> tuple[str, frozenset[str]]:
    """A sending domain and the hosts its letters leave by, for those who lead."""
    hosts = sending_domains().get(domain) if agent.may("letters.see") else None
    if hosts is None:
        raise Http404("no domain of ours")
    return domain, hosts


def signing_key_for(agent: Agent, pk: int) -> SigningKey:
    key = SigningKey.objects.present().filter(pk=pk).first() if agent.may("letters.see") else None
    if key is None:
        raise Http404("no such key")
    return key


def signers_of(domain: str) -> tuple[Signer, ...]:
    """Who signs letters of a domain. A key that cannot be opened signs nothing: an unsigned letter arrives more often than
    one that is never sent."""
    signers = []
    for key in SigningKey.objects.signing().filter(domain=ascii_name(domain)).order_by("pk"):
        try:
            private = unseal(key.private)
        except SealBroken:
            continue
        signers.append(Signer(key.domain, key.selector, key.algorithm, private))
    return tuple(signers)


def signs_for(domain: str, *, at: datetime) -> Callable[[bytes], bytes]:
    """What puts the signatures of a domain on a letter that leaves at a moment."""
    signers = signers_of(domain)
    return lambda raw: signed(raw, signers, at=at)
