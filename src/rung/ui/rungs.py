"""The little ladder beside a level's word."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup

_FRAME = Markup(
    '<svg class="level-glyph" viewBox="0 0 14 16" aria-hidden="true" focusable="false">'
    '<rect class="rail" x="1" y="0" width="1.5" height="16" rx=".75"/>'
    '<rect class="rail" x="11.5" y="0" width="1.5" height="16" rx=".75"/>{}</svg>'
)
_RUNG = Markup('<rect class="{}" x="3" y="{}" width="8" height="1.6" rx=".6"/>')


@lru_cache(maxsize=256)
def level_glyph(level: int | None, low: int | None = None, high: int | None = None) -> Markup:
    """Six rungs, 1 the lowest: the stated one full, the others of the interval half, the rest faint.

    There are some fifty different ones and a page shows as many; each is drawn once.
    """

    def css(number: int) -> str:
        if number == level:
            return "rung rung-here"
        return "rung rung-within" if low and high and low <= number <= high else "rung"

    return _FRAME.format(Markup("").join(_RUNG.format(css(n), f"{15 - n * 2.45:.2f}") for n in range(1, 7)))
