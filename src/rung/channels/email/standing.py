"""How a sending domain stands with those who receive its letters: the facts as DNS tells them, and what to change.

`facts_of` asks and returns plain values that can be kept; `advice` turns them into sentences without asking anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any, Literal

from django.utils.translation import gettext as _

from rung.channels.email import spf
from rung.channels.email.resolving import SILENCES, Looked, Resolver, State
from rung.channels.email.signing import is_published, tags

Tone = Literal["good", "warn", "bad", "info", "plain"]
Facts = dict[str, Any]

MAX_HOST_ADDRESSES = 4
_ORDERED = ("none", "quarantine", "reject")

# Providers through which letters leave from addresses of their own choosing: what their customers are told to include.
_PROVIDERS = (
    (("gmail.com", "googlemail.com", "google.com"), "_spf.google.com"),
    (("office365.com", "outlook.com"), "spf.protection.outlook.com"),
    (("amazonaws.com", "amazonses.com"), "amazonses.com"),
    (("sendgrid.net",), "sendgrid.net"),
    (("mailgun.org",), "mailgun.org"),
    (("messagingengine.com", "fastmail.com"), "spf.messagingengine.com"),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One DNS record to publish."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked for: how it stands, what was found word by word, what to do and with which record."""

    subject: str
    tone: Tone
    verdict: str
    said: str
    found: tuple[str, ...] = ()
    record: Record | None = None


def facts_of(domain: str, hosts: Iterable[str], selectors: Iterable[str], resolver: Resolver) -> Facts:
    """Ask DNS about a sending domain, the hosts its letters leave by and its DKIM selectors. Values fit into JSON."""
    texts = resolver.ask(domain, "TXT")
    mx = resolver.ask(domain, "MX")
    found_hosts = {host: _host(host, domain, resolver) for host in dict.fromkeys(hosts)}
    facts: Facts = {
        "texts": _plain(Looked(texts.state, tuple(spf.records_in(texts.values)))),
        "mx": _plain(mx),
        "dmarc": _dmarc(domain, resolver),
        "dkim": {each: _plain(resolver.ask(f"{each}._domainkey.{domain}", "TXT")) for each in selectors},
        "hosts": found_hosts,
        "sts": _plain(resolver.ask(f"_mta-sts.{domain}", "TXT")),
        "tlsa": _tlsa(mx, resolver),
    }
    looked = [facts["texts"], facts["mx"], facts["dmarc"], *facts["dkim"].values()]
    if all(each["state"] == State.NOTHING for each in looked) and not resolver.ask("com", "NS").values:
        # It belongs to a closed network, and says of every name outside that there is none: as good as no answer.
        deaf = Resolver(resolver.server, silences=SILENCES)
        return {**facts_of(domain, hosts, selectors, deaf), "is_closed": True}
    return facts


def _plain(looked: Looked) -> dict[str, Any]:
    return {"state": looked.state.value, "values": list(looked.values)[:20]}


def _dmarc(domain: str, resolver: Resolver) -> dict[str, Any]:
    """The policy of the domain or of the nearest one above it that has one (the tree walk of DMARCbis)."""
    labels = domain.split(".")
    found = Looked(State.NOTHING)
    for start in range(max(len(labels) - 1, 1)):
        at = ".".join(labels[start:])
        looked = resolver.ask(f"_dmarc.{at}", "TXT")
        records = tuple(text for text in looked.values if text.replace(" ", "").lower().startswith("v=dmarc1"))
        if records:
            return {**_plain(Looked(State.FOUND, records)), "at": at}
        found = looked if looked.is_silent else found
    return {**_plain(found), "at": domain}


def _tlsa(mx: Looked, resolver: Resolver) -> dict[str, Any]:
    hosts = [value.split(" ", 1)[1] for value in mx.values if value.split(" ", 1)[1]][:3]
    found = [resolver.ask(f"_25._tcp.{host}", "TLSA") for host in hosts]
    values = tuple(value for looked in found for value in looked.values)
    if values:
        return _plain(Looked(State.FOUND, values))
    return _plain(Looked(State.SILENT if any(each.is_silent for each in found) else State.NOTHING))


