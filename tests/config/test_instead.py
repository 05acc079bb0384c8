"""What is answered where there is no page: who keeps the frame, who gets a calm sheet, and what neither tells."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from rung.accounts.models import Agent, Team
from rung.config import bodies
from rung.config.refusals import bad_request, broken, too_many
from rung.customers.models import Customer
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
FRAME, HTML = 'class="frame-rail"', {"Accept": "text/html"}


def test_whoever_is_signed_in_keeps_the_frame_and_a_way_back(ada: Agent, client_of: Desk) -> None:
    desk = client_of(ada)
    for address, status, said in (
        ("/nowhere", 404, "There is nothing here"),
        ("/settings/agents", 403, "Not with your role"),
        ("/conversations/1/notes", 405, "There is no page here"),
    ):
        answer = desk.get(address, headers={**HTML, "Referer": "http://testserver/queue/mine?tag=1"})
        page = answer.content.decode()
        assert (answer.status_code, FRAME in page) == (status, True), address
        assert f"<h1>{said}</h1>" in page
        assert f"<title>{said}" in page
        assert 'href="/queue/mine?tag=1"' in page
    assert desk.get("/conversations/1/notes", headers=HTML)["Allow"] == "POST"
    assert desk.get("/conversations/1/notes").content == b"", "a program wants no page"


@pytest.mark.parametrize("came_from", ["https://elsewhere.example/x", "http://testserver//elsewhere.example/x", ""])
def test_no_way_leads_back_to_anybody_else(came_from: str, ada: Agent, client_of: Desk) -> None:
    page = client_of(ada).get("/nowhere", headers={"Referer": came_from}).content.decode()
    assert "elsewhere" not in page
    assert ">Back<" not in page


def test_a_stranger_gets_a_sheet_without_the_frame(client: Client) -> None:
    page = client.get("/nowhere").content.decode()
    assert "There is nothing here" in page
    assert FRAME not in page


def test_what_is_not_theirs_reads_as_what_is_not_there(
    ada: Agent, carla: Customer, billing: Team, at: datetime, client_of: Desk
) -> None:
    theirs = written(carla, at=at, team=billing, subject="Secret").pk

    def page(number: int) -> str:
        answer = client_of(ada).get(f"/conversations/{number}")
        said = re.sub(
            r'(name="csrf-token" content|name="csrfmiddlewaretoken" value)="\w+"', "", answer.content.decode()
        )
        return f"{answer.status_code} {said}".replace(f"/conversations/{number}", "N")

    assert page(theirs) == page(theirs + 4321)


def test_our_own_fault_keeps_the_frame_and_asks_no_database(
    ada: Agent, rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    request: Any = rf.get("/queue")
    request.agent = Agent.objects.get(pk=ada.pk)
    with django_assert_num_queries(0):
        answer = broken(request)
    page = answer.content.decode()
    assert (answer.status_code, FRAME in page, "our fault" in page) == (500, True, True)


@pytest.mark.parametrize("is_known", [True, False])
def test_a_page_says_so_while_the_database_is_away(
    ada: Agent, rf: RequestFactory, is_known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: Any = rf.post("/conversations/1/notes", {"text": "Not lost"})
    if is_known:
        request.agent = Agent.objects.get(pk=ada.pk)

    def away(*_args: Any, **_kwargs: Any) -> Any:
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(connection, "cursor", away)
    try:
        away()
    except OperationalError:
        answer = broken(request)
    page = answer.content.decode()
    assert (answer.status_code, FRAME in page, "Not lost" in page) == (503, is_known, True)


def test_even_a_frame_that_cannot_be_drawn_leaves_a_page(
    ada: Agent, rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    request: Any = rf.get("/queue")
    request.agent = ada
    monkeypatch.setattr("rung.ui.navigation.navigation_for", lambda request: 1 / 0)
    assert "our fault" in broken(request).content.decode()


def test_a_part_of_a_page_is_never_a_page(ada: Agent, client_of: Desk, rf: RequestFactory) -> None:
    desk, part = client_of(ada), {"HX-Request": "true"}
    looked = desk.get("/conversations/1", headers=part)
    assert "There is nothing here" in looked.content.decode()
    assert "<html" not in looked.content.decode()
    done = desk.post("/conversations/1/notes", {"text": "x"}, headers=part)
    assert (done.status_code, done["HX-Retarget"]) == (404, "[data-trouble] p")
    # A live look that fails by our fault leaves what is there.
    assert broken(rf.get("/queue", headers=part))["HX-Reswap"] == "none"


@pytest.mark.parametrize(
    ("refuse", "status"),
    [(lambda request: bad_request(request, RequestDataTooBig()), 413), (too_many, 429)],
)
def test_too_much_and_too_often_are_said_in_the_frame(
    refuse: Callable[[Any], Any], status: int, ada: Agent, rf: RequestFactory
) -> None:
    request: Any = rf.get("/queue")
    request.agent = ada
    request._messages = ()
    answer = refuse(request)
    assert (answer.status_code, FRAME in answer.content.decode()) == (status, True)


def test_what_was_turned_away_unread_is_told_in_the_frame(ada: Agent, client_of: Desk) -> None:
    desk = client_of(ada)
    was = bodies.turned_away.set(413)
    try:
        answer = desk.post("/settings/imports", headers={"Referer": "http://testserver/settings/imports"})
    finally:
        bodies.turned_away.reset(was)
    page = answer.content.decode()
    assert (answer.status_code, FRAME in page, "At most 64 MB" in page) == (413, True, True)
    assert re.search(r'<a [^>]*href="/settings/imports"[^>]*>(?:(?!</a>).)*Back</a>', page, re.DOTALL)
