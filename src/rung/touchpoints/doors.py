"""The doors that exist. A door is a folder under `channels/` that registers itself when it is installed."""

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One channel: its kind as stored, its name for people, its icon in `ui`.

    `by_hand`: agents enter its touchpoints. `both_speak`: customer and agent meet in it, so that an entry is an answer too.
    `writes`: an answer can be sent through it. `asks_place` and `asks_duration` say what the entry form asks for.
    """

    kind: str
    label: str | Promise
    icon: str
    order: int
    by_hand: bool = False
    both_speak: bool = False
    writes: bool = False
    asks_place: bool = False
    asks_duration: bool = False


_DOORS: dict[str, Door] = {}


def add_door(door: Door) -> None:
    _DOORS[door.kind] = door


def doors() -> list[Door]:
    """Every door, in the order people meet them."""
    return sorted(_DOORS.values(), key=lambda door: door.order)


def door(kind: str) -> Door:
    """A door by its kind; for a channel whose folder is gone, a plain one, so that history stays readable."""
    return _DOORS.get(kind) or Door(kind=kind, label=kind, icon="channel", order=99)


def writing_door(preferred: str) -> Door | None:
    """The door an answer goes out by: the preferred one if it can, else the first that can."""
    if door(preferred).writes:
        return door(preferred)
    return next((each for each in doors() if each.writes), None)
