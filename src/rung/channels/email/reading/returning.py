"""Until when somebody is away, as their note says."""

import re
from datetime import date, datetime
from itertools import pairwise, zip_longest

from rung.channels.email.reading.absences import MAX_TEXT
from rung.channels.email.reading.days import Day, days_in

_RETURN = re.compile(
    r"\bback\b|will (?:respond|reply|answer|be in touch)|de nouveau|(?:joignable|disponible|présente?|"
    r"de retour)\b.{0,30}à (?:compter|partir) d[ue]|vrać\w+|vrat\w+|"
    r"igen\b|return\w*|resum\w+|re-?open\w*|rouvr\w+|riapr\w+|reabr\w+|heropen\w*|available again|again\b|"
    r"in the office on|wieder|zurück|ab dem|de retour|"
    r"retour\w*|reprise|reprendr\w+|vuelv\w+|volvo\b|regres\w+|de vuelta|volver\w*|reincorpor\w+|rientr\w+|ritorn\w+|"
    r"torn[oae]\w*|regress\w+|retorn\w+|volt[oa]\w*|terug|weer\b|tillbaka|åter\w*|tilbage|tilbake|takaisin|"
    r"palaan|paluu|"
    r"wracam|wróc\w+|powr\w+|z powrotem|zpět|vrát\w+|vissza\w*|înapoi|revin|reven\w+|dön\w+|верн\w+|выйду|"
    r"рабочем месте буду|приступ\w+|возвращ\w+|выхожу|"
    r"буду на|späť|nazaj\b|natrag|povratak|tornar[éeà]|torno|обратно|връщ\w+|поверн\w+|grį[žš]\w+|atgriež\w+|tagasi|"
    r"trở lại|quay lại|kembali|opäť|opět|znovu|ponov\w+|враћ\w+|върн\w+|врат\w+|враќ\w+|atgriez\w+|vrn\w+|"
    r"naasen|naase|kthehe\w+|"
    r"aftur|itzul\w+|qayıd\w+|بازگشت|برمی|กลับ|חוזר\w*|אשוב|אחזור|أعود|العودة|返回|回来|回來|恢复|上班|戻り|出社|復帰|복귀|επιστρ\w+",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|'til|through|thru|up to|to|ending|ends|bis(?: zum| einschließlich| einschl\.)?|"
    r"jusqu'?\s?(?:au|à|en)?|au|hasta(?: el)?|al|fino (?:al?|a)|sino al?|até(?: o| ao| dia)?|a|ao|"
    r"tot(?: en met| aan)?|t/m|t\.e\.m\.?|till? och med|t\.o\.m\.?|til(?: og med)?|t\.o\.m|do(?: dnia)?|"
    r"până (?:la|în|pe)(?: data de)?|до|по|έως|μέχρι|đến(?: hết)?(?: ngày)?|hingga|sampai|līdz|iki|kuni|حتى|עד|"
    r"deri më|ata(?: o)?|إلى|لغاية|تا|"
    r"til d\.)\s{0,3}(?:the |and including |and with |incl\w*\.? |den |dem |le |el |il |o |dia |dnia |"
    r"d\. )?(?:\w{2,12},? (?:den |dem |the |le |el |il )?)?$|[-–—]\s?$|[至到〜～~]\s?$",
    re.IGNORECASE,
)
_WITH_DATE = re.compile(r"[,.]?\s{0,2}(?:(?:the|den|dem|der|le|el|il|d\.)\s)?", re.IGNORECASE)
_BEHIND = re.compile(
    r"^(?:\s?[（(]\w{1,3}[)）])?\W{0,4}(?:まで|까지|asti|saakka|kadar|-?ig\b|為止|止|（?\w?）?まで|(?:に|から|より)?(?:出社|戻り|復帰)|回来|"
    r"返回|(?:에|부터|부로|일부터)?\s?(?:복귀|출근))",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:\s?[（(]\w{1,3}[)）])?\W{0,4}(?:(?:に|から|より)?(?:出社|戻り|復帰|通常|出勤|業務|回来|返回|上班|恢复|복귀)|"
    r"(?:에|부터|부로)\s?(?:다시 |정상 )?(?:복귀|출근|업무)|(?:[^\W\d]+\W){0,3}(?:برمی|بازمی|wieder|zurück|weer|terug|"
    r"back|again|tillbaka|åter|tilbage|tilbake|takaisin|znowu|ponownie|zpět|снова|de retour|de vuelta|"
    r"di nuovo|de volta|ofiste|dön\w+|işbaşı|leszek|vissza\w*|elérhető\w*|ismét|újra)\b)",
    re.IGNORECASE,
)
# "Available again from Monday": whoever is here again is so from a day on. Words between: two.
_HERE_FROM = re.compile(
    r"\b(?:again|back|wieder|zurück|weer|terug|tillbaka|åter|tilbage|tilbake|igen|ponov\w+|znow\w*|ponownie|opět|opäť|znovu|"
    r"de nouveau|de retour|di nuovo|de nuevo|de vuelta|de volta|novamente|takaisin|снова|обратно|"
    r"рабочем месте буду)(?:\s\w{1,20}){0,2}\s$",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"\b(?:from|since|starting|as of|beginning|vom|von|seit|du|depuis|à partir|desde|del|dal|dall|da|"
    r"(?<!data )(?<!fecha )de|van|"
    r"vanaf|från|fra|od|с|від|从|自)\s{0,2}(?:the |dem |le |el |il |den )?(?:\w{2,12},? )?$",
    re.IGNORECASE,
)
# On which days of the week somebody works is no span of an absence.
_WORKING = re.compile(
    r"\b(?:work(?:s|ing)?|arbeite\w*|arbeitstage?|travaill\w+|lavor\w+|werk\w*|trabaj\w+|trabalh\w+|opening|"
    r"office hours|open|"
    r"\w{2,12}zeiten|horaires?|orari\w*|horarios?|pracuj\w+|jobbar|arbetar|arbejder)\b",
    re.IGNORECASE,
)
# A line end within a sentence: behind a line that was full.
_WRAPPED = re.compile(r"(?<=[^\n]{40})[ \t]{0,4}\n(?=[^\W\d_]|\d)")


