"""What the search screen shows: people first, then conversations with the passage that was found, and how to ask better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from rung.accounts.access import Agent
from rung.search.access import WINDOW, Found, Sight, found_companies, found_conversations, found_people, is_behind
from rung.search.advice import not_taken_in
from rung.search.found import FoundCompany, FoundConversation, FoundPerson, companies_of, conversations_of, people_of
from rung.search.meaning import Reader
from rung.search.query import Filter, Query, Without, Word, read_query
from rung.search.snippets import marks_of
from rung.search.vocabulary import Vocabulary, is_common, likely_meant

PAGE = 20
PEOPLE, ALL_PEOPLE = 5, 60
COMPANIES = 3
# Of more words than this none is taken for mistyped: each would be looked for by itself.
SUGGESTED, MOST_DOUBTED = 2, 8
# What is offered to narrow a search down, beside what was typed.
OFFERED = ("is:open", "is:mine", "is:unassigned", "has:attachment", "after:30d")


@dataclass(frozen=True, slots=True)
class Chip:
    """A part of the search that narrows it; `href` leads to the search without it, or with it where it is only offered."""

    label: str
    href: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    html: Markup
    href: str


@dataclass(frozen=True)
class SearchPage:
    """`count` is how many conversations there are, in words; empty when none were asked for."""

    wanted: str
    has_asked: bool
    chips: tuple[Chip, ...]
    offers: tuple[Chip, ...]
    problems: tuple[str, ...]
    people: tuple[FoundPerson, ...]
    people_href: str
    companies: tuple[FoundCompany, ...]
    conversations: tuple[FoundConversation, ...]
    count: str
    is_bounded: bool
    is_behind: bool
    suggestions: tuple[Suggestion, ...]
    sort: str
    sorts: tuple[Chip, ...]
    previous_href: str
    next_href: str
    is_whole: bool


def search_page(
    agent: Agent, wanted: str, *, sort: str = "", page: int = 1, show: str = "", at: datetime
) -> SearchPage:
    """What is found by what was typed. `show`: "people" lists more of them and no conversations."""
    query = read_query(wanted)
    sight, vocabulary = Sight(agent), Vocabulary()
    meaning = Reader(agent, vocabulary, at=at).read(query)
    page = min(max(page, 1), WINDOW // PAGE)
    sort = "newest" if sort == "newest" or not query.says_words() else "relevant"
    only_people = show == "people"
    most = ALL_PEOPLE if only_people else PEOPLE
    people = (
        found_people(agent, meaning.people, vocabulary, at_most=most)
        if meaning.people is not None and page == 1
        else Found()
    )
    companies = (
        found_companies(agent, meaning.companies, at_most=COMPANIES) if meaning.companies and page == 1 else Found()
    )
    found = Found() if only_people else found_conversations(sight, meaning, vocabulary)
    keys = found.keys
    if sort == "relevant" and len(keys) > 1:
        # Whatever says it in its subject or its customer's name first; of those and of the others the newest. As many of
        # them as come before the end of this page.
        before = page * PAGE
        said = found_conversations(sight, meaning, vocabulary, heading=True, at_most=before, or_more=False, known=found)
        first = dict.fromkeys(said.keys)
        keys = (*first, *(key for key in keys if key not in first))[:WINDOW]
    page = min(max(page, 1), max(1, -(-len(keys) // PAGE)))
    shown = keys[(page - 1) * PAGE : page * PAGE]
    # Names may be only begun; what is marked in letters is what was asked of them.
    marks, name_marks = marks_of(meaning.expression), marks_of(meaning.people, meaning.companies)
    is_empty = bool(query.parts) and not (keys or people.keys or companies.keys)

    def href(**changes: object) -> str:
        return _href(wanted, **{"sort": sort if sort == "newest" else "", **changes})

    return SearchPage(
        wanted=wanted,
        has_asked=bool(query.parts),
        chips=_chips(query),
        offers=_offers(query) if query.parts else (),
        problems=tuple(dict.fromkeys(filter(None, (not_taken_in(wanted, query), *meaning.problems)))),
        people=people_of(agent, people.keys, name_marks),
        people_href=href(show="people") if people.is_cut and not only_people else "",
        companies=companies_of(agent, companies.keys, name_marks),
        conversations=conversations_of(agent, shown, marks),
        count=_count(found) if query.parts and not only_people else "",
        is_bounded=found.is_bounded,
        is_behind=is_behind(),
        suggestions=_suggestions(sight, query, at=at) if is_empty and not meaning.problems else (),
        sort=sort,
        sorts=(
            Chip(_("Most relevant"), _href(wanted), sort == "relevant"),
            Chip(_("Newest"), _href(wanted, sort="newest"), sort == "newest"),
        )
        if query.says_words() and len(keys) > 1
        else (),
        previous_href=href(page=page - 1 if page > 2 else "") if page > 1 else "",
        next_href=href(page=page + 1) if len(keys) > page * PAGE else "",
        is_whole=not only_people,
    )


def _href(wanted: str, **others: object) -> str:
    said = {"q": wanted, **others}
    query = urlencode({name: value for name, value in said.items() if value})
    return reverse("search:search") + (f"?{query}" if query else "")


def _count(found: Found) -> str:
    if found.is_cut:
        return _("more than %(n)s conversations, the newest of them") % {"n": f"{WINDOW:,}"}
    return str(len(found.keys))


def _chips(query: Query) -> tuple[Chip, ...]:
    return tuple(
        Chip(str(part), _href(str(query.without(part))), True)
        for part in query.parts
        if isinstance(part.part if isinstance(part, Without) else part, Filter)
    )


def _offers(query: Query) -> tuple[Chip, ...]:
    said = {str(part) for part in query.parts}
    names = {part.name for part in query.filters() if part.name not in ("is", "has")}
    return tuple(
        Chip(offer, _href(f"{query} {offer}"), False)
        for offer in OFFERED
        if offer not in said and offer.split(":")[0] not in names
    )


def _suggestions(sight: Sight, query: Query, *, at: datetime) -> tuple[Suggestion, ...]:
    """What may have been meant. Only what this agent does find by it, in place of what they do not: a word is no secret of
    others', its being there is."""
    words = [part for part in query.parts if isinstance(part, Word)]
    if not 0 < len(words) <= MOST_DOUBTED:
        return ()
    doubted = [word for word in words if len(query.parts) == 1 or not _is_found(sight, word, at)]
    if len(doubted) != 1:
        return ()  # of two that are nowhere the other one would still be
    found = []
    for meant in likely_meant(doubted[0].text.lower()):
        changed = Word(meant)
        other = Query(tuple(changed if part == doubted[0] else part for part in query.parts))
        if _finds(sight, other, at):
            html = [
                Markup("<mark>{}</mark>").format(one) if one is changed else escape(str(one)) for one in other.parts
            ]
            found.append(Suggestion(Markup(" ").join(html), _href(str(other))))
        if len(found) == SUGGESTED:
            break
    return tuple(found)


def _is_found(sight: Sight, word: Word, at: datetime) -> bool:
    # One of the commonest is no secret, and to look for it is dear.
    return is_common(word.text) or _finds(sight, Query((word,)), at)


def _finds(sight: Sight, query: Query, at: datetime) -> bool:
    """Whether this agent finds a conversation or a person by it."""
    vocabulary = Vocabulary()
    meaning = Reader(sight.agent, vocabulary, at=at).read(query)
    if found_conversations(sight, meaning, vocabulary, at_most=1, or_more=False).keys:
        return True
    people = meaning.people
    return people is not None and bool(found_people(sight.agent, people, vocabulary, at_most=1).keys)
