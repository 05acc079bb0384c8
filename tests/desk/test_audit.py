"""Whatever is changed in settings is told, with who and when and from what to what; secrets never are."""

import csv
import io
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from rung.accounts.events import IdentityProviderChanged
from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, change_role, form_role, note_failed_sign_in, rename_team
from rung.canned.verbs import Wording, change_canned, delete_canned, make_canned
from rung.channels.email.verbs.mailbox import add_mailbox, change_mailbox
from rung.core.actor import SYSTEM
from rung.desk.pages.audit import ALL, PAGE, Filters, audit_page
from rung.journal.events import EVENTS
from rung.journal.models import Entry
from rung.journal.verbs import record
from rung.surveys.verbs import change_policy
from rung.touchpoints.verbs import change_tag, create_tag
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

# Facts without a customer or a conversation that the list leaves out, and why.
ELSEWHERE = {
    "agent.notice_ways_changed": "how somebody wants to be told of things is theirs",
    "bulk.done": "each of its conversations tells of it",
    "bulk.undone": "each of its conversations tells of it",
    "call.announced": "a customer's matter",
    "call.answered": "a customer's matter",
    "call.ended": "a customer's matter",
    "call.recognised": "a customer's matter",
    "company.described": "what we know of customers",
    "company.met": "what we know of customers",
    "letter.refused": "the letters' own list has it",
    "mailbox.failed": "not done by anybody",
    "mailbox.recovered": "not done by anybody",
    "opportunity.found": "whom it is about hears of it first",
    "sending.asked_again": "a customer's matter",
}


def test_every_fact_about_the_house_is_in_the_list_or_left_out_for_a_reason() -> None:
    about = {"customer", "conversation", "touchpoint"}
    ours = {kind for kind, cls in EVENTS.items() if cls.__module__.startswith("rung.")}
    house = {kind for kind in ours if not about & {field.name for field in fields(cast(Any, EVENTS[kind]))}}
    assert house - set(ALL) - ELSEWHERE.keys() == set()
    assert len(ALL) == len(set(ALL))


def test_every_kind_of_the_list_exists() -> None:
    assert set(ALL) - EVENTS.keys() == set()


def told(at: datetime) -> dict[str, list[list[str]]]:
    """What was changed since a moment, by kind."""
    return {entry.kind: entry.data.get("values", []) for entry in Entry.objects.filter(occurred_at__gte=at)}


def test_changes_are_told_from_and_to(ada: Agent, support: Team, root: Agent, at: datetime) -> None:
    later = at + timedelta(days=1)
    by: dict[str, Any] = {"by": root.actor, "at": later}
    mailbox = add_mailbox(name="Support", address="support@desk.example", by=SYSTEM, at=at)
    tag, canned = (
        create_tag("wheels", by=SYSTEM, at=at),
        make_canned(Wording(title="Hello", text="Hi"), by=SYSTEM, at=at),
    )
    change_agent(ada, role="lead", password="a fine new sentence", **by)
    rename_team(support, "Help", **by)
    change_role("agent", scope="own", permissions=[], **by)
    change_mailbox(mailbox, team=support, imap_password="geheim", spam_score=9, certificate="PRIVATE", **by)
    change_tag(tag, name="rims", colour=tag.colour, **by)
    change_canned(canned, Wording(title="Hello", text="Good day", team=support), **by)
    change_policy(is_on=True, delay_minutes=60, level_share=50, **by)
    found = told(later)
    assert found["agent.changed"] == [["role", "agent", "lead"]]
    assert found["team.renamed"] == [["name", "Support", "Help"]]
    assert ["scope", "teams", "own"] in found["role.changed"]
    assert found["mailbox.changed"] == [["team", "", "Help"], ["spam_score", "5", "9"]]
    assert found["tag.changed"] == [["name", "wheels", "rims"]]
    assert found["canned.changed"] == [["text", "Hi", "Good day"], ["whose", "all", "Help"]]
    assert found["survey.policy_changed"] == [["level_share", "100", "50"]]
    page = repr(audit_page(Filters()))
    assert "Root Adler" in page
    for secret in ("a fine new sentence", "geheim", "PRIVATE"):
        assert secret not in page


def test_sign_ins_are_told_and_what_was_typed_in_vain_is_not(ada: Agent, root: Agent, client_of: Any) -> None:
    browser = Client(REMOTE_ADDR="192.0.2.7")
    browser.post("/account/sign-in", {"login": "ada@desk.example", "password": "hunter2 hunter2"})
    browser.post("/account/sign-in", {"login": "my-secret-password@x.example", "password": "x"})
    browser.post("/account/sign-in", {"login": "ada@desk.example", "password": PASSWORD})
    said = client_of(root).get("/settings/audit?kind=sign-in").content.decode()
    assert said.count("tried to sign in in vain") == 2
    assert "192.0.2.7" in said
    assert "Ada Berg" in said
    assert "my-secret" not in said
    assert "hunter2" not in repr(list(Entry.objects.values()))


