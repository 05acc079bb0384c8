"""The palette: any person, company, conversation, screen, view or action by a few letters. The page adds its own actions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from markupsafe import Markup

from rung.accounts.access import Agent
from rung.core.text import folded
from rung.queues.access import visible_views
from rung.search.access import Sight, found_companies, found_conversations, found_people
from rung.search.found import FoundPerson, companies_of, people_of
from rung.search.meaning import Meaning, Reader, person_meant
from rung.search.query import read_query
from rung.search.snippets import Marks, marked, marks_of
from rung.search.vocabulary import Vocabulary
from rung.search.words import words_in
from rung.ui import navigation

PEOPLE, COMPANIES, CONVERSATIONS, SCREENS, VIEWS = 5, 3, 6, 6, 8


@dataclass(frozen=True, slots=True)
class Option:
    href: str
    html: Markup
    about: str
    symbol: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    label: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class PalettePage:
    wanted: str
    groups: tuple[Group, ...]


def palette_page(agent: Agent, wanted: str, *, at: datetime) -> PalettePage:
    """What answers to a few letters; without any, every screen."""
    wanted = wanted.strip()[:200]
    groups = [Group(_("Go to"), _screens(agent, wanted)), Group(_("Saved views"), _views(agent, wanted))]
    if wanted:
        query, sight = read_query(wanted), Sight(agent)
        meaning = Reader(agent, vocabulary := Vocabulary(), at=at).read(query)
        marks = marks_of(meaning.heading, meaning.people)
        number = next((part.value for part in query.filters() if part.name == "number"), "")
        keys = found_conversations(
            sight, meaning, vocabulary, heading=not number, at_most=CONVERSATIONS, or_more=False
        ).keys
        rows = sight.conversations.filter(pk__in=keys).select_related("customer")
        known = {row.pk: row for row in rows}
        conversations = tuple(
            Option(
                reverse("desk:conversation", args=[key]),
                marked(known[key].subject or _("(no subject)"), marks).html,
                f"{known[key].customer} · #{key}",
                "email" if known[key].state != "resolved" else "resolve",
            )
            for key in keys
            if key in known
        )
        people = tuple(
            Option(each.href, each.html, each.about or each.because, "user")
            for each in (() if number else _people(agent, wanted, marks, vocabulary))
        )
        everything = Option(
            f"{reverse('search:search')}?{urlencode({'q': wanted})}",
            Markup(_("Search everything for “%(wanted)s”")) % {"wanted": wanted},  # noqa: S704  # Markup escapes what it takes in
            "",
            "search",
        )
        groups = [
            Group(_("People"), people),
            Group(_("Companies"), () if number else _companies(agent, meaning)),
            Group(_("Conversations"), conversations),
            *groups,
            Group(_("Everything"), (everything,)),
        ]
    return PalettePage(wanted, tuple(group for group in groups if group.options))


def _people(agent: Agent, wanted: str, marks: Marks, vocabulary: Vocabulary) -> tuple[FoundPerson, ...]:
    if not words_in(wanted):
        return ()
    return people_of(agent, found_people(agent, person_meant(wanted), vocabulary, at_most=PEOPLE).keys, marks)


def _companies(agent: Agent, meaning: Meaning) -> tuple[Option, ...]:
    if not meaning.companies:
        return ()
    keys = found_companies(agent, meaning.companies, at_most=COMPANIES).keys
    return tuple(
        Option(
            each.href,
            each.html,
            ngettext("one person", "%(num)s people", each.people) % {"num": each.people},
            "company",
        )
        for each in companies_of(agent, keys, marks_of(meaning.companies))
    )


def _views(agent: Agent, wanted: str) -> tuple[Option, ...]:
    words = folded(wanted).split()
    found = [view for view in visible_views(agent) if all(f" {word}" in f" {folded(view.name)}" for word in words)]
    return tuple(
        Option(
            reverse("desk:saved_view", args=[view.pk]),
            Markup.escape(view.name),
            _("your own") if view.owner_id else _("everybody’s"),
            "bookmark" if view.owner_id else "users",
        )
        for view in found[:VIEWS]
    )


def _screens(agent: Agent, wanted: str) -> tuple[Option, ...]:
    """By what they are called, also with the words of what they belong to ("settings tags"), which then stands beside them;
    last by the sentence that says what they are for."""
    words = folded(wanted).split()
    links = navigation.links_for(agent.may)
    found = {link.href: (link, "") for link in links if _says(link.label, words)}
    for beside in (_belonging(links), {link.href: link.about for link in links}) if words else ():
        for link in links:
            if link.href not in found and _says(f"{link.label} {beside[link.href]}", words):
                found[link.href] = link, beside[link.href]
    options = [Option(e.href, Markup.escape(e.label), about, e.icon, e.key) for e, about in found.values()]
    return tuple(options[:SCREENS] if wanted else options)


def _belonging(links: Sequence[navigation.Link]) -> dict[str, str]:
    """What each screen belongs to, by its address: the screen whose address its own begins with, and its group there."""
    labels = {link.href: link.label for link in links}

    def of(link: navigation.Link) -> str:
        group = str(navigation.GROUPS[link.group]) if link.group else ""
        return " · ".join(filter(None, (labels.get(link.href.rpartition("/")[0]), group)))

    return {link.href: of(link) for link in links}


def _says(said: str, words: Sequence[str]) -> bool:
    label = f" {folded(said)}"
    return all(f" {word}" in label for word in words)
