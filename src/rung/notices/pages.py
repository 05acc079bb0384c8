"""What the screens of notices show."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.notices.access import notices_of
from rung.notices.folding import Line, fold
from rung.notices.forms import WaysForm

# So many notices are looked at for a page; folded they are fewer lines.
PAGE = 120


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the page. `news`: how much is folded into it, in words; empty where it is one thing."""

    line: Line
    href: str
    news: str


@dataclass(frozen=True)
class NoticesPage:
    lines: tuple[Told, ...]
    shows_all: bool
    href: str
    first_href: str
    next_href: str


@dataclass(frozen=True)
class WaysPage:
    form: WaysForm
    zone: str


@dataclass(frozen=True)
class BellPage:
    unread: int


@dataclass(frozen=True)
class StopPage:
    is_stopped: bool


def notices_page(agent: Agent, *, shows_all: bool = False, before: int | None = None) -> NoticesPage:
    """What an agent was told, the unread or all of it; `before`: further back than the notice of that number."""
    notices = notices_of(agent) if shows_all else notices_of(agent).unread()
    if before is not None:
        notices = notices.filter(pk__lt=before)
    found = list(notices.order_by("-pk")[: PAGE + 1])
    shown, has_more = found[:PAGE], len(found) > PAGE
    here = reverse("notices:notices") + ("?show=all" if shows_all else "")
    further = f"{here}{'&' if shows_all else '?'}before="
    return NoticesPage(
        lines=tuple(
            Told(
                line=line,
                href=line.href,
                news=ngettext("%(n)d new", "%(n)d new", line.count) % {"n": line.count} if line.count > 1 else "",
            )
            for line in fold(shown, agent)
        ),
        shows_all=shows_all,
        href=f"{further}{before}" if before is not None else here,
        first_href=here if before is not None else "",
        next_href=f"{further}{shown[-1].pk}" if has_more else "",
    )


def ways_page(agent: Agent, form: WaysForm) -> WaysPage:
    return WaysPage(form=form, zone=agent.time_zone)
