"""Automatic answers of people who are away, of other desks, and of doorkeepers; told by headers, else by their words.

Words alone count only where they say twice that nobody sat and wrote: that the answer is automatic, and what it is.
"""

import re
from datetime import date, datetime
from functools import lru_cache
from itertools import zip_longest

from rung.channels.email.reading.days import Day, days_in

MAX_TEXT = 6000
_HEAD = 1500
MAX_LINK = 2000

_ANSWERED = re.compile(r"^\s*(?:re|aw|antw|sv|vs|fwd?|wg|tr|rv|rif|odp|enc|vb)\s?(?:\[\d+\])?:", re.IGNORECASE)

# The subject as programs set it, in front of the one they answer.
_ANSWER_SUBJECT = re.compile(
    r"^\W{0,3}(?:auto(?:mated|matic(?:ally generated)?|mat)?[ -]?(?:e-?mail )?(?:reply|response|responder|"
    r"answer|antwort|acknowledg\w+)\b|autoreply|auto-?repl(?:y|ies|ied)\b|\[auto|out[ -]of[ -](?:the )?office\b(?=\W*$|"
    r"\s*[^\w\s]|\s+(?:auto\w*|repl\w+|response|respond\w*|re|notif\w+|notice|message|assistant|alert|mail|e-?mail|"
    r"until|till|from|on|for|this|today|tomorrow|next|back|and|due|with|return\w*|through|thru|-|\d\w*|\w+day|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)\b)|"
    r"ooo:|"
    r"abwesenheits(?:notiz|assistent|meldung|nachricht|agent|benachrichtigung)|automatische (?:antwort|"
    r"abwesenheit|rückantwort|e-?mail)|réponse automatique|réponse d'absence|message d'absence|"
    r"notification d'absence|absence du bureau|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)\b|"
    r"resposta autom[aá]tica|fora do escritório|automatisch (?:antwoord|bericht)|afwezigheids\w+|autosvar|"
    r"automatiskt svar|automatisk svar|frånvaromeddelande|"
    r"fraværs\w+|automaattinen vastaus|poissaoloilmoitus|autoodpowied\w+|automatyczna odpowied\w+|"
    r"odpowied\w+ automatyczna|"
    r"automatick[áa] odpov\w+|automatikus válasz|răspuns automat|otomatik (?:yanıt|cevap)|automatski odgovor|"
    r"samodejni odgovor|automaatne vastus|"
    r"automātiskā atbilde|automatinis atsak\w+|trả lời tự động|balasan otomatis|ตอบกลับอัตโนมัติ|"
    r"автоматичен отговор|аутоматски одговор|"
    r"αυτόματη απάντηση|автоответ\w*|автоматический ответ|"
    r"автоматична відповідь|自动(?:回复|答复)|自動(?:回覆|応答|返信)|不在(?:通知|のお知らせ)|자동 ?(?:회신|"
    r"응답)|부재중|תשובה אוטומטית|رد تلقائي)",
    re.IGNORECASE,
)
# How a person goes on who writes of such an answer: "Automatic reply to my letter", "Auto-reply from your desk?"
_OF_PEOPLE = re.compile(
    r"\W{0,3}(?:(?:to|on|for|after|auf|à|a|op|på) (?:my|our|all|meine\w*|unsere\w*|ma|mon|mes|notre|nos|mi|mis|mijn|min) |"
    r"[^:：]{0,200}\?\s*$)",
    re.IGNORECASE,
)
# What people away put there, and others now and then.
_MAYBE_SUBJECT = re.compile(
    r"^\W{0,3}(?:auto(?=: )|abwesen\w+|nicht im (?:büro|haus)|absen(?:ce|t|te|za)\b(?! (?:of|de|d['’]))|ausen\w+|assen\w+|"
    r"afwezig\w*|frånvar\w+|fravær|poissa|nieobecno\w+|nepřítomn\w+|távollét|отсутств\w+|不在)\b",
    re.IGNORECASE,
)
_AWAY_SUBJECT = re.compile(
    r"out[ -]of[ -](?:the )?office|\booo\b|\baway\b|vacation|holiday|on leave|abwesen|urlaub|nicht im (?:büro|"
    r"haus)|außer haus|absen[tc]|congé|fuera de|ausen|fuori|assen|fora do|ausên|afwezig|frånvar|fravær|poissa|nieobec|"
    r"nepřítom|távoll|отпуск|отсутств|不在|休假|부재",
    re.IGNORECASE,
)
# With a name in front: "Dana Wirth/Sales is out of the office. (returning 03/30/2026)".
_OUT_SUBJECT = re.compile(
    r"out[ -]of[ -](?:the )?office|nicht im büro|fuera de la oficina|fuori ufficio|fora do escritório", re.IGNORECASE
)
_AWAY = re.compile(
    r"\bout[ -]of[ -](?:the |my )?office|\b(?:i am|i'm|i will be|i'll be|we are|is|be|currently|"
    r"am) (?:currently |now |temporarily |presently )?(?:away|on (?:annual |parental |maternity |paternity |"
    r"sick |medical |extended |a )?(?:vacation|holiday|leave|business trip|trip|sabbatical)|"
    r"travel\w*|not in the office|absent|not available|unavailable|on pto)\b|(?:no|limited|intermittent|"
    r"without) (?:access to )?(?:my )?(?:e-?mail|access)|annual leave|maternity leave|parental leave|"
    r"no longer (?:work\w*|employed|with)|left the (?:company|organi[sz]ation)|"
    r"nicht im (?:büro|haus|hause|dienst)|außer haus|abwesend|abwesenheit|im urlaub|in (?:urlaub|elternzeit)|"
    r"wieder (?:\w{1,12} ){0,3}(?:erreichbar|im (?:büro|haus|hause|dienst)|verfügbar)|"
    r"back (?:in the office|at work)|de retour|de vuelta|weer (?:bereikbaar|aanwezig)|"
    r"nicht (?:erreichbar|am arbeitsplatz|persönlich erreichbar)|nicht mehr (?:im unternehmen|bei|für)|"
    r"mutterschutz|krankheitsbedingt|"
    r"absente?\b|en congés?|en vacances|en déplacement|hors du bureau|ne suis pas (?:au bureau|disponible|"
    r"joignable)|indisponible|fuera de (?:la |mi )?oficina|de vacaciones|ausente|no (?:estaré|"
    r"estoy) (?:disponible|en la oficina)|de viaje|fuori (?:sede|ufficio)|in ferie|assente|"
    r"non sar[òo] (?:in ufficio|disponibile)|"
    r"fora do escritório|de férias|ausente|não estarei|afwezig|niet (?:aanwezig|op kantoor|bereikbaar)|"
    r"met vakantie|op vakantie|met verlof|inte på kontoret|på semester|semester|frånvarande|tjänstledig|"
    r"föräldraledig|på ferie|ikke på kontoret|fraværende|ferie\b|barsel|lomalla|poissa|en ole (?:töissä|"
    r"tavoitettavissa)|"
    r"poza biurem|na urlopie|urlop\w*|nieobecn\w+|mimo kancelář|na dovolené|dovolen[áé]\w*|nepřítom\w*|"
    r"nem vagyok|szabadság\w*|távol\b|în concediu|nu sunt în|izinde|ofis dışında|yıllık izin|на отпуск|"
    r"в отпуске|отсутству\w+|нет на рабочем|вне офиса|у відпустці|"
    r"nghỉ phép|vắng mặt|sedang cuti|ลาพักร้อน|ลาพัก|"
    r"不在|外出中|休假|度假|出差|休暇|休みを|お休み|出張|부재중|휴가|출장|εκτός γραφείου|σε άδεια|בחופשה|"
    r"خارج المكتب|إجازة",
    re.IGNORECASE,
)
# Every phrase of the pattern below has one of these in it.
_AUTOMATIC_STEMS = (
    *(
        "auto",
        "generated",
        "reply",
        "respond",
        "nicht auf diese",
        "antworten",
        "généré",
        "répondre",
        "generado",
        "conteste",
    ),
    *("rispondere", "niet ", "автомат", "не отвечайте", "自动", "自動", "자동", "otomatik"),
)
_AUTOMATIC_WORDS = re.compile(
    r"reply above this line|"
    r"(?:this is an? |an? |this )(?:automat\w+|auto[- ]?generated|auto[- ]?reply|computer[- ]generated|"
    r"system[- ]generated)|automatically (?:generated|sent|created)|(?:generated|sent|created) automatically|"
    r"auto(?:matic|mated)?[- ](?:reply|response|"
    r"respond\w*|answer|acknowledg\w+|message|confirmation|e-?mail)|do not reply|don't reply|no-?reply|"
    r"please do not (?:reply|respond)|"
    r"automatisch (?:generiert|erstellt|erzeugt|versendet|versandt|verschickt)\w*|automatische (?:antwort|"
    r"nachricht|e-?mail|benachrichtigung|mail)|nicht auf diese|antworten sie (?:bitte )?nicht|(?:réponse|"
    r"message|courriel|e-?mail|mail) (?:automatique|généré)|généré automatiquement|ne pas répondre|"
    r"(?:respuesta|mensaje|correo) (?:autom[aá]tic[oa]|generado)|no (?:responda|conteste)|(?:risposta|"
    r"messaggio) automatic[oa]|non rispondere|(?:resposta|mensagem) automática|não responda|"
    r"automatisch (?:bericht|antwoord|gegenereerd)|niet (?:op deze|beantwoorden)|automatiskt|automatisk|"
    r"automaattinen|automatyczn\w+|automatick\w+|"
    r"автоматическ\w+|не отвечайте|自动(?:回复|发送|生成)|自動(?:返信|応答|送信|配信|回覆)|자동|otomatik",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"(?:urgent|immediate|emergenc\w+|in my absence|during (?:my|this) absence|meantime|meanwhile|"
    r"please (?:contact|call|e-?mail|reach)|for assistance)|in dringenden|dringend\w*|vertret\w+|"
    r"wenden sie sich|während meiner|(?:en cas d')?urgen\w+|en mon absence|contact\w+|merci de (?:contacter|"
    r"vous adresser)|urgente|en mi ausencia|"
    r"póngase en contacto|urgenz\w*|in mia assenza|rivolger\w+|spoed|tijdens mijn|neem contact|brådskande|"
    r"haste|pilnych|prosz[ęe] o kontakt|срочн\w+|紧急|緊急|急用|긴급",
    re.IGNORECASE,
)
_ACKNOWLEDGED = re.compile(
    r"(?:we|i) (?:have |'ve )?(?:received|got) (?:your|ur) (?:e-?mail|message|request|inquiry|enquiry|ticket|"
    r"letter|query|mail|support)|your (?:e-?mail|message|request|inquiry|enquiry|ticket|case|query|mail|"
    r"question|submission|support request)\b.{0,60}(?:has been|was|is) (?:successfully )?(?:received|"
    r"registered|logged|created|opened|"
    r"assigned|submitted|recorded)|ticket\b.{0,60}(?:has been|was) (?:created|opened|registered)|(?:thank you|"
    r"thanks) for (?:contacting|your (?:e-?mail|message|inquiry|enquiry|interest|request)|writing|"
    r"getting in touch|reaching out)|(?:ihre|deine) (?:e-?mail|nachricht|anfrage|"
    r"mitteilung)\b.{0,60}(?:erhalten|eingegangen|empfangen|"
    r"registriert)|(?:haben|habe) ihre (?:e-?mail|nachricht|anfrage)\b.{0,20}erhalten|"
    r"vielen dank für ihre (?:e-?mail|nachricht|anfrage)|bien reçu votre|votre (?:demande|message|e-?mail|"
    r"courriel)\b.{0,60}(?:bien|été) (?:reçu|enregistr|pris)|(?:hemos|he) recibido su|su (?:solicitud|mensaje|"
    r"consulta|correo)\b.{0,60}(?:recibid|registrad)|"
    r"(?:abbiamo|ho) ricevuto (?:la (?:sua|tua)|il suo)|recebemos (?:a sua|o seu|seu|sua)|(?:hebben|"
    r"heb) uw (?:e-?mail|bericht|vraag|aanvraag)\b.{0,20}ontvangen|uw (?:bericht|e-?mail|"
    r"aanvraag)\b.{0,40}ontvangen|vi har (?:mottagit|modtaget|mottatt)|otrzymali[śs]my|obdrželi|получили ваш|"
    r"ваш\w* (?:обращени|запрос|письм|заявк)\w*.{0,40}"
    r"(?:получен|принят|зарегистр)|(?:已收到|收到)(?:您|你)|(?:お問い?合わ?せ|メール).{0,20}(?:受け付け|受付|"
    r"ありがとうございま)|접수(?:되었|했)",
    re.IGNORECASE,
)
_TICKET_STEMS = (
    *("ticket", "case", "request", "reference", "vorgang", "anfrage", "dossier", "caso", "incident", "support", "##-"),
    "reply above this line",
)
_TICKET = re.compile(
    r"(?:ticket|case|request|reference|vorgang\w*|anfrage|dossier|caso|incident|support|reply above this line|"
    r"##-)\s?(?:id|number|no\.?|nr\.?)?\s?[:\[(]?\s?#?\s?[A-Z]{0,6}-?\d{3,}|reply above this line|##-",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|support|help(?:desk)?|service(?:desk)?|info|office|"
    r"kundenservice|kontakt|contact|customer\w*|care|ticket\w*|hilfe|sales|team|feedback|enquir\w+|inquir\w+|"
    r"hello|mail|admin\w*|hallo|billing|anfrage\w*)[\w.+-]{0,40}@",
    re.IGNORECASE,
)

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
    r"remetente|remitente)",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE_SUBJECT = re.compile(
    r"verif|confirm|authentic|bestätig|action required|please|spam|challenge|approval|autoris|authoris|"
    r"authoriz|your (?:e-?mail|message)|anti-?spam|re:|unknown sender|sender|cliqu",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://[^\s<>\"'\])]{4,}", re.IGNORECASE)
_CHALLENGE_LINK = re.compile(
    r"confirm|verif|challenge|approve|auth|release|human|whitelist|allow|token|captcha|register|sender|spam",
    re.IGNORECASE,
)

_RETURN = re.compile(
    r"\bback\b|return\w*|resum\w+|available again|again\b|in the office on|wieder|zurück|ab dem|de retour|"
    r"retour\w*|reprise|reprendr\w+|vuelv\w+|regres\w+|de vuelta|volver\w*|reincorpor\w+|rientr\w+|ritorn\w+|"
    r"torn[oae]\w*|regress\w+|retorn\w+|volt[oa]\w*|terug|weer\b|tillbaka|åter\w*|tilbage|tilbake|takaisin|"
    r"palaan|paluu|"
    r"wracam|wróc\w+|powr\w+|z powrotem|zpět|vrát\w+|vissza\w*|înapoi|revin|dön\w+|верн\w+|возвращ\w+|выхожу|"
    r"буду на|返回|回来|回來|恢复|上班|戻り|出社|復帰|복귀|επιστρ\w+",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|'til|through|thru|up to|to|ending|ends|bis(?: zum| einschließlich| einschl\.)?|"
    r"jusqu'?\s?(?:au|à|en)?|au|hasta(?: el)?|al|fino (?:al?|a)|sino al?|até(?: o| ao| dia)?|a|ao|"
    r"tot(?: en met| aan)?|t/m|t\.e\.m\.?|till? och med|t\.o\.m\.?|til(?: og med)?|t\.o\.m|do(?: dnia)?|"
    r"până (?:la|în|pe)(?: data de)?|до|по|έως|μέχρι|đến(?: hết)?(?: ngày)?|hingga|sampai|"
    r"til d\.)\s{0,3}(?:the |and including |and with |incl\w*\.? |den |dem |le |el |il |o |dia |dnia |"
    r"d\. )?(?:\w{2,12},? (?:den |dem |the |le |el |il )?)?$|[-–—]\s?$|[至到〜～~]\s?$",
    re.IGNORECASE,
)
_WITH_DATE = re.compile(r"[,.]?\s{0,2}(?:(?:the|den|dem|der|le|el|il|d\.)\s)?", re.IGNORECASE)
_BEHIND = re.compile(
    r"^\W{0,4}(?:まで|까지|asti|saakka|kadar|-?ig\b|為止|止|（?\w?）?まで|(?:に|から|より)?(?:出社|戻り|復帰)|回来|"
    r"返回|(?:에|부터|부로|일부터)?\s?(?:복귀|출근))",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\W{0,4}(?:(?:に|から|より)?(?:出社|戻り|復帰|通常|出勤|業務|回来|返回|上班|恢复|복귀)|"
    r"(?:에|부터|부로)\s?(?:다시 |정상 )?(?:복귀|출근|업무)|(?:[^\W\d]+\W){0,2}(?:wieder|zurück|weer|terug|"
    r"back|again|tillbaka|åter|tilbage|tilbake|takaisin|znowu|ponownie|zpět|снова|de retour|de vuelta|"
    r"di nuovo|de volta)\b)",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:from|since|starting|as of|beginning|vom|von|seit|du|depuis|à partir|desde|del|dal|dall|da|de|van|"
    r"vanaf|från|fra|od|с|від|从|自)\s{0,2}(?:the |dem |le |el |il |den )?(?:\w{2,12},? )?$",
    re.IGNORECASE,
)


def is_answer_subject(subject: str) -> bool:
    """A program wrote the subject. A person who answers such a letter puts "Re:" in front."""
    found = _ANSWER_SUBJECT.match(subject)
    return found is not None and not _OF_PEOPLE.match(subject, found.end())


def is_away(subject: str, text: str) -> bool:
    """Whether an automatic answer says that somebody is away; else it says that something came in."""
    head = text[:_HEAD]
    if _AWAY_SUBJECT.search(subject) or _AWAY.search(head):
        return True
    return is_answer_subject(subject) and not _ACKNOWLEDGED.search(head)


@lru_cache(maxsize=8)
def _says_automatic(head: str) -> bool:
    """Whether a text calls itself automatic. Looked for by its stems first: most letters have none of them."""
    low = head.lower()
    return any(stem in low for stem in _AUTOMATIC_STEMS) and _AUTOMATIC_WORDS.search(head) is not None


def tells_of_absence(subject: str, text: str) -> bool:
    """An out-of-office note without any header that says so: short, away, and twice clear that no one sat and wrote it."""
    head = text[:_HEAD]
    # The rarer signs first: the words for being away are many, and looked for in every letter they cost as much as the rest.
    may_be = _MAYBE_SUBJECT.match(subject) is not None
    is_automatic = _says_automatic(head)
    if len(text) > MAX_TEXT or not (may_be or is_automatic) or not _AWAY.search(head):
        return False
    is_notes = may_be and subject[:8].casefold().startswith("auto:") and _AWAY_SUBJECT.search(subject) is not None
    if is_notes or (may_be and _INSTEAD.search(head)):
        return True
    return is_automatic and (
        _ANSWERED.match(subject) is not None
        or _OUT_SUBJECT.search(subject) is not None
        or _INSTEAD.search(head) is not None
        or is_answer_subject(subject)
    )


def _names_a_ticket(text: str) -> bool:
    low = text.lower()
    return any(stem in low for stem in _TICKET_STEMS) and _TICKET.search(text) is not None


def acknowledges(address: str, subject: str, text: str) -> bool:
    """The automatic "we have received your letter" of another desk, without any header that says so."""
    head = text[:_HEAD]
    marks = _DESK.match(address) is not None, _says_automatic(head)
    if not any(marks) or not (all(marks) or _names_a_ticket(f"{subject}\n{head}")):
        return False
    return _ACKNOWLEDGED.search(head) is not None


def challenges(subject: str, text: str) -> bool:
    """A doorkeeper wants a person to show that they are one before the letter is let through."""
    head = text[:3000]
    if _CHALLENGE_SUBJECT.search(subject) is None or not ("://" in text[:MAX_TEXT] or _says_automatic(head)):
        return False
    if _CHALLENGE.search(head) is None:
        return False
    return bool(_LINK.search(text[:MAX_TEXT])) or _says_automatic(head)


def challenge_link(text: str) -> str:
    """The address a person has to open; empty when the doorkeeper wants a reply instead."""
    links = _LINK.findall(text[:MAX_TEXT])[:50]
    chosen = next((link for link in links if _CHALLENGE_LINK.search(link)), links[0] if links else "")
    return chosen.rstrip(".,;:!?")[:MAX_LINK]


def absent_until(subject: str, text: str, written: datetime | None) -> date | None:
    """The day somebody is back, or the last one they are away, as their note says; None when it names none.

    A return counts for more than an end, an end for more than the second day of two.
    """
    whole = f"{subject}\n{text[:MAX_TEXT]}"
    on = written.date() if written is not None else None
    days = [day for day in days_in(whole, on) if on is None or -1 <= (day.on - on).days <= 400]
    if not days:
        return None
    # "Until Friday, 20 March": the weekday goes with the date behind it, and is no day of its own.
    days = [
        day
        for day, following in zip_longest(days, days[1:])
        if day.is_named or following is None or not _WITH_DATE.fullmatch(whole, day.end, following.start)
    ]
    starts_of = {day.start for day in days}
    returns = [day for day in days if _is_return(whole, day, starts_of)]
    if returns:
        return max(returns, key=lambda day: day.on).on
    ends = [day for day in days if _is_end(whole, day)]
    if ends:
        return max(ends, key=lambda day: day.on).on
    named = [day for day in days if day.is_named]
    starts = [day for day in named if _FROM.search(whole, max(day.start - 30, 0), day.start)]
    others = [day for day in named if day not in starts]
    if len(others) == 1 and len(named) <= 2:
        return others[0].on
    return None


def _is_return(text: str, day: Day, starts: set[int]) -> bool:
    before = text[max(day.start - 60, 0) : day.start]
    sentence = re.split(r"[.!?。！？\n](?=\s|$)", before)[-1]
    cues = list(_RETURN.finditer(sentence))
    if cues and not _FROM.search(sentence[cues[-1].end() :]):
        return True
    again = _AGAIN.match(text[day.end : day.end + 60])
    # "Today, Tuesday, and back on Wednesday": the word belongs to the day behind it.
    return again is not None and starts.isdisjoint(range(day.end + again.end(), day.end + again.end() + 24))


def _is_end(text: str, day: Day) -> bool:
    return _UNTIL.search(text, max(day.start - 40, 0), day.start) is not None or (
        _BEHIND.match(text[day.end : day.end + 16]) is not None
    )
