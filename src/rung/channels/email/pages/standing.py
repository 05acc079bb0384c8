"""What leads see of how our sending domains stand with those who get their letters."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rung.channels.email.access.standing import sending_domains
from rung.channels.email.models import Algorithm, SendingDomain, SigningKey
from rung.channels.email.sealing import SealBroken, unseal
from rung.channels.email.signing import key_record
from rung.channels.email.standing import Finding, Key, Record, advice


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A signing key as it is shown; `is_broken` when its private half cannot be opened any more."""

    pk: int
    kind: str
    made_at: datetime
    begun_at: datetime | None
    is_found: bool
    is_broken: bool
    record: Record


@dataclass(frozen=True, slots=True)
class DomainCard:
    domain: str
    hosts: tuple[str, ...]
    checked_at: datetime | None
    findings: tuple[Finding, ...]
    keys: tuple[KeyLine, ...]
    offers: tuple[tuple[str, str], ...]

    @property
    def troubles(self) -> int:
        return sum(finding.tone == "bad" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class DeliverabilityPage:
    domains: tuple[DomainCard, ...]


def deliverability_page() -> DeliverabilityPage:
    known = {each.domain: each for each in SendingDomain.objects.all()}
    keys: dict[str, list[SigningKey]] = {}
    for key in SigningKey.objects.present().order_by("pk"):
        keys.setdefault(key.domain, []).append(key)
    return DeliverabilityPage(
        tuple(
            _card(domain, sorted(hosts), known.get(domain), keys.get(domain, []))
            for domain, hosts in sending_domains().items()
        )
    )


def _card(domain: str, hosts: Iterable[str], standing: SendingDomain | None, keys: list[SigningKey]) -> DomainCard:
    plain = [Key(key.name, key.selector, key.public, key.begun_at is not None) for key in keys]
    # A kind whose next key waits already is not offered; one that signs can be replaced.
    used = {key.algorithm for key in keys if key.begun_at is None}
    return DomainCard(
        domain=domain,
        hosts=tuple(hosts),
        checked_at=standing.checked_at if standing else None,
        findings=advice(domain, standing.facts, plain) if standing else (),
        keys=tuple(map(_line, keys)),
        offers=tuple((kind.value, str(kind.label)) for kind in Algorithm if kind.value not in used),
    )


def _line(key: SigningKey) -> KeyLine:
    try:
        unseal(key.private)
        is_broken = False
    except SealBroken:
        is_broken = True
    return KeyLine(
        pk=key.pk,
        kind=str(Algorithm(key.algorithm).label),
        made_at=key.made_at,
        begun_at=key.begun_at,
        is_found=key.is_found,
        is_broken=is_broken,
        record=Record(key.name, "TXT", key_record(key.algorithm, key.public)),
    )
