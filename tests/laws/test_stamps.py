"""Two at one form do not overwrite each other unseen: every form that is shown filled in says what it was filled with."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import resolve

from rung.accounts.models import Agent
from rung.channels.phone.verbs import set_extensions
from rung.core.actor import SYSTEM
from rung.core.seen import Overtaken, Seen, digest
from rung.customers.models import Company
from rung.customers.verbs import describe_company
from rung.fields.verbs import change_choices, make_field, rename_field
from rung.patterns.models import Topic
from rung.patterns.verbs import rename_topic
from rung.queues.models import SavedView
from rung.queues.verbs import change_view
from rung.training.verbs import change_agreement
from rung.ui.stamped import STAMP
from tests.laws.house import verdict
from tests.laws.test_access import ours, paths, world

__all__ = ["ours", "world"]

pytestmark = pytest.mark.django_db

# By other names than the stamp's: what was shown of each field, or a number that grows with each saving.
ALSO = ("was-", "version")

# Forms that write over nothing somebody else could have written meanwhile.
NEW = "it makes something new"
ACT = "it is done, not kept: the page says who did what last, and it is live"
OWN = "nobody but oneself fills it in"
REASONS = {
    "accounts:profile": OWN,
    "notices:ways": OWN,
    "training:reply": OWN,
    "desk:assignment": ACT,
    "desk:resolution": ACT,
    "email:mailbox_history": ACT,
    "desk:personal_data": "it takes a file away, and keeps nothing",
    "desk:links": NEW,
    "desk:log_contact": NEW,
    "desk:tags_there_are": NEW,
    "email:new_mailbox": NEW,
    "email:signing_keys": NEW,
    "fields:fields": NEW,
    "imports:imports": NEW,
    "inhouse:asking": NEW,
    "reports:schedules": NEW,
    "training:trainings": NEW,
    "ui:appearance": "it is a sample of how forms look",
}


class Forms(HTMLParser):
    """The forms of a page: where each is posted to, its fields, and which of them are shown filled in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, set[str], set[str]]] = []
        self.inside: tuple[str, set[str], set[str]] | None = None
        self.choosing = self.writing = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        name, kind, value = said.get("name") or "", said.get("type") or "text", said.get("value") or ""
        if tag == "form":
            is_posted = (said.get("method") or "").lower() == "post"
            self.inside = (said.get("action") or "", set(), set()) if is_posted else None
            self.found += [self.inside] if self.inside else []
        if self.inside is None:
            return
        if tag in ("input", "select", "textarea"):
            self.inside[1].add(name)
        self.choosing = name if tag == "select" else self.choosing
        self.writing = name if tag == "textarea" else ""
        is_typed = tag == "input" and kind not in ("hidden", "submit", "button", "checkbox", "radio", "file") and value
        is_ticked = tag == "input" and kind in ("checkbox", "radio") and "checked" in said and value
        if is_typed or is_ticked:
            self.inside[2].add(name)
        if tag == "option" and "selected" in said and value:
            self.inside[2].add(self.choosing)

    def handle_data(self, data: str) -> None:
        if self.inside is not None and self.writing and data.strip():
            self.inside[2].add(self.writing)

    def handle_endtag(self, tag: str) -> None:
        self.writing = ""
        if tag == "form":
            self.inside = None


@pytest.fixture
def filled(world: dict[str, Any], bo: Agent, at: datetime) -> dict[str, Any]:
    """What the world leaves empty."""
    set_extensions(bo, ["12"], by=SYSTEM, at=at)
    return world


def test_every_form_that_is_shown_filled_in_says_with_what(
    filled: dict[str, Any], root: Agent, bo: Agent, client_of: Callable[[Agent], Client]
) -> None:
    """As whoever may do everything, and as one who has something of their own."""
    found, reasons = set(), set(REASONS)
    for browser in (client_of(root), client_of(bo)):
        for name, _who, path in paths(filled, bare=True):
            page = browser.get(path)
            if page.status_code != 200 or page.streaming or "html" not in page.headers["Content-Type"]:
                continue
            forms = Forms()
            forms.feed(page.content.decode())
            for action, fields, said in forms.found:
                target = resolve(urlsplit(action or path).path).view_name
                if said and not any(field == STAMP or field.startswith(ALSO) for field in fields):
                    reasons.discard(target)
                    if target not in REASONS:
                        found.add(f"{name}: the form for {target} with {', '.join(sorted(said))}")
    verdict(
        sorted(found) + [f"{target} has such a form no more" for target in sorted(reasons)],
        "make it a StampedForm and hand `form.seen` to the verb, or draw `stamp_of(…)` in it by hand; or give a reason.",
    )


def test_whoever_was_shown_something_else_overwrites_nothing(filled: dict[str, Any], bo: Agent, at: datetime) -> None:
    """What is drawn by hand, or came later than the law."""
    field = make_field("customer", "Plan", kind="choice", choices=("Gold", "Tin"), by=SYSTEM, at=at)
    topic, view = Topic.objects.get(pk=filled["topic"]), SavedView.objects.get(pk=filled["saved_view"])
    company = Company.objects.get(pk=filled["company"])
    change_agreement(is_on=True, days_alone=5, by=SYSTEM, at=at)
    key = field.choices[0]["key"]
    for late, shown in (
        (partial(rename_field, field, "Mine"), ["name"]),
        (partial(change_choices, field, {key: "Mine"}), [key]),
        (partial(rename_topic, topic, "Mine"), ["name"]),
        (partial(change_view, view, name="Mine"), ["name"]),
        (partial(describe_company, company, name="Acme", domains=["mine.example"]), ["name", "domains"]),
        (partial(set_extensions, bo, ["13"]), ["numbers"]),
        (partial(change_agreement, is_on=True, days_alone=9), ["days_alone"]),
    ):
        with pytest.raises(Overtaken):
            late(seen=Seen(dict.fromkeys(shown, digest("what was there before"))), by=bo.actor, at=at)
    assert Company.objects.get(pk=company.pk).domain == company.domain


def test_a_company_that_somebody_else_changed_comes_back_with_both(
    filled: dict[str, Any], root: Agent, client_of: Callable[[Agent], Client], at: datetime
) -> None:
    company = Company.objects.get(pk=filled["company"])
    browser, path = client_of(root), f"/companies/{company.pk}"
    shown = json.dumps({"name": digest("Acme"), "domains": digest("")})
    describe_company(company, name="Acme", domains=["theirs.example"], by=SYSTEM, at=at)
    renamed = browser.post(path, {"name": "Acme Ltd", "domains": "", STAMP: shown})
    assert renamed.status_code == 302
    company.refresh_from_db()
    assert (company.name, company.domain) == ("Acme Ltd", "theirs.example")
    late = browser.post(path, {"name": "Acme Ltd", "domains": "mine.example", STAMP: shown})
    assert late.status_code == 409
    assert "theirs.example" in late.content.decode()
