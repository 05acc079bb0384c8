"""The doors that exist. A door is a folder under `channels/` that registers itself when it is installed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils.functional import Promise

if TYPE_CHECKING:
    from rung.accounts.access import Agent
    from rung.core.actor import Actor
    from rung.touchpoints.models import Conversation


@dataclass(frozen=True, slots=True)
class Letterhead:
    """How an answer will look that somebody is about to write: from whom it comes, what stands below it, and how many bytes
    of files it takes."""

    sender: str
    signature: str
    quotes: bool
    max_file_bytes: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far something is that could not be delivered so far: tried so often, when next, and when it is given up. With
    `held_at` it is not tried at all: it waits for somebody's word, and that is the address where it is given."""

    tries: int = 0
    next_at: datetime | None = None
    gives_up_at: datetime | None = None
    held_at: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a letter that is shown by itself; `html` is cleaned, and empty where the letter has none."""

    text: str
    html: str = ""


def _in_one_piece(text: str, html: str, count: int) -> tuple[Passage, ...]:
    return ()


def _none_of_them(addresses: Iterable[str]) -> set[str]:
    return set()


def _no_progress(touchpoints: Sequence[int]) -> Mapping[int, Progress]:
    return {}


def _plain(conversation: Conversation | None, agent: Agent) -> Letterhead | None:
    return None


class ShutOut(Protocol):
    def __call__(self, conversation: Conversation, *, whole_domain: bool, by: Actor, at: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One channel: its kind as stored, its name for people, its icon in `ui`.

    `by_hand`: agents enter its touchpoints. `both_speak`: customer and agent meet in it, so that an entry is an answer too.
    `writes`: an answer can be sent through it. `asks_place` and `asks_duration` say what the entry form asks for.
    `ours`: which of some addresses lead back to us. `letterhead`: of an answer in a conversation, or of a first letter where
    that is None; None when the channel has no such thing. `shut_out`: have what the writer of a conversation writes from now
    on, or everybody at their domain, go to Spam; it raises ValidationError, and is None where nobody can be. `progress`: of
    those of some touchpoints that are being tried. `passages`: a text, its HTML and how many letters are passed on within
    them, cut into what its writer says and what each of those says; empty where it stays in one piece.
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
    ours: Callable[[Iterable[str]], set[str]] = _none_of_them
    letterhead: Callable[[Conversation | None, Agent], Letterhead | None] = _plain
    progress: Callable[[Sequence[int]], Mapping[int, Progress]] = _no_progress
    shut_out: ShutOut | None = None
    passages: Callable[[str, str, int], tuple[Passage, ...]] = _in_one_piece


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
