"""A view is four lines: gate, verb, page, render."""

import ast

from tests.laws.house import calls, furniture, tree, verdict, where

WRITES = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "bulk_update", "delete", "record"}


def test_views_fetch_through_gates() -> None:
    found = [
        f"{where(path, node)} reads {ast.unparse(node)}"
        for path in furniture("views")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]
    verdict(
        found,
        "fetch through the room's access.py: visible_<nouns>(request.agent) or <noun>_for(request.agent, …), which"
        " answers 404 to who may not see it. A screen's numbers come from pages.py.",
    )


def test_views_never_write() -> None:
    found = []
    for path in furniture("views"):
        for call in calls(path):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in WRITES:
                found.append(f"{where(path, call)} calls {ast.unparse(call.func)}()")
    verdict(found, "call a verb of the room, verb_noun(noun, by=request.actor, at=request.received_at); it writes.")


def test_forms_never_write() -> None:
    found = [
        f"{where(path, call)} calls {ast.unparse(call.func)}()"
        for path in furniture("forms")
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    ]
    verdict(found, "a form cleans input; the view hands what it cleaned to a verb.")
