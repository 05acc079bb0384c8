"""Nobody sees at any address what they may not: every one is walked as everybody who could come.

Answers are looked at byte by byte, so that a count, a suggestion or a table that gives a secret away fails as a page does.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from rung.accounts.models import Agent, Team
from rung.accounts.permissions import PERMISSIONS
from rung.accounts.verbs import change_agent, deactivate_agent, form_role, join_team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.desk.stream import look
from rung.surveys.models import Invitation
from rung.surveys.tokens import link_token
from rung.touchpoints.models import Conversation
from tests.cast import written
from tests.laws.addresses import ADDRESSES, ASKED
from tests.laws.house import verdict
from tests.laws.world import NAME, WORD, secret_world

pytestmark = pytest.mark.django_db

SHUT = {403, 404, 405}
World = dict[str, Any]


def patterns(found: list[Any] | None = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLResolver):
            within = (*spaces, each.namespace) if each.namespace else spaces
            yield from patterns(each.url_patterns, within)
        elif isinstance(each, URLPattern):
            yield ":".join((*spaces, each.name or str(each.pattern)))


def test_every_address_says_to_whom_it_opens() -> None:
    there = set(patterns())
    verdict(
        sorted(f"{name} has no line" for name in there - ADDRESSES.keys())
        + sorted(f"{name} is no address any more" for name in ADDRESSES.keys() - there),
        "write in tests/laws/addresses.py who may come, and what of the made-up world stands in the address.",
    )


@pytest.fixture
def ours(support: Team, karim: Customer, at: datetime) -> Conversation:
    """What Support sees."""
    return written(karim, at=at, subject="Ours", team=support, reference="<own@example.com>")


@pytest.fixture
def world(ours: Conversation, billing: Team, bo: Agent, lin: Agent, at: datetime, work: Callable[..., None]) -> World:
    return secret_world(ours=ours, billing=billing, bo=bo, lin=lin, at=at, work=work)


def needed(who: str) -> set[str]:
    """The permissions that an address takes, by who may come to it."""
    return set(who.split("+"))


def takes(agent: Agent, who: str) -> bool:
    return all(agent.may(each) for each in needed(who))


def paths(world: World, *, own: bool = False, bare: bool = False) -> Iterator[tuple[str, str, str]]:
    """Name, who may come, and address with what it asks (`bare`: nothing); with `own`, of what whoever comes may see,
    asking for the rest."""
    hints = (
        "conversation={matter}&number={matter}&into={matter}&with={matter}&numbers={matter}&customer={person}"
        "&other={person}&person={person}&assignee={colleague}&team={team}&tag={tag}&touchpoint={touchpoint}"
    )
    for name, line in ADDRESSES.items():
        who, *named = line.split()
        if own and not any(f"own_{each}" in world for each in named):
            continue
        given = [world.get(f"own_{each}", world[each]) if own else world[each] for each in named]
        path = reverse(name, args=given)
        yield name, who, path
        for query in () if bare else (hints, *ASKED.get(name, ())):
            yield name, who, f"{path}?{query.format_map(world)}"


def said(world: World) -> dict[str, Any]:
    """What a form could say to get at the secret from a screen that is one's own."""
    matter, person = world["matter"], world["person"]
    return {
        **dict.fromkeys(("conversation", "number", "into", "with", "numbers", "beside", "mentions"), matter),
        **dict.fromkeys(("customer", "other", "person", "merged", "kept"), person),
        "touchpoint": world["touchpoint"],
        "canned": world["canned"],
        "macro": world["canned"],
        "team": world["team"],
        "agent": world["colleague"],
        "tag": world["tag"],
        "q": WORD[:5],
        "deed": "resolve",
    }


def answers(browser: Client, world: World, **which: bool) -> Iterator[tuple[str, str, str, HttpResponse]]:
    """Every address by GET and by POST; what a request did is undone before the next."""
    browser.raise_request_exception = False  # what breaks is told with the rest
    for name, who, path in paths(world, **which):
        for method in ("GET",) if "?" in path else ("GET", "POST"):
            cookies = browser.cookies.copy()
            point = transaction.savepoint()
            answer = browser.get(path) if method == "GET" else browser.post(path, said(world))
            transaction.savepoint_rollback(point)
            browser.cookies = cookies
            yield name, who, f"{method} {path}", answer


def tells(answer: HttpResponse, *secrets: str) -> list[str]:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[arg-type]  # ours are not asynchronous
    whole = body + repr(sorted(answer.headers.items())).encode()
    return [secret for secret in secrets if re.search(re.escape(secret.encode()), whole, re.IGNORECASE)]


def refused_at(browser: Client, world: World, *secrets: str, may: Callable[[str], bool], **which: bool) -> list[str]:
    """Where somebody got in who should not, or was told a secret."""
    found = []
    for name, who, address, answer in answers(browser, world, **which):
        if told := tells(answer, *secrets):
            found.append(f"{address} tells {', '.join(told)} ({answer.status_code})")
        if answer.status_code >= 500:
            found.append(f"{address} breaks: {answer.status_code}")
        if not may(who) and answer.status_code not in SHUT:
            found.append(f"{address} ({name}: {who}) answers {answer.status_code}")
    return found


