from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent, Team
from rung.canned.access import visible_canned
from rung.canned.gaps import filled, unknown_gaps, values_for
from rung.canned.models import CannedAnswer
from rung.canned.verbs import Wording, apply_macro, change_canned, make_canned, undo_macro
from rung.customers.models import Customer
from rung.touchpoints.access import draft_of, tags_of
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import create_tag, set_priority, snooze_conversation, tag_conversation
from tests.cast import Desk, written


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


@pytest.fixture
def macro(ada: Agent, lin: Agent, at: datetime) -> CannedAnswer:
    wording = Wording(
        title="Late",
        text="Dear {customer.first_name|friend}, #{conversation.number} is late.",
        tags=(create_tag("late", by=lin.actor, at=at),),
        priority="high",
        hands="own",
        ending="resolve",
    )
    return make_canned(wording, by=lin.actor, at=at)


def test_gaps_are_filled_and_unknown_ones_refused(ada: Agent, at: datetime) -> None:
    assert filled("Dear { customer.first_name | there }, {agent.name}", {"agent.name": "Ada"}) == "Dear there, Ada"
    assert filled("{not a gap} {x}", {}) == "{not a gap} {x}"
    assert unknown_gaps("{customer.shoe_size} {agent.name}") == ["customer.shoe_size"]
    for wrong in (Wording(title="x", text="{customer.shoe_size}"), Wording(title="x"), Wording(title=" ", text="x")):
        with pytest.raises(ValidationError):
            make_canned(wrong, by=ada.actor, at=at)


@pytest.mark.parametrize(
    ("name", "last"), [("Carla Ruiz", "Ruiz"), ("Anna von der Heide", "Heide"), ("Zoe", ""), ("", "")]
)
def test_a_last_name_is_filled_in_only_where_there_is_one(
    name: str, last: str, carla: Customer, ada: Agent, at: datetime
) -> None:
    conversation = written(carla, at=at)
    conversation.customer.name = name
    values = values_for(conversation, ada)
    assert values["customer.last_name"] == last
    assert filled("Dear {customer.last_name|customer}", values) == f"Dear {last or 'customer'}"


def test_what_is_filled_in_is_never_read_as_a_gap_again() -> None:
    assert filled("{customer.name}", {"customer.name": "{agent.name}", "agent.name": "Ada"}) == "{agent.name}"


def test_everybody_sees_their_own_their_teams_and_what_is_shared(
    ada: Agent, bo: Agent, lin: Agent, support: Team, at: datetime
) -> None:
    make_canned(Wording(title="mine", text="x", owner=ada), by=ada.actor, at=at)
    make_canned(Wording(title="ours", text="x", team=support), by=lin.actor, at=at)
    make_canned(Wording(title="all", text="x"), by=lin.actor, at=at)
    seen = {who: sorted(visible_canned(who).values_list("title", flat=True)) for who in (ada, bo, lin)}
    assert seen == {ada: ["all", "mine", "ours"], bo: ["all"], lin: ["all", "ours"]}


def test_a_macro_acts_whole_and_is_undone_whole(
    ada: Agent, lin: Agent, matter: Conversation, macro: CannedAnswer, at: datetime
) -> None:
    vip = create_tag("vip", by=lin.actor, at=at)
    tag_conversation(matter, vip, by=lin.actor, at=at)
    waited = matter.awaits_us_since_at
    assert waited is not None
    applied = apply_macro(macro, matter, by=ada.actor, at=at)
    matter.refresh_from_db()
    assert (matter.priority, matter.assignee, matter.state) == ("high", ada, "resolved")
    assert [tag.name for tag in tags_of([matter.pk])[matter.pk]] == ["late", "vip"]
    for _twice in range(2):
        undo_macro(applied, by=ada.actor, at=at)
    matter.refresh_from_db()
    assert (matter.priority, matter.assignee, matter.state) == ("normal", None, "open")
    assert matter.awaits_us_since_at == waited
    assert [tag.name for tag in tags_of([matter.pk])[matter.pk]] == ["vip"]


def test_what_was_laid_aside_is_so_again_once_a_macro_is_undone(
    ada: Agent, matter: Conversation, macro: CannedAnswer, at: datetime
) -> None:
    snooze_conversation(matter, until=at + timedelta(days=3), by=ada.actor, at=at)
    undo_macro(apply_macro(macro, matter, by=ada.actor, at=at), by=ada.actor, at=at + timedelta(hours=1))
    matter.refresh_from_db()
    assert (matter.state, matter.snoozed_until_at) == ("snoozed", at + timedelta(days=3))


