"""Two people at the same form never overwrite each other unseen, and nothing that was typed is lost."""

import re
from collections.abc import Callable
from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import form_role
from rung.canned.verbs import Wording, make_canned
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.verbs import create_tag

pytestmark = pytest.mark.django_db


class Fields(HTMLParser):
    """What a browser would send of the form at an address."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.page, self.action = page, action
        self.sent: dict[str, Any] = {}
        self.is_inside, self.area, self.choice = False, "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            # Where on the page an answer is looked at is no part of where it is sent.
            where = said.get("action", self.page).partition("#")[0]
            self.is_inside = said.get("method") == "post" and where == self.action
        if not self.is_inside:
            return
        name = said.get("name", "")
        if tag == "input" and name and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self.sent.setdefault(name, []).append(said.get("value", "on" if "checked" in said else ""))
        elif tag == "textarea":
            self.area = name
            self.sent[name] = [""]
        elif tag == "select":
            self.choice = name
        elif tag == "option" and self.choice and ("selected" in said or self.choice not in self.sent):
            self.sent[self.choice] = [said.get("value", "")]

    def handle_data(self, data: str) -> None:
        if self.area:
            self.sent[self.area] = [self.sent[self.area][0] + data.removeprefix("\n")]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.choice = ""
        elif tag == "form":
            self.is_inside = False


def filled(page: Any, action: str) -> dict[str, Any]:
    reader = Fields(page.request["PATH_INFO"], action)
    reader.feed(page.content.decode())
    reader.sent.pop("csrfmiddlewaretoken", None)
    assert "shown" in reader.sent, "the form says what it was filled with"
    return reader.sent


PER_ADDRESS = "automatic_per_address"
Form = tuple[str, str, dict[str, Any], dict[str, Any], dict[str, Any]]


@pytest.fixture
def form(
    request: pytest.FixtureRequest,
    carla: Customer,
    support: Team,
    billing: Team,
    ada: Agent,
    root: Agent,
    at: datetime,
) -> Form:
    """Where it is seen and sent; what the first changes, what the second changes to something else, and to nothing."""
    by: dict[str, Any] = {"by": SYSTEM, "at": at}
    if request.param == "customer":
        at_ = f"/customers/{carla.pk}/description"
        return at_, at_, {"about": "Likes blue"}, {"about": "Likes green"}, {"role_title": "Buyer"}
    if request.param == "customer's company":
        at_ = f"/customers/{carla.pk}/description"
        return at_, at_, {"company": "Acme"}, {"company": "Bcme"}, {"name": "Carla R."}
    if request.param == "team":
        at_ = f"/settings/teams/{support.pk}"
        return at_, at_, {"name": "First line"}, {"name": "Help"}, {"members": [ada.pk, root.pk]}
    if request.param == "team's members":
        at_ = f"/settings/teams/{support.pk}"
        return at_, at_, {"members": []}, {"members": [ada.pk, root.pk]}, {"name": "First line"}
    if request.param == "seat":
        at_ = f"/settings/agents/{ada.pk}"
        return at_, at_, {"role": "lead"}, {"role": "administrator"}, {"name": "Ada B."}
    if request.param == "seat's teams":
        at_ = f"/settings/agents/{ada.pk}"
        return at_, at_, {"teams": []}, {"teams": [support.pk, billing.pk]}, {"role": "lead"}
    if request.param == "tag":
        tag = create_tag("wheels", **by)
        return "/settings/tags", f"/settings/tags/{tag.pk}", {"name": "rims"}, {"name": "tyres"}, {"colour": "green"}
    if request.param == "canned answer":
        at_ = f"/settings/canned/{make_canned(Wording(title='Hello', text='Good day'), **by).pk}"
        return at_, at_, {"text": "Good morning"}, {"text": "Good evening"}, {"whose": str(support.pk)}
    if request.param == "whose canned answer":
        at_ = f"/settings/canned/{make_canned(Wording(title='Hello', text='Good day'), **by).pk}"
        return at_, at_, {"whose": str(support.pk)}, {"whose": "own"}, {"title": "Hi"}
    if request.param == "survey policy":
        return (
            "/settings/surveys",
            "/settings/surveys/policy",
            {"level_share": 10},
            {"level_share": 20},
            {"delay_minutes": 5},
        )
    if request.param == "role":
        at_ = f"/settings/roles/{form_role('Light', scope='own', permissions=[], **by).key}"
        return at_, at_, {"scope": "all"}, {"scope": "teams"}, {"permissions": ["numbers.see"]}
    mailbox = add_mailbox(name="Support", address="support@desk.example", **by)
    at_ = f"/settings/mailboxes/{mailbox.pk}/{request.param.split()[1]}"
    return {
        "mailbox address": (at_, at_, {"name": "Help"}, {"name": "Service"}, {"team": str(support.pk)}),
        "mailbox spam": (at_, at_, {"spam_score": 7}, {"spam_score": 9}, {"spam_days": 30}),
        "mailbox automatic": (at_, at_, {PER_ADDRESS: 7}, {PER_ADDRESS: 9}, {"automatic_per_mailbox": 70}),
        "mailbox servers": (at_, at_, {"imap_host": "a.example"}, {"imap_host": "b.example"}, {"imap_user": "ada"}),
    }[request.param]  # fmt: skip


FORMS = (
    *(
        "customer",
        "customer's company",
        "team",
        "team's members",
        "seat",
        "seat's teams",
        "tag",
        "canned answer",
        "whose canned answer",
    ),
    *("survey policy", "role", "mailbox address", "mailbox spam", "mailbox automatic", "mailbox servers"),
)
Browser = Callable[[Agent], Client]


@pytest.mark.parametrize("form", FORMS, indirect=True)
def test_the_second_is_shown_what_the_first_wrote(form: Form, client_of: Browser, root: Agent) -> None:
    seen_at, sent_to, theirs, mine, _other = form
    browser = client_of(root)
    shown = filled(browser.get(seen_at), sent_to)
    first = browser.post(sent_to, {**shown, **theirs})
    assert first.status_code in (302, 303), re.findall(r"field-error.*?<span>(.*?)</span>", first.content.decode())
    answer = browser.post(sent_to, {**shown, **mine})
    assert answer.status_code == 409
    assert "Somebody else" in answer.content.decode()
    again = filled(answer, sent_to)
    [(name, typed)] = mine.items()
    assert sorted(again.get(name, [])) == sorted(map(str, typed if isinstance(typed, list) else [typed])), "still typed"
    assert browser.post(sent_to, again).status_code in (302, 303), "knowing of it, they may keep theirs"
    assert filled(browser.get(seen_at), sent_to).get(name, []) == again.get(name, [])


@pytest.mark.parametrize("form", FORMS, indirect=True)
def test_what_the_second_left_alone_stays_as_the_first_made_it(form: Form, client_of: Browser, root: Agent) -> None:
    seen_at, sent_to, theirs, _mine, other = form
    browser = client_of(root)
    shown = filled(browser.get(seen_at), sent_to)
    browser.post(sent_to, {**shown, **theirs})
    first = filled(browser.get(seen_at), sent_to)
    second = browser.post(sent_to, {**shown, **other})
    assert second.status_code in (302, 303), re.findall(r"theirs-text.*?<", second.content.decode())
    both = filled(browser.get(seen_at), sent_to)
    for name in theirs:
        assert both.get(name) == first.get(name)
    for name, value in other.items():
        assert sorted(both[name]) == sorted(map(str, value if isinstance(value, list) else [value]))


def test_theirs_can_be_taken(client_of: Browser, root: Agent, carla: Customer) -> None:
    address, browser = f"/customers/{carla.pk}/description", client_of(root)
    shown = filled(browser.get(address), address)
    browser.post(address, {**shown, "about": "Likes blue"})
    answer = browser.post(address, {**shown, "about": "Likes green", "avoid": "Calls"})
    assert 'value="about"' in answer.content.decode()
    assert "Likes blue" in answer.content.decode()
    assert browser.post(address, {**filled(answer, address), "take": "about"}).status_code == 302
    carla.refresh_from_db()
    assert (carla.about, carla.avoid) == ("Likes blue", "Calls")
