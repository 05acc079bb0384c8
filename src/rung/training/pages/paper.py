"""Training on paper: as on screen, by topic and name and never by size, without the conversations behind it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.accounts.access import Agent
from rung.business.access import our_brand
from rung.training.access import Opportunity
from rung.training.pages.funnel import FunnelPage
from rung.training.pages.lines import OpportunityLine, TrainingLine
from rung.training.pages.mine import MyPage, my_page
from rung.training.pages.opportunity import OpportunityPage, opportunity_page
from rung.training.pages.overview import Section, opportunities_page
from rung.ui.charts import BOX
from rung.ui.dates import date_format
from rung.ui.paper import Drawing, Paper, Part, corners_of, paper_of, table


def opportunities_paper(agent: Agent, *, at: datetime) -> Paper:
    """For those who lead: what they may see on screen, and nothing before whom it is about has."""
    page = opportunities_page(agent, at=at)
    parts: list[Part] = []
    if page.worked_out_at:
        parts = [_section(number, each, page.waiting) for number, each in enumerate(page.sections, 1)]
        if page.strengths:
            said = _("What goes better with one of us than the case mix explains. Ask them: nobody has to teach.")
            parts.append(Part(_("Who could show it"), words=[said], pairs=_opportunities(page.strengths)))
    else:
        parts = [Part(words=[_("Nothing has been worked out yet")])]
    parts += _trainings(page.trainings)
    parts.append(Part(_("How is this computed?"), pairs=[*page.method], is_method=True))
    return paper_of(
        _("Training opportunities"),
        parts,
        company=our_brand().name,
        lead=[_worked_out(page.worked_out_at)],
        about=page.stood_on,
        href=reverse("training:opportunities"),
        at=at,
    )


def my_paper(agent: Agent, *, at: datetime) -> Paper:
    """What is known about oneself."""
    page = my_page(agent, at=at)
    parts = []
    if page.house:
        said = _("This goes worse for nearly all of us: process, knowledge or product, not you.")
        parts.append(Part(_("First the house"), words=[said], pairs=_opportunities(page.house)))
    if page.is_on and page.worked_out_at:
        well, better = _("What goes well with you"), _("What could go better")
        none = _("Nothing that chance would not explain.")
        parts.append(Part(well, pairs=_opportunities(page.strong), words=[] if page.strong else [none]))
        parts.append(Part(better, pairs=_opportunities(page.weak), words=[] if page.weak else [none]))
        parts += _standings(page)
    elif not page.is_on:
        parts.append(Part(words=[_("Nobody’s own results are worked out here")]))
    parts += _trainings(page.trainings)
    return paper_of(
        _("My training"),
        parts,
        company=our_brand().name,
        lead=[agent.name, _worked_out(page.worked_out_at)],
        href=reverse("training:mine"),
        at=at,
    )


def opportunity_paper(agent: Agent, row: Opportunity, *, at: datetime) -> Paper:
    """One opportunity, without the conversations behind it."""
    page = opportunity_page(agent, row)
    passed = _("The latest round did not find this any more.") if page.has_passed else ""
    cause = f"{page.cause_title}. {page.cause_meaning}" if page.is_weak else ""
    shown = _("Would show it: %(names)s.") % {"names": ", ".join(page.teachers)} if page.teachers else ""
    words = [each for each in (passed, f"{page.figures}.", page.gain, page.signs, cause, shown) if each]
    parts = [Part(_("What was found"), words=words)]
    if page.words:
        head = [_("Word"), _("How many times as often as elsewhere"), _("Customers")]
        parts.append(table(_("What customers write more often where it did not go well"), head, page.words))
    if page.reply_title:
        said = [each for each in (page.reply_title, page.reply_words and f"“{page.reply_words}”") if each]
        parts.append(Part(_("Reply"), words=said))
    parts += [*_trainings(page.trainings), Part(_("The numbers"), pairs=[*page.facts])]
    return paper_of(
        page.title,
        parts,
        company=our_brand().name,
        lead=[_whose(page)],
        href=reverse("training:opportunity", args=[page.pk]),
        at=at,
    )


def _whose(page: OpportunityPage) -> str:
    return page.who or (_("Your own conversations") if page.is_own else _("All of us"))


def funnel_paper(page: FunnelPage, href: str, *, at: datetime) -> Paper:
    """The dots of a funnel, without whose they are."""
    head = [_("Conversations"), _("Went well"), _("Chance")]
    made = table(_("Dots, by the number of conversations"), head, [dot[:3] for dot in page.dots], wide=(2,))
    parts = [
        Part(words=[page.stood_on]),
        Part(made.heading, chart=_drawing(page), head=made.head, rows=made.rows, wide=made.wide, notes=[_legend()]),
    ]
    return paper_of(page.title, parts, company=our_brand().name, lead=[], about=page.meaning, href=href, at=at)


def _legend() -> str:
    return _(
        "Across: conversations of one of us, more to the right. Band: 95 % of dots lie within by chance; outer lines:"
        " 99.8 %. Adjusted for case mix."
    )


def _drawing(page: FunnelPage) -> Drawing:
    """The funnel as a band of chance with a dot for each of us."""
    chart = page.chart

    def down(pixels: float) -> float:
        return (pixels - chart.plot_top) / chart.plot_height * BOX

    low, high = map(corners_of, chart.inner)
    mean = down(chart.mean_y)
    return Drawing(
        alt=f"{chart.title}. {chart.description}",
        ticks=[{"y": down(float(tick.at)), "text": tick.text} for tick in chart.rows],
        bands=[[*low, *reversed(high)]],
        lines=[*map(corners_of, chart.outer), [(0.0, mean), (float(BOX), mean)]],
        dots=[(float(mark.x.rstrip("%")) / 100 * BOX, down(mark.y)) for mark in chart.marks],
        labels=[],
    )


def _worked_out(at: datetime | None) -> str:
    if at is None:
        return ""
    return _("worked out on %(day)s") % {"day": date_format(timezone.localtime(at), "j M Y, H:i")}


def _section(number: int, section: Section, waiting: int) -> Part:
    is_people = section.cause == "people"
    words = [section.meaning]
    if not section.lines and not (is_people and waiting):
        words.append(section.why_none)
    if is_people and waiting:
        said = ngettext(
            "%(num)s is with the colleague it is about, and not shown here yet.",
            "%(num)s are with the colleagues they are about, and not shown here yet.",
            waiting,
        )
        words.append(said % {"num": waiting})
    return Part(f"{number}. {section.title}", words=words, pairs=_opportunities(section.lines))


def _opportunities(lines: Iterable[OpportunityLine]) -> list[tuple[str, str]]:
    return [
        (
            " · ".join(each for each in (line.title, line.who, line.reply) if each),
            " ".join(each for each in (f"{line.figures}.", line.signs, line.words and f"“{line.words}”") if each),
        )
        for line in lines
    ]


def _trainings(lines: Iterable[TrainingLine]) -> list[Part]:
    pairs = [
        (
            " · ".join(
                each for each in (line.about, line.held_on, line.hours, line.pattern, line.who, line.verdict) if each
            ),
            f"{line.effect} {line.predicted}".strip(),
        )
        for line in lines
    ]
    return [Part(_("Trainings, and what they changed"), pairs=pairs)] if pairs else []


def _standings(page: MyPage) -> list[Part]:
    if not page.standings:
        return []
    rows = [
        (
            line.topic,
            line.outcome,
            line.share or _("too little is known: %(so_far)s") % {"so_far": line.so_far},
            line.interval,
            line.usual,
            line.n,
        )
        for line in page.standings
    ]
    head = [_("Topic"), _("Went well"), _("Share"), _("95 % interval"), _("Usual"), _("Conversations")]
    made = table(_("Everything that is known about it"), head, rows, wide=(1,))
    said = _("Adjusted for case mix and drawn to what is usual. Below ten conversations nothing is said of anybody.")
    return [Part(made.heading, head=made.head, rows=made.rows, wide=made.wide, notes=[said])]
