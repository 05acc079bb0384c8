"""Dates as mail programs write them for people, in the languages they write them in."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_tz

from rung.channels.email.reading.words import tidy

# The months by the beginnings of their names. Where a name is shared between languages it means the same month.
_MONTHS = """
1 january januar jan jän janeiro enero ene gennaio gen januari janvier janv stycznia styczeń sty leden ledna led január
1 januára januar ianuarie ian январь января янв січня січ ιανουαρίου ιαν ocak oca tammikuuta tammi tammikuu siječnja sij
1 jaanuar janvāris sausio th01 janúar urtarrila xaneiro gener يناير كانون ינואר
2 february februar feb fevereiro fev febrero febbraio februari février févr fév lutego luty lut únor února úno február
2 februára februarie февраль февраля фев лютого лют φεβρουαρίου φεβ şubat şub helmikuuta helmi helmikuu veljače velj
2 veebruar februāris vasario febrúar febrer فبراير شباط פברואר
3 march märz mär mrz mar março marzo mars maart mrt marca marzec března březen bře marec martie mart марта март мар
3 березня бер μαρτίου μαρ mart maaliskuuta maalis maaliskuu ožujka ožu märts marts kovo març مارس آذار מרץ
4 april apr abril abr aprile avril avr kwietnia kwiecień kwi duben dubna dub apríl apríla aprilie апрель апреля апр
4 квітня кві απριλίου απρ nisan nis huhtikuuta huhti huhtikuu travnja tra aprill aprīlis balandžio apríl أبريل نيسان אפריל
5 may mai maio mayo maggio mag mei maja maj květen května kvě máj mája май мая травня тра μαΐου μαϊ mayıs toukokuuta
5 touko toukokuu svibnja svi maijs gegužės maí maig مايو أيار מאי május
6 june juni jun junho junio giugno giu juin czerwca czerwiec cze červen června čvn jún júna iunie iun июнь июня июн червня
6 чер ιουνίου ιουν haziran haz kesäkuuta kesä kesäkuu lipnja lip juuni jūnijs birželio júní juny يونيو حزيران יוני június
7 july juli jul julho julio luglio lug juillet juil lipca lipiec červenec července čvc júl júla iulie iul июль июля июл
7 липня лип ιουλίου ιουλ temmuz tem heinäkuuta heinä heinäkuu srpnja juuli jūlijs liepos júlí juliol يوليو تموز יולי július
8 august aug agosto ago août augustus aoû sierpnia sierpień sie srpen srpna srp augusta август августа авг серпня сер
8 αυγούστου αυγ ağustos ağu elokuuta elo elokuu kolovoza kol augusti rugpjūčio ágúst agost أغسطس آب אוגוסט augusztus
9 september sep sept setembro set septiembre settembre septembre września wrzesień wrz září septembra septembrie
9 сентябрь сентября сен сент вересня вер σεπτεμβρίου σεπ eylül eyl syyskuuta syys syyskuu rujna ruj rugsėjo setembre
9 سبتمبر أيلول ספטמבר szeptember szept
10 october oktober okt oct outubro out octubre ottobre ott octobre października październik paź říjen října říj október
10 októbra octombrie октябрь октября окт жовтня жов οκτωβρίου οκτ ekim eki lokakuuta loka lokakuu listopada spalio
10 oktoober oktobris octubre أكتوبر תשרין אוקטובר
11 november nov novembro noviembre novembre listopad listopadu novembra noiembrie noi ноябрь ноября ноя нояб листопада лис
11 νοεμβρίου νοε kasım kas marraskuuta marras marraskuu studenoga stu lapkričio nóvember نوفمبر נובמבר
12 december dezember dez dec dezembro diciembre dic dicembre décembre déc desember des grudnia grudzień gru prosinec
12 prosince pro decembra decembrie декабрь декабря дек грудня гру δεκεμβρίου δεκ aralık ara joulukuuta joulu joulukuu
12 prosinca detsember decembris gruodžio desembre ديسمبر דצמבר
3 március márc
4 április ápr
6 június
7 július
3 maret
8 agustus
1 jaanuaril
2 veebruaril
3 märtsil
4 aprillil
5 mail
6 juunil
7 juulil
8 augustil
9 septembril
10 oktoobril
11 novembril
12 detsembril
1 januarja januara janvārī janvārim јануара януари
2 februarja februara februārī februārim фебруара февруари
3 marta martā martam
4 aprila aprīlī aprīlim април априла
5 maijā maijam маја мај
6 junija juna jūnijā jūnijam јуна јуни юни
7 julija jula jūlijā jūlijam јула јули юли
8 avgusta augustā augustam augustini август avqust ogos
9 septembrī septembrim septembrini септембра септември
10 oktobra oktobrī oktobrim oktoobrini октобра октомври
11 novembrī novembrim novembrini новембра ноември
12 decembrī decembrim detsembrini децембра декември disember
1 בינואר
2 בפברואר
3 במרץ
4 באפריל
5 במאי
6 ביוני
7 ביולי
8 באוגוסט
9 בספטמבר
10 באוקטובר
11 בנובמבר
12 בדצמבר
"""
_MONTH: dict[str, int] = {}
for _line in _MONTHS.strip().split("\n"):
    _number, *_names = _line.split()
    for _name in _names:
        _MONTH.setdefault(_name, int(_number))
# Months whose names mean another one elsewhere: Polish "listopada" is November, Croatian is October.
_MONTH |= {"listopada": 11, "lipca": 7, "czerwca": 6, "srpnja": 7, "mart": 3}

_EASTERN = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_CJK = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.] ?(\d{1,2})[-/.] ?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b")
_DAY_MONTH = re.compile(
    r"\b(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.|-)?,?[\s-]+(?:de |d’|d')?([^\W\d_]{3,15})\.?,?[\s-]+(?:de |del )?(\d{4})"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,15})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_YEAR_MONTH = re.compile(r"\b(\d{4})\. ?([^\W\d_]{3,15})\.? (\d{1,2})\.")
_CLOCK = re.compile(
    r"(?:(上午|下午|午前|午後|오전|오후|am|pm) ?)?(?<!\d)(\d{1,2}) ?[:.hH時点时시] ?(\d{2})(?!\d)(?: ?[:.分분] ?(\d{2}))?"
    r"(?: ?(am|pm|a\. ?m\.|p\. ?m\.)(?!\w))?",
    re.IGNORECASE,
)
_ZONE = re.compile(
    r"(?:(?<=\d:\d\d:\d\d)|(?<![\d:]))(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})(?!\d)|\b(?:UTC|GMT)([+-])(\d{1,2})(?!\d)|\b(UTC|GMT|Z)\b"
)
_NAMED_ZONE = re.compile(r"\b(MESZ|MEZ|CEST|CET|EEST|EET|BST|WEST|MSK|EDT|EST|CDT|CST|MDT|MST|PDT|PST|JST|KST|IST)\b")
_NAMED_HOURS = {
    "MESZ": 2, "MEZ": 1, "CEST": 2, "CET": 1, "EEST": 3, "EET": 2, "BST": 1, "WEST": 1, "MSK": 3, "EDT": -4, "EST": -5,
    "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "JST": 9, "KST": 9, "IST": 5.5,
}  # fmt: skip
_AFTERNOON = frozenset({"下午", "午後", "오후", "pm"})
_FORENOON = frozenset({"上午", "午前", "오전", "am"})


def spoken_date(text: str, zone: tzinfo | None = None, *, month_first: bool = False) -> datetime | None:
    """The moment a text names, in UTC; None when it names none between 1990 and 2100.

    `zone` is taken where the text has none, UTC when nothing is known. Of 3/4/2026 the day comes first unless `month_first`
    or the clock has "AM" and "PM", which say that an American program wrote it.
    """
    text = tidy(text[:300]).translate(_EASTERN)
    day = _day_in(text, month_first)
    if day is None:
        return None
    (year, month, date), at = day
    clock = _CLOCK.search(text, at) or _CLOCK.search(text[: max(at - 8, 0)])
    hour = minute = second = 0
    if clock:
        hour, minute, second = int(clock[2]) % 24, int(clock[3]), int(clock[4] or 0)
        half = (clock[1] or clock[5] or "").lower().replace(".", "").replace(" ", "")
        if half in _AFTERNOON and hour < 12:
            hour += 12
        elif half in _FORENOON and hour == 12:
            hour = 0
    try:
        found = datetime(year, month, date, hour, minute, min(second, 59), tzinfo=_zone_in(text, at) or zone or UTC)
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if 1990 <= found.year < 2100 else None


def _day_in(text: str, month_first: bool) -> tuple[tuple[int, int, int], int] | None:
    """Year, month and day, and where in the text they end."""
    if match := _CJK.search(text) or _ISO.search(text):
        return (int(match[1]), int(match[2]), int(match[3])), match.end()
    for match in _DAY_MONTH.finditer(text):
        if month := month_named(match[2]):
            return (int(match[3]), month, int(match[1])), match.end()
    for match in _MONTH_DAY.finditer(text):
        if month := month_named(match[1]):
            return (int(match[3]), month, int(match[2])), match.end()
    if (match := _YEAR_MONTH.search(text)) and (month := month_named(match[2])):
        return (int(match[1]), month, int(match[3])), match.end()
    if match := _NUMBERS.search(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        if year < 100:
            year += 2000
        is_american = month_first or (
            "/" in match[0] and re.search(r"\d ?(?:AM|PM)\b", text, re.IGNORECASE) is not None
        )
        if first > 12 or (second <= 12 and not is_american):
            return (year, second, first), match.end()
        return (year, first, second), match.end()
    return None


def month_named(name: str, *, whole: bool = False) -> int:
    """1 to 12 for the name of a month in any language, or for what begins like one unless it has to be `whole`; else 0."""
    name = name.lower()
    return _MONTH.get(name) or (0 if whole else _MONTH.get(name[:3], 0))


def _zone_in(text: str, at: int) -> tzinfo | None:
    match = _ZONE.search(text, at)
    if match is None:
        named = _NAMED_ZONE.search(text, at)
        return timezone(timedelta(hours=_NAMED_HOURS[named[1]])) if named else None
    if match[6]:
        return UTC
    hours, minutes = int(match[2] or match[5]), int(match[3] or 0)
    if hours > 14 or minutes > 59:
        return None
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if "-" in (match[1], match[4]) else offset)


def zone_of(date_header: bytes) -> tzinfo | None:
    """The writer's time zone, as the Date of their letter has it."""
    try:
        parsed = parsedate_tz(date_header[:200].decode("ascii", "ignore"))
        offset = parsed[9] if parsed else None
        return timezone(timedelta(seconds=offset)) if offset is not None and abs(offset) < 86400 else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
