"""Where what was said stands by now: conversations are put together and split, and taken apart again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rung.ladder.episodes.facts import (
    ASSIGNED,
    JOINED,
    MOVES,
    NO_SPAM,
    OPENED,
    PARTED,
    RECEIVED,
    SAID,
    SPAM,
    TOUCH_JOINED,
    TOUCH_PARTED,
    Fact,
)


def counting(facts: Iterable[Fact]) -> list[Fact]:
    """Those that tell of our service: nothing of history that was imported, nor of what stands under Spam or is our own
    question to somebody beside a conversation. What was split off counts in the conversation it was put into, as if it had
    always stood there. What joined another counts where it was said; that it joined is told only where it still has."""
    kept = sorted((fact for fact in facts if fact.kind == OPENED or not fact.data.get("archived")), key=lambda f: f.id)
    spam = {fact.conversation: fact.kind for fact in kept if fact.kind in (SPAM, NO_SPAM)}
    asides = {fact.conversation for fact in kept if fact.kind == OPENED and fact.data.get("beside")}
    if not any(fact.kind in MOVES for fact in kept):
        return [fact for fact in kept if fact.conversation not in asides and spam.get(fact.conversation) != SPAM]
    places = Places.of(kept)
    found = []
    for fact in map(places.moved, kept):
        if fact is None:
            continue
        # Who had it tells of what was split off from it too.
        is_left_out = fact.conversation in asides or spam.get(places.stands_in(fact.conversation)) == SPAM
        if not is_left_out or fact.kind in (OPENED, ASSIGNED):
            found.append(fact)
    return found


@dataclass(slots=True)
class Places:
    """Where everything stands in the end.

    ``homes``: of each touchpoint the conversations in which it counts from when it was said, the last one being the one that
    holds, each with the conversation out of which it came back there, if it did. ``joined``: of a conversation that has
    joined another, which, and the fact that tells it. ``guests``: the fact by which each touchpoint came where it stands.
    """

    homes: dict[int, list[tuple[int | None, int | None]]] = field(default_factory=dict)
    joined: dict[int | None, tuple[int, int]] = field(default_factory=dict)
    said: set[int] = field(default_factory=set)
    guests: dict[int, int] = field(default_factory=dict)

    @classmethod
    def of(cls, ordered: Iterable[Fact]) -> Places:
        found, leaving = cls(), list[Fact]()
        for fact in ordered:
            kind, here, touchpoint, data = fact.kind, fact.conversation, fact.touchpoint, fact.data
            if kind == JOINED:
                found.joined[here] = (data["into"], fact.id)
            elif kind == PARTED:
                found.joined.pop(here, None)
                for each in leaving:
                    if (each.conversation, each.occurred_at) == (data["into"], fact.occurred_at):
                        found._went_back(each.touchpoint or 0, here)
                leaving = []
            elif touchpoint is None:
                continue
            elif kind in SAID:
                found.said.add(touchpoint)
                found.homes.setdefault(touchpoint, [(here, None)])
            elif kind == TOUCH_JOINED:
                found._came(touchpoint, here, data)
                found.guests[touchpoint] = fact.id
            elif kind == TOUCH_PARTED and not data.get("split"):
                leaving.append(fact)
                found.guests.pop(touchpoint, None)
        return found

    def _came(self, touchpoint: int, here: int | None, data: dict[str, Any]) -> None:
        trail = self.homes.setdefault(touchpoint, [(data["former"], None)])
        if data.get("split"):
            trail.append((here, None))
            return
        for home, _via in reversed(trail[:-1]):
            if self.stands_in(home) == here:  # it came back, and counts as when it was said there first
                trail.append((home, data["former"]))
                return

    def _went_back(self, touchpoint: int, here: int | None) -> None:
        trail = self.homes.setdefault(touchpoint, [(here, None)])
        if trail[-1][1] == here:
            trail.pop()
        if self.stands_in(trail[-1][0]) != here:  # written here, and sent while this stood in another
            trail.append((here, None))

    def stands_in(self, conversation: int | None) -> int | None:
        while conversation in self.joined:
            conversation = self.joined[conversation][0]
        return conversation

    def moved(self, fact: Fact) -> Fact | None:
        """The fact in the conversation where it counts; None where it tells of a move that changes nothing."""
        touchpoint = fact.touchpoint
        if fact.kind == TOUCH_JOINED:
            return self._as_received(fact)
        if fact.kind in MOVES:
            standing = self.joined.get(fact.conversation)
            return fact if fact.kind == JOINED and standing is not None and standing[1] == fact.id else None
        if touchpoint is None or touchpoint not in self.homes:
            return fact
        home = self.homes[touchpoint][-1][0]
        return fact if home == fact.conversation else fact._replace(conversation=home, said_in=fact.conversation)

    def _as_received(self, fact: Fact) -> Fact | None:
        """Somebody else's words, of which nothing was read here but that they came. Gone again, they stand nowhere here."""
        touchpoint = fact.touchpoint or 0
        if touchpoint in self.said or fact.data["direction"] != "in":
            return None
        if self.guests.get(touchpoint) != fact.id:
            return fact._replace(conversation=None)
        said_at = datetime.fromtimestamp(fact.data["occurred_ms"] / 1000, UTC)
        since = said_at if fact.data.get("split") else fact.recorded_at
        return fact._replace(kind=RECEIVED, occurred_at=said_at, recorded_at=since)