INSTEAD = "go through the gates: visible_conversations(agent), <noun>_for(agent, …), @permission_required('…')."


@pytest.mark.parametrize("visitor", ["stranger", "closed", "customer"])
def test_nobody_comes_in_without_a_seat(visitor: str, world: World, client_of, ada: Agent, at: datetime) -> None:
    browser = Client()
    if visitor == "closed":
        browser = client_of(ada)
        deactivate_agent(ada, by=SYSTEM, at=at)
    if visitor == "customer":
        browser.get(f"/s/{_question(world, at)}")
    found = []
    for name, who, address, answer in answers(browser, world, bare=True):
        if told := tells(answer, WORD, NAME):
            found.append(f"{address} tells {', '.join(told)}")
        is_turned_away = answer.status_code in {401, *SHUT} or answer.headers.get("Location", "").startswith(
            "/account/sign-in"
        )
        if answer.status_code >= 500 or (who not in ("open", "key") and not is_turned_away):
            found.append(f"{address} ({name}) answers {answer.status_code}")
    verdict(found, "put @agent_required or @permission_required(…) on the view.")


def _question(world: World, at: datetime) -> str:
    """A link by which somebody else, a customer, answers our question about their own conversation."""
    customer = Customer.objects.get(pk=world["own_person"])
    invitation = Invitation.objects.create(
        customer=customer,
        conversation_id=world["own_matter"],
        question="csat",
        state="sent",
        nonce="n" * 22,
        offered_at=at,
        due_at=at,
        sent_at=at,
    )
    return link_token(invitation.nonce, None)


def test_a_customers_link_opens_their_own_question_and_nothing_else(world: World, at: datetime) -> None:
    token = _question(world, at)
    for page in ("", "/why", "/thanks", "/stop"):
        for answer in (Client().get(f"/s/{token}{page}"), Client().post(f"/s/{token}{page}", said(world))):
            assert not tells(answer, WORD, NAME), page
            assert answer.status_code < 500


def test_another_teams_agent_sees_nothing_of_it(world: World, client_of, ada: Agent) -> None:
    """By the built-in role every agent may recognise every customer, so the name is no secret here; what they wrote is."""

    def may(who: str) -> bool:
        return who in ("open", "key", "seat", "person") or (needed(who) <= PERMISSIONS.keys() and takes(ada, who))

    browser = client_of(ada)
    verdict(refused_at(browser, world, WORD, may=may), INSTEAD)
    verdict(refused_at(browser, world, WORD, may=lambda who: True, own=True), INSTEAD)


@pytest.mark.parametrize("scope", ["teams", "own"])
def test_whoever_may_do_everything_sees_only_what_is_in_their_scope(
    scope: str, world: World, client_of, ada: Agent, billing: Team, at: datetime
) -> None:
    """Every permission but that to see all customers. Who sees only their own sits in the very team; a colleague has it."""
    role = form_role("Wide", scope=scope, permissions=set(PERMISSIONS) - {"customers.see"}, by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    if scope == "own":
        join_team(ada, billing, by=SYSTEM, at=at)

    def may(who: str) -> bool:
        return who in ("open", "key", "seat") or needed(who) <= PERMISSIONS.keys()

    browser = client_of(ada)
    verdict(refused_at(browser, world, WORD, NAME, may=may), INSTEAD)
    verdict(refused_at(browser, world, WORD, NAME, may=lambda who: True, own=True), INSTEAD)


def test_whoever_may_sees_it_everywhere(world: World, client_of, bo: Agent, lin: Agent) -> None:
    """Or the walk would prove nothing: what is hidden is there, under the same addresses."""
    seen = {name for name, _who, _address, answer in answers(client_of(bo), world) if tells(answer, WORD)}
    assert {"desk:conversation", "desk:queue_view"} <= seen
    seen = {name for name, _who, _address, answer in answers(client_of(lin), world) if tells(answer, NAME)}
    assert {"desk:customers", "desk:customer"} <= seen


def test_counts_know_nothing_of_it(client_of, ada: Agent, ours: Conversation, request: pytest.FixtureRequest) -> None:
    """The same numbers stand on every list before there is a secret and after."""
    browser = client_of(ada)
    asked = [reverse(name) for name in ("desk:queue", "desk:queue_mine", "desk:home", "notices:bell")]
    asked += [reverse("desk:queue_view", args=["all"]), "/search?q=quitten", "/search?q=is:open+quitten"]

    def counts() -> dict[str, list[str]]:
        shown = {address: browser.get(address).content.decode() for address in asked}
        return {address: re.findall(r'class="count[^"]*"[^>]*>([^<]*)<', page) for address, page in shown.items()}

    before = counts()
    assert any(before.values())
    request.getfixturevalue("world")
    assert counts() == before


def test_the_live_stream_tells_numbers_only(world: World) -> None:
    told = repr(look())
    assert WORD not in told
    assert NAME not in told
