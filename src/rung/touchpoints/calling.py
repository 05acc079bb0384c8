"""Calling a colleague by name in a note: @Ada Berg, or @Ada where there is only one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """From the @ to the end of the name, as a slice of the text; `agent` is a primary key."""

    start: int
    end: int
    agent: int


def calls_in(text: str, names: Mapping[int, str]) -> list[Call]:
    """Who is called in a text, in its order; `names` of everybody who could be, by primary key. The longest name wins."""
    if "@" not in text:
        return []
    callable_as = sorted(_spellings(names).items(), key=lambda one: -len(one[0]))
    found, place = [], -1
    while (place := text.find("@", place + 1)) >= 0:
        if place and (text[place - 1].isalnum() or text[place - 1] in "._-"):
            continue  # an address
        for spelling, agent in callable_as:
            end = place + 1 + len(spelling)
            if text[place + 1 : end].lower() == spelling.lower() and not text[end : end + 1].isalnum():
                found.append(Call(place, end, agent))
                break
    return found


def _spellings(names: Mapping[int, str]) -> dict[str, int]:
    """Every full name, and every first name that is nobody else's name or first name."""
    whole = Counter(name.lower() for name in names.values())
    first = Counter(name.lower().split()[0] for name in names.values() if name.split())
    spellings = {}
    for agent, name in names.items():
        words = name.split()
        if words and whole[name.lower()] == 1:
            spellings[name.strip()] = agent
        if words and first[words[0].lower()] == 1 and words[0].lower() not in whole:
            spellings[words[0]] = agent
    return spellings
