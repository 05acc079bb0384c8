"""How versions of the model's numbers are called: "own-3-adaptive" is estimation 3, in which the adaptive model won."""

from __future__ import annotations

from rung.ladder.model.stages import Kind

OWN = "own"
KINDS = frozenset(kind.value for kind in Kind)


def version_name(estimation: int) -> str:
    """The stem of a version's name; the kind of the winner is put behind it: "own-3-adaptive"."""
    return f"{OWN}-{estimation}"


def read_version(version: str) -> tuple[int, Kind] | None:
    """Which estimation a version came from and which kind had won; None for the defaults and for names not ours."""
    stem, _dash, kind = version.rpartition("-")
    prefix, _dash, number = stem.partition("-")
    if prefix != OWN or not number.isdigit() or kind not in KINDS:
        return None
    return int(number), Kind(kind)
