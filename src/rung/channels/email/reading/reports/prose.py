"""What is told in words: mail systems that write no fields, and the words of those that do.

An address is a recipient by where it stands: alone in its line, before a colon, behind "RCPT TO". What stands behind and
below it is what was said of it.
"""

import re
from dataclasses import dataclass, field, replace

from rung.channels.email.reading.outcomes import BounceReason, Outcome
from rung.channels.email.reading.parts import Tree
from rung.channels.email.reading.people import people
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.reports.reasons import code_in, in_words, status_in, why
from rung.channels.email.reading.reports.returned import Returned

MAX_REPORT = 30_000
MAX_LINES = 600
MAX_LINE = 1000
MAX_SAID = 500
MAX_BELOW = 12

_LOCAL = r"[^\s<>()\[\],;:\"'@|=*（）「」【】《》“”，。：；、]{1,100}"
_AT = rf"{_LOCAL}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}"
_ADDRESS = re.compile(_AT)
_ALONE = re.compile(
    rf"^[\s>*•·\-–+\d.)\]\"'<(]{{0,12}}(?:mailto:|smtp:|"
    rf"rfc822;)?\s?({_AT})[\s>\"')*;,.]{{0,6}}(?:[(<\[][^\n]{{0,200}}[)>\]])?[\s>;,.]{{0,6}}$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    rf"^[\s>*•\"'<(+-]{{0,10}}(?:[245]\d\d[ -](?:[245]\.\d{{1,3}}\.\d{{1,3}} "
    rf")?)?[\"'<]{{0,2}}({_AT})[\"'>]{{0,2}}(?:\s?\([^)\n]{{0,80}}\))?\s?(?::|\.\.\.|,? (?:on|could|cannot|"
    rf"can'?t|was|is|has|does|not|invalid|unknown|failed|-|–|\[)|\[|$)",
    re.IGNORECASE,
)
_COMMAND = re.compile(rf"\brcpt to:?\s?<?\s?({_AT})", re.IGNORECASE)
_EXPANDED = re.compile(rf"\((?:expanded|ultimately generated|generated) from:? <?({_AT})", re.IGNORECASE)
_LABELLED = re.compile(
    rf"(?:(?:failed |intended |final[ -]|original[ -]|affected )?recipient(?:s|\(s\)|'s address|"
    rf" address(?:es)?)?(?: were affected)?|undeliverable address|error-for|unknown (?:local )?user|"
    rf"undeliverable to|address(?:es)? failed|"
    rf"addressed to|delivered to|deliver(?:ed|y)?(?: (?:your |the |this )?(?:message|mail|e-?mail))? to|"
    rf"message to|mail to|sent to|send to|reach|gateway for|mailbox(?: for| of)?|user's mailbox is full|"
    rf"for user|user|rcpt|smtp=|"
    rf"empfänger(?:adresse)?|an|zugestellt(?: werden)? an|destinataire|adresse|destinatario|para|destinatário|"
    rf"ontvanger|odbiorc\w+|mottakere?|收件人|收信人|宛先|あて先|送信先|получател\w+|адрес\w*|кому)"
    rf"(?:\s(?:is|was|were)\s|\s?[：:=;]\s{{0,12}}|\s{{1,12}}|(?<==)|(?=[\"'<\[(]))[\"'<\[(]{{0,2}}(?:mailto:|"
    rf"rfc822; ?<?)?({_AT})",
    re.IGNORECASE,
)
_ADDRESSEE = re.compile(
    rf"^[\s>*]{{0,8}}(?:to|an|à|a|para|aan|cc|till|til|do|宛先|收件人|кому)\s?[:：]\s{{0,12}}[^\n]{{0,80}}?<?({_AT})",
    re.IGNORECASE,
)
_FAILING = re.compile(
    r"deliver|reach|fail|reject|refus|unknown|not found|bounc|invalid|recipient|does not|doesn'?t|full|exceed|"
    r"zugestellt|zustell|remis|entreg|consegn|recapit|достав|送",
    re.IGNORECASE,
)
_NOT_MEANT = re.compile(
    r"(?:\bfrom|\bsender|\bcontact\w*|repl(?:y|ies) to|return-path|\bby|please (?:send|forward|mail|e-?mail|"
    r"write|call)|\babout|\bvon|\bde|absender|kontakt\w*|expéditeur|remitente|mittente|mail(?:box)? from|"
    r"message-?id|\bid|\bmailto|administrator|"
    r"help(?:desk)?|support|questions?|assistance|problem report)[\s:=<\"'(\[]{0,4}$",
    re.IGNORECASE,
)
_NOT_MEANT_LINE = re.compile(
    r"^[\s>*]{0,8}(?:from|sender|original sender|return-path|reply-to|message-?id|in-reply-to|references|"
    r"received|reporting-mta|received-from|mail from|date|x-[\w-]{2,40}|von|de|absender|mailfrom|"
    r"envelope.?from|"
    r"mts-id|<<< 2\d\d|220[ -]|250[ -])\s?[:<= ]|\bmail from:|for (?:further )?assistance|please contact|"
    r"if you (?:feel|think|have)|id=|https?://",
    re.IGNORECASE,
)
# What is said of an address that begins the line is of it, whatever web address the other side adds.
_SAID_OF = re.compile(rf"^[ \t]{{0,8}}<{_AT}>:\s")
_SYSTEMS = re.compile(
    r"^(?:post-?_?master\w*|mailer-?daemon|abuse|hostmaster|support|help-?desk|mail-?admin\w*|noreply|"
    r"no-reply|webmaster)@",
    re.IGNORECASE,
)
_X400 = re.compile(rf"dda:smtp=({_AT})|smtp[:=]\s?({_AT})", re.IGNORECASE)

_DELAYED = re.compile(
    r"(?:has|have|is|was|were|been) (?:temporarily )?delayed|delay(?:ed)? (?:mail|delivery|for|notif)|"
    r"delivery (?:is |has been )?delay|not yet been (?:delivered|able)|have not yet|has not yet|(?:will|"
    r"is going to) (?:be retried|be re-?tr|keep trying|"
    r"continue (?:to )?(?:try|be|attempt)|retry|try again|attempt|re-?attempt)|still (?:being )?(?:tried|"
    r"trying|retr|attempt)|no action is (?:required|needed)|do ?n[o']t need to (?:re-?send|take|do)|"
    r"do not need to (?:re-?send|take|do)|warning (?:message )?only|just a warning|"
    r"this is a warning|advisory-only|attempts will continue|has been postponed|is still (?:in|on|being)|"
    r"temporary (?:error|problem|failure|condition)\W{1,4}(?:will|delivery will)|"
    r"could not be delivered (?:yet|immediately)|"
    r"noch nicht (?:zugestellt|ausgeliefert)|verzögert|weiterhin versucht|erneut versuch|retardée?|"
    r"pas encore été|sera (?:ré)?essay|(?:ha sido|está) retrasad|se seguirá intentando|todavía no|in ritardo|"
    r"ritardat|non è ancora|ainda não|atrasad|"
    r"vertraagd|nog niet|försenad|forsinket|opóźnion|задерж|отложен|まだ配信|遅延|延迟|延遲|暂时无法",
    re.IGNORECASE,
)
_GIVEN_UP = re.compile(
    r"(?<!fails )permanent|giving up|gave up|given up|failed permanently|not going to try again|no (?:further|"
    r"more) (?:delivery )?attempts|will not (?:be retried|try again|retry)|will not try|"
    r"returned to (?:the )?sender|has been (?:removed|returned)|fatal error|"
    r"endgültig|dauerhaft|définitive|definitiv|окончательн",
    re.IGNORECASE,
)
_DELAY_SUBJECT = re.compile(
    r"delay|warning|verzöger|retard|ritard|atras|vertrag|försen|forsink|opóźn|задерж|遅延|延迟|"
    r"will be retried|still trying|temporar",
    re.IGNORECASE,
)
_SERVER = re.compile(
    r"(?:\bhost:? |while talking to |remote (?:host|mta|server):? |error (?:from|"
    r"at) (?:remote (?:mail )?server |host )?|connected to |generating server:\s{0,4}|"
    r"reporting-mta: ?<?(?:dns;)? ?|server |returned by )[<\"']?((?:[\w-]{1,63}\.){1,8}[\w-]{1,63})",
    re.IGNORECASE,
)
_BARE = re.compile(r"[ \t]{1,8}([\w.+-]{2,40})\s*$")
_MAPPED_DETAIL = re.compile(r"<<<|>>>|\bsaid\b|reason|error|diagnos|smtp|remote|reject|respon|returned", re.IGNORECASE)


@dataclass(slots=True)
class _Named:
    """An address the report names, how sure it is that it is the one meant, and what was said around it."""

    address: str
    rank: int
    lines: list[str] = field(default_factory=list)


def outcomes(text: str, tree: Tree, sender: Person | None, subject: str, returned: Returned) -> tuple[Outcome, ...]:
    """One outcome for each recipient the words name; one without an address when they name none."""
    report = text[: min(returned.boundary, MAX_REPORT)]
    action = _action(report, subject, text)
    lines = [line[:MAX_LINE] for line in report.split("\n")[:MAX_LINES]]
    named = _named(lines)
    flagged = [
        person.address
        for person in people(tree.headers.raw("x-failed-recipients")[:20_000])[0]
        if "@" in person.address
    ]
    chosen = _chosen(named, flagged, tree, sender, returned)
    whole = " ".join(report.split())
    found = []
    for address in chosen[:50] or _bare(lines, sender) or [""]:
        said = _said(named.get(address.lower()), lines)
        status, code = status_in(said), code_in(said)
        if not status and not code and len(chosen) <= 1:
            status, code = status_in(whole), code_in(whole)
        if not status and code:
            status = f"{code[0]}.0.0"
        reason = why(said, status, code, f"{subject}. {whole}")
        if reason is BounceReason.UNKNOWN and action == "delayed":
            reason = BounceReason.EXPIRED
        server = _SERVER.search(said) or _SERVER.search(whole)
        found.append(Outcome(address, action, status, code, reason, said[:MAX_SAID], server[1][:200] if server else ""))
    return tuple(found)


def _bare(lines: list[str], sender: Person | None) -> list[str]:
    """Recipients that a provider calls by what stands before the "@" alone, each in a line of its own below a colon: they
    are at the provider's own domain."""
    domain = sender.address.rpartition("@")[2].lower() if sender is not None else ""
    if domain.count(".") != 1:
        return []
    for index, line in enumerate(lines):
        if line.rstrip().endswith(":") and _FAILING.search(line):
            below = [_BARE.match(each) for each in lines[index + 1 : index + 21] if each.strip()]
            named = [
                match[1] for match in below[: next((n for n, match in enumerate(below) if not match), 20)] if match
            ]
            if named:
                return [f"{name}@{domain}" for name in named]
    return []


def _action(report: str, subject: str, text: str) -> str:
    if _GIVEN_UP.search(report):
        return "failed"
    is_delay = _DELAYED.search(report) or (_DELAY_SUBJECT.search(subject) and not status_in(report).startswith("5"))
    return "delayed" if is_delay else "failed"


class _Finder:
    """Goes through a report line by line, and gathers the addresses with the lines that are about them."""

    def __init__(self) -> None:
        self.found: dict[str, _Named] = {}
        # The addresses that the lines to come are about, and how many more those may be.
        self.below: list[_Named] = []
        self.room = 0

    def take(self, line: str) -> None:
        if "@" in line:
            self._with_address(line)
        elif line.strip():
            self._follow(line)
        elif any(len(each.lines) > 1 for each in self.below):
            self.below = []

    def _follow(self, line: str) -> None:
        if self.room > 0:
            for each in self.below:
                each.lines.append(line)
            self.room -= 1

    def _with_address(self, line: str) -> None:
        is_other = _NOT_MEANT_LINE.search(line) is not None and not _SAID_OF.match(line)
        ranked = [] if is_other else _ranked(line)
        fresh = [self._keep(address, rank, line) for address, rank in ranked if rank >= 3]
        if not fresh:
            self._follow(line)
        elif self.below and _ALONE.match(line) and all(len(each.lines) == 1 for each in self.below):
            self.below, self.room = [*self.below, *fresh][-50:], MAX_BELOW  # a list, and behind it what is said of all
        else:
            self.below, self.room = fresh, MAX_BELOW
        for address, rank in ranked:
            if rank < 3:
                self._keep(address, rank, line)

    def _keep(self, address: str, rank: int, line: str) -> _Named:
        each = self.found.setdefault(address.lower(), _Named(address, rank))
        each.rank = max(each.rank, rank)
        if not each.lines or each.lines[-1] != line:
            each.lines.append(line)
        return each


def _named(lines: list[str]) -> dict[str, _Named]:
    """Every address that may be a recipient, by its lower-case form."""
    finder = _Finder()
    for line in lines:
        finder.take(line)
    return finder.found


def _ranked(line: str) -> list[tuple[str, int]]:
    """The addresses in a line: 3 by its form, 2 by a word before it, 1 an addressee, 0 merely mentioned."""
    found: dict[str, int] = {}
    for pattern, rank in ((_ALONE, 3), (_LEADING, 3), (_COMMAND, 3), (_EXPANDED, 3), (_LABELLED, 2), (_ADDRESSEE, 1)):
        match = pattern.search(line)
        if match:
            address = _tidied(match[1])
            found[address] = max(found.get(address, 0), rank)
    for match in _X400.finditer(line):
        found[_tidied(match[1] or match[2])] = 3
    for match in _ADDRESS.finditer(line):
        address = _tidied(match[0])
        if address in found:
            continue
        if not _NOT_MEANT.search(line, max(match.start() - 40, 0), match.start()):
            found[address] = 2 if _FAILING.search(line) else 0
    return [(address, rank) for address, rank in found.items() if address]


def _tidied(address: str) -> str:
    return address.removeprefix("mailto:").strip("<>'\"").rstrip(".-")[:320]


def _chosen(
    named: dict[str, _Named], flagged: list[str], tree: Tree, sender: Person | None, returned: Returned
) -> list[str]:
    """The addresses at which the letter did not arrive."""
    if flagged:
        return list(dict.fromkeys(flagged))
    headers = tree.headers
    ours = {
        person.address.lower()
        for name in ("to", "cc", "delivered-to")
        for person in people(headers.raw(name)[:4000])[0]
    }
    ours |= set(returned.writers)
    if sender is not None:
        ours.add(sender.address.lower())
    foreign = [each for key, each in named.items() if key not in ours and not _SYSTEMS.match(key)]
    known = {address.lower() for address in returned.recipients}
    for wanted in (
        [each for each in foreign if each.rank >= 3],
        [each for each in foreign if each.rank == 2 and each.address.lower() in known],
        [each for each in foreign if each.rank == 2],
    ):
        if wanted:
            return [each.address for each in wanted]
    meant = [each.address for each in named.values() if each.rank >= 3]
    if meant:
        return meant
    mentioned = [address for address in returned.recipients if address.lower() in named]
    addressed = [each.address for each in foreign if each.rank == 1]
    strangers = [address for address in returned.recipients if address.lower() not in ours]
    return (
        mentioned
        or addressed
        or strangers[:5]
        or list(returned.recipients[:5])
        or [each.address for each in foreign][:5]
    )


def _said(named: _Named | None, lines: list[str]) -> str:
    """What the other side said: the lines about an address when they say something, else those that tell of an error."""
    if named is not None:
        own = _joined(named.lines)
        bare = own.replace(named.address, " ")
        if status_in(own) or code_in(own) or in_words(bare):
            return own
    telling = [
        line
        for line in lines
        if line.strip()
        and (code_in(line) or status_in(line) or _MAPPED_DETAIL.search(line))
        and not line.lstrip().startswith(("<<< 2", ">>> ", "250"))
    ]
    best = [line for line in telling if status_in(line) or code_in(line)]
    if best:
        index = lines.index(best[0])
        return _joined(lines[index : index + 4])
    for line in lines:
        if in_words(line):
            return _joined([line])
    return _joined(telling[:3] or [line for line in lines if len(line.strip()) > 20][:2])


def _joined(lines: list[str]) -> str:
    return " ".join(" ".join(dict.fromkeys(lines)).split())[: MAX_SAID * 4]


def completed(stated: tuple[Outcome, ...], told: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """The outcomes stated in fields, with what only the words say: where the fields name no address, no code, no reason."""
    by_address = {outcome.address.lower(): outcome for outcome in told}
    found = []
    for number, outcome in enumerate(stated):
        words = by_address.get(outcome.address.lower())
        if words is None and (len(stated) == len(told) or len(told) == 1):
            words = told[number] if len(stated) == len(told) else told[0]
        found.append(_filled(outcome, words) if words is not None else outcome)
    return tuple(found)


def _filled(outcome: Outcome, words: Outcome) -> Outcome:
    if outcome.action not in ("failed", "delayed"):
        return outcome
    is_same_class = not words.status or not outcome.status or words.status[0] == outcome.status[0]
    status = outcome.status
    if (
        words.status
        and is_same_class
        and (not status or (status.endswith(".0.0") and not words.status.endswith(".0.0")))
    ):
        status = words.status
    code = outcome.code or (words.code if is_same_class else "")
    said = outcome.said if len(outcome.said) > 3 else words.said
    reason = outcome.reason
    if reason is BounceReason.UNKNOWN or (len(outcome.said) <= 3 and words.reason is not BounceReason.UNKNOWN):
        reason = why(said, status, code, words.said)
        if reason is BounceReason.UNKNOWN:
            reason = words.reason
    if reason is BounceReason.UNKNOWN and outcome.action == "delayed":
        reason = BounceReason.EXPIRED
    address = outcome.address if "@" in outcome.address else words.address or outcome.address
    return replace(
        outcome,
        address=address,
        status=status,
        code=code,
        said=said,
        reason=reason,
        server=outcome.server or words.server,
    )