def test_what_somebody_changed_since_is_not_undone(
    ada: Agent, lin: Agent, matter: Conversation, macro: CannedAnswer, at: datetime
) -> None:
    applied = apply_macro(macro, matter, by=ada.actor, at=at)
    set_priority(matter, "urgent", by=lin.actor, at=at)
    undo_macro(applied, by=ada.actor, at=at)
    matter.refresh_from_db()
    assert matter.priority == "urgent"


def test_a_macro_that_is_refused_does_nothing(
    ada: Agent, lin: Agent, matter: Conversation, macro: CannedAnswer, at: datetime
) -> None:
    Conversation.objects.filter(pk=matter.pk).update(state="spam")
    with pytest.raises(ValidationError):
        apply_macro(macro, matter, by=ada.actor, at=at)
    matter.refresh_from_db()
    assert matter.priority == "normal"
    assert not tags_of([matter.pk])


def test_its_words_go_below_what_is_written_and_its_deeds_wait_for_a_yes(
    ada: Agent, matter: Conversation, macro: CannedAnswer, client_of: Desk
) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    assert "Dear Carla" in client.get(f"{there}/canned", headers={"HX-Request": "true"}).content.decode()
    assert "<select" in client.get(f"{there}/canned").content.decode()
    answer = client.post(f"{there}/canned", {"canned": macro.pk, "text": "Hello.", "kind": "answer"})
    assert answer["Location"] == f"{there}?macro={macro.pk}#macro"
    draft = draft_of(matter, ada)
    assert draft is not None
    assert draft.text == f"Hello.\n\nDear Carla, #{matter.pk} is late."
    assert (
        "would also: tag late, priority high, give it to you, resolve"
        in client.get(answer["Location"]).content.decode()
    )
    macro.refresh_from_db()
    assert macro.use_count == 1
    applied = client.post(f"{there}/macros", {"canned": macro.pk})["Location"]
    text = client.get(applied).content.decode()
    assert "Done: tag late" in text
    key = applied.split("applied=")[1].split("#")[0]
    client.post(f"{there}/macros", {"undo": key})
    matter.refresh_from_db()
    assert matter.state == "open"
    assert client.post(f"{there}/macros", {"undo": key}).status_code == 404


def test_nobody_changes_what_is_not_theirs(
    ada: Agent, bo: Agent, lin: Agent, macro: CannedAnswer, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    mine = make_canned(Wording(title="mine", text="x", owner=ada), by=ada.actor, at=at)
    assert client_of(ada).get(f"/settings/canned/{macro.pk}").status_code == 404
    assert client_of(lin).get(f"/settings/canned/{mine.pk}").status_code == 404
    assert client_of(bo).post(f"/conversations/{matter.pk}/macros", {"canned": macro.pk}).status_code == 404
    client = client_of(ada)
    client.post("/settings/canned/new", {"title": "t", "text": "{agent.name}", "whose": "all"})
    assert not CannedAnswer.objects.filter(title="t").exists()
    client.post("/settings/canned/new", {"title": "t", "text": "{agent.name}", "whose": "own"})
    assert CannedAnswer.objects.get(title="t").owner == ada
    shown = client.post("/settings/canned/new", {"title": "", "text": "Hi {customer.name}", "do": "preview"})
    assert "Hi Carla Ruiz" in shown.content.decode()
    assert "t" in client.get("/settings/canned").content.decode()


def test_changing_one_is_seen_at_once(lin: Agent, macro: CannedAnswer, at: datetime) -> None:
    change_canned(macro, Wording(title="Later", text="x"), by=lin.actor, at=at)
    macro.refresh_from_db()
    assert (macro.title, macro.priority, list(macro.tags.all())) == ("Later", "", [])


def test_without_a_composer_the_words_go_below_the_draft(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime, client_of: Desk
) -> None:
    canned = make_canned(Wording(title="x", text="Yours, {agent.first_name}"), by=lin.actor, at=at)
    for _twice in range(2):
        answer = client_of(ada).post(f"/conversations/{matter.pk}/canned", {"canned": canned.pk})
    assert answer["Location"] == f"/conversations/{matter.pk}#composer"
    draft = draft_of(matter, ada)
    assert draft is not None
    assert draft.text == "Yours, Ada\n\nYours, Ada"
