"""How templates become Python: as Jinja2 makes it, without what none of ours needs and a page does hundreds of times."""

from __future__ import annotations

from typing import Any

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape

# Escapes a text and leaves it a text, in C; the public one marks it as safe, which takes ten times as long. It is used where
# this release of MarkupSafe has it.
_escaped = getattr(markupsafe, "_escape_inner", escape)


def written(value: Any) -> str:
    """A value as it stands in a page. Jinja2 marks each piece as safe, which is forgotten when they are joined."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # type() narrows nothing
    return _escaped(value) if kind is str else escape(value)


class Quick(CodeGenerator):
    """Writes the code of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2's name
        self.writeline(f"from {written.__module__} import {written.__name__}")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write(f"{written.__name__}(")


class Template(jinja2.Template):
    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        """What an import takes. Jinja2 compares all names of both sides each time, because whoever imports might have given
        globals of its own; here nobody does."""
        return super()._get_default_module()
