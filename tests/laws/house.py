"""What the laws read: the source of the house, as files and as syntax trees."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RUNG = ROOT / "src" / "rung"


def modules(pattern: str = "*.py") -> list[Path]:
    """Our own modules below src/rung, migrations left out: those are written by a machine."""
    return sorted(path for path in RUNG.rglob(pattern) if "migrations" not in path.parts)


def furniture(name: str) -> list[Path]:
    """Every room's `<name>.py`, and the modules of every `<name>/` package."""
    return [path for path in modules() if path.stem == name or name in path.relative_to(RUNG).parts[:-1]]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def where(path: Path, node: ast.AST) -> str:
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def dotted(path: Path) -> str:
    """src/rung/channels/email/verbs.py → channels.email.verbs"""
    parts = path.relative_to(RUNG).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def verdict(found: list[str], instead: str) -> None:
    """Fail with the places and, below them, what to do instead."""
    assert not found, "\n  " + "\n  ".join(found) + f"\n\nInstead: {instead}"
