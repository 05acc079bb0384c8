"""How templates become Python: as Jinja2 makes it, without what none of ours needs and a page does hundreds of times."""

from __future__ import annotations

from typing import Any

import jinja2
import markupsafe
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, optimizeconst
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from markupsafe import Markup, escape

from rung.ui.folding import fold

# Escapes a text and leaves it a text, in C; the public one marks it as safe, which takes ten times as long. It is used where
# this release of MarkupSafe has it.
_escaped = getattr(markupsafe, "_escape_inner", escape)


def written(value: Any) -> str:
    """A value as it stands in a page. Jinja2 marks each piece as safe, which is forgotten when they are joined."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[no-any-return]  # type() narrows nothing
    if kind is str:
        return _escaped(value)
    return str(value) if kind is int else escape(value)


class Quick(CodeGenerator):
    """Writes the code of a template."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja2's name
        known = getattr(self.environment, "known", None)
        if known is not None:
            fold(node, known, nodes.EvalContext(self.environment, self.name))
        self._safe: dict[str, str] = {}
        self.writeline(f"from {written.__module__} import {written.__name__}")
        super().visit_Template(node, frame)
        for text, name in self._safe.items():
            self.writeline(f"{name} = {text}")

    def visit_Const(self, node: nodes.Const, frame: Frame) -> None:  # noqa: N802 - as above
        """What is marked as safe is so once, and not wherever it is looked at."""
        if type(node.value) is Markup:
            self.write(self._safe.setdefault(repr(node.value), f"safe_{len(self._safe)}"))
        else:
            super().visit_Const(node, frame)

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - as above
        """Our own functions are called as they are: none wants the context, which Jinja2 looks for at each call."""
        if forward_caller or not isinstance(node.node, nodes.Name) or not self._is_plain(node, node.node.name, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        for place, each in enumerate((*node.args, *node.kwargs)):
            self.write(", " if place else "(")
            self.visit(each, frame)
        self.write(")")

    def _is_plain(self, node: nodes.Call, name: str, frame: Frame) -> bool:
        function = self.environment.globals.get(name)
        is_escaped = frame.eval_ctx.autoescape and not frame.eval_ctx.volatile  # words are others where nothing is
        has_only_known = (node.args or node.kwargs) and node.dyn_args is None and node.dyn_kwargs is None
        return bool(function and is_escaped and has_only_known) and not hasattr(function, "jinja_pass_arg")

    @optimizeconst
    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - as above
        """Nearly always what is asked for is there; what is not, Jinja2 looks for elsewhere. A call less, a thousand times a
        page."""
        self.write("(its if (its := getattr((of := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing else environment.getattr(of, {node.attr!r}))")

    def visit_Output(self, node: nodes.Output, frame: Frame) -> None:  # noqa: N802 - as above
        """What is written if something holds, and else is not, is an empty text else: Jinja2 makes an object each time that
        would say what was missing."""
        for child in node.nodes:
            if isinstance(child, nodes.CondExpr) and child.expr2 is None:
                child.expr2 = nodes.Const("")
        super().visit_Output(node, frame)

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
