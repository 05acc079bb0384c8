"""The settings screen of telephone systems."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from rung.accounts.access import Agent, colleagues
from rung.channels.phone.access import extensions_by_agent, telephones
from rung.channels.phone.forms import TelephoneForm
from rung.core.text import has_words


@dataclass(frozen=True, slots=True)
class TelephoneLine:
    pk: int
    name: str
    rings_for: str
    token_ending: str
    added_at: datetime
    heard_at: datetime | None


@dataclass(frozen=True, slots=True)
class ExtensionLine:
    pk: int
    name: str
    numbers: str
    kept: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose extensions are looked at: `words` of a name, an address or a number, and how many of those found come before."""

    words: str = ""
    after: int = 0

    @property
    def asked(self) -> str:
        said = {name: value for name, value in (("q", self.words), ("after", self.after)) if value}
        return f"?{urlencode(said)}" if said else ""


@dataclass(frozen=True, slots=True)
class Extensions:
    """Some colleagues and their extensions. `are_many`: so many colleagues that one is looked for rather than seen;
    `previous` and `next` are the addresses of the rest, empty where there is none."""

    lines: tuple[ExtensionLine, ...]
    wanted: Wanted
    are_many: bool
    previous: str
    next: str


@dataclass(frozen=True)
class TelephonesPage:
    """`token`: of the one just added, shown this once; else empty."""

    telephones: tuple[TelephoneLine, ...]
    extensions: Extensions
    form: TelephoneForm
    token: str
    address: str
    example: str


EVERYBODY = Wanted()
# Fewer are found by looking.
SHOWN = 30


def telephones_page(
    agent: Agent,
    form: TelephoneForm,
    *,
    wanted: Wanted = EVERYBODY,
    token: str = "",
    wrong: tuple[int, str, str] | None = None,
) -> TelephonesPage:
    """`wrong`: whose extensions were refused, what was written, and why."""
    address = f"{settings.BASE_URL}{reverse('phone:announcements')}"
    return TelephonesPage(
        telephones=tuple(
            TelephoneLine(t.pk, t.name, t.team.name if t.team else "", t.token_ending, t.added_at, t.heard_at)
            for t in telephones()
        ),
        extensions=_extensions(agent, wanted, wrong),
        form=form,
        token=token,
        address=address,
        example=(
            f'curl {address} \\\n  -H "Authorization: Bearer {token or "rung_phone_…"}" \\\n'
            "  -d call=4711 -d state=ringing -d direction=in \\\n  --data-urlencode number=+4971155000 -d extension=23"
        ),
    )


def _extensions(agent: Agent, wanted: Wanted, wrong: tuple[int, str, str] | None) -> Extensions:
    """Two queries, however many there are."""
    numbers = {agent: ", ".join(sorted(each)) for agent, each in extensions_by_agent().items()}
    everybody = list(colleagues(agent).order_by("name", "pk"))
    found = [
        each for each in everybody if has_words(f"{each.name} {each.email} {numbers.get(each.pk, '')}", wanted.words)
    ]
    people = found[wanted.after : wanted.after + SHOWN]
    if wrong is not None and wrong[0] not in {each.pk for each in people}:
        people = [each for each in everybody if each.pk == wrong[0]] + people
    shown = [ExtensionLine(each.pk, each.name, numbers.get(each.pk, ""), numbers.get(each.pk, "")) for each in people]
    if wrong is not None:
        pk, written, why = wrong
        shown = [replace(each, numbers=written, error=why) if each.pk == pk else each for each in shown]
    before = Wanted(wanted.words, max(0, wanted.after - SHOWN))
    behind = Wanted(wanted.words, wanted.after + SHOWN)
    here = reverse("phone:telephones")
    return Extensions(
        tuple(shown),
        wanted,
        are_many=len(everybody) > SHOWN,
        previous=f"{here}{before.asked}#extensions" if wanted.after else "",
        next=f"{here}{behind.asked}#extensions" if behind.after < len(found) else "",
    )
