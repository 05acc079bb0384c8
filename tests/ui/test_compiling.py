"""What stands in a page is escaped once, however the template came to it."""

import pytest
from django.template import engines
from markupsafe import Markup, escape

from rung.ui import compiling
from rung.ui.compiling import written

NASTY = "<b>&'\""
ESCAPED = str(escape(NASTY))
TEMPLATES = (
    "{{ said }}",
    "{% set kept = said %}{{ kept }}",
    "{% set kept %}{{ said }}{% endset %}{{ kept }}",
    "{% macro one(it) %}{{ it }}{% endmacro %}{{ one(said) }}{% set two = one(said) %}",
    "{% macro around() %}{{ caller() }}{% endmacro %}{% call around() %}{{ said }}{% endcall %}",
    "{{ said|e }}",
    "{{ said if true }}{{ said if false }}",
    "{{ _('%(it)s', it=said) }}",
    "{% macro one(it) %}{{ it }}{% endmacro %}{% set icon = one %}{{ icon(said) }}",
    "{{ (said ~ '')|safe|e if false else said ~ '' }}",
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_text_is_escaped_once(template: str) -> None:
    assert engines["rooms"].from_string(template).render({"said": NASTY}) == ESCAPED


def test_what_is_safe_stays_as_it_is_and_the_rest_is_written_as_text() -> None:
    pieces = [Markup("<b>"), 12, None, NASTY, type("Lazy", (), {"__str__": lambda self: NASTY})()]
    assert "".join(map(written, pieces)) == f"<b>12None{ESCAPED}{ESCAPED}"


def test_an_attribute_that_is_not_wanted_is_not_there() -> None:
    template = "<p{{ {'id': said if said, 'title': said if not said}|xmlattr }}>"
    assert engines["rooms"].from_string(template).render({"said": "a"}) == '<p id="a">'


def test_words_are_as_they_are_where_nothing_is_escaped() -> None:
    template = "{% autoescape false %}{{ _('%(it)s', it=said) }}{% endautoescape %}"
    assert engines["rooms"].from_string(template).render({"said": NASTY}) == NASTY


def test_without_the_escaping_of_this_release_it_is_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiling, "_escaped", escape)
    assert written(NASTY) == ESCAPED