def _host(host: str, domain: str, resolver: Resolver) -> dict[str, Any]:
    looked = resolver.addresses(host)
    addresses: list[Facts] = []
    for address in looked.values[:MAX_HOST_ADDRESSES]:
        if not _is_of_the_world(address):
            addresses.append({"address": address, "inner": True})
            continue
        judged = spf.judge(domain, address, resolver)
        names = resolver.names(address)
        meant = [name for name in names.values if address in resolver.addresses(name).values]
        addresses.append(
            {
                "address": address,
                "inner": False,
                "spf": judged.result,
                "lookups": judged.lookups,
                "included": judged.included,
                "names": _plain(names),
                "meant": meant,
            }
        )
    return {"state": looked.state.value, "addresses": addresses}


def _is_of_the_world(address: str) -> bool:
    """Also those of RFC 5737 and RFC 3849, kept for examples: whoever names one means no inside of a house."""
    is_example = address.startswith(("192.0.2.", "198.51.100.", "203.0.113.", "2001:db8:"))
    return is_example or ip_address(address).is_global


@dataclass(frozen=True, slots=True)
class Key:
    """What the advice has to know of one of our signing keys."""

    name: str
    selector: str
    public: str
    is_signing: bool


def advice(domain: str, facts: Facts, keys: Sequence[Key]) -> tuple[Finding, ...]:
    """What stands where, and what to change, the most important first."""
    findings = (
        _spf_finding(domain, facts),
        _dkim_finding(facts, keys),
        _dmarc_finding(domain, facts),
        *_host_findings(facts),
        _mx_finding(facts),
        _tls_finding(domain, facts),
    )
    return tuple(map(_closed, findings)) if facts.get("is_closed") else findings


def _no_answer(subject: str) -> Finding:
    said = _(
        "DNS gave no answer, which says nothing about what is published. Check again later; if it stays so, look at the "
        "resolver of this machine (RUNG_DNS)."
    )
    return Finding(subject, "plain", _("no answer"), said)


def _closed(finding: Finding) -> Finding:
    if finding.verdict != _("no answer"):
        return finding
    said = _(
        "The resolver of this machine knows no name of the world outside, not even com, so what is published cannot be told "
        "from here. Name one that does in RUNG_DNS."
    )
    return replace(finding, said=said)


def _provider(host: str) -> str:
    host = host.lower().rstrip(".")
    for suffixes, included in _PROVIDERS:
        if any(host == suffix or host.endswith("." + suffix) for suffix in suffixes):
            return included
    return ""


def _wanted_mechanisms(facts: Facts) -> list[str]:
    """What the SPF record needs for the hosts that do not pass yet."""
    wanted = []
    for host, found in facts["hosts"].items():
        included = _provider(host)
        outer = [each for each in found["addresses"] if not each["inner"]]
        if included:
            if not any(included in each["included"] for each in outer):
                wanted.append(f"include:{included}")
        elif any(each["spf"] != spf.PASS for each in outer):
            name = f"ip{'6' if ':' in host else '4'}:{host}" if ":" in host or host[-1:].isdigit() else f"a:{host}"
            wanted.append(name)
    return wanted


def _spf_finding(domain: str, facts: Facts) -> Finding:
    subject = _("SPF: who may send for you")
    texts = facts["texts"]
    records = tuple(texts["values"])
    if texts["state"] == State.SILENT:
        return _no_answer(subject)
    wanted = _wanted_mechanisms(facts)
    if not records:
        value = " ".join(["v=spf1", "mx", *wanted, "~all"])
        said = _("There is no SPF record, so receivers cannot tell your server from a stranger's. Publish this one.")
        return Finding(subject, "bad", _("missing"), said, record=Record(domain, "TXT", value))
    if len(records) > 1:
        said = _(
            "There are several SPF records, and then none of them counts. Keep one and move what the others say into it."
        )
        return Finding(subject, "bad", _("broken"), said, records)
    judged = [each for host in facts["hosts"].values() for each in host["addresses"] if not each["inner"]]
    if any(each["spf"] == spf.SILENT for each in judged):
        return _no_answer(subject)
    if any(each["spf"] == spf.BROKEN for each in judged):
        said = _(
            "Receivers take the record for broken: it is mistyped, includes a domain without one, or makes them ask DNS "
            "more than %(n)d times. Correct it, or take out what you no longer send through."
        )
        return Finding(subject, "bad", _("broken"), said % {"n": spf.MAX_LOOKUPS}, records)
    if records[0].lower().split()[-1] in ("all", "+all"):
        said = _("The record lets everybody send for you. End it with ~all instead.")
        changed = " ".join([*records[0].split()[:-1], "~all"])
        return Finding(subject, "bad", _("too wide"), said, records, Record(domain, "TXT", changed))
    if wanted:
        said = _("The server your letters leave by does not stand in the record. Change it to this.")
        return Finding(
            subject, "bad", _("not covered"), said, records, Record(domain, "TXT", _with(records[0], wanted))
        )
    if not judged:
        said = _("There is a record. Whether it covers the server your letters leave by cannot be told from here.")
        return Finding(subject, "info", _("present"), said, records)
    return Finding(subject, "good", _("in order"), _("The server your letters leave by may send for you."), records)


