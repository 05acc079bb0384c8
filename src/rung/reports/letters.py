"""The letter that a report comes in: the values in words, and the PDF beside them."""

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.core.text import one_line
from rung.ui.paper import Figure, Paper, Part
from rung.ui.typesetting import pdf_of


def letter_for(agent: Agent, paper: Paper, *, name: str) -> EmailMessage:
    """Call it in the receiver's language and zone. `name` is the file's, without its ending."""
    letter = EmailMessage(
        subject=one_line(f"{paper.title}: {paper.lead}", 150),
        body=_text(agent, paper),
        to=[agent.email],
        headers={"X-Auto-Response-Suppress": "All", "Content-Language": paper.lang},
    )
    letter.attach(f"{name}.pdf", pdf_of(paper), "application/pdf")
    return letter


def farewell_for(agent: Agent, name: str, why: str) -> EmailMessage:
    """That a report comes no more, and why. Call it in the receiver's language."""
    blocks = [
        _("Hello %(name)s,") % {"name": agent.name},
        _("You got “%(title)s” as a report by mail. %(why)s So it comes no more.") % {"title": name, "why": why},
        _which_reports(),
    ]
    return EmailMessage(
        subject=one_line(_("No more reports: %(title)s") % {"title": name}, 150),
        body="\n\n".join(blocks) + "\n",
        to=[agent.email],
        headers={"X-Auto-Response-Suppress": "All", "Content-Language": get_language() or ""},
    )


def _which_reports() -> str:
    return _("Which reports you get, and how to end them:") + f"\n{settings.BASE_URL}{reverse('reports:schedules')}"


def _text(agent: Agent, paper: Paper) -> str:
    has_figures = any(part.cards or part.figure for part in paper.parts)
    blocks = [
        _("Hello %(name)s,") % {"name": agent.name},
        "\n".join(filter(None, (paper.title, paper.lead, paper.about))),
    ]
    for part in paper.parts:
        figures = part.cards or ([part.figure] if part.figure else [])
        told = [*map(_in_words, figures)] if has_figures else _told(part)
        blocks += [part.heading.upper()] if told and part.heading else []
        blocks += told
    blocks.append(f"{paper.closing}\n{paper.href}")
    blocks.append(_which_reports())
    return "\n\n".join(blocks) + "\n"


def _told(part: Part) -> list[str]:
    """A part of words and tables: each row as a line. What can only be looked at, and how it was computed, is in the PDF."""
    words = " ".join(each for each in part.words if each)
    rows = "\n".join(_row(part.head, row) for row in part.rows)
    pairs = [] if part.is_method else [f"{what}\n  {said}" for what, said in part.pairs]
    return [each for each in (words, rows, *pairs) if each]


def _row(head: list[str], row: list[str]) -> str:
    """ "  3. Repair. Level: Expected (Basic to Desired); n: 42"."""
    cells = [f"{name}: {cell}" for name, cell in zip(head[1:], row[1:], strict=False) if cell not in ("", "–")]
    return f"  {row[0].removesuffix('.')}. {'; '.join(cells)}" if cells else f"  {row[0]}"


def _in_words(figure: Figure) -> str:
    if figure.missing:
        return f"{figure.title}\n  {figure.missing}"
    value = f"{figure.value} ({figure.interval})" if figure.interval else figure.value
    lines = [figure.title, f"  {figure.label}: {value}", *(f"  {words}" for words in figure.words)]
    return "\n".join([*lines, f"  {figure.counter}"] if figure.counter else lines)
