"""Read receipts told in words only, as some programs send them: "Your message … was read on …"."""

import re

from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.outcomes import Outcome
from rung.channels.email.reading.people import people

MAX_LENGTH = 1500

_SUBJECT = re.compile(
    r"^\s*(?:read|return receipt|read[- ]receipt|receipt notification|gelesen|lesebestätigung|"
    r"empfangsbestätigung|lu|accusé de (?:lecture|réception)|confirmation de lecture|leído|"
    r"confirmación de lectura|"
    r"letto|conferma di lettura|ricevuta di ritorno|lida|lido|confirmação de leitura|gelezen|leesbevestiging|"
    r"läst|kvittens|læst|lest|luettu|przeczytan[oe]|potwierdzenie|přečteno|olvasva|okundu|прочитано|"
    r"开[封启]|已读|已讀|開封(?:済み|確認)|읽음)\s?(?::|：|\(|$|-)",
    re.IGNORECASE,
)
_BODY = re.compile(
    r"was (?:read|opened|displayed|received by\s?:)|(?:empfangen|erhalten) von\s?:|a été reçu par\s?:|"
    r"(?:fue|ha sido) recibido por\s?:|è stato ricevuto da\s?:|is ontvangen door\s?:|foi recebido por\s?:|"
    r"has been (?:read|opened|displayed)|return receipt for|this is a (?:return|"
    r"read) receipt|acknowledges? that (?:the|your) message|"
    r"wurde (?:am .{0,40})?(?:gelesen|geöffnet|angezeigt)|(?:dies ist eine )?(?:lese|empfangs)bestätigung|"
    r"a été (?:lu|ouvert|affiché)|accusé de (?:réception|lecture)|(?:ha sido|fue) (?:leído|abierto)|"
    r"se (?:ley[oó]|ha leído)|acuse de recibo|è stato (?:letto|aperto)|"
    r"ricevuta di ritorno|foi (?:lida|lido|exibid|abert)|is (?:gelezen|geopend)|ontvangstbevestiging|lästes|"
    r"har lästs|blev læst|ble lest|została? przeczytan|было? прочитано|уведомление о прочтении|已(?:被)?阅读|"
    r"開封(?:され|済|確認)|읽었|okundu",
    re.IGNORECASE,
)
_OURS = re.compile(
    r"(?:your|the) (?:message|mail|e-?mail)|(?:ihre|deine|die) (?:nachricht|mitteilung|e-?mail)|(?:votre|"
    r"le) (?:message|courriel|mail)|(?:su|tu|el) (?:mensaje|correo)|(?:il )?(?:suo|tuo|il) messaggio|"
    r"(?:a )?(?:sua|tua|a) mensagem|(?:uw|je|het) bericht|(?:ditt|ert) meddelande|"
    r"(?:din|jeres) (?:besked|meddelelse|mail)|(?:din|deres) (?:melding|e-?post)|twoja wiadomość|wiadomość|"
    r"vaše zpráva|üzenet|ваше (?:сообщение|письмо)|(?:您|你)的(?:邮件|消息|郵件)|メッセージ|메시지|iletiniz|"
    r"return receipt|empfangsbestätigung|lesebestätigung|accusé",
    re.IGNORECASE,
)
_UNREAD = re.compile(
    r"without being (?:read|opened)|deleted|ungelesen|gelöscht|non lu|supprimé|sin (?:leer|ser leído)|eliminad[oa]",
    re.IGNORECASE,
)
_MARKS = ("in-reply-to", "references", "auto-submitted", "x-auto-response-suppress", "precedence")
# The letter's lines as a form has them, or the program that speaks of itself.
_FORM = re.compile(
    r"^\s{0,20}[^\W\d]{1,16}\s?[:：][ \t]|this is an? (?:return|read) receipt|acknowledges|dies ist eine|ceci est un|"
    r"receipt for (?:the|your) (?:mail|message)|return receipt$",
    re.IGNORECASE | re.MULTILINE,
)
# Mailboxes whose rules turn a letter away answer with the form of a receipt (RFC 5429, section 2.2).
_REFUSED = re.compile(
    r"message (?:to .{1,320} )?was (?:automatically )?(?:rejected|refused) ?(?:by\b|:)|automatically rejected", re.I
)


def refuses(text: str) -> bool:
    """A letter in the form of a receipt that says a mailbox did not take ours."""
    return _REFUSED.search(text[:MAX_LENGTH]) is not None


def told(subject: str, text: str, headers: Headers) -> Outcome | None:
    """The receipt, or None. Only a short letter whose subject and text both say so is one."""
    if not _SUBJECT.match(subject) or len(text) > MAX_LENGTH or not (_BODY.search(text) and _OURS.search(text)):
        return None
    is_form = any(headers.has(name) for name in _MARKS) or _FORM.search(text) is not None
    if not is_form or "?" in text:
        return None  # somebody has read it, and says so themselves
    senders = people(headers.raw("from"))[0]
    action = "deleted" if _UNREAD.search(text) else "displayed"
    return Outcome(address=senders[0].address if senders else "", action=action, said=" ".join(text.split())[:300])
