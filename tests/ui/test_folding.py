"""What stands in a template from the start says the same as what is asked for while the page is made."""

import jinja2
import pytest
from django.template import engines
from django.urls import NoReverseMatch
from django.utils.translation import override
from markupsafe import Markup

from rung.ui.jinja import environment_in

NASTY = "<b>&'\""
SAME = (
    "{{ _('Canned answers') }}|{{ _('%(n)s more addresses', n=said) }}|{{ _('nobody') if said else _('you') }}",
    "{{ icon('left') }}{{ icon('left', _('Queue'), 'icon-small') }}{{ icon(said) }}",
    "{{ ui.button(_('Assign'), 'primary') }}{{ ui.button(said) }}{{ ui.chip(_('spam'), 'bad', 'warning', title=said) }}",
    "{{ url('desk:queue') }}{{ url('desk:conversation', number) }}{{ static('ui/favicon.svg') }}",
    "{% call ui.menu(_('Later'), 'clock') %}{{ _('Send it') }}{% endcall %}",
    "{% macro icon(name) %}[{{ name }}]{% endmacro %}{{ icon('left') }}",
    "{% set url = said %}{{ url }}{% for _ in (1, 2) %}{{ _ }}{% endfor %}",
    "{% autoescape false %}{{ _('%(it)s', it=said) }}{{ _('nobody') }}{% endautoescape %}",
    "{{ _('100%% of it') }}{{ _('%(it)s of 100%%', it=said) }}",
    "{% set label = _('Subject') %}{{ label|upper }}{{ label ~ said }}",
)


def _written(env: jinja2.Environment, source: str) -> str:
    return env.from_string(source).render({"said": NASTY, "number": 7})


@pytest.mark.parametrize("source", SAME)
@pytest.mark.parametrize("language", ["en", "de"])
def test_it_says_the_same(source: str, language: str) -> None:
    plain: jinja2.Environment = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    with override(language):
        assert _written(environment_in(language), source) == _written(plain, source)


def test_words_stand_in_a_template_and_are_not_looked_up() -> None:
    env = environment_in("en")
    assert "yield 'Queue'" in env.compile("{{ _('Queue') }}", raw=True)
    # Whatever language is in force when a template is first asked for.
    with override("de"):
        assert _written(env, "{{ _('Send') }}") == "Send"


def test_each_language_has_its_own() -> None:
    said = {}
    for language in ("en", "de"):
        with override(language):
            said[language] = _written(environment_in(language), "{{ _('Send') }}")
    assert said["en"] == "Send" != said["de"]


def test_what_leads_nowhere_fails_where_it_is_reached() -> None:
    env = environment_in("en")
    assert _written(env, "{% if not said %}{{ url('nowhere:at_all') }}{% endif %}") == ""
    with pytest.raises(NoReverseMatch):
        _written(env, "{{ url('nowhere:at_all') }}")


def test_what_is_safe_is_not_escaped_again_where_it_is_handed_on() -> None:
    source = "{% macro show(it) %}{{ it }}{% endmacro %}{{ show(icon('left')) }}{{ show(said) }}"
    assert _written(environment_in("en"), source).startswith('<svg class="icon ')
    assert _written(environment_in("en"), source).endswith(str(Markup("{}").format(NASTY)))


def test_every_template_can_be_read_so() -> None:
    env = environment_in("en")
    names = env.list_templates(extensions=["html"])
    assert len(names) > 100
    assert all(env.get_template(name) for name in names)
