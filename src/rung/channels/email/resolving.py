"""Asking DNS, with an answer for every case: found, nothing there, or nobody answered."""

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename
from django.conf import settings

PATIENCE_S = 4.0
"""Seconds one question may take."""

SILENCES = 2
"""After so many questions without an answer no more are asked: whoever waits for the page shall not wait for each."""


class State(StrEnum):
    FOUND = "found"
    NOTHING = "nothing"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked for, as text; `silent` when there was no answer, which says nothing about what is there."""

    state: State
    values: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        return self.state is State.SILENT


NOTHING, SILENT = Looked(State.NOTHING), Looked(State.SILENT)


@dataclass
class Resolver:
    """One round of questions; each is asked once. `server` is `host` or `host:port` (an IP address), empty: the system's."""

    server: str = ""
    patience_s: float = PATIENCE_S
    known: dict[tuple[str, str], Looked] = field(default_factory=dict)
    silences: int = 0

    def __post_init__(self) -> None:
        self._resolver = _resolver(self.server)

    def ask(self, name: str, kind: str) -> Looked:
        """The records of a kind (TXT, MX, A, AAAA, PTR, TLSA) at a name. Never raises."""
        question = (name.lower().rstrip("."), kind)
        if question not in self.known:
            self.known[question] = self._ask(*question)
        return self.known[question]

    def _ask(self, name: str, kind: str) -> Looked:
        if self.silences >= SILENCES or self._resolver is None:
            return SILENT
        try:
            answer = self._resolver.resolve(name, kind, lifetime=self.patience_s, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.name.EmptyLabel, dns.name.LabelTooLong):
            self.silences = 0
            return NOTHING
        except (dns.resolver.LifetimeTimeout, OSError):
            self.silences += 1
            return SILENT
        except (dns.exception.DNSException, ValueError):  # SERVFAIL and other ways of not answering
            return SILENT
        self.silences = 0
        return Looked(State.FOUND, tuple(_in_words(record, kind) for record in answer))

    def addresses(self, host: str) -> Looked:
        """A host's IP addresses, of both families; a host that is one already is its own."""
        if is_address(host):
            return Looked(State.FOUND, (host,))
        both = [self.ask(host, "A"), self.ask(host, "AAAA")]
        found = tuple(value for looked in both for value in looked.values)
        if found:
            return Looked(State.FOUND, found)
        return SILENT if any(looked.is_silent for looked in both) else NOTHING

    def names(self, address: str) -> Looked:
        """What reverse DNS calls an IP address."""
        return self.ask(str(dns.reversename.from_address(address)), "PTR")


def is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _resolver(server: str) -> dns.resolver.Resolver | None:
    try:
        if not server:
            return dns.resolver.Resolver()
        resolver = dns.resolver.Resolver(configure=False)
        host, _, port = server.rpartition(":") if server.count(":") == 1 or "]" in server else (server, "", "")
        resolver.nameservers = [host.strip("[]")]
        resolver.port = int(port or 53)
    except (dns.exception.DNSException, ValueError, OSError):  # no resolv.conf, or what is set is no address
        return None
    return resolver


def _in_words(record: object, kind: str) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]  # by the kind
    if kind == "MX":
        return f"{record.preference} {str(record.exchange).rstrip('.').lower()}"  # type: ignore[attr-defined]  # as above
    return str(record).rstrip(".").lower()


def system_resolver() -> Resolver:
    """The resolver of this installation (RUNG_DNS)."""
    return Resolver(settings.DNS_SERVER)