def _with(record: str, wanted: Sequence[str]) -> str:
    """The record with further mechanisms, in front of what ends it."""
    terms = record.split()
    ends = [
        i
        for i, term in enumerate(terms)
        if term.lower().lstrip("-+?~") == "all" or term.lower().startswith("redirect=")
    ]
    place = ends[0] if ends else len(terms)
    return " ".join([*terms[:place], *wanted, *terms[place:]])


def _dkim_finding(facts: Facts, keys: Sequence[Key]) -> Finding:
    subject = _("DKIM: signatures on your letters")
    if not keys:
        said = _(
            "Rung does not sign your letters. That is well when the server they leave by does; else make a key below."
        )
        return Finding(subject, "warn", _("not by us"), said)
    looked = [(key, facts["dkim"].get(key.selector)) for key in keys]
    if any(found is not None and found["state"] == State.SILENT for _key, found in looked):
        return _no_answer(subject)
    missing = [key for key, found in looked if not is_key_found(key.public, found)]
    values = tuple(value for _key, found in looked if found for value in found["values"])
    if not missing:
        signing = all(key.is_signing for key in keys)
        said = _("Your letters are signed, and the key stands in DNS.") if signing else _("The key stands in DNS.")
        return Finding(subject, "good", _("in order"), said, values)
    signing_in_vain = next((key for key in missing if key.is_signing), None)
    if signing_in_vain is not None:
        said = _(
            "Letters are signed with a key that is not in DNS as it should be: receivers cannot check it. Publish %(name)s."
        )
        return Finding(subject, "bad", _("not published"), said % {"name": signing_in_vain.name}, values)
    said = _("A key is made and not in DNS yet. Publish %(name)s below; signing begins when it is found.")
    return Finding(subject, "warn", _("not published"), said % {"name": missing[0].name}, values)


def is_key_found(public: str, found: dict[str, Any] | None) -> bool:
    """Whether what DNS holds at a selector is this key."""
    return found is not None and any(is_published(value, public) for value in found["values"])


def _dmarc_finding(domain: str, facts: Facts) -> Finding:
    subject = _("DMARC: what others do with forgeries")
    found = facts["dmarc"]
    if found["state"] == State.SILENT:
        return _no_answer(subject)
    report = f"rua=mailto:dmarc-reports@{domain}"
    if found["state"] == State.NOTHING:
        said = _(
            "There is no DMARC record; large providers want one from everybody who sends. This one asks for reports and "
            "changes nothing else. Name an address of your own that is not a mailbox of this desk."
        )
        return Finding(
            subject, "bad", _("missing"), said, record=Record(f"_dmarc.{domain}", "TXT", f"v=DMARC1; p=none; {report}")
        )
    values = tuple(found["values"])
    if len(values) > 1:
        said = _("There are several DMARC records, and then none of them counts. Keep one.")
        return Finding(subject, "bad", _("broken"), said, values)
    said_tags = tags(values[0])
    # What holds for names below the one that has the record is sp= where it is given.
    policy = (said_tags.get("sp") if found["at"] != domain else "") or said_tags.get("p", "")
    if policy.lower() not in _ORDERED:
        said = _("The record does not say what to do (p=none, quarantine or reject), so it counts for nothing.")
        return Finding(subject, "bad", _("broken"), said, values)
    if policy.lower() == "none":
        said = _(
            "Forgeries in your name are only counted. When SPF and DKIM have been in order for some weeks, ask for them "
            "to be put aside."
        )
        changed = "; ".join(
            ["v=DMARC1", "p=quarantine", *[f"{k}={v}" for k, v in said_tags.items() if k not in ("v", "p")]]
        )
        return Finding(subject, "info", _("watching"), said, values, Record(f"_dmarc.{found['at']}", "TXT", changed))
    return Finding(subject, "good", _("in order"), _("Forgeries in your name are put aside or refused."), values)


