"""How a note reads."""

from markupsafe import Markup

from rung.touchpoints.calling import calls_in
from rung.ui.jinja import paragraphs


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
