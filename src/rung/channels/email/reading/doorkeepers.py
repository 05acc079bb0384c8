"""Doorkeepers: programs that let a letter through once somebody has shown that a person sent it."""

import re

from rung.channels.email.reading.absences import LINK, MAX_TEXT, in_one_line, says_automatic

MAX_HTML = 60_000
MAX_LINK = 2000

_CHALLENGE = re.compile(
    r"spam ?arrest|(?:confirm|verify|prove|ensure|check) (?:that )?(?:you(?:'re| are)|your (?:message|e-?mail|"
    r"identity)|it is)\b.{0,60}(?:human|real person|person|not (?:a )?(?:spam|robot|machine|bot)|legitimate|"
    r"sender)|(?:are|being) a (?:human|real person)|not (?:a )?(?:spammer|robot)|challenge[/ -]response|"
    r"(?:click|follow|visit|use|open)\b.{0,60}(?:link|url|address|button|below)\b.{0,120}(?:deliver|release|"
    r"confirm\w* (?:your|this) (?:e-?mail|message|identity)|approv|be added|allowed|authenticate)|"
    r"one-time (?:verification|confirmation)|(?:to|in order to) (?:have|get|complete|ensure) (?:your|the|"
    r"this) (?:e-?mail|message|mail|delivery)"
    r"\b.{0,60}(?:delivered|delivery)|(?:message|e-?mail|mail)\b.{0,80}(?:held|waiting|quarantined|pending|"
    r"withheld)\b.{0,120}(?:confirm|verif|reply|click|approv|authenticat)|(?:not (?:yet )?(?:on|in)|"
    r"added? to) (?:my|the|their|his|her) (?:allowed|approved|white|sender|contact|guest)[- ]?(?:sender|list|"
    r"s)|list of (?:allowed|approved|authori[sz]ed) senders|spam ?blocker|"
    r"tmda|boxbe|mailinblack|bluebottle|choicemail|knowspam|sendio|sanebox.{0,40}verif|(?:bestätigen|"
    r"beweisen) sie\b.{0,80}(?:mensch|spam|kein|absender|zustell|echt)|(?:cliquer|cliquez)\b.{0,80}(?:lien|"
    r"ici|dessous)\b.{0,120}(?:authentifier|remis|délivr|humain|confirm)|(?:authentifi\w+|"
    r"confirm\w+)\b.{0,60}(?:humain|expéditeur|votre (?:message|e-?mail))|"
    r"(?:haga|pulse|haz) clic\b.{0,120}(?:confirmar|verificar|entregad)|clique\b.{0,120}(?:confirmar|"
    r"entregue)|anti-?spam\b.{0,80}(?:confirm|verific|solicit)|(?:confirme|verifique)\b.{0,60}(?:humano|spam|"
    r"remetente|remitente)|verify that you are|"
    r"klicken sie\b.{0,120}(?:bestätig|mensch|freischalt|freigeb|zu(?:ge)?stell)|"
    r"(?:klik|klicka|klikk?)\b.{0,120}(?:bevestig|"
    r"bekräft|bekræft|bekreft)|confirme\b.{0,40}clican|(?:fai|fare|faccia) clic\b.{0,120}conferm|"
    r"(?:para que|pour que|affinch[eé]|damit|opdat|so that|in order for) (?:(?:a|o|el|il|la) )?(?:sua|seu|su|tu|votre|"
    r"ihre|suo|uw|your) (?:mensage[mn]|mensaje|e-?mail|correo|message|courriel|nachricht|messaggio|bericht|mail)\b.{0,60}"
    r"(?:cliqu|clic|klick|klik)|"
    r"(?:нажмите|перейдите)\b.{0,160}(?:подтверд|достав)|(?:only|not) .{0,40}senders? i have approved|"
    r"(?:nachricht|e-?mail)\b.{0,60}zurückgehalten",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE_SUBJECT = re.compile(
    r"verif|confirm|conferm|authent|autentic|bestätig|action required|please|spam|challenge|approval|autoris|authoris|"
    r"authoriz|your (?:e-?mail|message)|anti-?spam|re:|unknown sender|sender|cliqu",
    re.IGNORECASE,
)
# Of whose letter a doorkeeper speaks: a person who writes of such a page says "my".
_YOURS = re.compile(
    r"your (?:e-?mails?|messages?|mail|letter|address)(?! addr)|you (?:have )?(?:just )?sent|from (?:you|senders)|"
    r"you(?:'re| are) (?:a |not |being )|spam|"
    r"(?:ihre|deine) (?:nachricht|e-?mail|mail|adresse)|(?:votre|ton) (?:message|e-?mail|courriel|mail)|"
    r"(?:su|tu) (?:mensaje|correo)|(?:sua|tua) (?:mensagem|mensaxe)|(?:seu|teu) e-?mail|(?:suo|tuo) (?:messaggio|e-?mail)|"
    r"(?:sua|tua) e-?mail|(?:uw|je) (?:bericht|e-?mail)|(?:ditt|din|dit) (?:meddelande|e-?post|mail|besked|melding)|"
    r"ваше (?:письмо|сообщение)|você enviou|vous avez envoyé|sie haben|(?:您|你)的(?:邮件|郵件)",
    re.IGNORECASE,
)
_MINE = re.compile(
    r"\b(?:my|our) (?:message|letter|order|parcel|password)s?\b|\bi (?:have |had |just )?(?:click|follow|tri|confirm|"
    r"verifi)ed|"
    r"\bich habe\b.{0,60}geklickt|j'ai cliqué|hice clic|hecho clic|ho cliccato|ik heb\b.{0,60}geklikt|\byour (?:site|"
    r"shop|web|page|form|system)",
    re.I,
)
_TO_CLICK = r"(?:clic|klick|klik|follow th|cliqu|нажмите|перейдите|点击|點擊|クリック)"
_TO_SHOW = (
    r"(?:human|real person|mensch|humain|persona\b|umano|authentif|autentic|conferm|confirm|bestätig|bevestig|bekräft|"
    r"bekreft|bekræft|potwierd|подтверд|freigeb|freischalt|验证|確認)"
)
_WAITING = re.compile(
    r"en attente|in attesa|held|waiting|pending|zurückgehalten|retenu|retenid|retid[oa]|trattenut|angehalten|"
    r"vastgehouden|wacht|wstrzyman|ожида|задержан|remis à|consegn|entreg|zugestellt|deliver|release",
    re.IGNORECASE,
)
_SHOWN_BY_CLICK = re.compile(rf"{_TO_SHOW}.{{0,200}}{_TO_CLICK}|{_TO_CLICK}.{{0,120}}{_TO_SHOW}", re.IGNORECASE)
_REPLY_TO_IT = re.compile(
    r"(?:simply|just|please) reply to this (?:message|e-?mail)|your mailer's .reply", re.IGNORECASE
)
_CHALLENGE_LINK = re.compile(
    r"confirm|verif|challenge|approve|auth|release|human|whitelist|allow|token|captcha|register|sender|spam",
    re.IGNORECASE,
)


def challenges(subject: str, text: str, html: str = "") -> bool:
    """A doorkeeper wants a person to show that they are one before the letter is let through."""
    if _CHALLENGE_SUBJECT.search(subject) is None:
        return False
    head = in_one_line(text, 3000)
    has_way = "://" in text[:MAX_TEXT] or "://" in html[:MAX_HTML] or says_automatic(head) or _REPLY_TO_IT.search(head)
    if not has_way or _YOURS.search(head) is None or _MINE.search(head):
        return False
    if _CHALLENGE.search(head) is not None:
        return True
    return _WAITING.search(head) is not None and _SHOWN_BY_CLICK.search(head) is not None


def challenge_link(text: str, html: str = "") -> str:
    """The address a person has to open; empty when the doorkeeper wants a reply instead."""
    links = (LINK.findall(text[:MAX_TEXT]) or LINK.findall(html[:MAX_HTML]))[:50]
    chosen = next((link for link in links if _CHALLENGE_LINK.search(link)), links[0] if links else "")
    return chosen.rstrip(".,;:!?")[:MAX_LINK]