def _host_findings(facts: Facts) -> list[Finding]:
    return [_host_finding(host, found) for host, found in facts["hosts"].items()]


def _host_finding(host: str, found: Facts) -> Finding:
    subject = _("Reverse DNS of %(host)s") % {"host": host}
    if found["state"] == State.SILENT:
        return _no_answer(subject)
    if not found["addresses"]:
        said = _("DNS knows no address of the server your letters leave by. Is its name right in the mailbox?")
        return Finding(subject, "bad", _("unknown"), said)
    outer = [each for each in found["addresses"] if not each["inner"]]
    listed = tuple(f"{each['address']} → {', '.join(each['names']['values']) or '–'}" for each in outer)
    if not outer:
        said = _(
            "This is an address inside your house; by which one your letters reach the world cannot be told from here. Name "
            "that one in RUNG_SENDING_HOST to have it looked at."
        )
        return Finding(
            subject, "plain", _("cannot be told"), said, tuple(each["address"] for each in found["addresses"])
        )
    if _provider(host):
        said = _(
            "This is a large provider: the addresses your letters leave by are its own, and its own to keep in order."
        )
        return Finding(subject, "good", _("the provider’s"), said, listed)
    if any(each["names"]["state"] == State.SILENT for each in outer):
        return _no_answer(subject)
    nameless = [each["address"] for each in outer if not each["names"]["values"]]
    if nameless:
        said = _(
            "%(addresses)s has no name, and many servers refuse letters from such. Whoever gave you the address can set it "
            "to %(host)s."
        )
        return Finding(subject, "bad", _("missing"), said % {"addresses": ", ".join(nameless), "host": host}, listed)
    if any(not each["meant"] for each in outer):
        said = _(
            "The name does not lead back to the address. Publish an A or AAAA record for it, or have the name changed."
        )
        return Finding(subject, "warn", _("one way only"), said, listed)
    return Finding(subject, "good", _("in order"), _("Address and name lead to each other."), listed)


def _mx_finding(facts: Facts) -> Finding:
    subject = _("MX: where answers go")
    found = facts["mx"]
    if found["state"] == State.SILENT:
        return _no_answer(subject)
    values = tuple(found["values"])
    if not values:
        said = _("The domain names no server that takes its mail, so answers may find no way. Publish an MX record.")
        return Finding(subject, "bad", _("missing"), said)
    if any(value.split(" ", 1)[1] == "" for value in values):
        said = _("The domain says that it takes no mail at all: nobody can answer you, and some refuse to hear you.")
        return Finding(subject, "bad", _("closed"), said, values)
    return Finding(subject, "good", _("in order"), _("Answers find their way."), values)


def _tls_finding(domain: str, facts: Facts) -> Finding:
    subject = _("TLS: encryption on the way to you")
    sts, tlsa = facts["sts"], facts["tlsa"]
    values = (*sts["values"], *tlsa["values"])
    if any(value.lower().startswith("v=stsv1") for value in sts["values"]) or tlsa["values"]:
        return Finding(subject, "good", _("required"), _("Whoever writes to you has to encrypt."), values)
    if State.SILENT in (sts["state"], tlsa["state"]):
        return _no_answer(subject)
    said = _(
        "Nothing obliges others to encrypt letters to you; most do all the same. Whoever runs your mail server can publish "
        "MTA-STS or DANE. It changes nothing for how your letters arrive elsewhere."
    )
    return Finding(subject, "plain", _("not required"), said)
