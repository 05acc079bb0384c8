"""What stands below an answer, or below "look at this": the words it answers, and a letter passed on. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

import nh3
from django.utils import translation
from django.utils.formats import date_format

from rung.core.text import one_line, storable

MAX_QUOTE = 20_000
"""Characters of earlier letters that are repeated below an answer, all together."""

MAX_DEPTH = 8
"""Letters quoted inside one another; what lies further back its reader has anyway."""

# How programs in the customer's language introduce a quotation, so that the customer's own program recognises and folds
# it. A table and not the product's translations: it speaks the language of the reader, not of the agent.
_WROTE = {
    "ar": "في {date}، {time}، كتب {name}:",
    "bg": "На {date} в {time} {name} написа:",
    "cs": "Dne {date} v {time} {name} napsal(a):",
    "da": "Den {date} kl. {time} skrev {name}:",
    "de": "Am {date} um {time} schrieb {name}:",
    "el": "Στις {date} {time}, {name} έγραψε:",
    "en": "On {date} at {time}, {name} wrote:",
    "es": "El {date} a las {time}, {name} escribió:",
    "et": "{name} kirjutas {date} kell {time}:",
    "fi": "{name} kirjoitti {date} klo {time}:",
    "fr": "Le {date} à {time}, {name} a écrit :",
    "he": "בתאריך {date} בשעה {time} כתב {name}:",
    "hr": "Dana {date} u {time} {name} napisao/la je:",
    "hu": "{name} ezt írta ({date} {time}):",
    "it": "Il giorno {date} alle {time} {name} ha scritto:",
    "ja": "{date} {time} {name}:",
    "ko": "{date} {time}, {name} 작성:",
    "nb": "Den {date} kl. {time} skrev {name}:",
    "nl": "Op {date} om {time} schreef {name}:",
    "pl": "{date} o {time} {name} napisał(a):",
    "pt": "Em {date} às {time}, {name} escreveu:",
    "ro": "În {date} la {time}, {name} a scris:",
    "ru": "{date} в {time}, {name} пишет:",
    "sk": "Dňa {date} o {time} {name} napísal(a):",
    "sl": "{name} je {date} ob {time} napisal/a:",
    "sv": "Den {date} kl. {time} skrev {name}:",
    "tr": "{date} {time} tarihinde {name} yazdı:",
    "uk": "{date} о {time} {name} пише:",
    "vi": "Vào {date} lúc {time}, {name} đã viết:",
    "zh": "{name} 于 {date} {time} 写道：",
}
_ALIASES = {"no": "nb", "nn": "nb", "iw": "he"}

_STYLE = "border-left:2px solid #b8bcc4;margin:0 0 0 .4em;padding:0 0 0 .8em"
_FORWARDED = "---------- Forwarded message ---------"


@dataclass(frozen=True)
class Quote:
    """The words that are answered, and what those answered in turn. `written_at` is already in the zone its reader lives
    in; `language` is the reader's."""

    author: str
    written_at: datetime
    text: str
    html: str = ""
    language: str = ""
    earlier: "Quote | None" = None


@dataclass(frozen=True)
class Forward:
    """A letter passed on as it came. `sender`, `to` and `cc` as they stand in a header; `closing` its last lines, which
    text and HTML do without."""

    sender: str
    written_at: datetime
    subject: str
    text: str
    html: str = ""
    closing: str = ""
    to: str = ""
    cc: str = ""


def attribution(quote: Quote) -> str:
    """ "On 21 November 2026 at 14:05, Carla wrote:" in the customer's language where we know it, else in English."""
    language = quote.language.lower().replace("_", "-").split("-")[0]
    language = _ALIASES.get(language, language)
    if language not in _WROTE:
        language = "en"
    with translation.override("zh-hans" if language == "zh" else language):
        day = date_format(quote.written_at, "j F Y" if language == "en" else "DATE_FORMAT", use_l10n=True)
    time = quote.written_at.strftime("%H:%M")
    if quote.written_at.utcoffset() == UTC.utcoffset(None):
        time += " UTC"
    return _WROTE[language].format(date=day, time=time, name=one_line(quote.author, 200))


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length].rsplit("\n", 1)[0] + "\n[…]"


def plain_quote(quote: Quote, *, room: int = MAX_QUOTE, depth: int = MAX_DEPTH) -> str:
    """The attribution, and below it each line marked with ">", what lies further back once more."""
    text = _cut(storable(quote.text).strip(), room)
    room -= len(text)
    if quote.earlier is not None and room > 0 and depth > 1:
        text += "\n\n" + plain_quote(quote.earlier, room=room, depth=depth - 1)
    marked = "\n".join(f"> {line}".rstrip() if line[:1] != ">" else f">{line}" for line in text.split("\n"))
    return f"{attribution(quote)}\n{marked}"


def html_quote(quote: Quote, *, room: int = MAX_QUOTE, depth: int = MAX_DEPTH) -> str:
    """The same for programs that show HTML. Pictures are left out: whoever wrote the letter has them."""
    quoted = ""
    if quote.html and len(quote.html) <= room:
        quoted = nh3.clean(quote.html, tags=nh3.ALLOWED_TAGS - {"img"})
    quoted = quoted or _paragraph(_cut(storable(quote.text), room))
    room -= len(quoted)
    if quote.earlier is not None and room > 0 and depth > 1:
        quoted += "\n" + html_quote(quote.earlier, room=room, depth=depth - 1)
    head = escape(attribution(quote))
    return f'<div>{head}<blockquote type="cite" style="{_STYLE}">\n{quoted}\n</blockquote></div>'


def _forward_head(forward: Forward) -> list[tuple[str, str]]:
    # In the words by which mail programs know a letter passed on; translated ones only some of them know.
    lines = [
        ("From", forward.sender),
        ("Date", forward.written_at.strftime("%a, %d %b %Y %H:%M %z")),
        ("Subject", one_line(forward.subject, 900)),
        ("To", forward.to),
        ("Cc", forward.cc),
    ]
    return [(name, one_line(value, 900)) for name, value in lines if value]


def plain_forward(forward: Forward) -> str:
    """A letter passed on, as text: whole, for its new reader has it from nowhere else."""
    head = "\n".join(f"{name}: {value}" for name, value in _forward_head(forward))
    body = "\n\n".join(part for text in (forward.text, forward.closing) if (part := storable(text).strip()))
    return f"{_FORWARDED}\n{head}\n\n{body}"


def html_forward(forward: Forward) -> str:
    """The same for programs that show HTML; pictures in it go along only as attachments somebody chose."""
    head = "<br>\n".join(f"<b>{name}:</b> {escape(value)}" for name, value in _forward_head(forward))
    body = nh3.clean(forward.html, tags=nh3.ALLOWED_TAGS - {"img"}) if forward.html else _paragraph(forward.text)
    body += _paragraph(forward.closing)
    return f"<div>{_FORWARDED}<br>\n{head}<br><br>\n{body}</div>"


def _paragraph(text: str) -> str:
    text = escape(storable(text).strip()).replace("\n", "<br>\n")
    return f"<p>{text}</p>" if text else ""
