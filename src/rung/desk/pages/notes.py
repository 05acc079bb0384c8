"""How a note reads, and read before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from markupsafe import Markup

from rung.accounts.access import Agent, names_of_colleagues
from rung.desk.pages.rows import conversation_href
from rung.touchpoints.calling import calls_in
from rung.touchpoints.noted import Note, wordings_of
from rung.ui.jinja import paragraphs


@dataclass(frozen=True, slots=True)
class Wording:
    """How it read from a moment on."""

    html: Markup
    at: datetime


@dataclass(frozen=True)
class NotePage:
    """`wordings`: as it reads, and as it read before, the latest first. `text`: what is put right, where it is the viewer's
    own; `kept`: as it is kept, whatever is being typed."""

    number: int
    who: str
    is_own: bool
    text: str
    kept: str
    wordings: tuple[Wording, ...]
    back_href: str
    error: str


def note_page(note: Note, agent: Agent, *, typed: str | None = None, error: str = "") -> NotePage:
    names = names_of_colleagues()
    present = Wording(with_calls(note.text, names), note.edited_at or note.written_at)
    former = (Wording(with_calls(each.text, names), each.written_at) for each in wordings_of(note))
    return NotePage(
        number=note.conversation_id,
        who=note.agent.name if note.agent else _("Rung"),
        is_own=note.agent_id == agent.pk,
        text=note.text if typed is None else typed,
        kept=note.text,
        wordings=(present, *former),
        back_href=f"{conversation_href(note.conversation_id)}#n{note.pk}",
        error=error,
    )


def with_calls(text: str, names: dict[int, str]) -> Markup:
    """A note, with the names of those it calls made to stand out."""
    marked, place = [], 0
    text = text.translate(_NO_MARKS)
    for call in calls_in(text, names):
        marked += [text[place : call.start], _OPENS, text[call.start : call.end], _CLOSES]
        place = call.end
    html = str(paragraphs("".join((*marked, text[place:]))))
    html = html.replace(_OPENS, '<span class="called">').replace(_CLOSES, "</span>")
    return Markup(html)  # noqa: S704 - paragraphs() has escaped everything else


# Stand for the tags until the text between them is escaped; nobody types them.
_OPENS, _CLOSES = "\ue000", "\ue001"
_NO_MARKS = {ord(_OPENS): None, ord(_CLOSES): None}
