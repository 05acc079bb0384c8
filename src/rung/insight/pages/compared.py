"""Two periods, or two teams, against each other: every value, and the difference with its honest interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight import words
from rung.insight.engine import Engine
from rung.insight.engines import chosen_engine
from rung.insight.kpis import KPIS
from rung.insight.pages.filters import Filters, filters_of, moved_in_words
from rung.insight.reckoning import over


@dataclass(frozen=True)
class Side:
    """One of the two: which days and team, and the names of its fields in the address."""

    name: str
    words: str
    filters: Filters
    suffix: str


@dataclass(frozen=True)
class Row:
    title: str
    label: str
    href: str
    other_href: str
    one: str
    one_interval: str
    one_of: str
    other: str
    other_interval: str
    other_of: str
    difference: words.Difference
    about: str


@dataclass(frozen=True)
class ComparedPage:
    sides: tuple[Side, Side]
    rows: tuple[Row, ...]
    choices: tuple[tuple[str, str], ...]
    chosen: str
    overlap: str
    errors: tuple[str, ...]
    back_href: str


def compared_page(data: Mapping[str, str], agent: Agent, *, at: datetime, engine: Engine | None = None) -> ComparedPage:
    """`from`, `to` and `team` say the one side, `from2`, `to2` and `team2` the other: by default the same team in the period
    before. `kpi` names one number, or none for those of the overview. Raises Http404 for a team they may not see."""
    engine = engine or chosen_engine(at)
    one = filters_of(data, agent, at=at)
    other = filters_of(_other(data, one), agent, at=at)
    chosen = data.get("kpi", "") if data.get("kpi", "") in KPIS else ""
    overlap = _overlap(one, other)
    rows = []
    for kpi in KPIS.values():
        if kpi.name != chosen and (chosen or not kpi.is_named):
            continue
        cut, mine = over(kpi, one.period, one.scope, channel=one.channel, engine=engine)
        other_cut, theirs = over(kpi, other.period, other.scope, channel=one.channel, engine=engine)
        # Moved back until they can be judged, two periods may come to be about the same days.
        is_early = not overlap and _share_teams(one, other) and cut.start < other_cut.end and other_cut.start < cut.end
        href = reverse("insight:kpi", args=[kpi.name])
        rows.append(
            Row(
                title=str(kpi.title),
                label=str(mine.headline.label),
                href=href + one.query,
                other_href=href + other.query,
                one=words.told(mine.headline),
                one_interval=words.ends(mine.headline),
                one_of=words.population(mine.headline),
                other=words.told(theirs.headline),
                other_interval=words.ends(theirs.headline),
                other_of=words.population(theirs.headline),
                difference=words.Difference("–", "", _("too early to compare"))
                if is_early
                else words.difference(kpi, mine.headline, theirs.headline),
                about=moved_in_words(cut),
            )
        )
    return ComparedPage(
        sides=(Side(_("One"), _words(one), one, ""), Side(_("The other"), _words(other), other, "2")),
        rows=tuple(rows),
        choices=(("", _("those of the overview")), *((kpi.name, str(kpi.title)) for kpi in KPIS.values())),
        chosen=chosen,
        overlap=overlap,
        errors=(*one.errors, *other.errors),
        back_href=reverse("insight:overview") + one.query,
    )


def _other(data: Mapping[str, str], one: Filters) -> dict[str, str]:
    before = one.period.from_day - timedelta(days=1)
    length = one.period.to_day - one.period.from_day
    said = {"from": data.get("from2", ""), "to": data.get("to2", "")}
    if not any(said.values()):
        said = {"from": (before - length).isoformat(), "to": before.isoformat()}
    return {**said, "team": data.get("team2", data.get("team", "")), "channel": data.get("channel", "")}


def _words(filters: Filters) -> str:
    return filters.words if filters.team is None else f"{filters.words} · {filters.team_name(filters.team)}"


def _overlap(one: Filters, other: Filters) -> str:
    days = one.period.from_day <= other.period.to_day and other.period.from_day <= one.period.to_day
    if days and _share_teams(one, other):
        return _(
            "The two overlap: what both share is counted on both sides. The intervals of the differences take the sides"
            " for strangers, so they are not right here."
        )
    return ""


def _share_teams(one: Filters, other: Filters) -> bool:
    return one.team is None or other.team is None or one.team == other.team
