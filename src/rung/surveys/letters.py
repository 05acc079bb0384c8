"""The letter that asks: text and HTML from plain values, no database and no clock.

Mail programs strip style sheets, so the styles stand on the elements; no tables and no pictures, so that a screen reader
reads a list of links and nothing is fetched when the letter is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _

from rung.core.text import snippet
from rung.surveys.rules import Question
from rung.surveys.wording import options, stem

_PAGE = "max-width:34em;font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;font-size:16px;line-height:1.5"
_STEM = "font-size:19px;font-weight:600;line-height:1.35;margin:1.4em 0 .7em"
_LIST = "list-style:none;margin:0;padding:0"
_ITEM = "margin:0 0 8px;padding:0"
_LINK = (
    "display:block;padding:12px 16px;border:1px solid #8a8f98;border-radius:8px;text-decoration:none;color:#1d3f8f;"
    "background-color:#ffffff"
)
_ROW_ITEM = "display:inline-block;margin:0 4px 8px 0;padding:0"
_ROW_LINK = _LINK.replace("padding:12px 16px", "padding:10px 12px;min-width:1.4em;text-align:center")
_SMALL = "font-size:14px;margin:1.6em 0 0"


@dataclass(frozen=True)
class AskingLetter:
    subject: str
    text: str
    html: str


def asking_letter(
    question: str,
    *,
    customer_name: str,
    matter: str,
    link: Callable[[int | None], str],
    stop: str,
    company: str = "",
    language: str,
) -> AskingLetter:
    """Write to a customer in the language in force, which is `language`. `matter` is the subject of the conversation, as
    they wrote it; `link` gives the address behind an answer, or with None that of the page on which to choose; `stop` is
    where no more questions are asked for; `company` is what they call us."""
    matter = snippet(matter, 80)
    is_relationship = question == Question.NPS
    hello = _("Hello %(name)s,") % {"name": customer_name} if customer_name else _("Hello,")
    if is_relationship:
        subject = _("One question about us")
        why = _("Every now and then we ask a few people, chosen by lot, one question. It takes one click.")
    elif matter:
        subject = _("One question about “%(matter)s”") % {"matter": matter}
        why = _(
            "Your request “%(matter)s” is settled, as far as we know. May we ask you one thing? It takes one click."
        ) % {"matter": matter}
    else:
        subject = _("One question about your request")
        why = _("Your request is settled, as far as we know. May we ask you one thing? It takes one click.")
    if is_relationship:
        close = _(
            "We ask nobody more than twice a year. If there is anything we should do, simply reply to this e-mail."
        )
    else:
        close = _(
            "If it is not, simply reply to this e-mail. We ask nobody more than once in three months, and you can"
            " change your answer for two weeks."
        )
    return AskingLetter(
        subject=subject,
        text=_text(question, stem(question, company=company), hello, why, close, link, stop),
        html=_html(question, stem(question, company=company), hello, why, close, link, stop, language),
    )


def _text(
    question: str, asked: str, hello: str, why: str, close: str, link: Callable[[int | None], str], stop: str
) -> str:
    if question == Question.NPS:
        choices = [f"{_('From 0 (not at all likely) to 10 (extremely likely):')}\n{link(None)}"]
    else:
        choices = [f"* {words}\n  {link(value)}" for value, words in options(question)]
    return "\n\n".join([hello, why, asked, *choices, close, f"{_('No more questions like this:')}\n{stop}"])


def _html(
    question: str,
    asked: str,
    hello: str,
    why: str,
    close: str,
    link: Callable[[int | None], str],
    stop: str,
    language: str,
) -> str:
    in_a_row = question == Question.NPS
    item, anchor = (_ROW_ITEM, _ROW_LINK) if in_a_row else (_ITEM, _LINK)
    items = format_html_join(
        "\n",
        '<li style="{}"><a href="{}" style="{}">{}</a></li>',
        ((item, link(value), anchor, value if in_a_row else words) for value, words in options(question)),
    )
    scale = format_html("<p>{}</p>", _("0: not at all likely – 10: extremely likely")) if in_a_row else ""
    return format_html(
        '<div lang="{}" dir="{}" style="{}"><p>{}</p><p>{}</p><p style="{}">{}</p>{}<ul style="{}">{}</ul>'
        '<p style="{}">{}</p><p style="{}"><a href="{}" style="color:#4a4f58">{}</a></p></div>',
        language, "rtl" if get_language_bidi() else "ltr", _PAGE,
        hello, why, _STEM, asked, scale, _LIST, items, _SMALL, close,
        _SMALL, stop, _("No more questions like this"),
    )  # fmt: skip
