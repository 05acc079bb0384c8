"""Automatic answers of people who are away and of other desks; told by headers, else by their words.

Words alone count only where they say twice that nobody sat and wrote: that the answer is automatic, and what it is.
"""

import re
from functools import lru_cache

MAX_TEXT = 6000
HEAD = 1500

_ANSWERED = re.compile(r"^\s*(?:re|aw|antw|sv|vs|rif|odp)\s?(?:\[\d+\])?:", re.IGNORECASE)

# The subject as programs set it, in front of the one they answer.
_ANSWER_SUBJECT = re.compile(
    r"^\W{0,3}(?:auto(?:mated|matic(?:ally generated)?|mat)?[ -]?(?:e-?mail )?(?:reply|response|responder|"
    r"answer|antwort|acknowledg\w+)\b|autoreply|auto-?repl(?:y|ies|ied)\b|\[auto|out[ -]of[ -](?:the )?office\b(?=\W*$|"
    r"\s*[^\w\s]|\s+(?:auto\w*|repl\w+|response|respond\w*|re|notif\w+|notice|message|assistant|alert|mail|e-?mail|"
    r"until|till|from|on|for|this|today|tomorrow|next|back|and|due|with|return\w*|through|thru|-|\d\w*|\w+day|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*)\b)|"
    r"ooo:|"
    r"abwesenheits(?:notiz|assistent|meldung|nachricht|agent|benachrichtigung)|automatische (?:antwort|"
    r"eingangsbestätigung|empfangsbestätigung|"
    r"abwesenheit|rückantwort|e-?mail)|réponse automatique|réponse d'absence|message d'absence|"
    r"notification d'absence|absence du bureau|"
    r"respuesta autom[aá]tica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)\b|"
    r"resposta autom[aáà]tica|fora do escritório|automatisch (?:antwoord|bericht)|afwezigheids\w+|autosvar|"
    r"automatiskt svar|automatisk svar|frånvaromeddelande|"
    r"fraværs\w+|automaattinen vastaus|poissaoloilmoitus|autoodpowied\w+|automatyczna odpowied\w+|"
    r"odpowied\w+ automatyczna|"
    r"automatick[áa] odpov\w+|automatikus válasz|răspuns automat|otomatik (?:yanıt|cevap)|automatski odgovor|"
    r"samodejni odgovor|automaatne vastus|"
    r"automātisk\w+ atbilde|automaatvastus|automatinis atsak\w+|sjálfvirkt svar|përgjigj\w+ automatike|автоматски одговор|"
    r"erantzun automatiko\w*|מענה אוטומטי|پاسخ خودکار|balasan automatik|trả lời tự động|balasan otomatis|ตอบกลับอัตโนมัติ|"
    r"автоматичен отговор|аутоматски одговор|"
    r"αυτόματη απάντηση|автоответ\w*|автоматический ответ|"
    r"автоматична відповідь|自动(?:回复|答复)|自動(?:回覆|応答|返信)|不在(?:通知|のお知らせ)|자동 ?(?:회신|"
    r"응답)|부재중|תשובה אוטומטית|رد تلقائي)",
    re.IGNORECASE,
)
# How a person goes on who writes of such an answer: "Automatic reply to my letter", "Auto-reply from your desk?"
_OF_PEOPLE = re.compile(
    r"\s(?:einrichten|einstellen|aktivieren|abschalten|ausschalten|setzen|set ?up|setup|settings?|not working|"
    r"does ?n[o']t|is not|isn't|feature|function|funktion\w*|problem\w*|question|frage\w*|template|vorlage|text|"
    r"configurer|paramétrer|activer|configurar|activar|impostare|attivare|instellen)\b|"
    r"\s(?:to|from|of|on|by|von|an|bei|de|par|à|da|di|do|van|aan|fra|från)\s(?:you|your|ihnen|ihre[mnr]?|euch|eure\w*|vous|"
    r"votre|usted(?:es)?|voi|vostr[oa]|lei|você|u|uw|jullie|jer|dig)\b|"
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
    r"out[ -]of[ -](?:the )?office|(?:nicht im (?:büro|haus)|außer haus|abwesend|im urlaub)\b|(?:est|sera) absente?\b|"
    r"fuera de la oficina|está ausente|fuori ufficio|è assente|fora do escritório|is afwezig|är inte på kontoret|"
    r"er ikke på kontoret|nieobecn\w+ w biurze|отсутствует",
    re.IGNORECASE,
)
# Behind it nothing but until when: "is out of office supplies" goes on.
_ENDED = re.compile(
    r"(?:\([es]\))?\W{0,3}(?:$|\(|(?:until|till|from|bis|ab|vom|du|jusqu|hasta|fino|returning)\b|\d)", re.IGNORECASE
)
_AWAY = re.compile(
    r"\bout[ -]of[ -](?:the |my )?office|\b(?:i am|i'm|i will be|i'll be|we are|is|be|currently|"
    r"am) (?:currently |now |temporarily |presently )?(?:away|on (?:annual |parental |maternity |paternity |"
    r"sick |medical |extended |a )?(?:vacation|holiday|leave|business trip|trip|sabbatical)|"
    r"travel\w*|not in the office|absent|not available|unavailable|on pto)\b|(?:no|limited|intermittent|"
    r"without) (?:access to )?(?:my )?(?:e-?mail|access)|annual leave|"
    r"\baway (?:until|till|from|through)\b|maternity leave|parental leave|"
    r"no longer (?:work\w*|employed|with)|left the (?:company|organi[sz]ation)|"
    r"nicht im (?:büro|haus|hause|dienst)|außer haus|abwesend|abwesenheit|im urlaub|in (?:urlaub|elternzeit)|"
    r"wieder (?:\w{1,12} ){0,3}(?:erreichbar|im (?:büro|haus|hause|dienst)|verfügbar)|"
    r"(?:be |am |i'm )?back (?:in the office|at (?:work|my desk))|(?:be|am|i'm) back (?:on|by|in|from)\b|"
    r"not be reading my (?:e-?)?mail|when i(?:'m| am) back|de retour|de vuelta|weer (?:bereikbaar|aanwezig)|"
    r"nicht (?:erreichbar|am arbeitsplatz|persönlich erreichbar)|nicht mehr (?:im unternehmen|bei|für)|"
    r"mutterschutz|krankheitsbedingt|dienstreise|wieder (?:\w{1,14} ){0,4}für sie da|tjänsteresa|forretningsrejse|"
    r"forretningsreise|työmatka|podróży służbow|služobn|služebn|командировк|"
    r"absente?\b|en congés?|en vacances|en déplacement|hors du bureau|ne suis pas (?:au bureau|disponible|"
    r"joignable)|indisponible|fuera de (?:la |mi )?oficina|de vacaciones|ausente|no (?:estaré|"
    r"estoy) (?:disponible|en la oficina)|de viaje|fuori (?:sede|ufficio)|in ferie|assente|"
    r"non sar[òo] (?:in ufficio|disponibile)|"
    r"fora (?:do escritório|de l'oficina|da oficina)|de férias|de vacances|ausente|não estarei|afwezig|"
    r"niet (?:aanwezig|op kantoor|bereikbaar)|"
    r"met vakantie|op vakantie|met verlof|inte på kontoret|på semester|semester|frånvarande|tjänstledig|"
    r"föräldraledig|på ferie|ikke på kontoret|fraværende|ferie\b|barsel|lomalla|poissa|en ole (?:töissä|"
    r"tavoitettavissa)|"
    r"poza biurem|na urlopie|urlop\w*|nieobecn\w+|mimo kancelář|na dovolené|dovolen[áé]\w*|nepřítom\w*|"
    r"nem vagyok|szabadság\w*|távol\b|în concediu|nu sunt în|izinde|ofis dışında|yıllık izin|на отпуск|"
    r"в отпуске|отсутству\w+|нет на рабочем|вне офиса|у відпустці|"
    r"nghỉ phép|vắng mặt|sedang cuti|ลาพักร้อน|ลาพัก|"
    r"不在|外出中|休假|度假|出差|休暇|休みを|お休み|出張|부재중|휴가|출장|εκτός γραφείου|σε άδεια|בחופשה|"
    r"خارج المكتب|إجازة|atvaļinājum\w*|na dopust\w+|puhkus\w*|atostog\w+|godišnj\w+ (?:sam )?odmor\w*|na odmoru|"
    r"\bодмор\w*|отсъств\w+|odsot\w+|odsut\w+|одсут\w+|prombūtn\w+|nisam u uredu|в отпуск\b|відсутн\w+|orlof\w*|"
    r"í fríi|pushime|oporret\w+|απουσι\w+|διακοπές|bercuti|"
    r"مرخصی|לא במשרד|בחופש",
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
    r"in response to the creation of|(?:we|i) (?:have |'ve )?(?:received|got) (?:your|ur) (?:e-?mail|message|request|"
    r"inquiry|enquiry|ticket|"
    r"letter|query|mail|support)|your (?:e-?mail|message|request|inquiry|enquiry|ticket|case|query|mail|"
    r"question|submission|support request)\b.{0,60}(?:has been|was|is) (?:successfully )?(?:received|"
    r"registered|logged|created|opened|"
    r"assigned|submitted|recorded)|(?:ticket|incident|case|call|request)\b.{0,60}(?:has been|was) (?:created|opened|"
    r"registered)|(?:ihre|deine) (?:e-?mail|nachricht|anfrage|"
    r"mitteilung)\b.{0,60}(?:erhalten|eingegangen|empfangen|"
    r"registriert)|(?:haben|habe) ihre (?:e-?mail|nachricht|anfrage)\b.{0,20}erhalten|"
    r"bien reçu votre|votre (?:demande|message|e-?mail|"
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
_THANKED = re.compile(
    r"(?:thank you|thanks) for (?:contacting|your (?:e-?mail|message|inquiry|enquiry|interest|request)|writing|"
    r"getting in touch|reaching out)|vielen dank für ihre (?:e-?mail|nachricht|anfrage)",
    re.IGNORECASE,
)
_TICKET_STEMS = (
    *("ticket", "case", "request", "reference", "vorgang", "anfrage", "dossier", "caso", "incident", "support", "##-"),
    "reply above this line",
)
_NUMBER_IN_SUBJECT = re.compile(r"#\s?[A-Z]{0,6}-?\d{3,}|\[[A-Z]{0,6}-?\d{3,}\]")
_NUMBERED = re.compile(r"[\[(#]\s?#?\s?[A-Z]{0,6}-?\d{3,}|reply above this line|##-|ticket", re.IGNORECASE)
_TICKET = re.compile(
    r"(?:ticket|case|request|reference|vorgang\w*|anfrage|dossier|caso|incident|support|reply above this line|"
    r"##-)\s?(?:id|number|no\.?|nr\.?)?\s?[:\[(]?\s?#?\s?[A-Z]{0,6}-?\d{3,}|reply above this line|##-",
    re.IGNORECASE,
)
_DESK = re.compile(
    r"^(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|support|help(?:desk)?|service(?:desk)?|info|office|"
    r"kundenservice|kontakt|contact|customer\w*|care|ticket\w*|hilfe|sales|team|feedback|enquir\w+|inquir\w+|"
    r"hello|mail|admin\w*|hallo|billing|anfrage\w*|poststelle|suporte|soporte|assist[ea]n\w+|atendimento|"
    r"aten[cç]i\w+|servi[cz]io\w*|klant\w*|kundservice|kundeservice|asiakaspalvelu|bok|obsluga|podpora|pomoc|"
    r"destek|contat?to|"
    r"contacto)"
    r"(?:[-_.+]?(?:desk|team|center|centre|service|line|mail|\w{1,3}))?@",
    re.IGNORECASE,
)

# How a program goes on behind such words, when not with a sign.
_GOES_ON = re.compile(
    r"\s{1,3}(?!(?:re|aw|to|from|of|for|until|till|on|is|by|and|due|with|sent|message|notification|notice|email|e-mail|"
    r"\d\w*|auf|von|vom|bis|für|an|wegen|zu|zur|zum|de|du|d|à|pour|jusqu|del|dal|di|da|do|a|al|para|por|hasta|fino|até|"
    r"van|op|tot|voor|från|till|fra|til|od|z|ze|na|do|от|до|на|с|по)\b)\w",
    re.IGNORECASE,
)
# Whose automatic letter is spoken of, when it is another one.
_OF_OTHERS = re.compile(
    r"\b(?:your|her|his|their|ihre[nmrs]?|deine?[nmr]?|eure?[nmr]?|seine?[nmr]?|votre|vos|son|leur|vuestr[oa]|vostr[oa]|"
    r"sua|seu|uw|jullie|jouw)\s(?:\w{1,12}\s)?$",
    re.IGNORECASE,
)
# What is asked of a desk, and of nobody who only got a note.
_WANTS = re.compile(
    r"please (?:do not |don't )?(?:deliver|ship|change|cancel|postpone|reschedule|refund|replace|bring|answer|stop|"
    r"send (?:it|me|us|the|a|an|another|again|one)\b)|(?:bitte|können sie|könnten sie)\b.{0,40}(?:liefer|stornier|"
    r"verschieb|zusend|schicken sie mir|umtausch|erstatte|ändern)|(?:merci de|veuillez|pouvez-vous|pourriez-vous)\b.{0,30}"
    r"(?:livrer|annuler|changer|reporter|rembourser|m'envoyer)|(?:por favor|pueden?|podr[íi]an?)\b.{0,30}(?:cambi|entreg|"
    r"env[íi]en|cancel|cámbi|devuelv)|(?:per favore|potete|potreste)\b.{0,30}(?:consegn|cambi|annull|spedi)|"
    r"(?:graag|kunt u|gelieve)\b.{0,40}(?:bezorg|lever|wijzig|annuleer|verzet)",
    re.IGNORECASE,
)
_ANY_WORD = re.compile(r"\s{1,3}\w")
# A word that a program set before the subject it answers.
_SET_BEFORE = re.compile(r"\s{0,3}(?:[:：(\[–-]|re\b)", re.IGNORECASE)
_CITED = re.compile(r"[\"“„«][^\"“”„«»]{1,300}[\"”“»]")
_QUESTION = re.compile(r"\w[ \xa0)\"'”]{0,3}[?？](?!\S*=)")
LINK = re.compile(r"https?://[^\s<>\"'\])]{4,}", re.IGNORECASE)


@lru_cache(maxsize=8)
def in_one_line(text: str, size: int = HEAD) -> str:
    """The beginning in one line: programs wrap their sentences anywhere."""
    return " ".join(text[:size].split())


def is_answer_subject(subject: str, text: str = "") -> bool:
    """A program wrote the subject. A person who answers such a letter puts "Re:" in front, and one who writes of such a
    letter goes on in words, and asks."""
    found = _ANSWER_SUBJECT.match(subject)
    if found is None or _OF_PEOPLE.match(subject, found.end()):
        return False
    if _GOES_ON.match(subject, found.end()):
        return False
    if _WANTS.search(text[:HEAD]):
        return False
    return not (_ANY_WORD.match(subject, found.end()) and _asks(text))


def _asks(text: str) -> bool:
    """A question is in the first lines; a note of absence has none but the one that is the subject of what it answers."""
    return _QUESTION.search(_CITED.sub("", LINK.sub("", text[:HEAD]))) is not None


def is_away(subject: str, text: str) -> bool:
    """Whether an automatic answer says that somebody is away; else it says that something came in."""
    head = in_one_line(text)
    if _AWAY_SUBJECT.search(subject) or _AWAY.search(head):
        return True
    return is_answer_subject(subject) and not says_received(text)


@lru_cache(maxsize=8)
def says_automatic(head: str) -> bool:
    """Whether a text calls itself automatic. Looked for by its stems first: most letters have none of them."""
    low = head.lower()
    if "reply above this line" in low:
        return True
    if not any(stem in low for stem in _AUTOMATIC_STEMS):
        return False
    return any(
        not _OF_OTHERS.search(head, max(each.start() - 30, 0), each.start()) for each in _AUTOMATIC_WORDS.finditer(head)
    )


def names_as_away(subject: str, name: str, text: str) -> bool:
    """The subject says of the sender, by name, that they are away: so speak programs, Notes above all. Nobody does of
    themselves."""
    low = subject.casefold()
    words = re.findall(r"[^\W\d_]{2,40}", name[:200].casefold())
    found = _OUT_SUBJECT.search(subject)
    if found is None or not words or not all(word in low[: found.start()] for word in words):
        return False
    if not _ENDED.match(subject, found.end()):
        return False
    head = in_one_line(text)
    return len(text) < HEAD and _AWAY.search(head) is not None and not _asks(text) and not _WANTS.search(head)


def tells_of_absence(subject: str, text: str, is_answering: bool = False) -> bool:
    """An out-of-office note without any header that says so: short, away, and twice clear that no one sat and wrote it.

    `is_answering` when it names a letter that it answers.
    """
    head = in_one_line(text)
    # The rarer signs first: the words for being away are many, and looked for in every letter they cost as much as the rest.
    found = _MAYBE_SUBJECT.match(subject)
    may_be = found is not None and _SET_BEFORE.match(subject, found.end()) is not None
    is_automatic = says_automatic(head)
    if (
        len(text) > MAX_TEXT
        or not (may_be or is_automatic)
        or not _AWAY.search(head)
        or _asks(text)
        or _WANTS.search(head)
    ):
        return False
    is_notes = may_be and subject[:8].casefold().startswith("auto:") and _AWAY_SUBJECT.search(subject) is not None
    if is_notes or (may_be and is_answering and _INSTEAD.search(head)):
        return True
    return is_automatic and (
        _ANSWERED.match(subject) is not None
        or _OUT_SUBJECT.search(subject) is not None
        or _INSTEAD.search(head) is not None
        or is_answer_subject(subject)
    )


def is_away_note(subject: str, text: str) -> bool:
    """A few lines of somebody who is away, and whose subject says so or answers one."""
    set_before = _MAYBE_SUBJECT.match(subject)
    if set_before is not None and _SET_BEFORE.match(subject, set_before.end()):
        return True
    is_short = len(text) < HEAD and (_AWAY_SUBJECT.search(subject) or _ANSWERED.match(subject)) is not None
    return is_short and _AWAY.search(in_one_line(text)) is not None


def says_why(text: str) -> bool:
    """The text of an answer: that somebody is away, or that something came in."""
    return _AWAY.search(in_one_line(text)) is not None or says_received(text)


def says_received(text: str) -> bool:
    """The answer of a desk that something came in."""
    head = in_one_line(text)
    return _ACKNOWLEDGED.search(head) is not None or _THANKED.search(head) is not None


def _names_a_ticket(text: str) -> bool:
    """A number as programs set it: people have order numbers to tell too."""
    low = text.lower()
    if not any(stem in low for stem in _TICKET_STEMS) or _TICKET.search(text) is None:
        return False
    return _NUMBERED.search(text) is not None


def acknowledges(address: str, subject: str, text: str) -> bool:
    """The automatic "we have received your letter" of another desk, without any header that says so."""
    head = in_one_line(text)
    marks = _DESK.match(address) is not None, says_automatic(head)
    is_numbered = marks[1] and _NUMBER_IN_SUBJECT.search(subject) is not None
    if not any(marks) or not (all(marks) or is_numbered or _names_a_ticket(f"{subject}\n{head}")):
        return False
    # People thank for a letter too, and speak of its number.
    return _ACKNOWLEDGED.search(head) is not None or (all(marks) and _THANKED.search(head) is not None)
