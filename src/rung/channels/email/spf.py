"""Whether an SPF record lets an IP address send for a domain (RFC 7208): what a receiving server would find."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from rung.channels.email.resolving import Resolver

MAX_LOOKUPS = 10
"""RFC 7208, 4.6.4: a record that makes its reader ask more often counts as broken."""
MAX_MX = 10

PASS, FAIL, SOFTFAIL, NEUTRAL, NONE, BROKEN, SILENT = (
    "pass", "fail", "softfail", "neutral", "none", "permerror", "temperror",
)  # fmt: skip
_QUALIFIERS = {"+": PASS, "-": FAIL, "~": SOFTFAIL, "?": NEUTRAL}
_TERM = re.compile(r"([-+?~]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/]*))?((?:/\d+)?(?://\d+)?)", re.I)

Address = IPv4Address | IPv6Address


@dataclass
class Judgement:
    """`result` as RFC 7208 names it; `lookups` the questions the whole record costs; `included` the domains it names."""

    result: str = NEUTRAL
    lookups: int = 0
    included: list[str] = field(default_factory=list)


class _Over(Exception):
    """The record as a whole is judged: broken, or not to be had just now."""

    def __init__(self, result: str) -> None:
        super().__init__(result)
        self.result = result


def records_in(texts: Iterable[str]) -> list[str]:
    """The SPF records among a domain's TXT records."""
    return [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]


def judge(domain: str, address: str, resolver: Resolver) -> Judgement:
    """What a server thinks that gets a letter of this domain from this address."""
    judgement = Judgement()
    try:
        judgement.result = _check(domain, ip_address(address), resolver, judgement) or NEUTRAL
    except _Over as over:
        judgement.result = over.result
    return judgement


def _count(judgement: Judgement) -> None:
    judgement.lookups += 1
    if judgement.lookups > MAX_LOOKUPS:
        raise _Over(BROKEN)


def _check(domain: str, address: Address, resolver: Resolver, judgement: Judgement) -> str:
    looked = resolver.ask(domain, "TXT")
    if looked.is_silent:
        raise _Over(SILENT)
    records = records_in(looked.values)
    if not records:
        return NONE
    if len(records) > 1:
        raise _Over(BROKEN)
    redirect = ""
    for term in records[0].split()[1:]:
        if term.lower().startswith("redirect="):
            redirect = term[9:]
            continue
        if "=" in term:
            continue
        match = _TERM.fullmatch(term)
        if match is None:
            raise _Over(BROKEN)
        if _matches(match, domain, address, resolver, judgement):
            return _QUALIFIERS[match[1] or "+"]
    if redirect:
        _count(judgement)
        judgement.included.append(redirect.lower())
        result = _check(redirect, address, resolver, judgement)
        if result == NONE:
            raise _Over(BROKEN)
        return result
    return NEUTRAL


def _matches(term: "re.Match[str]", domain: str, address: Address, resolver: Resolver, judgement: Judgement) -> bool:
    kind, wanted, length = term[2].lower(), term[3] or domain, term[4] or ""
    if kind == "all":
        return True
    if kind in ("ip4", "ip6"):
        try:
            return address in ip_network(wanted + length, strict=False)
        except (ValueError, TypeError) as failure:
            raise _Over(BROKEN) from failure
    _count(judgement)
    if kind == "include":
        judgement.included.append(wanted.lower())
        result = _check(wanted, address, resolver, judgement)
        if result == NONE:
            raise _Over(BROKEN)
        return result == PASS
    # "ptr" is not to be used (5.5), and "exists" and macros ask for what only a real letter has.
    if kind in ("ptr", "exists") or "%" in wanted:
        return False
    hosts = [wanted]
    if kind == "mx":
        hosts = [value.split(" ", 1)[1] for value in resolver.ask(wanted, "MX").values[:MAX_MX]]
    return any(_holds(resolver.addresses(host).values, length, address) for host in hosts if host)


def _holds(found: Iterable[str], length: str, address: Address) -> bool:
    four, _, six = length.partition("//")
    prefix = four.strip("/") if address.version == 4 else six
    for each in found:
        if ip_address(each).version != address.version:
            continue
        try:
            network = ip_network(f"{each}/{prefix}" if prefix else each, strict=False)
        except ValueError as failure:
            raise _Over(BROKEN) from failure
        if address in network:
            return True
    return False