def test_the_list_speaks_to_people(ada: Agent, support: Team, root: Agent, at: datetime) -> None:
    """Not a column's True and 1, nor a word that the program keeps for itself; and it says whose seat was changed."""
    note_failed_sign_in("eve@other.example", came_from="", through="House", reason="no_seat", by=SYSTEM, at=at)
    note_failed_sign_in(ada.email, came_from="", reason="password_replaced", by=SYSTEM, at=at)
    change_agent(ada, time_zone="Europe/Rome", undo_s=30, by=ada.actor, at=at)
    with transaction.atomic():
        values = [["admits_newcomers", "False", "True"], ["newcomer_team", "", str(support.pk)]]
        changed = IdentityProviderChanged(provider=1, name="House", changed=[], values=values)
        record(changed, by=root.actor, at=at)
    newcomers, seat, replaced, unknown = audit_page(Filters()).lines[:4]
    assert unknown.did == "tried to sign in with House in vain (nobody with that address has a seat)"
    assert replaced.did == "tried to sign in in vain (with a password that a provider has replaced)"
    assert (seat.did, seat.about) == ("changed a seat: time zone, time for taking an answer back", ada.name)
    said = [(each.field, each.before, each.after) for each in newcomers.changes]
    assert said == [("admits newcomers", "no", "yes"), ("newcomer team", "", support.name)]


def test_behind_a_proxy_a_sign_in_is_told_with_the_visitors_address(
    ada: Agent, root: Agent, client_of: Any, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1  # as RUNG_BEHIND_PROXY says
    browser = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"})
    browser.post("/account/sign-in", {"login": "ada@desk.example", "password": PASSWORD})
    said = client_of(root).get("/settings/audit?kind=sign-in").content.decode()
    assert "192.0.2.7" in said
    assert "198.51.100.1" not in said, "what the visitor claims of themselves"


def test_the_list_is_filtered_by_person_kind_and_day(ada: Agent, root: Agent, lin: Agent, at: datetime) -> None:
    for day, agent in enumerate((root, lin, root)):
        change_policy(is_on=True, delay_minutes=day + 1, level_share=50, by=agent.actor, at=at + timedelta(days=day))
        create_tag(f"tag {day}", by=agent.actor, at=at + timedelta(days=day))

    def days(**asked: str) -> list[int]:
        return [line.at.day for line in audit_page(Filters.read(asked)).lines]

    assert days(kind="surveys") == [12, 11, 10]
    assert days(kind="surveys", who=str(lin.pk)) == [11]
    assert days(kind="surveys", since="2026-03-11") == [12, 11]
    assert days(kind="surveys", since="2026-03-11", until="2026-03-11") == [11]
    assert len(days(kind="nonsense", who="x", since="yesterday")) == len(days())


def test_pages_follow_one_another_without_a_gap(root: Agent, at: datetime) -> None:
    for number in range(PAGE + 7):
        create_tag(f"tag {number}", by=root.actor, at=at + timedelta(seconds=number // 3))
    seen, after = [], ""
    while True:
        page = audit_page(Filters.read({"kind": "words", "after": after}))
        seen += [line.did for line in page.lines]
        if not page.older:
            break
        after = page.older.split("after=")[1].replace("%3A", ":").replace("%2B", "+").replace("%7E", "~")
    assert len(seen) == len(set(seen)) == PAGE + 7


def test_the_table_holds_the_same_and_its_download_is_told(root: Agent, client_of: Any, at: datetime) -> None:
    form_role("=cmd()", scope="own", permissions=[], by=root.actor, at=at)
    change_role("cmd", name="Light", scope="teams", permissions=["numbers.see"], by=root.actor, at=at)
    answer = client_of(root).get("/settings/audit.csv?kind=people")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ["name", "'=cmd()", "Light"] in [row[4:] for row in rows]
    assert Entry.objects.get(kind="export.taken").data["what"] == "audit"


def test_what_one_keeps_for_oneself_is_nobodys_business(ada: Agent, root: Agent, at: datetime) -> None:
    own = make_canned(Wording(title="Mine alone", text="x", owner=ada), by=ada.actor, at=at)
    change_canned(own, Wording(title="Mine alone", text="y", owner=ada), by=ada.actor, at=at)
    delete_canned(own, by=ada.actor, at=at)
    assert "Mine alone" not in repr(audit_page(Filters()))


def test_only_who_may_sees_it(client_of: Any, ada: Agent, lin: Agent, root: Agent) -> None:
    assert [client_of(who).get("/settings/audit").status_code for who in (ada, lin, root)] == [403, 403, 200]
    assert [client_of(who).get("/settings/audit.csv").status_code for who in (ada, lin, root)] == [403, 403, 200]


def test_it_asks_the_same_however_long_it_is(root: Agent, client_of: Any, at: datetime) -> None:
    browser = client_of(root)
    counts = []
    for number in range(2):
        for more in range(20 * number + 1):
            create_tag(f"tag {number} {more}", by=root.actor, at=at)
        with CaptureQueriesContext(connection) as asked:
            browser.get("/settings/audit")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7
