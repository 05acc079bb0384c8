"""What is added below every letter: legal notices, and the footers of lists and programs; and warnings put above it."""

import re

from rung.channels.email.reading.nouns import ZoneKind
from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones import shapes, signs
from rung.channels.email.reading.zones.parting import BANNER_STARTS, BANNERS, FOOTERS, LEGAL, LEGAL_TITLES
from rung.channels.email.reading.zones.quoting import Phrases, phrases

MAX_LINES = 120
"""Lines from the end upwards that are looked at."""
MAX_FOOTER = 15

# How somebody begins who wants to be taken off a list; companies go on otherwise.
_ASKING = re.compile(
    r"\W{0,3}(?:please|pls|plz|kindly|can|could|i|i'd|we|remove|take|stop|delete|cancel|why|ich|wir|bitte|je|merci|quiero|"
    r"deseo|vorrei|por favor)\s"
)
_OF_COMPANIES = (
    "click",
    "visit",
    "to unsubscribe",
    "klick",
    "this message",
    "this e-mail",
    "this email",
    "print",
    "reply to",
)
# What somebody says of what is theirs: "delete my data as the GDPR demands".
_MINE = listed("my ich mein meine meinen meiner meinem mes mon moi mis mijn miei minha minhas meus мои моих моя")
# A company calls it its own.
_YOURS = phrases(
    "your mailing list | your list | your newsletter | ihr newsletter | ihre mailingliste | votre newsletter"
)
_TROUBLE = listed(
    """
    doesn didn broken fails failed stopped keeps still error unable says although fehler obwohl erreur
    funktioniert geht kaputt immer trotzdem fonctionne
    marche toujours funciona sigue funziona werkt virker fungerar działa nefunguje работает
    """
)
# Those of the footers' words that people write, too, who have trouble with a list or a program.
_TALKED_OF = phrases(
    """
    mailing list | unsubscribe | group settings | manage your subscription | email preferences | list archives |
    mailman | manage notifications | mailingliste | abbestellen | abmelden von | liste de diffusion | se désabonner |
    désinscri | lista de correo | darse de baja | cancelar suscripción | cancelar a subscrição | lista di distribuzione |
    annulla l'iscrizione | afmelden | mailinglijst | avprenumerera | sändlista | afmeld | wypisz | lista dyskusyjna |
    odhlásit | leiratkozás | dezabonare | отписаться | рассылк | відписатися | aboneliğinizi | 退订 | 取消订阅 | 配信停止 |
    수신거부 | avast | mcafee | mailscanner | symantec | kaspersky | ticket id | free email | virus-free
    """
)
_PROGRAMS = Phrases(phrase for phrase in FOOTERS if phrase not in _TALKED_OF)
# What only programs say of a letter.
_SCANNED = ("been scanned for", "been checked for viruses", "auf viren geprüft", "analysé par", "been scanned by")
_WHOLE_LINK = re.compile(r"(?:https?://|www\.)[^\s>]{1,600}")
# What stands above a footer; Majordomo draws a single one.
_DASHES = frozenset({"--", "—", "-"})
_LINK = re.compile(r"(?:https?://|www\.|mailto:)\S")


def fine_print(lines: list[str], start: int, end: int) -> tuple[int, ZoneKind] | None:
    """Where the notice or footer begins that ends at `end`, and which it is."""
    kind, at = None, end
    floor = max(start, end - MAX_LINES)
    while at > floor:
        bottom = signs.last_text(lines, at, floor)
        top = bottom
        while top > floor and lines[top - 1].strip():
            top -= 1
        if top == bottom:
            break
        found = _paragraph(lines, top, bottom, kind)
        if found is None or (found[0] == top and _is_greeted(lines, floor, top)):
            break
        begin, what = found
        at = begin
        if what is not None:
            kind = what
        if begin > top:
            break
    return None if kind is None else (_drop_rule(lines, at, start, end), kind)


