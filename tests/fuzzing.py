"""Damaged letters by the thousand: `bin/fuzz reading --letters 1000000 --seed 1 --seconds 600`.

Every letter is made from one of tests/letters by a seed and its number alone, so that what was found is found again.
"""

import argparse
import base64
import re
import signal
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from random import Random

from rung.channels.email.reading import Reading, understand
from rung.channels.email.reading.identity import identity_of

LETTERS = Path(__file__).parent / "letters"
MAX_BYTES = 400_000
LIMIT_S = 1.0
"""CPU seconds that one letter of at most MAX_BYTES may take."""
HUNG_S = 30
"""CPU seconds after which a letter is given up: a reader that never ends is a failure and no silence."""

# What parsers stumble over: one word per line, with the escapes of Python.
WORDS = [
    word.encode("latin-1").decode("unicode_escape").encode("latin-1")
    for word in Path(__file__).with_suffix(".txt").read_text().split()
]
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_RUNS = re.compile(
    r"<script|<style|<iframe|<\w+(?:\s+[\w-]+=\"[^\"]*\")*\s+(?:on[a-z]+=|href=\"javascript:|src=\"(?!cid:))",
    re.IGNORECASE,
)
_NAME = re.compile(r"[/\\<>:\"|?*\x00-\x1f\x7f-\x9f]")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_BASE64 = re.compile(rb"\n\r?\n((?:[A-Za-z0-9+/]{48,76}\r?\n){2,}[A-Za-z0-9+/]{0,76}={0,2}\r?\n)")
_JOINERS = "\u200c\u200d"
_DEVICE = re.compile(r"(?i)(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?$")


class BrokenError(AssertionError):
    """Something that must hold of every reading does not."""


def letters() -> list[bytes]:
    return [path.read_bytes()[:MAX_BYTES] for path in sorted(LETTERS.glob("*.eml"))]


def damaged(stock: Sequence[bytes], seed: int, number: int) -> bytes:
    """The letter of this number: one of the stock, with one to ten things gone wrong."""
    chance = Random(seed * 1_000_003 + number)
    data = bytearray(stock[chance.randrange(len(stock))])
    for _ in range(chance.choice((1, 1, 2, 3, 5, 10))):
        chance.choice(DAMAGES)(chance, data, stock)
        if len(data) > MAX_BYTES:
            del data[MAX_BYTES:]
    return bytes(data)


Damage = Callable[[Random, bytearray, Sequence[bytes]], None]


def _flip(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    for _ in range(chance.choice((1, 1, 4, 30))):
        if data:
            data[chance.randrange(len(data))] = chance.randrange(256)


def _insert(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(WORDS) * chance.choice((1, 1, 1, 2, 7, 200))


def _delete(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 3, 40, 400))]


