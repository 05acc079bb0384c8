"""Letters inside a letter: taken apart into who wrote what to whom, and when."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from rung.channels.email.reading.findings import Forwarded
from rung.channels.email.reading.people import people
from rung.channels.email.reading.person import Person
from rung.channels.email.reading.spoken_dates import spoken_date, zone_of
from rung.channels.email.reading.words import tidy
from rung.channels.email.reading.zones.blocks import is_forward, is_original, label
from rung.channels.email.reading.zones.quoting import DATE, FROM, LABELS, OTHER, SUBJECT, TO

MAX_FORWARDED = 20
MAX_LINES = 20_000
MAX_TEXT = 100_000

_RULE = re.compile(r"^[\s>]{0,10}[-_=─━]{5,}[\s-]*$")
# "[mailto:carla@example.org]" of Outlook, and what its converters make of it.
_MAILTO = re.compile(r"\[mailto:([^\]\s]{3,320})\]|<mailto:([^>\s]{3,320})>", re.IGNORECASE)
# Thunderbird writes Kopie, then CC in brackets.
_IN_BRACKETS = re.compile(r"^([^:(]{1,30}?)\s*\(\w{2,4}\)\s*:")
_MARK = re.compile(r"\s{0,20}(-{5,12}[^-]{4,60}-{5,12})\s*")
_NAMES = sorted((name[:1].upper() + name[1:] for name in LABELS), key=len, reverse=True)
_JOINED = re.compile(
    rf"(?<=[^\s])(?=(?:{'|'.join(re.escape(name) for name in _NAMES if len(name) > 1)})\s?:|Assunto\s)|(?<=>)(?=\w\s?:)"
)
_ADDRESS = re.compile(r"[<\[(]{1,2}(?:mailto:)?([^\s<>\[\]()]{1,64}@[^\s<>\[\]()]{3,255})[>\])]{1,2}")
_NAMED = re.compile(r"[\"„«“]\s?([^\"”»„«“]{1,100}?)\s?[\"”»“]\s*$")
_TWICE = re.compile(r"<([^<>\s]{3,320})>?\s?<(?:mailto:)?[^<>\s]{3,330}>{1,2}", re.IGNORECASE)
_BOLD = re.compile(r"(?<![^\s:;,<])\*([^*]{1,200})\*")


def forwarded_in(text: str, *, date: bytes, passes_on: bool) -> tuple[Forwarded, ...]:
    """The letters passed on within a text, in its order.

    Each begins where a program announces it ("---------- Forwarded message ---------") or, when the subject `passes_on`, at
    the lines From, Date, To and Subject; it ends where the next begins. `date` is the header of the letter around them,
    whose time zone is taken for dates that name none.
    """
    lines = _unjoined(text.split("\n")[:MAX_LINES])
    starts = _starts(lines, passes_on)
    if not starts and passes_on and (told := _told(lines, zone_of(date))):
        return (told,)
    found: list[Forwarded] = []
    zone = zone_of(date) if starts else None
    for number, (_, header) in enumerate(starts[:MAX_FORWARDED]):
        end = starts[number + 1][0] if number + 1 < len(starts) else len(lines)
        said, body = _header(lines, header)
        found.append(_letter(said, lines[body:end], zone))
    return tuple(found)


def places_of(lines: list[str], *, passes_on: bool) -> tuple[list[str], list[tuple[int, int]]]:
    """The lines of a text, those that a program ran together apart, and of each letter inside the line that announces it
    and the first of what it says; as `forwarded_in` finds them."""
    lines = _unjoined(lines[:MAX_LINES])
    starts = _starts(lines, passes_on)[:MAX_FORWARDED]
    return lines, [(start, _header(lines, header)[1]) for start, header in starts]


def _unjoined(lines: list[str]) -> list[str]:
    """With lines of their own for what some programs run together: mark, "From: …To: …Sent: …Subject: …"."""
    out: list[str] = []
    for line in lines:
        match = _MARK.match(line[:200]) if "-----" in line[:40] and len(line) < 5000 else None
        if match is None or not is_forward(match[1]):
            out.append(line)
            continue
        out.append(match[1])
        rest = line[match.end() :]
        if rest.strip():
            # Portuguese forgets the colon behind the subject; what follows is the letter itself.
            out += [*_JOINED.sub("\n", rest).replace("\nAssunto ", "\nAssunto: ").split("\n"), ""]
    return out


def _told(lines: list[str], zone: tzinfo | None) -> Forwarded | None:
    """A letter passed on as if it were answered: below "On 26 October 2021, Karim <karim@example.net> wrote:" its words."""
    for index, line in enumerate(lines):
        bare = line.strip(" >\t")
        if not (20 < len(bare) < 300 and bare.endswith((":", "：")) and "@" in bare):
            continue
        match = _ADDRESS.search(bare)
        sent_at = spoken_date(_ADDRESS.sub(" ", bare), zone) if match else None
        if match is None or sent_at is None:
            continue
        before = bare[: match.start()]
        named = _NAMED.search(before)
        name = tidy(named[1]) if named else _capitals(before)
        rest = before.removesuffix(name) + bare[match.end() :] if named is None else before[: named.start()]
        body = lines[_next(lines, index + 1) :]
        return Forwarded(
            sender=Person(match[1], name),
            sent_at=sent_at,
            sent=tidy(rest.strip(" ,:"))[:200],
            text="\n".join(_unquoted(body)).strip("\n")[:MAX_TEXT].rstrip(),
        )
    return None


def _capitals(text: str) -> str:
    """The name at the end of a text: its last words that begin with a capital letter, at most four."""
    words = text.strip().rsplit(None, 4)[-4:]
    count = next((number for number, word in enumerate(reversed(words)) if not word[0].isupper()), len(words))
    return " ".join(words[len(words) - count :])


def _starts(lines: list[str], passes_on: bool) -> list[tuple[int, int]]:
    """(first line, first line of the header) of each letter inside."""
    starts: list[tuple[int, int]] = []
    index = 0
    while index < len(lines) and len(starts) <= MAX_FORWARDED:
        header = _begins(lines, index, passes_on or bool(starts))
        if header < 0:
            index += 1
        else:
            starts.append((index, header))
            index = _header(lines, header)[1]
    return starts


def _begins(lines: list[str], index: int, passes_on: bool) -> int:
    """The first line of the header of the letter that begins at a line; -1 when none does."""
    line = lines[index]
    if not line or len(line) > 300:
        return -1
    bare = line.lstrip("> ")
    if is_forward(bare) or (passes_on and (is_original(lines, index) or _RULE.match(line))):
        header = _next(lines, index + 1)
    elif passes_on:
        header = index
    else:
        return -1
    return header if _is_header(lines, header) else -1


def _next(lines: Sequence[str], index: int) -> int:
    while index < len(lines) and index < 100_000 and not lines[index].strip(" \t>*|\u00a0"):
        index += 1
    return index


def _label(line: str) -> tuple[str, str]:
    """What a line says (FROM, DATE, …) and its value; two empty strings when it is no line of a header."""
    return label(_IN_BRACKETS.sub(r"\1:", line[:2000].lstrip("> \t")))


def _is_header(lines: Sequence[str], index: int) -> bool:
    """Whether at least a sender and one more line of a header stand here, within the next eight."""
    names = {_label(line)[0] for line in lines[index : index + 8]}
    first = _label(lines[index])[0] if index < len(lines) else ""
    return first in (FROM, DATE, TO, SUBJECT) and FROM in names and len(names & {DATE, TO, SUBJECT}) >= 1


def _header(lines: Sequence[str], index: int) -> tuple[dict[str, str], int]:
    """The values of the header lines from `index` on, and the line behind them."""
    said: dict[str, str] = {}
    last = ""
    end = index
    for at in range(index, min(index + 40, len(lines))):
        line = lines[at]
        if not line.strip(" \t>*|\u00a0"):
            # Some programs put a blank line between all of theirs.
            following = _next(lines, at)
            name = _label(lines[following])[0] if following < min(len(lines), at + 3) else ""
            if name and name not in said and SUBJECT not in said:
                continue
            break
        name, value = _label(line)
        if name and name not in said:
            said[name], last = value, name
        elif name in (TO, OTHER):
            last = OTHER  # copies have labels of their own, but the same meaning
        elif name:
            break
        elif last == OTHER and line[:1] in " \t":
            pass
        elif (
            last in said
            and last != DATE
            and (
                line[:1] in " \t" or said[last].endswith((",", ";")) or "@" in line.partition(":")[0] or not said[last]
            )
        ):
            said[last] += " " + line.strip(" \t>")
        else:
            break
        end = at + 1
    return said, _next(lines, end)


def _letter(said: dict[str, str], lines: Sequence[str], zone: tzinfo | None) -> Forwarded:
    sent = tidy(said.get(DATE, ""))[:200].strip("* ")
    text = "\n".join(_unquoted(lines)).strip("\n")[:MAX_TEXT]
    return Forwarded(
        sender=next(iter(_people(said.get(FROM, ""))), None),
        to=_people(said.get(TO, ""))[:50],
        subject=tidy(said.get(SUBJECT, "")).strip("* ")[:500],
        sent_at=spoken_date(sent, zone),
        sent=sent,
        text=text.rstrip(),
    )


def _unquoted(lines: Sequence[str]) -> Sequence[str]:
    """Without the mark of quotation, or the indentation, that most lines bear."""
    written = sum(bool(line.strip()) for line in lines)
    if sum(line.startswith(">") for line in lines if line.strip()) * 2 > written:
        return [line[1:].removeprefix(" ") if line.startswith(">") else line for line in lines]
    if written and all(line.startswith("    ") for line in lines if line.strip()):
        return [line[4:] for line in lines]
    return lines


def _people(value: str) -> tuple[Person, ...]:
    value = _BOLD.sub(r"\1", _TWICE.sub(r"<\1>", value[:20_000]))
    value = _MAILTO.sub(lambda match: f"<{match[1] or match[2]}>", value).strip("* ")
    return tuple(people(value.encode("utf-8", "replace"))[0])
