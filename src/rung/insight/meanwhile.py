"""What is known of touchpoints in the end, wherever they stood when somebody said it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rung.insight.moves import OF_TOUCHPOINTS, SAYINGS, Told

OF_STAYS = ("conversation.parted", "touchpoint.parted", "touchpoint.phase_set", "signal.noted", "signal.withdrawn")
"""What a conversation tells of the touchpoints of another that had joined it: what of them went back there, and what was
read from them meanwhile."""

Meanwhile = Mapping[int, Sequence[Told]]
"""By touchpoint: what was told of it, of OF_STAYS, where it stood before its conversation stood by itself again."""


class Known(NamedTuple):
    """The signals that were read from touchpoints, by touchpoint and kind, and the phase each is in."""

    signals: set[tuple[int, str]]
    phases: dict[int, str]


def known_of(entries: Iterable[Told], meanwhile: Meanwhile) -> Known:
    """`entries` of one conversation, in the order they happened."""
    told = list(entries)
    here = {entry.data["touchpoint"] for entry in told if entry.kind in (*SAYINGS, "touchpoint.joined")}
    if elsewhere := [entry for touchpoint in here for entry in meanwhile.get(touchpoint, ())]:
        told = sorted([*told, *elsewhere], key=lambda entry: entry.occurred_at)
    known = Known(set(), {})
    for entry in told:
        if entry.kind not in OF_TOUCHPOINTS:
            continue
        touchpoint = entry.data["touchpoint"]
        if entry.kind == "signal.noted":
            known.signals.add((touchpoint, entry.data["signal"]))
        elif entry.kind == "signal.withdrawn":
            known.signals.discard((touchpoint, entry.data["signal"]))
        elif phase := entry.data.get("phase"):
            known.phases[touchpoint] = phase
        if entry.kind == "touchpoint.joined" and "signals" in entry.data:
            known.signals.difference_update([each for each in known.signals if each[0] == touchpoint])
            known.signals.update((touchpoint, kind) for kind in entry.data["signals"])
    return known
