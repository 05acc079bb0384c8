"""Which numbers are in force, and how a set of them is kept as JSON."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from rung.ladder.model.parameters import DEFAULTS, Behaviour, Cause, Ordinal, Parameters
from rung.ladder.models import Estimation

_ORDINALS = ("level", "csat", "ces", "nps")


def parameters_in_force() -> Parameters:
    """The numbers to grade with: the published estimation's, or the defaults. One query."""
    numbers = Estimation.objects.in_force().values_list("numbers", flat=True).first()
    return parameters_from(numbers) if numbers else DEFAULTS


def version_in_force() -> str:
    """The name of the numbers in force; one query."""
    return Estimation.objects.in_force().values_list("version", flat=True).first() or DEFAULTS.version


def numbers_of(parameters: Parameters) -> dict[str, Any]:
    """A set of numbers as JSON can hold it."""
    return asdict(parameters)


def parameters_from(numbers: dict[str, Any]) -> Parameters:
    """A set of numbers as it was kept. What the model has learnt to read since is filled by its default."""
    found = {field.name: numbers[field.name] for field in fields(Parameters) if field.name in numbers}
    return Parameters(**{name: _read(name, value) for name, value in found.items()})


def _read(name: str, value: Any) -> Any:
    if name == "causes":
        return tuple(Cause(**cause) for cause in value)
    if (
        name == "usual_wait_s"
    ):  # kept before November 2026, they name paper letters by their room, and none in the house
        kept = {"letter" if channel == "letterpost" else channel: seconds for channel, seconds in value}
        return tuple((dict(DEFAULTS.usual_wait_s) | kept).items())
    if name in _ORDINALS:
        return value and Ordinal(value["slope"], tuple(value["thresholds"]), value["lowest"])
    if isinstance(getattr(DEFAULTS, name), Behaviour):
        return Behaviour(**value)
    return _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value
