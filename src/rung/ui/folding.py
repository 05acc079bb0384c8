"""What is the same on every page of a language is written into its templates when they are compiled: our words, symbols,
addresses without a number, and small components of nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Known:
    """`functions` give the same for the same arguments while the process lives, in one language, and `components` do, which
    have a name in common. `words` gives a text of ours with its places unfilled."""

    functions: Mapping[str, Callable[..., Any]]
    words: Mapping[str, Callable[[str], Markup]]
    components: Mapping[str, Mapping[str, Callable[..., Any]]]


def fold(template: nodes.Template, known: Known, context: nodes.EvalContext) -> None:
    """Write out in a template what is known. Not where a template turns escaping off somewhere: words are others there."""
    if context.volatile or not context.autoescape or template.find(nodes.EvalContextModifier):
        return
    _Folding(known, context, _own_names(template)).visit(template)


def _own_names(template: nodes.Template) -> set[str]:
    """What a template calls something of its own by: there it is not ours."""
    own = {each.name for each in template.find_all(nodes.Name) if each.ctx != "load"}
    own |= {each.name for each in template.find_all(nodes.Macro)} | {
        each.target for each in template.find_all(nodes.Import)
    }
    for each in template.find_all(nodes.FromImport):
        own |= {name if isinstance(name, str) else name[1] for name in each.names}
    return own


class _Folding(NodeTransformer):
    def __init__(self, known: Known, context: nodes.EvalContext, own: set[str]) -> None:
        self._known, self._context, self._own = known, context, own

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802 - Jinja2's name
        """What is called with a body is no constant; what it is given may be."""
        self.generic_visit(node.call)
        node.body[:] = [self.visit(each) for each in node.body]
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - as above
        self.generic_visit(node)
        if node.dyn_args is not None or node.dyn_kwargs is not None:
            return node
        made = self._made(node)
        if made is None:
            made = self._to_be_filled(node)
        if made is None:
            return node
        for each in (made, *made.find_all(nodes.Node)):
            each.set_environment(self._context.environment)
        return made.set_lineno(node.lineno)

    def _made(self, node: nodes.Call) -> nodes.Expr | None:
        function = self._function(node.node)
        if function is None:
            return None
        try:
            args = [each.as_const(self._context) for each in node.args]
            kwargs = {each.key: each.value.as_const(self._context) for each in node.kwargs}
            return nodes.Const(function(*args, **kwargs))
        except Exception:  # no constants, or what is to fail where it is asked for, if it ever is
            return None

    def _function(self, called: nodes.Expr) -> Callable[..., Any] | None:
        if isinstance(called, nodes.Name):
            return None if called.name in self._own else self._known.functions.get(called.name)
        if (
            isinstance(called, nodes.Getattr)
            and isinstance(called.node, nodes.Name)
            and called.node.name not in self._own
        ):
            return self._known.components.get(called.node.name, {}).get(called.attr)
        return None

    def _to_be_filled(self, node: nodes.Call) -> nodes.Expr | None:
        """Words with places in them are looked up here, and filled there."""
        if not isinstance(node.node, nodes.Name) or node.node.name in self._own or not node.kwargs:
            return None
        words = self._known.words.get(node.node.name)
        if words is None or len(node.args) != 1 or not isinstance(node.args[0], nodes.Const):
            return None
        filled = nodes.Dict([nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs])
        return nodes.Mod(nodes.Const(words(node.args[0].value)), filled)
