"""What of a letter is shown, and what lies folded below it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rung.channels.email.habits import learnt_ending, tail_of
from rung.channels.email.reading import Reading, ZoneKind
from rung.channels.email.reading.walking import document
from rung.customers.access import Customer
from rung.touchpoints.hearing import Said

ASKED = 4
"""Letters by the same writer that are asked for endings."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`text` and `html` are shown; `quoted` and `signature` (whatever ends the letter) are one click away."""

    text: str
    html: str
    quoted: str
    signature: str


def shown_of(reading: Reading, customer: Customer | None, said: Callable[[], Sequence[Said]], *, at: datetime) -> Shown:
    """What is new; together with what it answers where the one stands between the lines of the other.

    It is asked what the customer `said` lately when they are known from before, wrote more than a line, and no ending was
    found in it.
    """
    folded = "\n\n".join(part for part in (reading.signature, reading.fine_print) if part)
    if reading.is_interleaved:
        text, quoted = _in_context(reading)
        return Shown(text, reading.html_in_context or reading.html, quoted, folded)
    shown = Shown(reading.text, reading.html, reading.quoted, folded)
    if not wants_endings(reading) or customer is None or customer.first_seen_at >= at:
        return shown
    return _without_habit(shown, said())


def wants_endings(reading: Reading) -> bool:
    """Whether it matters how its writer ended earlier letters: where more than a line has no ending that is known."""
    return not (reading.signature or reading.is_automatic or reading.is_interleaved) and "\n" in reading.text


def _in_context(reading: Reading) -> tuple[str, str]:
    """Answers between the lines they answer, and the rest of those."""
    zones = [zone for zone in reading.zones if zone.kind in (ZoneKind.REPLY, ZoneKind.QUOTATION)]
    texts = [reading.body[zone.start : zone.end] for zone in zones]
    last = max(index for index, zone in enumerate(zones) if zone.kind is ZoneKind.REPLY and texts[index].strip())
    return "".join(texts[: last + 1]).strip(), "".join(texts[last + 1 :]).strip()


def _without_habit(shown: Shown, said: Sequence[Said]) -> Shown:
    earlier = [one for one in said if not one.is_automatic][:ASKED]
    lines = shown.text.split("\n")
    height = learnt_ending(lines, [tail_of(f"{one.ending}\n{one.closing}") for one in earlier])
    if not height:
        return shown
    ending = lines[-height:]
    return Shown(
        "\n".join(lines[:-height]).rstrip(),
        _shortened(shown.html, ending),
        shown.quoted,
        "\n\n".join(part for part in ("\n".join(ending).strip(), shown.signature) if part),
    )


def _shortened(html: str, ending: list[str]) -> str:
    """Cleaned HTML without the lines of an ending, as far as they are its last ones."""
    if not html:
        return ""
    page = document(html)
    kept = [True] * len(page.tokens)
    left = [" ".join(line.split()) for line in ending if line.strip()]
    for line in reversed(page.lines):
        text = " ".join(line.text.split())
        if not left or (text and text != left[-1]):
            break
        if text:
            left.pop()
        kept[line.first : line.last] = [False] * (line.last - line.first)
    return page.html(kept)
