"""The languages that people are written to in: what letters, and pages of customers, can say, gathered from the code, and
the catalogues.

Only what reaches somebody by mail or without signing in is gathered: the screens of the desk are in the installation's own
language. A law of the tests demands that every catalogue says all of it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2.ext import extract_from_ast

import rung
from rung.core.catalogues import Catalogue, Message, compiled, read, write

SOURCE = Path(rung.__file__).parent
FOLDER = SOURCE / "locale"
# What can be said; behind a colon the one class, function or macro of a file that can. A report says what the papers of
# screens say, and those take their words from here.
SAID = (
    "ui/paper.py",
    "ui/dates.py",
    "ui/figures.py",
    "ui/moments.py:duration",
    "reports/letters.py",
    "reports/papers.py",
    "reports/comparing.py",
    "reports/single.py",
    "reports/models.py:Screen",
    "insight/words.py",
    "insight/kpis/*.py",
    "insight/calls.py",
    "insight/exclusions.py",
    "insight/outsiders.py",
    "insight/still_open.py",
    "insight/pages/*.py",
    "touchpoints/models/conversation.py:Phase",
    "touchpoints/models/conversation.py:Priority",
    "channels/*/apps.py:Door",
    "ladder/levels.py",
    "ladder/evidence_words.py",
    "ladder/pages/erosion.py",
    "ladder/pages/ladder.py",
    "ladder/pages/over_time.py",
    "ladder/pages/paper.py",
    "ladder/pages/chips.py",
    "ways/built_in.py",
    "ways/pages/*.py",
    "patterns/drivers.py",
    "patterns/filters.py",
    "patterns/models.py:Side",
    "patterns/parity.py",
    "patterns/pages/chosen.py",
    "patterns/pages/method.py",
    "patterns/pages/overview.py",
    "patterns/pages/paper.py",
    "patterns/pages/pattern.py",
    "patterns/pages/texts.py",
    "patterns/pages/topics.py",
    "training/models.py:Outcome",
    "training/pages/lines.py",
    "training/pages/opportunity.py",
    "training/pages/overview.py",
    "training/pages/paper.py",
    "training/pages/texts.py",
    "notices/letters.py",
    "notices/folding.py",
    # Customers are asked in their own language, on pages as well; it shares words with the numbers made of the answers.
    "surveys/letters.py",
    "surveys/wording.py",
    "surveys/forms.py:CommentForm",
    "surveys/templates/surveys/closed.html",
    "surveys/templates/surveys/question.html",
    "surveys/templates/surveys/stop.html",
    "surveys/templates/surveys/thanks.html",
    "surveys/templates/surveys/why.html",
    "ui/templates/ui/public.html",
    "ui/templates/ui/macros/fields.html:field",
    "ui/templates/ui/macros/fields.html:form_errors",
    # And what whoever is not signed in is told where there is no page.
    "config/instead.py",
    "config/refusals.py",
    "config/templates/config/*.html",
    "accounts/templates/accounts/mail/*.txt",
    "accounts/templates/account/email/*.txt",
)
# Beside conversations, which leave the house in no letter.
UNSAID = ("_remark",)
UNSAID_KEYWORDS = ("behind_words", "remark")  # of a KPI
# Which arguments of a call are the message: context, text, plural.
_CALLS = {
    **dict.fromkeys(("_", "lazy", "gettext", "gettext_lazy", "gettext_noop"), ("text",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("text", "plural")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "text")),
}


def messages() -> dict[Message, list[str]]:
    """All that letters can say, and in which files it stands."""
    found: dict[Message, list[str]] = {}
    for pattern in SAID:
        pattern, _colon, name = pattern.partition(":")
        for path in sorted(SOURCE.glob(pattern)):
            text, place = path.read_text(encoding="utf-8"), path.relative_to(SOURCE).as_posix()
            for message in _in_code(ast.parse(text), name) if path.suffix == ".py" else _in_template(text, name):
                places = found.setdefault(message, [])
                places += [place] if place not in places else []
    return found


def _in_template(text: str, name: str) -> Iterator[Message]:
    env = jinja2.Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do"])  # noqa: S701 - nothing is rendered
    whole = env.parse(text)
    parts = [macro for macro in whole.find_all(jinja2.nodes.Macro) if macro.name == name] if name else [whole]
    for part in parts:
        for _line, _name, said in extract_from_ast(part, ("_",)):  # type: ignore[arg-type]  # it takes any node
            yield Message(said if isinstance(said, str) else str((said or ("",))[0]))


def _in_code(tree: ast.AST, name: str) -> Iterator[Message]:
    """The messages in the order they stand; with a ``name`` only those in what is called so: a class, a function, a call."""
    if not name:
        yield from _below(tree)
        return
    for node in ast.walk(tree):
        if (isinstance(node, ast.ClassDef | ast.FunctionDef) and node.name == name) or (
            isinstance(node, ast.Call) and _called(node) == name
        ):
            yield from _below(node)


def _below(node: ast.AST) -> Iterator[Message]:
    if isinstance(node, ast.FunctionDef) and node.name in UNSAID:
        return
    if isinstance(node, ast.Call) and (names := _CALLS.get(_called(node))):
        values = [each.value for each in node.args[: len(names)] if isinstance(each, ast.Constant)]
        texts = [each for each in values if isinstance(each, str)]
        if len(texts) == len(names):
            yield Message(**dict(zip(names, texts, strict=True)))
    for child in ast.iter_child_nodes(node):
        is_kpi = isinstance(node, ast.Call) and _called(node) == "KPI"
        if is_kpi and isinstance(child, ast.keyword) and child.arg in UNSAID_KEYWORDS:
            continue
        yield from _below(child)


def _called(node: ast.Call) -> str:
    function = node.func
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def catalogues() -> dict[str, Path]:
    """The `.po` of each language but English, by its code."""
    return {path.parents[1].name: path for path in sorted(FOLDER.glob("*/LC_MESSAGES/django.po"))}


def renewed(path: Path, places: dict[Message, list[str]]) -> Catalogue:
    """A catalogue with what the code says now: the new without a text yet, and nothing of what is gone."""
    known = read(path.read_text(encoding="utf-8"))
    said = {message: texts for message, texts in known.said.items() if message in places}
    return Catalogue(known.head, said, known.fuzzy & said.keys())


def write_catalogues() -> Iterator[Path]:
    """Bring every catalogue up to the code and compile it; the files that were written."""
    places = messages()
    for path in catalogues().values():
        catalogue = renewed(path, places)
        for target, content in (
            (path, write(catalogue, places).encode()),
            (path.with_suffix(".mo"), compiled(catalogue)),
        ):
            if not target.exists() or target.read_bytes() != content:
                target.write_bytes(content)
                yield target