def absent_until(subject: str, text: str, written: datetime | None) -> date | None:
    """The day somebody is back, or the last one they are away, as their note says; None when it names none.

    A return counts for more than an end, an end for more than the second day of two.
    """
    whole = f"{subject}\n{_WRAPPED.sub(' ', text[:MAX_TEXT])}"
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
    days = days[:1] + [
        day
        for before, day in pairwise(days)
        if day.is_named or not before.is_named or not _WITH_DATE.fullmatch(whole, before.end, day.start)
    ]
    days = [day for day in days if day.is_named or not _WORKING.search(_sentence_before(whole, day))]
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


def _sentence_before(text: str, day: Day) -> str:
    return re.split(r"(?<!\s\w)[.!?。！？\n](?=\s|$)", text[max(day.start - 60, 0) : day.start])[-1]


def _is_return(text: str, day: Day, starts: set[int]) -> bool:
    sentence = _sentence_before(text, day)
    cues = list(_RETURN.finditer(sentence))
    start = _FROM.search(sentence, cues[-1].end()) if cues else None
    if cues and (start is None or _HERE_FROM.search(sentence, 0, start.start()) is not None):
        return True
    again = _AGAIN.match(text[day.end : day.end + 60])
    # "Today, Tuesday, and back on Wednesday": the word belongs to the day behind it.
    return again is not None and starts.isdisjoint(range(day.end + again.end(), day.end + again.end() + 24))


def _is_end(text: str, day: Day) -> bool:
    return _UNTIL.search(text, max(day.start - 40, 0), day.start) is not None or (
        _BEHIND.match(text[day.end : day.end + 16]) is not None
    )
