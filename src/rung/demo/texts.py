"""The letters of the demo company, read from `letters/*.txt`.

A file holds situations: `== name`, lines of facts (the fields of `Situation`), then texts, each after a line `~ kind`. A
line that begins with `#` is a remark. Words in braces are filled in by `filled`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).with_name("letters")


@dataclass(frozen=True)
class Situation:
    """Why somebody writes: how often (`weight`), by which door, and what is said on both sides.

    `subjects`: one a line; empty for none. `sells`, `picture`: chances in per cent that an order follows, that a
    photograph is attached. `wave`: part of the story of the bad month. `motor`: only for bicycles that have one.
    """

    name: str
    phase: str
    team: str
    mood: str
    weight: int
    channels: tuple[str, ...]
    subjects: tuple[str, ...]
    only: str = ""
    signal: str = ""
    sells: int = 0
    picture: int = 0
    wave: bool = False
    motor: bool = False
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __getitem__(self, kind: str) -> tuple[str, ...]:
        """The texts of a kind: letter, ask, reply, answer, weak, again, fix, call, visit; none is an empty tuple."""
        return self.texts.get(kind, ())


def _situation(name: str, lines: list[str]) -> Situation:
    facts: dict[str, str] = {}
    texts: dict[str, list[list[str]]] = {}
    current: list[str] | None = None
    for line in lines:
        if line.startswith("~ "):
            current = []
            texts.setdefault(line[2:].strip(), []).append(current)
        elif current is not None:
            current.append(line)
        elif line.strip():
            key, _space, value = line.partition(" ")
            facts[key] = value.strip()
    said = {kind: tuple("\n".join(part).strip("\n") for part in parts) for kind, parts in texts.items()}
    # A first line left empty is a letter without a subject, so it is not stripped away.
    subjects = tuple(texts.get("subject", [[]])[0])
    while subjects and not subjects[-1]:
        subjects = subjects[:-1]
    return Situation(
        name=name,
        phase=facts.get("phase", ""),
        team=facts.get("team", ""),
        mood=facts.get("mood", ""),
        weight=int(facts.get("weight", "0")),
        channels=tuple(facts.get("channels", "email").split()),
        subjects=subjects or ("",),
        only=facts.get("only", ""),
        signal=facts.get("signal", ""),
        sells=int(facts.get("sells", "0")),
        picture=int(facts.get("picture", "0")),
        wave=facts.get("wave") == "yes",
        motor=facts.get("motor") == "yes",
        texts=said,
    )


@cache
def _read(file: str) -> dict[str, Situation]:
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in (FOLDER / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            current = found.setdefault(line[3:].strip(), [])
        elif not line.startswith("#"):
            current.append(line)
    return {name: _situation(name, lines) for name, lines in found.items()}


@cache
def situations() -> dict[str, Situation]:
    """Every situation by its name."""
    return {
        name: situation for file in ("before", "during", "after", "inside") for name, situation in _read(file).items()
    }


def small(kind: str) -> tuple[str, ...]:
    """Sentences that any conversation may need: nudge, angry, thanks, note, why_low …"""
    return _read("common")["small"][kind]


def filled(text: str, slots: Mapping[str, str]) -> str:
    """A text with its braces filled in. Raises KeyError for a slot nobody filled, which the tests would rather see."""
    return text.format_map(slots)
