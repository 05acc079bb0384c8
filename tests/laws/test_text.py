"""What may not stand in a file of this house."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.laws.house import ROOT, RUNG, modules, verdict

LONGEST = 400
LUMBER = {"utils", "util", "helpers", "services", "managers", "signals", "constants", "misc", "common", "lib"}
PLACES = re.compile(
    r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/|pypi\.org|pythonhosted|deb\.debian|registry\.npmjs|--(?:extra-)?index-url"
)
UNFINISHED = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
SILENCED = re.compile(r"#\s*(?:type:\s*ignore(?:\[[\w, -]+\])?|noqa(?::\s*[\w, ]+?)?)\s*$")
BINARY = {".png", ".ico", ".eml", ".gz", ".zip", ".woff2", ".mo", ".pdf", ".jpg"}


def files() -> list[Path]:
    """What git keeps, or would; but for this file, which has to name what it forbids."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to keep clean")
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and path.suffix not in BINARY and path != Path(__file__)]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}")
    return found


def test_no_file_names_a_package_host_or_a_path_of_one_machine() -> None:
    verdict(
        lines_with(PLACES, files()),
        "write paths relative to the repository or the data folder, and leave the choice of package host to pip's own"
        " configuration; a lock is compiled with bin/lock.",
    )


def test_nothing_is_left_for_later() -> None:
    sources = [path for path in files() if path.suffix in {".py", ".js", ".css", ".html", ".sh"}]
    verdict(
        lines_with(UNFINISHED, sources), "do it, or file an issue and say in the code what is so, not what will be."
    )


def test_silence_has_a_reason() -> None:
    sources = [path for path in files() if path.suffix == ".py" and "migrations" not in path.parts]
    found = []
    for path in sources:
        above = ""
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if SILENCED.search(line) and not above.lstrip().startswith("#"):
                found.append(f"{path.relative_to(ROOT)}:{number} {line.strip()[:100]}")
            above = line
    verdict(
        found,
        "give the reason on the same line, `# type: ignore[attr-defined]  # the i18n extension adds it`, or just above.",
    )


def test_modules_stay_short() -> None:
    found = []
    for path in modules():
        length = len(path.read_text(encoding="utf-8").splitlines())
        if length > LONGEST:
            found.append(f"{path.relative_to(ROOT)} has {length} lines")
    verdict(found, f"past about 300 lines (the law is {LONGEST}) a module becomes a package split by noun.")


def test_there_is_no_lumber_room() -> None:
    # Below verbs/ and models/ a module is named for its noun, and touchpoints has signals (a complaint, thanks).
    furniture = [path for path in modules() if path.parent.name not in ("verbs", "models", "events", "views", "pages")]
    verdict(
        [str(path.relative_to(ROOT)) for path in furniture if path.stem in LUMBER or path.parent.name in LUMBER],
        "name the module for what it knows (`moments.py`, `ringing.py`).",
    )


def test_every_room_says_what_it_is_for() -> None:
    found = [
        str(path.parent.relative_to(ROOT))
        for path in RUNG.rglob("apps.py")
        if not (path.with_name("__init__.py").read_text(encoding="utf-8").lstrip().startswith('"""'))
    ]
    verdict(found, "begin the room's __init__.py with one paragraph: what it is for, and what it never does.")
