"""What a fact is: a frozen dataclass with a kind, a meaning, a sentence and a privacy answer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar, cast, dataclass_transform


class Event(Protocol):
    """What every fact answers; `@event` sees to it."""

    personal: ClassVar[tuple[str, ...]]

    def describe(self) -> str:
        """What happened, as the end of a sentence whose subject is the actor."""
        ...


EventClass = TypeVar("EventClass", bound=type)

EVENTS: dict[str, type[Event]] = {}
_KINDS: dict[type, str] = {}


class EventError(TypeError):
    """An event class that does not answer what every event has to answer."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(kind: str) -> Callable[[EventClass], EventClass]:
    """Register a past-tense class under `kind`, such as "conversation.resolved", and freeze it.

    Raises EventError at import when the class has no docstring, no `describe`, no `personal`, or a kind that is taken.
    """

    def register(cls: EventClass) -> EventClass:
        where = f"{cls.__module__}.{cls.__qualname__}"
        if not (cls.__doc__ or "").strip():
            raise EventError(f"{where}: say in a docstring what this fact means; docs/events.md prints it.")
        if "describe" not in cls.__dict__:
            raise EventError(f"{where}: write describe(self) -> str, the sentence a person reads.")
        if "personal" not in cls.__dict__:
            raise EventError(f"{where}: name in `personal` the fields to blank when a person is forgotten, or ().")
        if kind in EVENTS:
            raise EventError(f"{where}: the kind {kind!r} belongs to {EVENTS[kind].__qualname__}; choose another.")
        frozen: Any = dataclass(frozen=True, kw_only=True)(cls)
        unknown = set(frozen.personal) - {field.name for field in fields(frozen)}
        if unknown:
            raise EventError(f"{where}: `personal` names {sorted(unknown)}, which are no fields.")
        EVENTS[kind] = frozen
        _KINDS[frozen] = kind
        return cast(EventClass, frozen)

    return register


def kind_of(fact: type[Event]) -> str:
    """The kind an event class was registered under. Raises KeyError for a class that is no event."""
    return _KINDS[fact]


def event_data(fact: Event) -> dict[str, Any]:
    """The fields of a fact as JSON can hold them."""
    data = {name: getattr(fact, name) for name in _names(type(fact))}
    # `asdict` looks into every value, which costs more than everything else about a fact; most hold nothing to look into.
    return data if _PLAIN.issuperset(map(type, data.values())) else asdict(cast(Any, fact))


_PLAIN = {str, int, float, bool, type(None)}


@cache
def _names(cls: type[Event]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(cast(Any, cls)))


def event_from(kind: str, data: dict[str, Any]) -> Event:
    """A fact as it was recorded. Fields added since are filled by their defaults; fields dropped since are left out."""
    cls = EVENTS[kind]
    known = _names(cls)
    return cls(**{name: value for name, value in data.items() if name in known})
