"""Whether a machine wrote a letter, why, and what a returned one is about."""

import re

from rung.channels.email.reading.headers import Headers, split
from rung.channels.email.reading.nouns import Automatic, Bounce, Person
from rung.channels.email.reading.parts import Part, Tree, content
from rung.channels.email.reading.people import people
from rung.channels.email.reading.values import message_id, message_ids

_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon|mmdf|bounces?|mail[-_.]?delivery\S*)@?", re.IGNORECASE
)
_FAILED_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed|report)|failure notice|returned mail|mail delivery|"
    r"mail system error|delivery notification|could not be delivered|message not delivered|unzustellbar|"
    r"nicht zugestellt|zustellung|échec de (?:la )?remise|non remis|non distribu|no se pudo entregar|no entregado|"
    r"mancata consegna|não entregue|falha na entrega|onbestelbaar|niet bezorgd|kan inte levereras|недоставлен|"
    r"не доставлено|無法傳遞|退信|配信不能|未送达",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delay|warning|verzöger|retard|will (?:be )?retr|still trying|not yet been delivered", re.IGNORECASE
)
_ABSENCE = re.compile(
    r"out of (?:the )?office|automatic reply|auto(?:matic)?[ -]?(?:reply|response)|abwesen|automatische antwort|"
    r"réponse automatique|absence|respuesta automática|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|"
    r"resposta automática|ausência|afwezig|automatisch antwoord|autosvar|automatiskt svar|fravær|frånvaro|"
    r"automaattinen vastaus|poissa|autoodpowiedź|automatyczna odpowiedź|nieobecno|automatická odpověď|"
    r"automatikus válasz|автоответ|автоматический ответ|otomatik yanıt|自动回复|自動回覆|自動応答|不在|자동 회신|vacation",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY_CODE = re.compile(r"\b([45]\d\d)[ -](?:\d\.\d\.\d)?")
_BODY_MESSAGE_ID = re.compile(r"^[>\s]{0,8}message-id:\s*(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE)
_BODY_TOKEN = re.compile(r"^[>\s]{0,8}x-rung-conversation:\s*(\S{5,80})", re.IGNORECASE | re.MULTILINE)
_BODY_ADDRESS = re.compile(r"[\w.+=-]{1,120}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")

_BEFORE_LETTER = re.compile(
    r"-{3,} ?(?:this is a copy|original message|below this line|returned message|the header of|message header)|"
    r"^(?:return-path|received): ",
    re.IGNORECASE | re.MULTILINE,
)


def automatic_kind(headers: Headers, sender: Person | None, subject: str, bounce: Bounce | None) -> Automatic | None:
    """Why a letter is held to be automatic; None when a person seems to have written it."""
    if bounce is not None:
        return Automatic.BOUNCE if bounce.is_final else Automatic.DELAY
    return (
        _report(headers)
        or _answer(headers, subject)
        or _bulk(headers)
        or (_unanswerable(headers, sender) and (Automatic.ABSENCE if _ABSENCE.search(subject) else Automatic.OTHER))
        or None
    )


def _report(headers: Headers) -> Automatic | None:
    kind = headers.raw("content-type")[:400].lower()
    if b"multipart/report" not in kind:
        return None
    if b"disposition-notification" in kind:
        return Automatic.RECEIPT
    if b"feedback-report" in kind:
        return Automatic.COMPLAINT
    return Automatic.DELIVERED if b"delivery-status" in kind else Automatic.OTHER


def _answer(headers: Headers, subject: str) -> Automatic | None:
    """Out-of-office notes and other automatic replies, and whatever calls itself generated."""
    submitted = headers.plain("auto-submitted").split(";")[0].strip()
    is_absence = _ABSENCE.search(subject) is not None
    answers = (
        submitted.startswith("auto-replied")
        or any(headers.has(name) for name in ("x-autoreply", "x-autorespond", "x-autoreply-from", "x-mail-autoreply"))
        or headers.plain("precedence") in ("auto_reply", "auto-reply")
        or headers.plain("x-precedence") == "auto_reply"
        or headers.plain("delivered-to") == "autoresponder"
    )
    if answers:
        return Automatic.ABSENCE if is_absence else Automatic.REPLY
    if submitted and submitted != "no":
        return Automatic.ABSENCE if is_absence else Automatic.OTHER
    return Automatic.ABSENCE if is_absence and headers.plain("x-auto-response-suppress") else None


def _bulk(headers: Headers) -> Automatic | None:
    """A newsletter can be left but not written to. A discussion list, and a group address that passes letters on to us, can
    be written to: those letters are people's."""
    if headers.has("list-post") or headers.has("x-google-group-id"):
        return None
    is_bulk = headers.plain("precedence") in ("bulk", "junk") or headers.has("list-unsubscribe")
    return Automatic.BULK if is_bulk else None


def _unanswerable(headers: Headers, sender: Person | None) -> bool:
    """Nobody wants an answer to it: the empty return path of reports, or a mail system for its sender."""
    if headers.has("return-path") and headers.raw("return-path").strip() == b"<>":
        return True
    return sender is not None and _DAEMON.match(sender.address) is not None


def bounce_in(tree: Tree, sender: Person | None, subject: str, text: str) -> Bounce | None:
    """What is reported of a letter of ours, or None when this is no report of a delivery that failed or waits."""
    headers = tree.headers
    for part in tree.parts:
        if part.media_type in ("message/delivery-status", "message/global-delivery-status"):
            return _by_the_standard(tree, part, text)
    failed = people(headers.raw("x-failed-recipients"))[0]
    null_path = headers.raw("return-path").strip() == b"<>"
    by_daemon = sender is not None and _DAEMON.match(sender.address) is not None
    says_so = _FAILED_SUBJECT.search(subject) is not None
    if not (failed or ((by_daemon or null_path) and says_so) or (by_daemon and _is_qmail(text))):
        return None
    statuses = _STATUS.findall(text[:20_000])
    codes = _REPLY_CODE.findall(text[:20_000])
    status = statuses[0] if statuses else (f"{codes[0][0]}.0.0" if codes else "")
    is_final = not (status.startswith("4") or (_DELAYED.search(subject) and not status.startswith("5")))
    boundary = _BEFORE_LETTER.search(text)
    report = text[: boundary.start()] if boundary else text[:4000]
    ours = {person.address.lower() for name in ("to", "cc", "delivered-to") for person in people(headers.raw(name))[0]}
    if sender is not None:
        ours.add(sender.address.lower())
    named = [address for address in _BODY_ADDRESS.findall(report[:20_000]) if address.lower() not in ours]
    recipients = tuple(dict.fromkeys([person.address for person in failed] or named[:5]))
    return _with_clues(tree, is_final, status, _reason(report), recipients, text)


def _is_qmail(text: str) -> bool:
    return text.lstrip().startswith("Hi. This is the") or "I'm afraid I wasn't able to deliver" in text[:2000]


def _by_the_standard(tree: Tree, part: Part, text: str) -> Bounce | None:
    """RFC 3464: blocks of fields, the first about the letter, one for each recipient."""
    data = content(part, tree)[:200_000].replace(b"\r\n", b"\n")
    recipients: list[str] = []
    actions: set[str] = set()
    status = reason = ""
    for block in data.strip(b"\n").split(b"\n\n")[:1000]:
        fields, _, _ = split(block + b"\n\n")
        action = fields.plain("action").split()[:1]
        if not action:
            continue
        actions.add(action[0])
        address = fields.text("final-recipient") or fields.text("original-recipient")
        address = address.partition(";")[2].strip() or address
        if action[0] in ("failed", "delayed"):
            recipients.append(address[:320])
            found = _STATUS.search(fields.text("status"))
            status = status or (found[1] if found else "")
            diagnostic = fields.text("diagnostic-code")
            reason = reason or (diagnostic.partition(";")[2].strip() or diagnostic)
    if actions and not actions & {"failed", "delayed"}:
        return None  # "delivered", "relayed", "expanded": good news
    is_final = "failed" in actions or (not actions and not status.startswith("4"))
    return _with_clues(tree, is_final, status, (reason or _reason(text))[:500], tuple(dict.fromkeys(recipients)), text)


def _with_clues(tree: Tree, is_final: bool, status: str, reason: str, recipients: tuple[str, ...], text: str) -> Bounce:
    """The report together with everything that may lead to the letter it is about."""
    identifier, addresses, tokens = "", [], []
    for part in tree.parts:
        if part.media_type in ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers"):
            inside, _, _ = split(content(part, tree)[:200_000])
            identifier = identifier or message_id(inside.raw("message-id"))
            addresses += [inside.text("reply-to"), inside.text("return-path"), inside.text("from")]
            tokens += [inside.plain("x-rung-conversation")]
    if not identifier:
        found = _BODY_MESSAGE_ID.search(text)
        if found:
            identifier = found[1]
        else:
            about = message_ids(tree.headers.raw("in-reply-to")) or message_ids(tree.headers.raw("references"))
            identifier = about[0] if about else ""
    tokens += _BODY_TOKEN.findall(text[:200_000])
    addresses += [tree.headers.text(name) for name in ("to", "delivered-to", "x-original-to")]
    return Bounce(
        is_final=is_final,
        status=status,
        reason=reason,
        recipients=recipients[:50],
        message_id=identifier,
        addresses=tuple(address for address in addresses if address),
        tokens=tuple(token for token in tokens if token),
    )


def _reason(text: str) -> str:
    """The line of a report that says why: the one with a status or reply code, else the first that is a sentence."""
    lines = [line.strip() for line in text[:20_000].split("\n")]
    for line in lines:
        if _STATUS.search(line) or _REPLY_CODE.search(line):
            return line[:500]
    return next((line[:500] for line in lines if len(line) > 20), "")
