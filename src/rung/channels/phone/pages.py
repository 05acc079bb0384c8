"""The settings screen of telephone systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from rung.accounts.access import Agent, colleagues
from rung.channels.phone.access import extensions_by_agent, telephones
from rung.channels.phone.forms import TelephoneForm


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


@dataclass(frozen=True)
class TelephonesPage:
    """`token`: of the one just added, shown this once; else empty."""

    telephones: tuple[TelephoneLine, ...]
    extensions: tuple[ExtensionLine, ...]
    form: TelephoneForm
    token: str
    address: str
    example: str


def telephones_page(
    agent: Agent, form: TelephoneForm, *, token: str = "", wrong: tuple[int, str, str] | None = None
) -> TelephonesPage:
    """`wrong`: whose extensions were refused, what was written, and why."""
    numbers = {agent: ", ".join(sorted(each)) for agent, each in extensions_by_agent().items()}
    address = f"{settings.BASE_URL}{reverse('phone:announcements')}"
    return TelephonesPage(
        telephones=tuple(
            TelephoneLine(t.pk, t.name, t.team.name if t.team else "", t.token_ending, t.added_at, t.heard_at)
            for t in telephones()
        ),
        extensions=tuple(
            ExtensionLine(each.pk, each.name, wrong[1], numbers.get(each.pk, ""), wrong[2])
            if wrong is not None and wrong[0] == each.pk
            else ExtensionLine(each.pk, each.name, numbers.get(each.pk, ""), numbers.get(each.pk, ""))
            for each in colleagues(agent).order_by("name", "pk")
        ),
        form=form,
        token=token,
        address=address,
        example=(
            f'curl {address} \\\n  -H "Authorization: Bearer {token or "rung_phone_…"}" \\\n'
            "  -d call=4711 -d state=ringing -d direction=in \\\n  --data-urlencode number=+4971155000 -d extension=23"
        ),
    )
