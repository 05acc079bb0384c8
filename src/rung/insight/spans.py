"""Stretches of time in a statement: what is asked once for each of them, and what none of them needs is not read.

A statement joins its facts to `:spans s` and compares their moments with `s.from_ms` and `s.to_ms`. No engine sees through
such a join what it may leave unread. So each comparison is given its bound over all spans as a number beside it; with one
span alone the number stands in its place. Nothing about what is true changes by that, wherever the comparison stands.

`<<…>>` is written once for each span, with `:span`, `:from_ms` and `:to_ms` its own. So one pass over the facts answers for
all spans of a customer, where a join would make each moment into as many rows as there are spans around it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time, its end left out, in milliseconds since 1970 UTC."""

    number: int
    from_ms: int
    to_ms: int


_EACH = re.compile(r"<<(.*?)>>", re.DOTALL)
_OWN = re.compile(r":(span|from_ms|to_ms)\b")
_JOINED = re.compile(r":spans\s+(?:AS\s+)?(\w+)")


def repeated(statement: str, spans: Sequence[Span]) -> str:
    """A statement with its `<<…>>` written for each span."""

    def written(found: re.Match[str]) -> str:
        return " ".join(
            _OWN.sub(
                lambda own, span=span: str({"span": span.number, "from_ms": span.from_ms, "to_ms": span.to_ms}[own[1]]),
                found[1],
            )
            for span in spans
        )

    return _EACH.sub(written, statement)


def names_of_spans(statement: str) -> set[str]:
    """What a statement calls the spans it joins."""
    return set(_JOINED.findall(statement))


def bounded(text: str, names: set[str], spans: Sequence[Span]) -> str:
    """A text whose parameters are written out, with the bounds of its comparisons beside them."""
    if not names:
        return text
    compared = re.compile(
        r"\b(WHERE|AND|OR|WHEN|ON|\() *(\w+(?:\.\w+)?) *(<=|<|>=|>) *"
        rf"((?:{'|'.join(sorted(names))})\.(from_ms|to_ms)(?: *([-+]) *(\d+))?)(?!\w| *[-+*.])"
    )

    def written(found: re.Match[str]) -> str:
        before, moment, sign, edge, column, plus_or_minus, by = found.groups()
        edges = [span.from_ms if column == "from_ms" else span.to_ms for span in spans]
        moved = int(f"{plus_or_minus}{by}") if by else 0
        bound = (min(edges) if sign[0] == ">" else max(edges)) + moved
        if len(spans) == 1:
            return f"{before} {moment} {sign} {bound}"
        return f"{before} ({moment} {sign} {edge} AND {moment} {sign} {bound})"

    return compared.sub(written, text)
