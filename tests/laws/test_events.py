"""Every fact has a meaning, a sentence and a privacy answer, and its kind is for ever."""

from dataclasses import MISSING, fields
from pathlib import Path
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from rung.journal.events import EVENTS, event_data, event_from
from tests.laws.house import verdict

KINDS = Path(__file__).with_name("kinds.txt")


def listed() -> list[str]:
    return [line for line in KINDS.read_text().splitlines() if line and not line.startswith("#")]


def our_events() -> dict[str, Any]:
    return {kind: cls for kind, cls in EVENTS.items() if cls.__module__.startswith("rung.")}


def sample(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        return sample(get_args(hint)[0])
    if get_origin(hint) in (list, tuple):
        return [sample(get_args(hint)[0])]
    values: dict[Any, Any] = {int: 1, str: "x", bool: True, float: 0.5, type(None): None}
    return values.get(hint, "x")


def test_no_kind_ever_disappears() -> None:
    verdict(
        sorted(f"{kind} is gone" for kind in set(listed()) - set(our_events())),
        "keep the class: entries of this kind lie in people's journals. A fact nobody records any more keeps its meaning.",
    )


def test_every_kind_is_listed() -> None:
    verdict(
        sorted(f"{kind} ({cls.__module__})" for kind, cls in our_events().items() if kind not in listed()),
        f"choose its name for good, then add it to tests/laws/{KINDS.name} and run `python -m rung docs`.",
    )


def test_kinds_are_listed_once_and_in_order() -> None:
    assert listed() == sorted(set(listed())), "Instead: sort tests/laws/kinds.txt; one kind a line, each once."


@pytest.mark.parametrize("kind", sorted(our_events()))
def test_an_event_can_be_told_and_kept(kind: str) -> None:
    cls = our_events()[kind]
    hints = get_type_hints(cls)
    fact = cls(**{field.name: sample(hints[field.name]) for field in fields(cls) if field.default is MISSING})
    sentence = fact.describe()
    assert isinstance(sentence, str), f"{kind}: describe() returns the end of a sentence, as str"
    assert sentence.strip(), f"{kind}: describe() says nothing; end a sentence whose subject is the actor"
    assert event_from(kind, event_data(fact)) == fact, f"{kind}: fields must survive JSON: int, str, bool, float, None"
