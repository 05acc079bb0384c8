"""What a small component made once it makes again only where it would be the same."""

from django.template import engines
from django.utils.translation import override
from markupsafe import Markup

from rung.ui.jinja import SMALL, Remembering


def written(source: str, **given: object) -> str:
    env = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    return str(env.from_string(source).render(given)).strip()


def test_a_text_is_escaped_also_where_the_same_was_safe_before() -> None:
    for text, said in (("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"), (Markup("<b>x</b>"), "<b>x</b>")) * 2:
        assert f">{said}<" in written("{{ ui.chip(text) }}", text=text)
        assert f">{said}<" in written("{{ ui.button(label=text) }}", text=text)


def test_one_and_yes_are_two_things() -> None:
    assert [written("{{ ui.count(n) }}", n=n) for n in (1, True, 1)] == [
        f'<span class="count">{n}</span>' for n in (1, True, 1)
    ]


def test_each_language_has_its_own() -> None:
    said = []
    for language in ("en", "de", "en"):
        with override(language):
            said.append(written("{{ ui.level_chip(none) }}"))
    assert said[0] == said[2]


def test_what_cannot_be_remembered_is_made_anew() -> None:
    source = '{{ ui.button("Go", attrs={"data-x": x}) }}'
    assert [f'data-x="{x}"' in written(source, x=x) for x in (1, 2)] == [True, True]


def test_all_that_remember_are_there() -> None:
    env = engines["rooms"].env  # type: ignore[attr-defined]  # BaseEngine does not declare it
    assert all(isinstance(getattr(env.globals["ui"], name), Remembering) for name in SMALL)
