"""Two periods, or two teams, against each other: every value, and the difference with its honest interval."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from rung.accounts.access import Agent
from rung.insight import words
from rung.insight.engine import Engine
from rung.insight.engines import chosen_engine
from rung.insight.kpi import KPI, Measure
from rung.insight.kpis import KPIS
from rung.insight.pages.filters import Filters, filters_of, moved_in_words
from rung.insight.periods import Cut
from rung.insight.remembered import shared_between, told_over
from rung.insight.shared import Shared
from rung.insight.shared import Side as SharedSide
from rung.ui.figures import figure, percent


@dataclass(frozen=True)
class Side:
    """One of the two: which days and team, and the names of its fields in the address."""

    name: str
    words: str
    filters: Filters
    suffix: str


@dataclass(frozen=True)
class Pair:
    """One KPI on both sides. ``is_early``: moved back until they can be judged, the two came to be about the same days."""

    kpi: KPI
    cuts: tuple[Cut, Cut]
    one: Measure
    other: Measure
    is_early: bool


@dataclass(frozen=True)
class Compared:
    """What an address asks to be compared, and what was found; of `kpi` alone where it names one."""

    one: Filters
    other: Filters
    kpi: str
    overlap: str
    pairs: tuple[Pair, ...]
    shared: Shared

    @property
    def query(self) -> str:
        """The address that asks for just this, beginning with "?"."""
        asked: dict[str, object] = {"kpi": self.kpi, "channel": self.one.channel}
        for filters, suffix in ((self.one, ""), (self.other, "2")):
            asked["from" + suffix] = filters.period.from_day
            asked["to" + suffix] = filters.period.to_day
            asked["team" + suffix] = "" if filters.team is None else filters.team
        # An empty second team means every team; one that is not named would be the first again.
        return "?" + urlencode({name: value for name, value in asked.items() if name == "team2" or value != ""})

    @property
    def mail_query(self) -> str:
        """The address that asks for a report of the same sort: about whole days as they come, the two sides the same days or
        one before the other, as here."""
        is_same = self.one.period == self.other.period
        teams = ["" if each.team is None else str(each.team) for each in (self.one, self.other)]
        other = "-" if teams[0] == teams[1] and not is_same else teams[1]
        asked = {
            "what": f"/compared/{'same' if is_same else 'before'}/{other}/{self.kpi}",
            "from": self.one.period.from_day.isoformat(),
            "to": self.one.period.to_day.isoformat(),
            "team": teams[0],
            "channel": self.one.channel,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})


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
    shared: str
    errors: tuple[str, ...]
    back_href: str
    query: str
    mail_query: str


def compared(data: Mapping[str, str], agent: Agent, *, at: datetime, engine: Engine | None = None) -> Compared:
    """`from`, `to` and `team` say the one side, `from2`, `to2` and `team2` the other: by default the same team in the period
    before. `kpi` names one number, or none for those of the overview. Raises Http404 for a team they may not see."""
    engine = engine or chosen_engine(at)
    one = filters_of(data, agent, at=at)
    other = filters_of(_other(data, one), agent, at=at)
    chosen = data.get("kpi", "") if data.get("kpi", "") in KPIS else ""
    overlap = _overlap(one, other)
    pairs = []
    for kpi in KPIS.values():
        if kpi.name != chosen and (chosen or not kpi.is_named):
            continue
        cut, mine = told_over(kpi, one.period, one.scope, channel=one.channel, engine=engine)
        other_cut, theirs = told_over(kpi, other.period, other.scope, channel=one.channel, engine=engine)
        is_early = not overlap and _share_teams(one, other) and cut.start < other_cut.end and other_cut.start < cut.end
        pairs.append(Pair(kpi, (cut, other_cut), mine.headline, theirs.headline, is_early))
    one_side, other_side = (SharedSide(each.period, each.scope, each.team) for each in (one, other))
    shared = shared_between(one_side, other_side, one.channel, engine=engine)
    return Compared(one, other, chosen, overlap, tuple(pairs), shared)


def compared_page(data: Mapping[str, str], agent: Agent, *, at: datetime, engine: Engine | None = None) -> ComparedPage:
    """The same in words. Raises as `compared` does."""
    found = compared(data, agent, at=at, engine=engine)
    one, other = found.one, found.other
    return ComparedPage(
        sides=(Side(_("One"), _words(one), one, ""), Side(_("The other"), _words(other), other, "2")),
        rows=tuple(_row(pair, one, other) for pair in found.pairs),
        choices=(("", _("those of the overview")), *((kpi.name, str(kpi.title)) for kpi in KPIS.values())),
        chosen=found.kpi,
        overlap=found.overlap,
        shared=_shared(found.shared),
        errors=(*one.errors, *other.errors),
        back_href=reverse("insight:overview") + one.query,
        query=found.query,
        mail_query=found.mail_query,
    )


def verdict_of(pair: Pair) -> words.Difference:
    """By how much the one differs from the other, and what may be said of it."""
    if pair.is_early:
        return words.Difference("–", "", _("too early to compare"))
    return words.difference(pair.kpi, pair.one, pair.other)


def _row(pair: Pair, one: Filters, other: Filters) -> Row:
    href = reverse("insight:kpi", args=[pair.kpi.name])
    return Row(
        title=str(pair.kpi.title),
        label=str(pair.one.label),
        href=href + one.query,
        other_href=href + other.query,
        one=words.told(pair.one),
        one_interval=words.ends(pair.one),
        one_of=words.population(pair.one),
        other=words.told(pair.other),
        other_interval=words.ends(pair.other),
        other_of=words.population(pair.other),
        difference=verdict_of(pair),
        about=moved_in_words(pair.cuts[0]),
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
            " for strangers, so they are too wide here: a difference that is called one is one."
        )
    return ""


def _shared(found: Shared) -> str:
    """How many are on both sides, and what that does to the intervals; empty where nobody is."""
    if not found.both:
        return ""
    return _(
        "In contact on both sides: %(both)s, which is %(share)s of the customers of the side that has fewer. The intervals"
        " take the sides for strangers. Whoever is on both is much the same on both, which makes a difference surer than its"
        " interval says:"
        " as a rule it is too wide, and the more so the more they are."
    ) % {"both": figure(found.both, ","), "share": percent(found.of_the_smaller)}


def _share_teams(one: Filters, other: Filters) -> bool:
    return one.team is None or other.team is None or one.team == other.team