def _is_greeted(lines: list[str], start: int, end: int) -> bool:
    """Whether nothing stands above but a greeting: then what was to be said follows, and no notice."""
    above = signs.last_text(lines, end) - 1
    if above < 0 or above not in (start - 1, signs.next_text(lines, start, end)):
        return False
    return signs.is_greeting(lines[above])


def _paragraph(lines: list[str], top: int, bottom: int, below: ZoneKind | None) -> tuple[int, ZoneKind | None] | None:
    """Where the fine print in a paragraph begins, and of which kind; None when there is none in it."""
    text = " ".join(lines[top:bottom])[:6000].casefold()
    bare = text.strip(" *_-:!.\t#")
    if below is ZoneKind.LEGAL and (bare in LEGAL_TITLES or signs.is_rule(text.strip())):
        return top, ZoneKind.LEGAL
    if signs.is_rule(text.strip()):
        return top, below
    if bottom - top <= MAX_FOOTER and signs.says(text, FOOTERS) and _is_footer(lines[top].strip(), text):
        return _first_line(lines, top, bottom, FOOTERS), ZoneKind.FOOTER
    if bare.startswith(("i ", "i'm ", "ich ", "je ", "yo ")):
        return None  # a notice never speaks of itself like that
    if len(text) >= 50 and signs.says(text, LEGAL) and sum(phrase in text for phrase in LEGAL) >= 2:
        if _is_ones_own(signs.words(text.replace("(i)", ""))):
            return None
        return _first_line(lines, top, bottom, (*LEGAL, *LEGAL_TITLES)), ZoneKind.LEGAL
    return None


def _is_footer(first: str, text: str) -> bool:
    """Somebody may also write about unsubscribing: a footer has a rule, a link or an address, and asks nothing."""
    if signs.is_rule(first) or first in _DASHES or shapes.is_drawn(first):
        return True
    if _ASKING.match(text) and not signs.says(text, _OF_COMPANIES):
        return False
    if text.startswith(("this e", "this m", "the information", "diese ", "ce ", "este ", "questa ")) and signs.says(
        text, _SCANNED
    ):
        return True
    if _is_told(text) or ("?" in text and "?" in _WHOLE_LINK.sub("", text)):
        return False
    if _LINK.search(text) or "@" in text or "<" in text:
        return True
    # Without anything to click on it is one only by words that nobody uses who writes about one.
    return len(text) < 100 and (signs.says(text, _PROGRAMS) or text.startswith(_OF_COMPANIES) or " | " in text)


def _is_told(text: str) -> bool:
    """Whether somebody speaks of themselves, or of what does not work: a notice never does."""
    said = signs.words(text)
    return not _TROUBLE.isdisjoint(said) or _is_ones_own(said) or signs.says(text, _YOURS)


def _is_ones_own(said: list[str]) -> bool:
    return not _MINE.isdisjoint(said) or ("i" in said and "the" in said)


def _first_line(lines: list[str], top: int, bottom: int, phrases: tuple[str, ...]) -> int:
    """The fine print may stand right below other lines: it begins with the first that says something of it."""
    for index in range(top, bottom):
        line = lines[index].strip()
        low = line.casefold()
        if signs.is_rule(line) or line in _DASHES or signs.says(low, phrases):
            return index
        if index == top and len(line) > 60:
            return top
    return top


def _drop_rule(lines: list[str], at: int, start: int, end: int) -> int:
    """The line drawn above fine print belongs to it."""
    above = signs.last_text(lines, at, start)
    if above > start and at < end and (signs.is_rule(lines[above - 1].strip()) or lines[above - 1].strip() in _DASHES):
        return above - 1
    return at


def banner(lines: list[str], start: int, end: int) -> int:
    """Behind the warning that a firewall has put above the letter, or `start` when there is none."""
    top = signs.next_text(lines, start, end)
    bottom = top
    while bottom < end and lines[bottom].strip() and bottom - top < 8:
        bottom += 1
    text = " ".join(lines[top:bottom]).casefold()
    if len(text) > 600 or not text.lstrip(" *_[#").startswith(BANNER_STARTS) or not signs.says(text, BANNERS):
        return start
    return bottom if signs.next_text(lines, bottom, end) < end else start
