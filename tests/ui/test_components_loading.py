"""The first pages of a fresh server are asked for by several threads at once; none may see half of the components."""

import threading
from typing import Any

import jinja2

from rung.ui.jinja import Components


class Slow:
    """An environment of two macro files that waits, after the first, until somebody has looked."""

    auto_reload = False

    def __init__(self) -> None:
        sources = {"ui/macros/a.html": "{% macro first() %}1{% endmacro %}", "ui/macros/b.html": SECOND}
        self.env = jinja2.Environment(loader=jinja2.DictLoader(sources), autoescape=True)
        self.is_half_way, self.may_go_on = threading.Event(), threading.Event()

    def list_templates(self, **options: Any) -> list[str]:
        return self.env.list_templates(**options)

    def get_template(self, name: str) -> jinja2.Template:
        if name.endswith("b.html") and threading.current_thread() is not threading.main_thread():
            self.is_half_way.set()
            self.may_go_on.wait(10)
        return self.env.get_template(name)


SECOND = "{% macro second() %}2{% endmacro %}"


def test_a_second_visitor_finds_every_component_while_the_first_is_loading_them() -> None:
    slow: Any = Slow()
    components = Components(slow)
    first_visitor = threading.Thread(target=lambda: components.first)
    first_visitor.start()
    assert slow.is_half_way.wait(10)
    assert str(components.second()) == "2"
    slow.may_go_on.set()
    first_visitor.join(10)
    assert str(components.first()) == "1"
