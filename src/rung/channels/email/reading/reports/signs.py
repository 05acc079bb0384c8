"""Whether a letter is a report about one of ours, by what points to it; the cheap signs first.

A person who forwards a bounce, or writes of one, is no mail system: words alone do not do, something about the sender or
the make of the letter has to say so too. Only a letter that is nothing but the form of a report needs no other sign.
"""

import re
from dataclasses import dataclass

from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.parts import Tree
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.reports import certified
from rung.channels.email.reading.reports.fields import COMPLAINT, DELIVERY, RECEIPT, complaint_kind
from rung.channels.email.reading.reports.returned import boundary_of, is_returned
from rung.channels.email.reading.zones import is_forward
from rung.channels.email.reading.zones.quoting import phrases
from rung.channels.email.reading.zones.signs import says

ENOUGH = 4
_HEAD = 6000
_MAX_FORM = 1500
_MAX_BEFORE = 100

_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|mdaemon|mmdf|maildaemon|mail[-_.]?deliver\w*(?:[-_.]\w+)*|"
    r"bounces?[-_.]?\w*|maileradmin|"
    r"mailer|microsoftexchange[0-9a-f]+|delivery|undeliver\w*)@",
    re.IGNORECASE,
)
_POSTMASTER = re.compile(
    r"^(?:post[-_.]?master\w*|post[-_.]?office|mail[-_.]?admin\w*|mailsystem|mail[-_.]?system|"
    r"mail[-_.]?(?:gate(?:way)?|relay|server|router|scanner|guard|filter))@",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|inetgw\d*|imss|.{1,60}-admin|root|daemon)@", re.IGNORECASE
)
_DAEMON_NAME = re.compile(
    r"mail deliver\w*(?: (?:sub)?system)?|mailer.?daemon|mail administrator|system administrator|mail system|"
    r"postmaster|"
    r"microsoft outlook|mail router|delivery (?:system|subsystem|service|notification)|mail sub-?system|"
    r"systemadministrator|mail server at|content-filter at|"
    r"administrateur syst|administrador del sistema|системный администратор|メール配信",
    re.IGNORECASE,
)
_NAME_STEMS = (
    *("deliver", "mailer", "admin", "mail system", "postmaster", "outlook", "mail router", "mail sub", "mail server"),
    "content-filter",
)
_FAILED_SUBJECT = re.compile(
    r"undeliver|un-?delivr|deliver\w* (?:status|failure|failed|has failed|report|error|problem|incomplete|"
    r"delay|unsuccess|expired|attempt)|failure notice|"
    r"returned (?:mail|e-?mail|message|to sender)|return(?:ing|ed)? message|^mail delivery|"
    r"mail delivery (?:fail|error|problem|status|delay|notif|unsucc|sub|system)|mail (?:system )?(?:error|"
    r"failure)|failed mail|message status|"
    r"delivery[- ]notification|(?:could|can) ?n[o']t be deliver|was not deliver|not deliver(?:ed|able)|"
    r"message (?:not|un)\w* ?deliver|mail could not|"
    r"unable to deliver|non[- ]?deliver|rejected (?:mail|message|posting)|message (?:rejected|refused|blocked|"
    r"delayed|failure)|bounced? (?:mail|message|e-?mail)|(?:mail|message|e-?mail) bounced|nondeliver|"
    r"delay(?:ed)? (?:mail|delivery|message|notice)|warning: (?:message|could not|e-?mail)|(?:mail|"
    r"message)\b.{0,30}\bwarning|transient|recipient (?:unknown|not found)|user unknown|"
    r"no such user|loop alert|duplicated message-id|quarantin|(?:permanent|"
    r"fatal) (?:delivery )?(?:error|failure)|error sending|ndr\b|failure delivery|"
    r"considered unsolicited|(?:virus|banned|spam)\b.{0,80} (?:from|by) you\b|"
    r"unzustellbar|nicht (?:zustellbar|zugestellt)|(?:un)?zustell|konnte nicht|rückläufer|échec|echec d|"
    r"non[- ]?(?:remis|distribu|délivr)|impossible de remettre|"
    r"no se pud?o entregar|no entregad|no se ha podido|devuelt|rechazad|mancat[oa] (?:consegna|recapito)|"
    r"non recapitabile|impossibile recapit|n[aã]o (?:entregue|foi entregue|entregável)|"
    r"falha (?:na|de) entrega|devolvid|devoluç|onbestel|niet (?:bezorgd|afgeleverd|besteld)|kan inte levere|"
    r"olevererbar|ikke leveres|kan ikke|nie(?: można|dostarcz)|niedostarcz|"
    r"zwrot|nelze doručit|nedoruč|kézbesít|teslim edilem|iletilem|toimitt\w+ epäonn|недоставлен|не ?доставлен|"
    r"невозможно доставить|не удалось доставить|возвра|"
    r"(?:error|fallo) (?:en la|de) entrega|errore (?:di|nella) consegna|erreur de (?:remise|distribution)|"
    r"fehler bei der (?:zustellung|übermittlung)|"
    r"försenad|forsinket|vertraagd|en retard|retardé|retrasad|demorad|in ritardo|ritardat|atrasad|opóźnion|"
    r"zpožd|késleltet|задерж|отложен|遅延|延迟|延遲|지연|"
    r"address not found|failed to deliver|(?:could|can) ?not (?:deliver|send)|no se (?:puede|pudo|ha podido) entregar|"
    r"recapito non riuscito|n[aã]o (?:é|foi) possível entregar|går inte att leverera|kunne ikke lever|ikke lever|"
    r"toimitus epäonn|toimittama|ei voi(?:tu)? toimittaa|nemožno doruč|imposibil de livrat|nu a putut fi livrat|nelivra|"
    r"παράδοσ|παραδοτέ|не (?:удается|вдається|вдалося|може|может) (?:да )?(?:быть |бъде |бути )?достав|сбой достав|"
    r"недостав|nije moguće isporuč|neisporuč|ni mogoče dostavi|nedostavlj|nepristaty|nepiegād|kättetoimeta|"
    r"לא ניתן למס|לא נמסר|غير قابل للتسليم|تعذر (?:تسليم|إرسال)|ไม่สามารถส่ง|không (?:thể )?(?:gửi|chuyển)|"
    r"tidak (?:terkirim|dapat dikirim)|gagal (?:kirim|terkirim)|"
    r"配送(?:エラー|不能|失敗)|宛先不明|エラーのお知らせ|未传递|传递失败|遞送失敗|被退回|전달되지|(?:전송|발송)에? ?실패|"
    r"無法(?:傳遞|投遞|送達)|未(?:能)?(?:送达|送達|投递)|退信|退回|投递失败|传输失败|发送失败|无法(?:投递|"
    r"送达|发送)|系统退信|配信(?:不能|でき|エラー|失敗)|送信(?:エラー|でき|失敗)|メールエラー|"
    r"エラーメール|不達|届けでき|배달(?:되지| 실패|할 수)|전송 ?실패|반송",
    re.IGNORECASE,
)
# Every phrase above that is written in ASCII has one of these in it: most subjects have none, and the pattern is long.
_FAILED_STEMS = phrases(
    """
    deliv | return | fail | mail | message | reject | bounce | delay | warning | transient | recipient | unknown | no such |
    loop | quarantin | permanent | fatal | error | ndr | unsolicited | virus | banned | spam | zustell | zugestellt |
    konnte | remis | distribu | remettre | entreg | podido | devuelt | rechazad | recapit | consegn | devolvid | onbestel |
    bezorgd | afgeleverd | besteld | lever | kan ik | dostarcz | zwrot | teslim | iletilem | toimitt | fehler | erreur |
    retard | retrasad | demorad | ritard | atrasad | forsinket | vertraagd | address not | could not | can not | puede |
    pudo | not send | livra | toimit | ikke | isporu | dostavi | pristat | terkirim | dikirim | gagal | echec
    """
)
ANSWERS = re.compile(r"^\s*(?:re|aw|antw|sv|fwd?|wg|tr|rv|enc|i|vs|doorst)\s?(?:\[\d+\])?:", re.IGNORECASE)
# What mail systems say in the first lines.
_TOLD = re.compile(
    r"(?:message|mail|e-?mail|letter|delivery|deliver|delivered)\b.{0,120}?\b(?:could ?n[o']t be (?:delivered|"
    r"sent)|cannot be delivered|can'?t be delivered|couldn'?t be delivered|not (?:be(?:en)? )?delivered|"
    r"undeliver\w+|failed (?:permanently|to these|with|for)|has failed|failed\b.{0,20}recipient|was rejected|"
    r"has been rejected|been delayed|is delayed|was not delivered|not yet been delivered|returned to)|"
    r"delivery to the following|delivery (?:has failed|failed|error|failure)|delevery to|did not (?:reach|"
    r"receive)|unable to deliver|wasn'?t able to deliver|not able to deliver|couldn'?t deliver|"
    r"could not deliver|(?:permanent|fatal|delivery) (?:fatal )?"
    r"errors?|transcript of session|failed addresses|failed recipients|undeliver\w+ (?:to|mail|address|"
    r"message)|returned mail|user unknown|unknown user|unknown local|no such user|"
    r"mailbox (?:is |was )?(?:full|unavailable|not found)|quota exceeded|smtp error|returned a? ?permanent|"
    r"error message below|failure reasons?|will be retried|still trying|delivery attempts|"
    r"was considered unsolicited|delivery (?:of the (?:e-?mail|message) )?was stopped|unknown recipient|"
    r"duplicated message-id|"
    r"did not (?:exactly )?match an|rejected by|message refused|requested action not taken|"
    r"(?:was|were) not delivered to|not listed in (?:the )?(?:domino|public|address)|remote host said|giving up on|"
    r"no se ha podido|"
    r"cannot (?:be )?deliver|message bounced|not reach|exceeded maximum delivery|"
    r"nicht zugestellt|nicht zustell|konnte nicht|unzustellbar|n'a (?:pas pu|pu)|pas pu être (?:remis|délivré|"
    r"distribué)|échec de la remise|no (?:se )?(?:ha )?pud?o|no se (?:puede|entreg)|no ha sido entregad|"
    r"non è stato (?:possibile )?(?:recapit|consegn)|impossibile (?:recapit|consegn)|não (?:pôde|"
    r"foi) (?:ser )?entreg|niet (?:worden )?(?:bezorgd|afgeleverd)|kunde inte leverera|kan ikke leveres|"
    r"kunne ikke|nie mógł|nie można dostarczyć|"
    r"не (?:может быть|было|было возможно|удалось) достав|не доставлено|не было доставлено|недоставлен|"
    r"non-?delivery of|could not send|address not found|fehler bei der \w*zustellung|nicht erreicht|n'est pas parvenu|"
    r"impossible de (?:joindre|remettre|distribuer)|n'a pas été (?:remis|distribu)|error de entrega|error al entregar|"
    r"recapito non riuscito|falha (?:na|de) entrega|não foi possível entregar|bezorging\b.{0,80}mislukt|"
    r"kon(?:den)? niet worden (?:bezorgd|afgeleverd)|leverans\w{0,12}.{0,80}misslyck|levering\w{0,12}.{0,80}misl|"
    r"toimitus.{0,80}epäonn|ei voitu toimittaa|dostarczenie.{0,80}nie powiod|nie został\w{0,12} dostarcz|"
    r"doruč\w{1,12}.{0,80}(?:nezdařil|nepodaril|selhal)|nebylo možné doruč|nelze doruč|kézbesít\w{0,12}.{0,80}(?:sikertelen|"
    r"nem sikerült)|nem (?:sikerült )?kézbesít|teslim edilem|iletilem|gönderilem|nu a putut fi livrat|"
    r"livrarea.{0,80}(?:nu a reu|eșu|eşu)|παράδοσ\w{0,12}.{0,80}(?:απέτυχ|δεν)|(?:сбой|помилка|ошибка) доставки|"
    r"не (?:удается|вдається|вдалося|может быть) достав|доставка.{0,60}(?:невозможн|не удалась)|"
    r"לא ניתן|تعذر|ไม่สามารถส่ง|không (?:thể )?(?:gửi|chuyển)|tidak (?:dapat dikirim|terkirim)|"
    r"送信(?:でき|に失敗|が失敗)|配信(?:でき|に失敗|不能|されま)|届きません|届けでき|送達でき|无法(?:投递|发送|送达|传送)|"
    r"無法(?:傳送|投遞|傳遞)|投递失败|未能送达|退回|전송(?:하지|할 수| 실패)|배달",
    re.IGNORECASE,
)
# A line of the talk between two servers.
_SPOKEN = re.compile(
    r"^[\s>*<#]{0,12}(?:[45]\d\d[ -](?:[45]\.\d\.\d|\S)|rcpt to:|<<< |>>> |status: [45]\.)|"
    r"\b(?:said|returned|reason|error|response)\b\s{0,2}:?\s{0,2}['\"#]?[45]\d\d[ -]|remote server returned|"
    r"\(#[45]\.\d\.\d",
    re.IGNORECASE | re.MULTILINE,
)
# An address alone in its line, or behind what is said to be wrong with it.
_NAMED = re.compile(
    r"^(?:[^\n]{0,60}(?:unknown|undeliver|invalid|recipient|failed|full|reach)[^\n@]{0,60}|"
    r"[\s<*>\"'-]{0,10})[\w.+=-]{1,80}@[\w.-]{3,120}(?:[>\s\"'.:)]{0,6}| on (?:\w{3}, )?\d[\w :./+-]{5,40})$",
    re.IGNORECASE | re.MULTILINE,
)
# An address behind a label, as forms have it: "Recipient: [SMTP:a@b.example]", "收件人：a@b.example".
_LABELLED = re.compile(
    r"^[^\n:：@]{2,40}[:：]\s{0,12}[<\[(\"']{0,2}(?:smtp:)?[\w.+=-]{1,80}@[\w.-]{3,120}[>\])\"'.;]{0,3}\s*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE = re.compile(
    r"(?:your (?:message|e-?mail|mail)(?: sent)?|delivered|deliver) to <?[\w.+=-]{1,80}@[\w.-]{3,120}", re.IGNORECASE
)
# Somebody sat and wrote it, with a program for people.
BY_PEOPLE = re.compile(
    r"outlook|apple mail|(?:iphone|ipad) mail|thunderbird|eudora|the bat|yahoomail|android|zimbra|mutt|kmail|"
    r"group ?wise|lotus|\bnotes\b|evolution|claws|sylpheed|\bpine|mailmate|airmail|git-send-email",
    re.IGNORECASE,
)
_SPEAKS = re.compile(
    r"^(?:hi|hello|dear|hallo|guten|sehr geehrte|liebe|bonjour|hola|ciao|olá|beste|hej)\b|"
    r"\b(?:i|i'm|i've|my|me|ich|mein\w{0,2}|mir|je|j'ai|mon|moi|yo|mi|io|eu|ik|mijn)\b",
    re.IGNORECASE,
)
_TO_YOU = re.compile(
    r"\b(?:your|votre|ihre|eure|su|tu|vuestro|suo|tuo|vostro|sua|tua|uw|je|ditt|din|deres|twoja|ваше)\b|"
    r"^\W{0,20}(?:failed (?:recipient|address)|non-?delivery|undeliver|delivery (?:fail|report|status|error|notif)|"
    r"returned mail|the (?:e-?mail|message|mail) below)",
    re.IGNORECASE,
)
_OF_ONE = re.compile(
    r"^[\s<*>\"'-]{0,10}[\w.+=-]{1,80}@[\w.-]{3,120}[\"'>]{0,2}(?: ?<[\w.+=-]{1,80}@[\w.-]{3,120}>)?[ \t]{0,8}(?:$|:| -)",
    re.MULTILINE,
)
_COMPLAINING_SUBJECT = re.compile(
    r"complaint about message|abuse (?:report|complaint)|client tos notification|(?:e-?mail|spam) (?:feedback|"
    r"abuse) report|feedback report|spam (?:complaint|report)|^\[?spamcop|feedback loop|\bfbl\b|"
    r"junk mail report|user complaint",
    re.IGNORECASE,
)
_COMPLAINING_SENDER = re.compile(
    r"(?:fbl|feedback|abuse|scomp|staff|postmaster|spamcop|complain|no-?reply|antispam|report|jmrp)", re.IGNORECASE
)
# As Hotmail calls its complaints, whoever passes them on.
_COMPLAINED_OF = re.compile(r"^\s*complaint about message from [\d.:a-fx]{7,40}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the header and the make of a letter say. `points` count for a bounce; `is_by_machine` when something other than
    words says that a mail system wrote it. `may_be_form` when nothing does, and nothing speaks for a person either."""

    is_complaint: bool = False
    is_receipt: bool = False
    points: int = 0
    is_by_machine: bool = False
    is_by_postmaster: bool = False
    says_so: bool = False
    has_returned: bool = False
    may_be_form: bool = False

    @property
    def may_be_bounce(self) -> bool:
        if self.may_be_form:
            return True
        return self.points > 0 and (self.is_by_machine or (self.says_so and self.has_returned))


def is_null_path(headers: Headers) -> bool:
    """The empty sender of reports, as servers write it."""
    path = headers.raw("return-path").strip().lower()
    return headers.has("return-path") and (
        path in (b"<>", b"<mailer-daemon>", b"") or path.startswith(b"<mailer-daemon@")
    )


def is_daemon(sender: Person | None) -> bool:
    """A mail system for its sender: nobody reads what is answered to it. A postmaster may be a person."""
    return sender is not None and _DAEMON.match(sender.address + "@") is not None


def says_undelivered(subject: str) -> bool:
    low = subject.lower()
    return (not low.isascii() or says(low, _FAILED_STEMS)) and _FAILED_SUBJECT.search(subject) is not None


def gathered(tree: Tree, sender: Person | None, subject: str) -> Evidence:
    """The signs that need no look at the text."""
    kinds = {part.media_type for part in tree.parts}
    headers = tree.headers
    report_type = tree.type.parameters.get("report-type", "").lower() if tree.type.word == "multipart/report" else ""
    returned = any(is_returned(part) for part in tree.parts)
    if COMPLAINT in kinds or report_type == "feedback-report":
        return Evidence(is_complaint=bool(complaint_kind(tree)) or COMPLAINT not in kinds)
    if returned and (_complains(sender, subject) or _COMPLAINED_OF.match(subject)):
        return Evidence(is_complaint=True)
    if kinds & RECEIPT or report_type == "disposition-notification":
        return Evidence(is_receipt=True)
    says_so = says_undelivered(subject)
    points = 2 * says_so + returned
    is_by_machine = False
    machine_points = _machine_points(headers, sender)
    if tree.type.word == "multipart/report" or report_type == "delivery-status":
        machine_points += 3
    if kinds & DELIVERY:
        # A person can pass the parts of a report on, one by one: then the letter is his.
        machine_points += 3 if tree.type.word == "multipart/report" or machine_points or tree.multiparts > 1 else 1
    is_by_machine = machine_points > 0
    if says_so and ANSWERS.match(subject) and machine_points < 2:
        points -= 3
    return Evidence(
        points=points + machine_points,
        is_by_machine=is_by_machine,
        is_by_postmaster=machine_points == 1 or (machine_points == 2 and _is_only_called_so(headers, sender)),
        says_so=says_so,
        has_returned=returned,
        may_be_form=says_so and not is_by_machine and not returned and not _is_of_people(headers, subject),
    )


def _is_of_people(headers: Headers, subject: str) -> bool:
    """A letter that somebody passes on, answers, or wrote with a program for people."""
    if headers.has("user-agent") or BY_PEOPLE.search(headers.plain("x-mailer")) or is_forward(subject):
        return True
    return ANSWERS.match(subject) is not None and (headers.has("in-reply-to") or headers.has("references"))


def _machine_points(headers: Headers, sender: Person | None) -> int:
    points = 0
    if is_null_path(headers):
        points += 2
    if headers.has("x-failed-recipients"):
        points += 4
    written = (
        headers.raw("from")[:400].decode("utf-8", "replace") if sender is None else f"{sender.name} {sender.address}"
    )
    address = sender.address if sender is not None else ""
    if _DAEMON.match(address) or _DAEMON.match(address + "@"):
        points += 3
    elif headers.has("user-agent"):
        pass  # only programs for people name themselves so: postmasters and administrators write letters too
    elif _POSTMASTER.match(address):
        points += 1 + (sender is not None and _DAEMON_NAME.search(sender.name) is not None)
    elif _is_called_daemon(written):
        points += 2
    elif _MACHINE.match(address):
        points += 1
    if certified.is_failure(headers):
        points += ENOUGH
    submitted = headers.plain("auto-submitted")
    if submitted and not submitted.startswith("no"):
        points += 1
    if any(
        headers.has(name)
        for name in ("x-ms-embedded-report", "x-dsncontext", "x-mlserver", "x-ahmailid", "x-mx-bounce")
    ):
        points += 1
    return points


def _is_only_called_so(headers: Headers, sender: Person | None) -> bool:
    """Nothing but the sender's name and address is a mail system's."""
    return (
        sender is not None
        and _POSTMASTER.match(sender.address) is not None
        and not is_null_path(headers)
        and not headers.has("auto-submitted")
    )


def _is_called_daemon(written: str) -> bool:
    low = written.lower()
    return (not low.isascii() or says(low, _NAME_STEMS)) and _DAEMON_NAME.search(written) is not None


def _complains(sender: Person | None, subject: str) -> bool:
    return (
        sender is not None
        and _COMPLAINING_SUBJECT.search(subject) is not None
        and _COMPLAINING_SENDER.search(sender.address) is not None
        and not ANSWERS.match(subject)
    )


def is_bounce(evidence: Evidence, text: str) -> bool:
    """Whether the signs are enough, together with the words if they are needed."""
    if evidence.may_be_form:
        return _is_form(text)
    head = text[:_HEAD]
    names_one = evidence.has_returned or _SPOKEN.search(head) or _NAMED.search(head)
    if evidence.is_by_postmaster and not (
        names_one or (evidence.says_so and (_LABELLED.search(head) or _SENTENCE.search(head)))
    ):
        return False  # postmasters are people too
    if evidence.points >= ENOUGH + 1:
        return True
    told = 2 * (_TOLD.search(" ".join(head.split())) is not None) + (_SPOKEN.search(head) is not None)
    told += evidence.says_so and _LABELLED.search(head) is not None
    return evidence.points + told >= ENOUGH


def _is_form(text: str) -> bool:
    """Nothing but that a letter did not arrive, and at whom: nobody greets, asks, or speaks of themselves."""
    head = text[: min(boundary_of(text[:_HEAD]), _HEAD)]
    words = " ".join(head.split()).lstrip("-*=#_ ")
    if len(words) > _MAX_FORM or "?" in words or _SPEAKS.search(words):
        return False
    told = _TOLD.search(words)
    if told is None or told.start() > _MAX_BEFORE or _TO_YOU.search(words[: told.end()]) is None:
        return False
    return _OF_ONE.search(head) is not None
