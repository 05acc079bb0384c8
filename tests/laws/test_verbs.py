"""Verbs are the only code that writes; who and when is handed to them."""

import ast
from pathlib import Path

from tests.laws.house import calls, dotted, furniture, modules, tree, verdict, where

# Reading is the reader's own doing: the agent it is done by is the one it is about, so `by` would say it twice.
BY_THE_NOUN_ITSELF = {"touchpoints.verbs.reading.mark_read", "touchpoints.verbs.mark_read"}


def verbs(path: Path) -> list[ast.FunctionDef]:
    """A module's public functions; of a module in a package, those that its __init__ hands out."""
    public = [node for node in tree(path).body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]
    door = path.with_name("__init__.py")
    if path.parent.name != "verbs" or path == door:
        return public
    handed_out = {name.name for node in tree(door).body if isinstance(node, ast.ImportFrom) for name in node.names}
    return [verb for verb in public if verb.name in handed_out]


def test_verbs_are_told_who_and_when() -> None:
    found = []
    for path in furniture("verbs"):
        for verb in verbs(path):
            named = {argument.arg for argument in verb.args.kwonlyargs}
            wanted = {"at"} if f"{dotted(path)}.{verb.name}" in BY_THE_NOUN_ITSELF else {"by", "at"}
            if missing := wanted - named:
                found.append(f"{where(path, verb)} {verb.name}() lacks keyword-only {', '.join(sorted(missing))}")
    verdict(
        found,
        "verb_noun(noun, *, by: Actor, at: datetime, …). A helper of a verb starts with an underscore; a pure function"
        " lives in a module named for what it knows.",
    )


def test_nobody_saves_blindly() -> None:
    found = []
    for path in modules():
        if "management" in path.parts:
            continue
        for call in calls(path):
            named = {keyword.arg for keyword in call.keywords}
            if (
                isinstance(call.func, ast.Attribute)
                and call.func.attr == "save"
                and not call.args
                and not named & {"update_fields", "force_insert"}
            ):
                found.append(f"{where(path, call)} {ast.unparse(call)}")
    verdict(
        found,
        "say which columns: save(update_fields=[…]), or save(force_insert=True) for a new row. A blind save() overwrites"
        " what somebody else wrote a moment ago.",
    )


def test_models_keep_no_secrets() -> None:
    found = []
    for path in furniture("models"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.FunctionDef) and node.name in ("save", "delete"):
                found.append(f"{where(path, node)} overrides {node.name}()")
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
                found.append(f"{where(path, node)} listens to signals")
    verdict(found, "let the verb name its consequences, or record an event and let a reaction answer it.")