def _truncate(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _behead(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    del data[: chance.randrange(len(data) + 1)]


def _repeat(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    at = chance.randrange(len(data) + 1)
    piece = bytes(data[at : at + chance.choice((2, 20, 200))])
    data[at:at] = piece * chance.choice((1, 2, 10, 500))


def _splice(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    other = chance.choice(stock)
    at, begin = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    data[at:] = other[begin:]


def _graft(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    other = chance.choice(stock)
    at, begin = chance.randrange(len(data) + 1), chance.randrange(len(other) + 1)
    data[at:at] = other[begin : begin + chance.choice((30, 300, 3000))]


def _swap_lines(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    lines = bytes(data).split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    data[:] = b"\n".join(lines)


def _foreign_header(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    """A header line of another letter, where one of ours stood or before it."""
    theirs = chance.choice(chance.choice(stock).split(b"\n\n")[0].split(b"\n"))
    lines = bytes(data).split(b"\n")
    at = chance.randrange(min(len(lines), 30))
    lines[at : at + chance.randrange(2)] = [theirs]
    data[:] = b"\n".join(lines)


def _wrap(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    """The letter as an attachment of another."""
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
    data[:] = head + bytes(data) + b"\n--b--\n"


def _inside(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    """What is damaged is what a part holds, as who sent it had it: a signature, a table of winmail.dat, a picture."""
    found = list(_BASE64.finditer(data))
    if not found:
        _flip(chance, data, stock)
        return
    start, end = chance.choice(found).span(1)
    letters = b"".join(data[start:end].split())
    content = bytearray(base64.b64decode(letters[: len(letters) // 4 * 4]))
    for _ in range(chance.choice((1, 1, 3))):
        chance.choice((_nudge, _nudge, _flip, _delete, _truncate, _repeat))(chance, content, stock)
    data[start:end] = base64.encodebytes(bytes(content[:MAX_BYTES]))


def _nudge(chance: Random, data: bytearray, stock: Sequence[bytes]) -> None:
    """Lengths, versions and kinds that are off by a little pass more doors than those that make no sense."""
    if data:
        at = chance.randrange(len(data))
        data[at] = (data[at] + chance.choice((-1, 1, 1, 2, 16, 128))) % 256


DAMAGES: tuple[Damage, ...] = (
    *(_flip, _insert, _insert, _delete, _truncate, _behead, _repeat, _splice, _graft, _swap_lines),
    *(_foreign_header, _wrap, _inside),
)


def check(raw: bytes, *, again: bool = False) -> float:
    """CPU seconds that reading took. Raises BrokenError when what must hold does not, and whatever the reader raises."""
    started = time.process_time()
    reading = understand(raw)
    took = time.process_time() - started
    identity_of(raw)
    if took > LIMIT_S:
        raise BrokenError(f"{len(raw)} bytes took {took:.2f} s")
    _check_zones(reading)
    for file in reading.files:
        _check_file(file.name, file.media_type)
    for letter in reading.forwarded:
        for file in letter.files:
            _check_file(file.name, file.media_type)
    for value in _values(reading):
        if isinstance(value, str):
            if _CONTROL.search(value):
                raise BrokenError(f"a character that no database takes: {value[:60]!r}")
        elif isinstance(value, datetime) and value.tzinfo is None:
            raise BrokenError("a moment without a time zone")
    if found := _RUNS.search(reading.html) or _RUNS.search(reading.quoted_html):
        raise BrokenError(f"HTML that does something: {found[0]}")
    if again and understand(raw) != reading:
        raise BrokenError("the same bytes were read in two ways")
    return took


def _check_zones(reading: Reading) -> None:
    position = 0
    for zone in reading.zones:
        if zone.start != position or zone.end < zone.start:
            raise BrokenError("zones that leave something out")
        position = zone.end
    if position != len(reading.body):
        raise BrokenError("zones that end before the body does")


def _check_file(name: str, media_type: str) -> None:
    is_harmless = (
        0 < len(name) <= 160
        and not _NAME.search(name)
        and name == name.strip(" .")
        and not _DEVICE.match(name)
        and not any(unicodedata.category(letter) == "Cf" and letter not in _JOINERS for letter in name)
    )
    if not is_harmless:
        raise BrokenError(f"a file name that may do harm: {name!r}")
    if not _TYPE.fullmatch(media_type):
        raise BrokenError(f"a type that is none: {media_type!r}")


def _values(value: object) -> Iterator[object]:
    if is_dataclass(value):
        for each in fields(value):
            if each.name != "content":
                yield from _values(getattr(value, each.name))
    elif isinstance(value, tuple):
        for inner in value:
            yield from _values(inner)
    else:
        yield value


@contextmanager
def _given_up() -> Iterator[None]:
    def give_up(signum: int, frame: object) -> None:
        raise BrokenError(f"did not end within {HUNG_S} s of CPU")

    before = signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, HUNG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@dataclass
class Found:
    letters: int = 0
    slowest: float = 0.0
    slowest_number: int = 0
    failures: list[tuple[int, str]] = field(default_factory=list)


def fuzz(count: int, *, seed: int, seconds: float, stock: Sequence[bytes], keep: Path | None = None) -> Found:
    """Read `count` damaged letters, or as many as fit into `seconds`. What fails is kept as files, and reading goes on."""
    found = Found()
    ends = time.monotonic() + seconds
    told = time.monotonic()
    for number in range(count):
        raw = damaged(stock, seed, number)
        try:
            with _given_up():
                took = check(raw, again=number % 20 == 0)
        except Exception as failure:  # whatever it is: that is what we are looking for
            found.failures.append((number, f"{type(failure).__name__}: {failure}"[:300]))
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{seed}-{number}.eml").write_bytes(raw)
            if len(found.failures) >= 50:
                break
        else:
            if took > found.slowest:
                found.slowest, found.slowest_number = took, number
        found.letters += 1
        if time.monotonic() > ends:
            break
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"  … {found.letters:,} letters, {len(found.failures)} failures", file=sys.stderr, flush=True)
    return found


def main() -> int:
    asked = argparse.ArgumentParser(description="Read damaged letters, and say what does not hold of one.")
    asked.add_argument("what", choices=["reading"])
    asked.add_argument("--letters", type=int, default=10_000, help="how many (default %(default)s)")
    asked.add_argument("--seed", type=int, default=1, help="the same seed makes the same letters (default %(default)s)")
    asked.add_argument("--seconds", type=float, default=600, help="stop after so long (default %(default)s)")
    asked.add_argument("--from", dest="stock", type=Path, default=LETTERS, help="a folder of .eml files to damage")
    asked.add_argument("--keep", type=Path, help="a folder for the letters that fail")
    asked.add_argument("--number", type=int, help="only the letter of this number")
    arguments = asked.parse_args()
    stock = [path.read_bytes()[:MAX_BYTES] for path in sorted(arguments.stock.rglob("*.eml"))]
    if not stock:
        asked.error(f"No .eml file lies in {arguments.stock}.")
    if arguments.number is not None:
        print(f"{check(damaged(stock, arguments.seed, arguments.number), again=True):.3f} s")
        return 0
    began = time.monotonic()
    found = fuzz(arguments.letters, seed=arguments.seed, seconds=arguments.seconds, stock=stock, keep=arguments.keep)
    took = time.monotonic() - began
    print(
        f"{found.letters:,} letters in {took:.0f} s ({found.letters / max(took, 0.001):.0f}/s), "
        f"{len(found.failures)} failures; "
        f"the slowest took {found.slowest * 1000:.0f} ms (number {found.slowest_number})"
    )
    for number, what in found.failures:
        print(f"  {arguments.seed}/{number}: {what}")
    return 1 if found.failures else 0


if __name__ == "__main__":
    sys.exit(main())
