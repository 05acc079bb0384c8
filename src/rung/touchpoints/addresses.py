"""People in a line of recipients: as somebody types them, and as a touchpoint keeps them. Pure.

Carla Ruiz <carla@example.org>, "Haddad, Karim" <karim@example.net>; buero@example.de
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from rung.core.text import one_line
from rung.customers.addresses import normalised
from rung.touchpoints.incoming import Parties, Party

MOST_RECIPIENTS = 100
LONGEST_LINE = 10_000
"""Characters of a line of recipients; of quotation marks that nobody closes the time grows with the square."""
FORGOTTEN = "forgotten"
"""Stands in a touchpoint's `parties` for whoever was forgotten; no address, so nobody writes to it."""

# One recipient ends at a comma, a semicolon or a line's end that stands neither in quotation marks nor in brackets.
_PIECE = re.compile(r'(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;\n"<])+|["<]')
_SPECIAL = re.compile(r'[,;<>"()@:\\]')


@dataclass(frozen=True, slots=True)
class Recipients:
    """Whom a letter of ours goes to."""

    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.to or self.cc or self.bcc)

    @property
    def all(self) -> tuple[Party, ...]:
        return (*self.to, *self.cc, *self.bcc)

    def as_parties(self) -> Parties:
        return Parties(to=self.to, cc=self.cc, bcc=self.bcc)


def typed(text: str) -> tuple[Party, ...]:
    """The people in a line, each address once. Raises ValidationError that names what is no address."""
    if len(text) > LONGEST_LINE:
        raise ValidationError(_("This line of recipients is too long; take some of them out."))
    people: dict[str, Party] = {}
    for piece in _PIECE.findall(text):
        if not piece.strip():
            continue
        # Not by a pattern: blanks before, behind and within the brackets would be tried in every way there is.
        bare = piece.strip()
        name, opens, given = bare.removesuffix(">").rpartition("<")
        if not (opens and bare.endswith(">")):
            name, given = "", bare
        address = normalised(given.strip(), "email")
        if not address or _SPECIAL.search(address.replace("@", "", 1)):
            raise ValidationError(_("“%(text)s” is no e-mail address.") % {"text": one_line(piece, 80)})
        people.setdefault(address, Party(address, one_line(_bare(name), 160)))
    if len(people) > MOST_RECIPIENTS:
        raise ValidationError(_("A letter goes to at most %(n)d people.") % {"n": MOST_RECIPIENTS})
    return tuple(people.values())


def recipients_typed(*, to: str, cc: str = "", bcc: str = "") -> Recipients:
    """Three lines of recipients; who stands in one is left out of those behind it. Raises ValidationError as `typed`."""
    seen: set[str] = set()
    lines = []
    for line in (typed(to), typed(cc), typed(bcc)):
        lines.append(tuple(party for party in line if party.address not in seen))
        seen |= {party.address for party in line}
    return Recipients(*lines)


def as_typed(people: Iterable[Party]) -> str:
    """The line that `typed` reads back as these people."""
    return ", ".join(f"{_quoted(each.name)} <{each.address}>" if each.name else each.address for each in people)


def recipients_of(kept: Mapping[str, object]) -> Recipients:
    """Those to whom a touchpoint of ours went, from its `parties`."""
    return Recipients(*(people_in(kept, part) for part in ("to", "cc", "bcc")))


def without(kept: Mapping[str, object], addresses: Collection[str]) -> dict[str, object]:
    """A touchpoint's `parties` with FORGOTTEN in the place of these normalised addresses, and without their names."""

    def is_theirs(address: object) -> bool:
        return isinstance(address, str) and normalised(address, "email") in addresses

    left: dict[str, object] = {}
    for part, said in kept.items():
        if isinstance(said, dict):
            left[part] = {address: name for address, name in said.items() if not is_theirs(address)}
        elif isinstance(said, list):
            left[part] = [FORGOTTEN if is_theirs(each) else each for each in said]
        else:
            left[part] = "" if is_theirs(said) else said
    return left


def people_in(kept: Mapping[str, object], part: str) -> tuple[Party, ...]:
    """The people of one part of a touchpoint's `parties`, with the names they stood with."""
    found, names = kept.get(part), kept.get("names")
    known = names if isinstance(names, dict) else {}
    addresses = [each for each in found if isinstance(each, str) and "@" in each] if isinstance(found, list) else []
    return tuple(Party(address, str(known.get(address, ""))) for address in dict.fromkeys(addresses))


def _bare(name: str) -> str:
    name = name.strip()
    if len(name) >= 2 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _quoted(name: str) -> str:
    if not _SPECIAL.search(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
