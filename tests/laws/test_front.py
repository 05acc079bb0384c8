"""Pages that pass a strict content policy, in colours that have names, with behaviours one can read at a sitting."""

import re
from pathlib import Path

from tests.laws.house import ROOT, RUNG, verdict

INLINE = re.compile(
    r"""<script(?![^>]*\bsrc=)[^>]*>|\son[a-z]+\s*=\s*["']|\sstyle\s*=\s*["']|<style\b|javascript:""", re.I
)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch)\(")
LONGEST_BEHAVIOUR = 80


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}")
    return found


def test_templates_hold_no_script_and_no_style() -> None:
    pages = [path for path in RUNG.rglob("templates/**/*.html") if not {"email", "mail"} & set(path.parts[-2:-1])]
    verdict(
        lines_with(INLINE, sorted(pages)),
        "a behaviour is a module in static/ui/behaviours attached by a data attribute; a look is a class; a width in a"
        " drawing is an SVG attribute. The content policy refuses the rest in the browser anyway.",
    )


def test_rooms_use_tokens_for_colour() -> None:
    sheets = [path for path in RUNG.rglob("static/**/*.css") if RUNG / "ui" not in path.parents]
    verdict(
        lines_with(COLOUR, sorted(sheets)),
        "use a token, var(--…); if none fits, add one to ui's tokens with its dark twin.",
    )


def test_behaviours_are_short() -> None:
    found = []
    for path in sorted(RUNG.rglob("static/**/*.js")):
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > LONGEST_BEHAVIOUR:
            found.append(f"{path.relative_to(ROOT)} has {length} lines")
    verdict(found, f"split it: one behaviour does one thing, in at most {LONGEST_BEHAVIOUR} lines.")
