"""How fast letters are read: the pure reader beside the standard library's bare parse of the same letters, in one run."""

import email
import email.policy
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.letters import make_letters
from bench.measure import Report, on_one_core, parser, quantile, tell
from rung.channels.email.reading import understand

GOAL = 2000.0
LETTERS = Path(__file__).parents[1] / "tests" / "letters"
ROUNDS = 3


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 2000)
    asked = arguments.parse_args()
    report = Report("reading", asked.size)
    on_one_core(0)
    classes = _classes(asked.size)
    for name, letters in classes.items():
        tell(f"{name}: {len(letters):,} letters, {sum(map(len, letters)) / len(letters) / 1000:.1f} kB each")
        ours, theirs = _together(letters)
        report.add(name, ours, "letters/s", at_least=GOAL if name == "mixture" else None, note=f"{ours / theirs:.1f} ×")
        report.add(f"{name}, bare parse", theirs, "letters/s")
    single = sorted(_seconds(understand, [raw]) for raw in classes["oddities"])
    report.add("slowest oddity", single[-1] * 1000, "ms")
    report.add("99 % of the oddities", quantile(single, 0.99) * 1000, "ms")
    report.print(asked.json)


def _classes(size: int) -> dict[str, list[bytes]]:
    """The mixture that `bin/bench ingest` takes in, what it is made of, and the odd letters of the tests."""
    made = list(make_letters(size, name="reading"))
    raws = [letter.raw for letter in made]
    return {
        "mixture": raws,
        "plain": [raw for raw in raws if b"text/html" not in raw and b"image/jpeg" not in raw],
        "HTML": [raw for raw in raws if b"text/html" in raw and b"image/jpeg" not in raw],
        "replies": [letter.raw for letter in made if letter.is_reply],
        "with a photograph": [letter.raw for letter in made if letter.has_file],
        "oddities": [path.read_bytes() for path in sorted(LETTERS.glob("*.eml"))],
    }


def _together(letters: Sequence[bytes]) -> tuple[float, float]:
    """Letters per second of both, in turns, so that whatever else the machine does slows both; the best round of each."""
    _seconds(understand, letters[:50])
    _seconds(_parse, letters[:50])
    ours = theirs = float("inf")
    for _ in range(ROUNDS):
        ours = min(ours, _seconds(understand, letters))
        theirs = min(theirs, _seconds(_parse, letters))
    return len(letters) / ours, len(letters) / theirs


def _seconds(read: Callable[[bytes], object], letters: Sequence[bytes]) -> float:
    began = time.process_time()
    for raw in letters:
        read(raw)
    return max(time.process_time() - began, 1e-9)


def _parse(raw: bytes) -> int:
    """The library's walk over the parts, and the text of the headers, where it does not fail."""
    letter = email.message_from_bytes(raw, policy=email.policy.default)
    try:
        total = sum(len(str(letter[name])) for name in ("From", "To", "Subject", "Date", "Message-ID", "References"))
        return total + sum(len(part.get_content()) for part in letter.walk() if not part.is_multipart())
    except Exception:  # it raises on odd letters; what it took until then counts
        return 0


if __name__ == "__main__":
    main()
