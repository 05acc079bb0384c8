"""Endings learnt from their repetition: what somebody puts below every letter is no news in the next one."""

from collections.abc import Collection, Sequence

MAX_LEARNT = 12
"""Lines with words of which a learnt ending may consist."""
MAX_TAIL = 25
"""Lines with words, from the end upwards, in which an earlier letter is asked for one."""
NEEDED = 2
"""Earlier letters that must have a line in their endings. What was said once may be said again."""


def tail_of(text: str) -> frozenset[str]:
    """The last lines of an earlier letter, as they are compared."""
    lines = [_alike(line) for line in text.split("\n")]
    return frozenset([line for line in lines if line][-MAX_TAIL:])


def learnt_ending(lines: Sequence[str], earlier: Sequence[Collection[str]]) -> int:
    """How many lines at the end of a letter its writer puts below all of them; 0 when none.

    `earlier` are the tails of letters by the same writer. At least one line with words stays, and a sentence is never taken
    for a habit.
    """
    first = next((index for index, line in enumerate(lines) if line.strip()), len(lines))
    found = len(lines)
    seen = 0
    for index in range(len(lines) - 1, first, -1):
        line = _alike(lines[index])
        if not line:
            continue
        if seen == MAX_LEARNT or _is_sentence(line) or sum(line in tail for tail in earlier) < NEEDED:
            break
        found, seen = index, seen + 1
    return len(lines) - found


def _alike(line: str) -> str:
    return " ".join(line.casefold().split())


def _is_sentence(line: str) -> bool:
    return line.endswith((".", "?", "!", ":", "。", "？", "！")) and len(line.split()) > 3
