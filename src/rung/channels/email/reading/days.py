"""Days as people name them: in many languages, with and without a year, by the weekday too."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rung.channels.email.reading.spoken_dates import month_named

MAX_DAYS = 40

# The days of the week from Monday on, as they stand in such letters.
_WEEKDAYS = """
0 monday mon montag lundi lunes lunedì lunedi segunda-feira segunda maandag måndag mandag maanantaina
0 poniedziałek poniedziałku pondělí hétfő hétfőn luni pazartesi понедельник понедельника
1 tuesday tue tues dienstag mardi martes martedì martedi terça-feira terça dinsdag tisdag tirsdag tiistaina
1 wtorek wtorku úterý kedd kedden marți salı вторник вторника
2 wednesday wed mittwoch mercredi miércoles mercoledì mercoledi quarta-feira quarta woensdag onsdag
2 keskiviikkona środa środę środy středa středu szerda szerdán miercuri çarşamba среда среду среды
3 thursday thu thurs donnerstag jeudi jueves giovedì giovedi quinta-feira quinta donderdag torsdag torstaina
3 czwartek czwartku čtvrtek csütörtök csütörtökön joi perşembe четверг четверга
4 friday fri freitag vendredi viernes venerdì venerdi sexta-feira sexta vrijdag fredag perjantaina piątek piątku
4 pátek péntek pénteken vineri cuma пятница пятницу пятницы
5 saturday sat samstag sonnabend samedi sábado sabato zaterdag lördag lørdag lauantaina sobota sobotę soboty
5 szombat szombaton sâmbătă cumartesi суббота субботу
6 sunday sun sonntag dimanche domingo domenica zondag söndag søndag sunnuntaina niedziela niedzielę niedzieli
6 neděle neděli vasárnap duminică pazar воскресенье
0 pondelok ponedjeljak ponedeljak ponedeljek понеділок понеделник maanantai δευτέρα esmaspäev pirmdiena senin
1 utorok utorak torek вівторок tiistai τρίτη teisipäev otrdiena selasa
2 streda stredu srijeda srijedu sreda sredu середа середу сряда keskiviikko τετάρτη kolmapäev trešdiena rabu
3 štvrtok četvrtak četrtek четвер четвъртък torstai πέμπτη neljapäev ceturtdiena kamis
4 piatok petak petek п'ятниця п'ятницю петък perjantai παρασκευή reede piektdiena jumat
"""
_WEEKDAY = {name: int(number) for number, *names in map(str.split, _WEEKDAYS.strip().split("\n")) for name in names}
_WEEKDAY_CJK = {
    "月": 0,
    "火": 1,
    "水": 2,
    "木": 3,
    "金": 4,
    "土": 5,
    "日": 6,
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
}
_TOMORROW = (
    "tomorrow",
    "morgen",
    "demain",
    "mañana",
    "domani",
    "amanhã",
    "imorgon",
    "i morgen",
    "jutro",
    "завтра",
    "明天",
    "明日",
    "내일",
)

_WORD = r"[^\W\d_]{3,15}"
# "On the 16th": a day of this month or the next, when no month stands behind it.
_ORDINAL = (
    r"(?:(?<=the )|(?<=zum )|(?<=am )|(?<=d[ií]a ))(?P<o>\d{1,2})"
    r"(?:st|nd|rd|th|\.|(?<=d[ií]a \d)|(?<=d[ií]a \d\d))(?![\w:/%])"
)
_FORMS = re.compile(
    r"(?P<cy>\d{4})\s?[年년]\s?(?P<cm>\d{1,2})\s?[月월]\s?(?P<cd>\d{1,2})\s?[日일号號]?"
    r"|(?<![\d年년])(?P<km>\d{1,2})\s?[月월]\s?(?P<kd>\d{1,2})\s?[日일号號]?"
    r"|(?<![\d./-])(?P<iy>20\d\d)[-/.](?P<im>\d{1,2})[-/.](?P<id>\d{1,2})(?![\d])"
    r"|(?:(?<![\d./:-])|(?<=[בלה]-)|(?<=\d\d\.\d\d-)|"
    r"(?<=\d\.-))(?P<n1>\d{1,2})(?P<sep>[./-]) ?(?P<n2>\d{1,2})(?:(?P=sep) ?(?P<ny>20\d\d|"
    r"\d\d(?![\d:]|\.\d)))?(?P<end>\.?)(?![\d:%€$/])"
    rf"|(?<![\d.,:])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|ème|º|ª|°|\.|-|:[ea])?,? (?:of |de |d’|"
    rf"d')?(?P<m>{_WORD})\.?(?:,? (?:de |del )?(?P<y>20\d\d)(?!\d))?"
    rf"|(?<![^\W\d_])(?P<M>{_WORD})\.? (?:the )?(?P<D>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?(?![\d:/]|\.\d)(?:,? (?P<Y>20\d\d)(?!\d))?"
    rf"|(?<![\w@.])(?P<w>{_WORD}(?:-feira)?)(?![\w@])"
    r"|(?:下?周|下?週|星期|礼拜)(?P<wc>[一二三四五六日])|(?P<wj>[月火水木金土日])曜"
    r"|(?P<t>明天|明日|내일)"
    rf"|{_ORDINAL}",
    re.IGNORECASE,
)
_ALONE = re.compile(_ORDINAL, re.IGNORECASE)
# "03.08-14.08": two numbers alone may be a fraction, two such pairs are a span of days.
_SPAN_BEHIND = re.compile(r"\s?[-–—]\s?\d{2}\.\d{2}(?![\d:])")
_SPAN_BEFORE = re.compile(r"(?<![\d.])\d{2}\.\d{2}\.?\s?[-–—]\s?$")


@dataclass(frozen=True, slots=True)
class Day:
    """A day and where it is named; `is_named` when by its date rather than by its weekday."""

    on: date
    start: int
    end: int
    is_named: bool = True


def days_in(text: str, written: date | None) -> Iterator[Day]:
    """The days a text names, in its order, at most MAX_DAYS. Without the day it was `written` on only those with a year."""
    found = at = 0
    while found < MAX_DAYS and (match := _FORMS.search(text, at)):
        on = _day(match, written)
        if on is None and match["d"] and written and (alone := _ALONE.match(text, match.start())):
            on = _of_month(int(alone["o"]), written)  # "on the 16th and then": no month is named "and"
            match = match if on is None else alone
        if (
            on is None
            and match["M"]
            and written
            and match["M"].lower() in _WEEKDAY
            and not _names_month(text, match, written)
        ):
            on = _weekday_of_month(match["M"].lower(), int(match["D"]), written)
        if on is None:  # "until 30": no month, but the number may belong to what follows
            at = match.start() + 1 if match["M"] or match["d"] else match.start("n2") if match["n1"] else match.end()
            continue
        at = match.end()
        found += 1
        yield Day(on, match.start(), at, is_named=not any(map(match.groupdict().get, ("w", "wc", "wj", "o"))))


def _day(match: re.Match[str], written: date | None) -> date | None:
    if match["cy"]:
        return _date(int(match["cy"]), int(match["cm"]), int(match["cd"]))
    if match["km"]:
        return _next(int(match["km"]), int(match["kd"]), written)
    if match["iy"]:
        return _date(int(match["iy"]), int(match["im"]), int(match["id"]))
    if match["n1"]:
        return _numbers(match, written)
    if match["d"]:
        return _with_month(match["m"], match["d"], match["y"], written)
    if match["M"]:
        return _with_month(match["M"], match["D"], match["Y"], written)
    if written is None:
        return None
    if match["o"]:
        return _of_month(int(match["o"]), written)
    if match["t"]:
        return written + timedelta(days=1)
    if match["wc"] or match["wj"]:
        return _weekday(_WEEKDAY_CJK[match["wc"] or match["wj"]], written)
    word = match["w"].lower()
    if word in _WEEKDAY:
        return _weekday(_WEEKDAY[word], written)
    return written + timedelta(days=1) if word in _TOMORROW else None


def _with_month(name: str, day: str, year: str | None, written: date | None) -> date | None:
    month = month_named(name, whole=True)
    if not month:
        return None
    return _date(int(year), month, int(day)) if year else _next(month, int(day), written)


def _numbers(match: re.Match[str], written: date | None) -> date | None:
    """3/12: whichever order names a day, and of two the one that lies ahead, the nearer first."""
    first, second, separator, year = int(match["n1"]), int(match["n2"]), match["sep"], match["ny"]
    if not year and (separator == "-" or (separator == "." and not match["end"] and not _is_in_span(match))):
        return None  # a number with a fraction, a span of hours, a version
    orders = ((second, first),) if separator == "." else ((second, first), (first, second))
    days = []
    for month, day in orders:
        on = _date(_full(int(year)), month, day) if year else _next(month, day, written)
        if on is not None:
            days.append(on)
    if written is None or len(days) < 2:
        return days[0] if days else None
    ahead = [on for on in days if on >= written]
    return min(ahead) if ahead else days[0]


def _is_in_span(match: re.Match[str]) -> bool:
    text, start = match.string, match.start()
    is_padded = len(match["n1"]) == len(match["n2"]) == 2
    return is_padded and (
        _SPAN_BEHIND.match(text, match.end()) is not None
        or _SPAN_BEFORE.search(text, max(start - 12, 0), start) is not None
    )


def _full(year: int) -> int:
    return year + 2000 if year < 100 else year


def _next(month: int, day: int, written: date | None) -> date | None:
    """The day of that name nearest to when it was written, rather ahead than behind."""
    if written is None:
        return None
    for year in (written.year, written.year + 1):
        on = _date(year, month, day)
        if on is not None and (on - written).days >= -60:
            return on
    return None


def _of_month(day: int, written: date) -> date | None:
    """The next day of that number: of this month, or of the one behind it."""
    ahead = [written + timedelta(days=days) for days in range(-1, 32)]
    return next((on for on in ahead if on.day == day), None)


def _names_month(text: str, match: re.Match[str], written: date) -> bool:
    """The number belongs to a month behind it: "Monday 23 March"."""
    behind = _FORMS.match(text, match.start("D"))
    return behind is not None and _day(behind, written) is not None


def _weekday_of_month(name: str, day: int, written: date) -> date | None:
    """ "Monday 23": the next day of that number, when it is that day of the week."""
    on = _of_month(day, written)
    return on if on is not None and on.weekday() == _WEEKDAY[name] else None


def _weekday(number: int, written: date) -> date:
    return written + timedelta(days=(number - written.weekday() - 1) % 7 + 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if 2000 <= year < 2100 else None
    except ValueError:
        return None
