"""What is written below the name: postscripts, and sentences to whoever reads that came to mind when all was signed."""

import re

from rung.channels.email.reading.words import listed
from rung.channels.email.reading.zones import signs
from rung.channels.email.reading.zones.closings import parting
from rung.channels.email.reading.zones.naming import is_own_line
from rung.channels.email.reading.zones.parting import COMPANIES, TITLES
from rung.channels.email.reading.zones.shapes import TRIM, is_bullet, is_contact, is_picture
from rung.channels.email.reading.zones.taglines import is_tagline

MAX_LINES = 4
"""Lines of one afterthought; programs write longer ones."""

# A province is called NB, and a lecturer PD.
_POSTSCRIPT = re.compile(
    r"\W{0,2}(?:p\.?[\s-]?(?:p\.?\s?)?s\.?(?:\W|$)|n\.\s?b\.|nb(?::|\s(?-i:[a-zà-ÿ]))|p\.\s?d\.(?::|\s)|pd:|ui\.?:|"
    r"追伸|추신|又及|附言|υ\.\s?γ\.|з\.?ы\.?(?:\W|$)|п\.?\s?с\.(?:\W|$))",
    re.IGNORECASE,
)
# Who speaks for themselves, or asks: a slogan says "we".
_PERSONAL = listed(
    """
    please pls kindly me my bitte ich mir mich mein meine meinen meinem meiner je j moi ma mon mes merci plaît plait svp
    stp favor yo mi mis estoy tengo olvidé favore io mio mia ho sono eu meu minha estou esqueci tenho ik mij mijn graag
    alstublieft alsjeblieft aub jag mig min mitt snälla vänligen jeg meg venligst gerne vennligst minä minun olen proszę
    prosze jestem mam mnie mój moje moja prosím prosim jsem mám mně můj som mňa môj kérem kerem vagyok nekem rog sunt
    мне меня мой моя мои пожалуйста прошу я мені мене мій ласка παρακαλώ μου είμαι έχω lütfen ben bana benim molim sam
    """
)
# … and who adds something, below a name that no address follows.
_ADDING = listed(
    """
    also too forgot btw auch noch vergessen aussi oublié también anche também ook även också også myös też także również
    také tiež is szintén тоже также ещё еще також επίσης ayrıca também inclus
    """
)
_ASKING = ("请", "請", "ください", "주세요", "부탁")
# What a program asks of everybody.
_OF_ALL = (
    *("before print", "before you print", "need to print", "environment", "umwelt", "avant d'imprim", "imprimer ce"),
    *("antes de imprim", "prima di stamp", "milieu", "miljö", "miljø", "ambient", "planet", "ympärist", "środowisk"),
    *("confidential", "disclaimer", "unsubscribe", "follow us", "visit us", "visit our", "find us", "like us"),
    *("note that", "click here", "http", "www."),
)
_QUOTED = "\"'“„«»‘”’*_~|"


def before_postscript(lines: list[str], start: int, end: int) -> int:
    """A postscript below the name is news: the ending is looked for above it."""
    for index in range(max(start, end - 12), end):
        if _POSTSCRIPT.match(lines[index][: signs.MAX_LINE]) and len(lines[index].split()) > 1:
            return index
    return end


def before_afterthought(lines: list[str], at: int, end: int, names: frozenset[str]) -> int:
    """Where the ending that begins at `at` is over because its last paragraph, or the line right below the name, is written
    to whoever reads; `end` where it is not."""
    top = end - 1
    while top > at and lines[top - 1].strip() and not is_own_line(lines[top - 1], names):
        top -= 1
    if top <= at or end - top > MAX_LINES:
        return end
    said = [line for line in lines[top:end] if line.strip()]
    above = [line for line in lines[at:top] if line.strip()]
    is_apart = not lines[top - 1].strip()
    return top if above and _speaks(said, above, names, is_apart=is_apart) else end


def _speaks(said: list[str], above: list[str], names: frozenset[str], *, is_apart: bool) -> bool:
    """Whether lines speak to the reader."""
    text = " ".join(line.strip() for line in said)
    if text[:1] in _QUOTED or is_bullet(text) or any(is_tagline(line) or is_picture(line) for line in said):
        return False
    if any(is_own_line(line, names) or parting(line, names) for line in said):
        return False
    low = text.casefold()
    spoken = signs.words(text)
    if signs.says(low, _OF_ALL):
        return False
    is_personal = not _PERSONAL.isdisjoint(spoken) or " I " in f" {text.replace(chr(39), ' ').replace('’', ' ')} "
    is_adding = not _ADDING.isdisjoint(spoken)
    is_ended = text.rstrip()[-1:] in ".!…。！"
    if signs.says(text, _ASKING):
        return is_apart
    if len(spoken) < 3 or sum(word[:1].islower() for word in text.split()) < 2:
        return False
    is_card = any(is_contact(line) for line in above) or _is_of_company(above)
    if is_card or any(is_contact(line) for line in said):
        # A program may set a sentence below a card, but seldom one that asks and ends.
        return is_apart and is_personal and (is_ended or not is_card)
    if _is_of_company([" ".join(word for word in text.split() if not word.islower())]):
        return False  # where "AB" is a firm and "ab" a word
    return (is_personal and (is_apart or is_ended)) or (is_adding and is_ended and is_apart)


def _is_of_company(lines: list[str]) -> bool:
    said = {word.strip(TRIM) for line in lines for word in line.casefold().split()}
    return not said.isdisjoint(COMPANIES) or not said.isdisjoint(TITLES)
