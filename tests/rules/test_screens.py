"""The screens of rules: making, trying, ordering, the log; and what they cost."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, form_role
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.fields.verbs import make_field
from rung.journal.models import Entry
from rung.notices.models import Notice
from rung.rules import reactions
from rung.rules.conditions import Condition
from rung.rules.deeds import Deed
from rung.rules.models import Rule, Run
from rung.rules.pages import trial_page
from rung.rules.plans import Plan
from rung.rules.verbs import make_rule, switch_rule
from rung.touchpoints.models import Conversation, Tagging
from rung.touchpoints.verbs import create_tag, merge_conversations
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr(reactions.clock, "now", lambda: at + 10 * MINUTE)


def refunds(support: Team, at: datetime) -> Plan:
    return Plan(
        name="Refunds",
        conditions=(Condition("said", "any", ("refund",)),),
        deeds=(Deed("team", (str(support.pk),)), Deed("priority", ("high",))),
    )


def test_a_rule_is_put_together_with_buttons_and_saved(client_of: Desk, lin: Agent, support: Team) -> None:
    browser = client_of(lin)
    said: dict[str, Any] = {"name": "Refunds", "moment": "incoming", "joint": "all", "hours": "4"}
    page = browser.post("/settings/rules/new", said | {"do": "add-if", "add_if": "said"})
    assert 'name="if-0-what" value="said"' in page.content.decode()
    said |= {"if-0-what": "said", "if-0-how": "any", "if-0-value": "refund, money back"}
    page = browser.post("/settings/rules/new", said | {"do": "add-then", "add_then": "team"})
    assert 'name="then-0-what" value="team"' in page.content.decode()
    assert not Rule.objects.exists()
    assert browser.post("/settings/rules/new", said | {"do": "save"}).status_code == 422
    said |= {"then-0-what": "team", "then-0-value": str(support.pk)}
    answer = browser.post("/settings/rules/new", said | {"do": "save"})
    rule = Rule.objects.get()
    assert answer["Location"] == f"/settings/rules/{rule.pk}/trial"
    assert not rule.is_on
    assert rule.conditions == [{"what": "said", "how": "any", "value": ["refund", "money back"]}]
    page = browser.post(f"/settings/rules/{rule.pk}", said | {"do": "drop-if-0"})
    assert "if-0-what" not in page.content.decode()
    browser.post(f"/settings/rules/{rule.pk}/switch", {"on": "1"})
    rule.refresh_from_db()
    assert rule.is_on


def test_a_field_with_choices_is_asked_by_ticking_them(
    client_of: Desk, lin: Agent, support: Team, at: datetime
) -> None:
    size = make_field("conversation", "Size", kind="choice", choices=["Small", "Very large"], by=SYSTEM, at=at)
    large = next(each["key"] for each in size.choices if each["label"] == "Very large")
    what, browser = f"field-{size.pk}", client_of(lin)
    typed = Condition(what, "is", ("very large", "Gigantic"))  # as it was typed when one could not choose
    rule = make_rule(
        Plan(name="Sizes", conditions=(typed,), deeds=(Deed("team", (str(support.pk),)),)), by=lin.actor, at=at
    )
    page = browser.get(f"/settings/rules/{rule.pk}").content.decode()
    assert f'type="checkbox" name="if-0-value" value="{large}" checked' in page
    assert 'value="Gigantic" checked' in page
    said = {"name": "Sizes", "moment": "incoming", "hours": "4", "joint": "all", "if-0-what": what, "if-0-how": "is",
            "if-0-value": [each["key"] for each in size.choices], "then-0-what": "team",
            "then-0-value": str(support.pk), "do": "save"}  # fmt: skip
    assert browser.post(f"/settings/rules/{rule.pk}", said).status_code == 302
    assert "The field Size is one of: Small, Very large" in browser.get("/settings/rules").content.decode()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"hours": "1e99999999"}, 422),
        ({"hours": "sNaN"}, 422),
        ({"moment": "tagged", "tag": "999999"}, 422),
        ({"if-0-what": "tag", "if-0-how": "any", "if-0-value": "²"}, 302),
        ({"if-0-what": "team", "if-0-how": "is", "if-0-value": "\x00"}, 302),
        ({"then-1-what": "team", "then-1-value": "\x00"}, 302),
    ],
)
def test_what_no_form_sends_breaks_nothing(said: dict[str, str], status: int, client_of: Desk, lin: Agent) -> None:
    whole = {"name": "x", "moment": "incoming", "hours": "4", "then-0-what": "resolve", "do": "save"}
    browser = client_of(lin)
    assert browser.post("/settings/rules/new", whole | said).status_code == status
    assert browser.get("/settings/rules").status_code == 200


def test_a_rule_of_a_thousand_words_is_told_in_short(client_of: Desk, lin: Agent, at: datetime) -> None:
    words = tuple(f"w{number}" for number in range(1000))
    make_rule(Plan(name="x", conditions=(Condition("said", "any", words),), deeds=(Deed("spam"),)), by=SYSTEM, at=at)
    page = client_of(lin).get("/settings/rules").content.decode()
    assert "w1, w2" in page
    assert "w900" not in page


def test_two_who_change_a_rule_do_not_overwrite_each_other(
    client_of: Desk, lin: Agent, root: Agent, support: Team, at: datetime
) -> None:
    rule = make_rule(refunds(support, at), by=SYSTEM, at=at)
    page = client_of(lin).get(f"/settings/rules/{rule.pk}").content.decode()
    stamp = page.split('name="shown" value="')[1].split('"')[0].replace("&quot;", '"')
    said = {
        "moment": "incoming", "hours": "4", "joint": "all", "shown": stamp, "if-0-what": "said", "if-0-how": "any",
        "if-0-value": "refund", "then-0-what": "team", "then-0-value": str(support.pk), "then-1-what": "priority",
        "then-1-value": "high",
    }  # fmt: skip
    assert client_of(root).post(f"/settings/rules/{rule.pk}", said | {"name": "Root's"}).status_code == 302
    assert client_of(lin).post(f"/settings/rules/{rule.pk}", said | {"name": "Lin's"}).status_code == 409
    rule.refresh_from_db()
    assert rule.name == "Root's"
    # What only the other changed stays.
    answer = client_of(lin).post(f"/settings/rules/{rule.pk}", said | {"name": "Refunds", "then-1-value": "urgent"})
    assert answer.status_code == 302
    rule.refresh_from_db()
    assert (rule.name, rule.deeds[1]["value"]) == ("Root's", ["urgent"])


def test_trying_shows_what_it_would_have_done_and_changes_nothing(
    client_of: Desk, lin: Agent, support: Team, carla: Customer, at: datetime, work: Any
) -> None:
    rule = make_rule(refunds(support, at), by=SYSTEM, at=at)
    written(carla, at=at, subject="A refund, please")
    written(carla, at=at, subject="Thanks", reference="<2@x>")
    work(at + MINUTE)
    before = Entry.objects.count()
    page = client_of(lin).get(f"/settings/rules/{rule.pk}/trial").content.decode()
    assert "A refund, please" in page
    assert "Thanks" not in page
    assert "Give it to a team: Support" in page
    assert Entry.objects.count() == before
    assert not Run.objects.exists()
    assert set(Conversation.objects.values_list("priority", flat=True)) == {"normal"}


def test_trying_sees_no_more_than_whoever_tries(
    client_of: Desk, ada: Agent, support: Team, billing: Team, carla: Customer, at: datetime
) -> None:
    role = form_role("Rules", scope="teams", permissions=["settings.rules"], by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    rule = make_rule(refunds(support, at), by=SYSTEM, at=at)
    hidden = written(carla, at=at, subject="Their refund", team=billing)
    Run.objects.create(rule=rule, conversation=hidden, ran_at=at, result="done")
    for address in (f"/settings/rules/{rule.pk}/trial", "/settings/rules/log"):
        page = client_of(ada).get(address)
        assert page.status_code == 200
        assert "Their refund" not in page.content.decode()


@pytest.mark.parametrize("moment", ["waited", "again", "tagged", "answered"])
def test_every_moment_can_be_tried(moment: str, lin: Agent, carla: Customer, at: datetime) -> None:
    written(carla, at=at, reference="<1@x>")
    written(carla, at=at + MINUTE, reference="<2@x>", references=("<1@x>",))
    rule = make_rule(Plan(name="x", moment=moment, deeds=(Deed("resolve"),)), by=SYSTEM, at=at)
    trial = trial_page(rule, lin, at=at + timedelta(hours=5))
    assert (trial.looked, trial.count) == (1, 1 if moment in ("waited", "again") else 0)


def test_it_can_be_tried_though_conversations_were_made_one(lin: Agent, carla: Customer, at: datetime) -> None:
    written(carla, at=at, reference="<1@x>")
    one = written(carla, at=at + MINUTE, reference="<2@x>", references=("<1@x>",))
    merge_conversations(
        one, written(carla, at=at, reference="<3@x>", subject="Other"), by=lin.actor, at=at + 2 * MINUTE
    )
    rule = make_rule(Plan(name="x", moment="again", deeds=(Deed("resolve"),)), by=SYSTEM, at=at)
    assert trial_page(rule, lin, at=at + timedelta(hours=1)).looked == 2


def test_an_agent_has_no_business_there(client_of: Desk, ada: Agent, support: Team, at: datetime) -> None:
    rule = make_rule(refunds(support, at), by=SYSTEM, at=at)
    assert client_of(ada).get("/settings/rules").status_code == 403
    for what in ("switch", "place", "deletion"):
        assert client_of(ada).post(f"/settings/rules/{rule.pk}/{what}", {"on": "1"}).status_code == 403


def test_history_names_the_rule_and_leads_to_why(
    client_of: Desk, lin: Agent, ada: Agent, support: Team, carla: Customer, at: datetime, work: Any
) -> None:
    rule = make_rule(refunds(support, at), by=lin.actor, at=at)
    switch_rule(rule, on=True, by=lin.actor, at=at)
    matter = written(carla, at=at + MINUTE, subject="A refund, please")
    work(at + 10 * MINUTE)
    page = client_of(lin).get(f"/conversations/{matter.pk}/history").content.decode()
    assert "Rule “Refunds”" in page
    assert f"/settings/rules/log?conversation={matter.pk}#run-{Run.objects.get().pk}" in page
    assert "/settings/rules/log" not in client_of(ada).get(f"/conversations/{matter.pk}/history").content.decode()
    assert "Rule “Refunds”" in client_of(ada).get(f"/conversations/{matter.pk}").content.decode()
    log = client_of(lin).get(f"/settings/rules/log?rule={rule.pk}&conversation=%23{matter.pk}").content.decode()
    assert "Subject or text contains one of: refund" in log
    assert "Nothing here" in client_of(lin).get("/settings/rules/log?result=failed").content.decode()


def test_changes_stand_in_the_audit_list(client_of: Desk, lin: Agent, root: Agent, support: Team, at: datetime) -> None:
    switch_rule(make_rule(refunds(support, at), by=lin.actor, at=at), on=True, by=lin.actor, at=at)
    page = client_of(root).get("/settings/audit?kind=rules").content.decode()
    assert "made the rule “Refunds”" in page
    assert "switched on the rule “Refunds”" in page


def test_whoever_is_to_be_told_is_told_in_their_words(
    lin: Agent, ada: Agent, carla: Customer, at: datetime, work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = Deed("tell", (f"agent-{ada.pk}", "leads"), "Somebody of the press")
    rule = make_rule(Plan(name="Press", deeds=(told,)), by=SYSTEM, at=at)
    switch_rule(rule, on=True, by=SYSTEM, at=at)
    monkeypatch.setattr("rung.notices.reactions.clock.now", lambda: at + 10 * MINUTE)
    written(carla, at=at + MINUTE)
    work(at + 10 * MINUTE)
    assert set(Notice.objects.filter(kind="rule").values_list("agent", flat=True)) == {ada.pk, lin.pk}


@pytest.mark.parametrize(("address", "most"), [("", 14), ("/log", 8), ("/{pk}", 16), ("/{pk}/trial", 20)])
def test_screens_cost_the_same_however_much_there_is(
    address: str, most: int, client_of: Desk, lin: Agent, support: Team, carla: Customer, at: datetime, work: Any
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    tag = create_tag("x", by=SYSTEM, at=at)
    counts = []
    browser = client_of(lin)
    for batch in range(2):
        for number in range(3):
            rule = make_rule(refunds(support, at), by=SYSTEM, at=at)
            switch_rule(rule, on=True, by=SYSTEM, at=at)
            matter = written(carla, at=at + MINUTE, subject="refund", reference=f"<{batch}{number}@x>")
            Tagging.objects.create(conversation=matter, tag=tag, tagged_at=at)
        work(at + 10 * MINUTE)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"/settings/rules{address}".format(pk=rule.pk)).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= most, counts


@pytest.mark.parametrize("do", ["save", "try"])
def test_a_condition_that_was_chosen_and_not_added_is_not_dropped_in_silence(
    do: str, client_of: Desk, lin: Agent, support: Team
) -> None:
    browser = client_of(lin)
    said = {
        "name": "Refunds",
        "moment": "incoming",
        "joint": "all",
        "then-0-what": "team",
        "then-0-value": str(support.pk),
    }
    answer = browser.post("/settings/rules/new", said | {"do": do, "add_if": "said", "add_then": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "It stands there now" in page
    assert 'name="if-0-what" value="said"' in page
    assert not Rule.objects.exists()
    answer = browser.post("/settings/rules/new", said | {"do": do, "add_if": "", "add_then": "resolve"})
    assert 'name="then-1-what" value="resolve"' in answer.content.decode()
    assert not Rule.objects.exists()
