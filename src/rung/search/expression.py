"""What the index is asked for: terms and how they stand to each other, before either database has a word for it.

Beside the words of a text the index holds terms that no text can say, with a colon in them: `f:carla` for a word in the name
or an address of somebody who wrote, `st:open` for a conversation that is open.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the index; with `is_begun` every term that begins like it."""

    text: str
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class Adjacent:
    """Words that follow one another; `is_begun` is said of the last."""

    words: tuple[str, ...]
    is_begun: bool = False


@dataclass(frozen=True, slots=True)
class AllOf:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """The opposite of its part. Stands only in an AllOf that has something else as well."""

    part: Expression


Expression = Term | Adjacent | AllOf | AnyOf | NoneOf

CONVERSATION, PERSON, COMPANY = Term("k:c"), Term("k:p"), Term("k:o")
NEVER = Term(":")
"""A term that stands nowhere."""


def all_of(*parts: Expression) -> Expression:
    flat = dict.fromkeys(inner for part in parts for inner in (part.parts if isinstance(part, AllOf) else (part,)))
    return next(iter(flat)) if len(flat) == 1 else AllOf(tuple(flat))


def any_of(*parts: Expression) -> Expression:
    if not parts:
        return NEVER
    different = tuple(dict.fromkeys(parts))
    return different[0] if len(different) == 1 else AnyOf(different)


def terms_of(expression: Expression) -> Iterator[Term]:
    """Every term that is wanted, not those that are excluded; of adjacent words each, but of what is asked for as written
    together too only that."""
    if isinstance(expression, Term):
        yield expression
    elif isinstance(expression, Adjacent):
        last = len(expression.words) - 1
        for place, word in enumerate(expression.words):
            yield Term(word, expression.is_begun and place == last)
    elif isinstance(expression, AllOf | AnyOf):
        together = {part.text for part in expression.parts if isinstance(part, Term)}
        for part in expression.parts:
            if not isinstance(part, Adjacent) or "".join(part.words) not in together:
                yield from terms_of(part)
