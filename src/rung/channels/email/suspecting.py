"""What speaks against a letter being from whom it says: pure, from what the reader found.

Nothing is refused for it. It is said calmly above the letter, with the reason, and pictures of such letters wait; what
fails the checks is led into nobody's conversation.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from contextlib import suppress

from rung.channels.email.reading import Reading
from rung.channels.email.reading.findings import Verdict

FAILS, NAMES_ANOTHER, ANSWERS_ELSEWHERE, NOT_OURS, LOOKALIKE = (
    "fails", "names_another", "answers_elsewhere", "not_ours", "lookalike",
)  # fmt: skip

_ADDRESS = re.compile(r"[\w.+-]{1,64}@((?:[\w-]{1,63}\.){1,8}[a-z]{2,24})", re.I)
# Below these a second level is no owner's: co.uk, com.au and their like.
_SECOND_LEVELS = frozenset(
    ("ac", "co", "com", "edu", "gob", "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or", "org", "plc", "sch")
)
# Letters that are drawn like others, and pairs that are read as one.
_DRAWN_ALIKE = str.maketrans("аеорсухіјѕһԁԛԝνοκτρ013458|!", "aeopcyxijshdqwvoktpoieasbli")
_READ_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("l", "i"))


def doubts_about(reading: Reading, *, own_domains: Collection[str], trusted_servers: str) -> list[dict[str, str]]:
    """The reasons, each with a `kind` and what it is about. `trusted_servers`: names of servers in front of the mailbox,
    separated by commas, whose word counts; a header of anybody else's counts for nothing."""
    if reading.sender is None or "@" not in reading.sender.address:
        return []
    address = reading.sender.address.lower()
    domain = address.rpartition("@")[2]
    trusted = [name.strip().lower() for name in trusted_servers.split(",") if name.strip()]
    verdicts = _latest(each for each in reading.authentication if _is_trusted(each, trusted))
    doubts = [*_failed_checks(domain, verdicts)]
    if domain in own_domains and trusted and not _passes(domain, verdicts):
        doubts = [{"kind": NOT_OURS, "domain": domain}]
    doubts += _name(reading.sender.name, domain)
    doubts += _reply(reading, domain, own_domains)
    doubts += _lookalike(domain, own_domains)
    return doubts


def speaks_for_another(doubts: Iterable[dict[str, str]]) -> bool:
    """Whether a server we trust denies, or nothing shows, that a letter is from its From; other doubts are about how that
    is meant to be read."""
    return any(doubt["kind"] in (FAILS, NOT_OURS) for doubt in doubts)


def _is_trusted(verdict: Verdict, trusted: Iterable[str]) -> bool:
    # ARC and Received-SPF tell what others found; only our own server's results are sealed by coming last.
    return verdict.source == "authentication-results" and verdict.server in trusted


def _latest(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Of each check what the server said last, which stands first: below it somebody may have written in its name, and not
    every server takes such headers away."""
    kept: dict[tuple[str, str], Verdict] = {}
    for each in verdicts:
        what = each.domain if each.method == "dkim" else ""
        if each.method == "spf" and any(name.endswith("helo") for name, _value in each.properties[:1]):
            what = "helo"
        if ("dkim", "") not in kept or each.method != "dkim":  # where there is no signature, there is none of anybody
            kept.setdefault((each.method, what), each)
    return list(kept.values())


def _passes(domain: str, verdicts: Iterable[Verdict]) -> bool:
    said = {each.result for each in verdicts if each.method == "dmarc"} & {"pass", "fail"}
    if said:
        return said == {"pass"}
    return any(
        each.result == "pass" and each.method in ("dkim", "spf") and _belong_together(each.domain, domain)
        for each in verdicts
    )


def _failed_checks(domain: str, verdicts: list[Verdict]) -> list[dict[str, str]]:
    if not verdicts or _passes(domain, verdicts):
        return []
    failed = next((each for each in verdicts if each.method == "dmarc" and each.result == "fail"), None)
    by_parts = [each for each in verdicts if each.method in ("dkim", "spf")]
    if failed is None and by_parts and all(each.result in ("fail", "softfail", "permerror") for each in by_parts):
        failed = by_parts[0]
    if failed is None:
        return []
    return [{"kind": FAILS, "domain": domain, "server": failed.server, "check": failed.method.upper()}]


def _name(name: str, domain: str) -> list[dict[str, str]]:
    for match in _ADDRESS.finditer(name[:500]):
        if not _belong_together(match[1].lower(), domain):
            return [{"kind": NAMES_ANOTHER, "named": match[0].lower(), "domain": domain}]
    return []


def _reply(reading: Reading, domain: str, own_domains: Collection[str]) -> list[dict[str, str]]:
    if reading.is_automatic or reading.is_list or domain in own_domains:
        return []
    for person in reading.reply_to:
        elsewhere = person.address.lower().rpartition("@")[2]
        if elsewhere and elsewhere not in own_domains and not _belong_together(elsewhere, domain):
            return [{"kind": ANSWERS_ELSEWHERE, "address": person.address.lower(), "domain": domain}]
    return []


def _lookalike(domain: str, own_domains: Collection[str]) -> list[dict[str, str]]:
    if any(_belong_together(domain, own) for own in own_domains):
        return []
    drawn = _drawn(domain)
    for own in sorted(own_domains):
        if drawn == _drawn(own) or (len(own) >= 8 and _differ_by_one(domain, own)):
            return [{"kind": LOOKALIKE, "domain": domain, "own": own}]
    return []


def owner(domain: str) -> str:
    """The part of a domain that has an owner: `mail.acme.co.uk` → `acme.co.uk`. A guess where a country has its own ways."""
    labels = domain.lower().strip(".").split(".")
    deep = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS
    return ".".join(labels[-3 if deep else -2 :])


def _belong_together(one: str, other: str) -> bool:
    return bool(one) and owner(one) == owner(other)


def _drawn(domain: str) -> str:
    """A domain as a hasty eye sees it."""
    with suppress(UnicodeError):
        domain = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    plain = "".join(each for each in unicodedata.normalize("NFKD", domain.lower()) if not unicodedata.combining(each))
    plain = plain.translate(_DRAWN_ALIKE)
    for pair, letter in _READ_ALIKE:
        plain = plain.replace(pair, letter)
    return plain.replace("-", "")


def _differ_by_one(one: str, other: str) -> bool:
    """One letter put in, left out, changed, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest_one, rest_other = one[start:], other[start:]
    if rest_one[1:] == rest_other or rest_other[1:] == rest_one or rest_one[1:] == rest_other[1:]:
        return True
    return rest_one[:2] == rest_other[:2][::-1] and rest_one[2:] == rest_other[2:]
