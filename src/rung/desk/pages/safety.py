"""What stands around a touchpoint besides what it says: doubts about its sender, pictures that wait, tries to send it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rung.customers.access import trusted_for_pictures
from rung.desk.pages.doubts import doubts_of
from rung.desk.pages.letters import has_pictures_elsewhere
from rung.touchpoints.access import Touchpoint
from rung.touchpoints.doors import Progress, door


@dataclass(frozen=True, slots=True)
class Safety:
    """`doubts` in sentences. `pictures` from elsewhere: "" there are none, "asked" not before somebody asks, "shown" because
    their sender is trusted. `progress` of a letter of ours that was tried in vain."""

    doubts: tuple[str, ...] = ()
    pictures: str = ""
    progress: Progress | None = None


NOTHING = Safety()


def safety_of(touchpoints: Sequence[Touchpoint]) -> dict[int, Safety]:
    """By touchpoint. No query for a thread without pictures from elsewhere and letters in trouble."""
    fetching = [each for each in touchpoints if each.direction == "in" and has_pictures_elsewhere(each.html)]
    trusted = trusted_for_pictures(map(written_from, fetching))
    fetching_pks = {each.pk for each in fetching}
    progress = _progress(touchpoints)
    found = {}
    for touchpoint in touchpoints:
        doubts = doubts_of(touchpoint) if touchpoint.direction == "in" else ()
        pictures = ""
        if touchpoint.pk in fetching_pks:
            # Trust is of no use to a letter whose sender is in doubt.
            pictures = "shown" if written_from(touchpoint) in trusted and not doubts else "asked"
        found[touchpoint.pk] = Safety(doubts, pictures, progress.get(touchpoint.pk))
    return found


def written_from(touchpoint: Touchpoint) -> str:
    """The address a letter came from, in lower case."""
    return str((touchpoint.parties or {}).get("from") or "").lower()


def _progress(touchpoints: Sequence[Touchpoint]) -> dict[int, Progress]:
    """Of those that did not get away at the first try; asked of their doors."""
    troubled: dict[str, list[int]] = {}
    for touchpoint in touchpoints:
        if touchpoint.delivery == "waiting" and touchpoint.delivery_detail:
            troubled.setdefault(touchpoint.channel, []).append(touchpoint.pk)
    return {pk: each for kind, pks in troubled.items() for pk, each in door(kind).progress(pks).items()}
