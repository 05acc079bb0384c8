"""What a list can be asked, by its address: as a table, and what an empty list says."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import recognise_customer
from rung.desk.pages.queue import QueuePage, place_from, queue_page
from rung.desk.pages.queue.saving import saved_numbers
from rung.fields.models import Field
from rung.fields.verbs import archive_field, make_field, set_value
from rung.patterns.models import Belonging, Fit, Study, Topic
from rung.queues.verbs import save_view
from rung.queues.verbs.saved import Look
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    create_tag,
    mark_read,
    mark_spam,
    resolve_conversation,
    set_priority,
    snooze_conversation,
    tag_conversation,
)
from tests.cast import Desk, written

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
World = dict[str, Conversation]


def page(agent: Agent, origin: str) -> QueuePage:
    place = place_from(origin, agent, at=NOON)
    assert place is not None
    return queue_page(agent, place, at=NOON)


@pytest.fixture
def world(ada: Agent, lin: Agent, support: Team, carla: Customer, karim: Customer, at: datetime) -> World:
    """Six matters: each is the only one of its kind in some way."""
    day = timedelta(days=1)
    refund = create_tag("refund", by=lin.actor, at=at)
    vip = create_tag("vip", by=lin.actor, at=at)
    made = {
        "plain": written(carla, at=at, subject="Plain"),
        "urgent": written(carla, at=at - 3 * day, subject="Burning", team=support),
        "mine": written(karim, at=at - 2 * day, subject="Held"),
        "answered": written(karim, at=at - 9 * day, subject="Said"),
        "asleep": written(carla, at=at - 4 * day, subject="Asleep"),
        "settled": written(karim, at=at - 5 * day, subject="Settled"),
        "junk": written(carla, at=at - 6 * day, subject="Junk"),
    }
    by = ada.actor
    set_priority(made["urgent"], "urgent", by=by, at=at)
    tag_conversation(made["urgent"], refund, by=by, at=at)
    tag_conversation(made["settled"], refund, by=by, at=at)
    tag_conversation(made["urgent"], vip, by=by, at=at)
    assign_conversation(made["mine"], agent=ada, team=None, by=by, at=at)
    mark_read(made["mine"], agent=ada, by=by, at=at)
    answer_conversation(made["answered"], text="So it is.", by=lin.actor, at=at - 8 * day)
    snooze_conversation(made["asleep"], until=at + day, by=by, at=at)
    resolve_conversation(made["settled"], by=by, at=at)
    mark_spam(made["junk"], by=by, at=at)
    return made


@pytest.mark.parametrize(
    ("origin", "found"),
    [
        ("all", "plain urgent mine answered"),
        ("all?priority=urgent", "urgent"),
        ("all?priority=urgent&priority=normal&turn=us", "plain urgent mine"),
        ("all?priority=low", ""),
        ("all?assignee=me", "mine"),
        ("all?assignee=none", "plain urgent"),
        ("all?assignee=none&assignee=me", "plain urgent mine"),
        ("all?team=mine", "urgent"),
        ("all?team=none", "plain mine answered"),
        ("all?channel=email", "plain urgent mine answered"),
        ("all?channel=phone", ""),
        ("all?turn=them", "answered"),
        ("all?turn=unread", "plain urgent answered"),
        ("all?state=resolved", "settled"),
        ("all?state=snoozed&state=resolved", "asleep settled"),
        ("all?state=any", "plain urgent mine answered asleep settled"),
        ("all?state=spam", "junk"),
        ("mine?state=any", "mine"),
        ("snoozed?state=open", "asleep"),
        ("all?before=2026-03-08", "urgent answered"),
        ("all?after=2026-03-08", "plain mine"),
        ("all?after=1d", "plain"),
        # What makes no sense is left out.
        ("all?after=soon&tag=refund&priority=hot&assignee=x&state=lost&customer=&q=%20", "plain urgent mine answered"),
        ("all?tag=999999", ""),
    ],
)
def test_what_is_asked_is_what_is_shown(ada: Agent, world: World, origin: str, found: str) -> None:
    names = {matter.pk: name for name, matter in world.items()}
    shown = page(ada, origin)
    assert {names[row.number] for row in shown.rows} == set(found.split())
    assert shown.count in (str(len(found.split())), "")


def test_tags_and_customers_are_asked_by_number(ada: Agent, world: World, karim: Customer) -> None:
    tags = {name: str(chip.pk) for chip in page(ada, "all").many.tags for name in [chip.name]}
    assert [row.subject for row in page(ada, f"all?tag={tags['refund']}").rows] == ["Burning"]
    both = f"all?tag={tags['refund']}&tag={tags['vip']}&state=any"
    assert [row.subject for row in page(ada, both).rows] == ["Burning"]
    assert {row.subject for row in page(ada, f"all?tag={tags['refund']}&state=any").rows} == {"Burning", "Settled"}
    assert {row.subject for row in page(ada, f"all?customer={karim.pk}").rows} == {"Held", "Said"}


def test_a_tag_on_very_many_is_asked_of_the_rows(ada: Agent, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.desk.pages.queue.asked.RARE", 0)
    tag = page(ada, "all").many.tags[0].pk
    assert [row.subject for row in page(ada, f"all?tag={tag}").rows] == ["Burning"]


def test_words_are_looked_for_in_the_letters_too(ada: Agent, world: World, work: Callable[..., None]) -> None:
    work(NOON)
    assert [row.subject for row in page(ada, "all?q=burning").rows] == ["Burning"]
    assert {row.subject for row in page(ada, "all?q=promised&state=any").rows} >= {"Burning", "Settled", "Plain"}
    assert page(ada, "all?q=dromedary").rows == ()


def test_every_chip_takes_away_what_it_says(ada: Agent, world: World) -> None:
    shown = page(ada, "all?priority=urgent&priority=high&assignee=none&sort=oldest")
    assert [chip.label for chip in shown.chips] == ["priority urgent", "priority high", "with nobody"]
    assert shown.chips[1].href == "/queue/all?priority=urgent&assignee=none&sort=oldest"
    assert shown.chips[2].href == "/queue/all?priority=urgent&priority=high&sort=oldest"
    assert shown.bare_href == "/queue/all?sort=oldest"


def test_an_empty_list_says_what_hides_how_many(client_of: Desk, ada: Agent, world: World) -> None:
    shown = page(ada, "all?priority=urgent&assignee=me")
    assert shown.rows == ()
    assert {chip.label: chip.hides for chip in shown.chips} == {"priority urgent": "1", "with you": "1"}
    text = client_of(ada).get("/queue/all?priority=urgent&assignee=me").content.decode()
    assert "Nothing here answers to all of that" in text
    assert "Without “priority urgent”" in text


def test_other_teams_matters_are_neither_found_nor_counted(
    bo: Agent, lin: Agent, support: Team, carla: Customer, at: datetime
) -> None:
    hidden = written(carla, at=at, team=support, subject="Theirs")
    tag = create_tag("refund", by=lin.actor, at=at)
    tag_conversation(hidden, tag, by=lin.actor, at=at)
    for origin in (f"all?tag={tag.pk}", f"all?customer={carla.pk}", f"all?team={support.pk}"):
        shown = page(bo, origin)
        assert (shown.rows, shown.count) == ((), "0")
        assert [chip.hides for chip in shown.chips] == [""] * len(shown.chips)
        assert len(page(lin, origin).rows) == 1


@pytest.mark.parametrize("view", ["unassigned", "all", "resolved", "mentioned"])
def test_asking_costs_no_more_than_its_names(
    lin: Agent, world: World, view: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    tag = page(lin, "all").many.tags[0].pk
    place = place_from(f"{view}?priority=urgent&assignee=none&team=none&tag={tag}&after=30d", lin, at=NOON)
    assert place is not None
    with django_assert_max_num_queries(17):
        queue_page(lin, place, at=NOON)


def test_numbers_are_bounded_and_say_so(ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.desk.pages.queue.page.ON_A_TAB", 2)
    monkeypatch.setattr("rung.desk.pages.queue.page.OF_A_VIEW", 3)
    for number in range(4):
        written(recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at), at=at)
    shown = page(ada, "all")
    assert {tab.key: tab.count for tab in shown.tabs}["all"] == "2+"
    assert shown.count == "3+"
    assert page(ada, "all?turn=them").count == "0"


# A list grows downwards, and one comes back to where one was.


@pytest.fixture
def long(ada: Agent, at: datetime) -> list[Conversation]:
    """120 matters, the one that has waited longest first."""
    people = [recognise_customer(f"c{number}@example.org", by=SYSTEM, at=at) for number in range(120)]
    return [written(each, at=at + timedelta(minutes=number)) for number, each in enumerate(people)]


def test_lines_are_put_below_one_another_and_a_conversation_knows_the_way_back(
    ada: Agent, client_of: Desk, long: list[Conversation]
) -> None:
    desk: Client = client_of(ada)
    first = page(ada, "all")
    assert first.further_href.endswith("&had=50")
    below = desk.get(first.further_href, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in below
    assert 'data-here="/queue/all?show=100"' in below
    assert f'id="c{long[50].pk}"' in below
    assert f'id="c{long[49].pk}"' not in below
    assert f"/conversations/{long[99].pk}?from=all%3Fshow%3D100" in below
    opened = desk.get(f"/conversations/{long[99].pk}?from=all%3Fshow%3D100").content.decode()
    assert f'href="/queue/all?show=100#c{long[99].pk}"' in opened
    back = page(ada, "all?show=100")
    assert [row.number for row in back.rows] == [matter.pk for matter in long[:100]]
    assert page(ada, "all?show=150").next_href == ""


def test_a_page_holds_only_so_many_lines_and_the_next_one_begins_there(
    ada: Agent, long: list[Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.desk.pages.queue.place.LONGEST", 100)
    monkeypatch.setattr("rung.desk.pages.queue.page.LONGEST", 100)
    full = page(ada, "all?show=5000")
    assert len(full.rows) == 100
    assert full.is_longest
    assert full.further_href == ""
    following = page(ada, full.next_href.removeprefix("/queue/"))
    assert [row.number for row in following.rows] == [matter.pk for matter in long[100:]]
    assert following.first_href == "/queue/all"


def test_the_way_back_is_only_ever_one_of_ours(ada: Agent, client_of: Desk, carla: Customer, at: datetime) -> None:
    matter = written(carla, at=at)
    for origin in ("https://evil.example", "//evil.example", "views/999", "all?" + "a=1&" * 2000, "nowhere", "\"'><b>"):
        text = client_of(ada).get(f"/conversations/{matter.pk}", {"from": origin}).content.decode()
        crumb = text.split('class="crumb" href="')[1].split('"')[0]
        assert crumb == (f"/queue/all#c{matter.pk}" if origin.startswith("all") else "/queue/unassigned")


def test_columns_can_be_chosen_and_none_is_a_choice(ada: Agent, client_of: Desk, world: World) -> None:
    desk = client_of(ada)
    assert f"#{world['plain'].pk}</span>" not in desk.get("/queue/all").content.decode()
    text = desk.get("/queue/all?cols=-&cols=number&cols=touches").content.decode()
    assert f"#{world['plain'].pk}</span>" in text
    assert "2 touchpoints" in text
    assert "It was promised" not in text
    assert page(ada, "all?cols=-").columns == frozenset()
    assert "It was promised" in desk.get("/queue/all?cols=snippet").content.decode()


@pytest.fixture
def told(world: World, lin: Agent, at: datetime) -> dict[str, Field]:
    """What fields say of some of these matters."""
    by = {"by": lin.actor, "at": at}
    made = {
        "model": make_field("conversation", "Model", kind="choice", choices=("Heron", "Plover"), **by),
        "serial": make_field("conversation", "Serial", kind="text", **by),
        "price": make_field("conversation", "Price", kind="number", **by),
        "bought": make_field("conversation", "Bought", kind="date", **by),
        "stolen": make_field("conversation", "Stolen", kind="yes-no", **by),
    }
    make_field("customer", "Size", kind="number", **by)
    said = {
        "plain": {"model": "Heron", "price": "3.5", "stolen": "yes"},
        "urgent": {"model": "Plover", "serial": "AB & 1", "stolen": "no"},
        "mine": {"model": "Heron", "bought": "2026-03-01"},
        "settled": {"model": "Heron"},
    }
    for matter, values in said.items():
        for field, value in values.items():
            set_value(made[field], world[matter].pk, value, **by)
    return made


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("{model}=c1", "plain mine"),
        ("{model}=c1&{model}=c2", "plain urgent mine"),
        ("{model}=c1&state=any", "plain mine settled"),
        ("{model}=c1&{stolen}=yes", "plain"),
        ("{stolen}=no", "urgent"),
        ("{serial}=AB+%26+1", "urgent"),
        ("{price}=3%2C5", "plain"),
        ("{bought}=2026-03-01", "mine"),
        ("{price}=dear", ""),
        ("{model}=c9", ""),
        ("f999=x", ""),
        ("fx=1&f=1", "plain urgent mine answered"),
    ],
)
def test_a_list_is_asked_what_a_field_says(
    asked: str, found: str, ada: Agent, world: World, told: dict[str, Field]
) -> None:
    names = {name: f"f{field.pk}" for name, field in told.items()}
    shown = page(ada, f"all?{asked.format(**names)}")
    assert {row.number for row in shown.rows} == {world[name].pk for name in found.split()}


def test_what_a_field_says_stands_as_a_chip_a_column_and_in_a_view(
    ada: Agent, world: World, told: dict[str, Field], client_of: Desk, at: datetime
) -> None:
    model, serial = f"f{told['model'].pk}", f"f{told['serial'].pk}"
    shown = page(ada, f"all?{model}=c2&cols=number&cols={serial}&cols={model}")
    assert [chip.label for chip in shown.chips] == ["Model: Plover"]
    assert [row.told for row in shown.rows] == [(("Model", "Plover"), ("Serial", "AB & 1"))]
    place = place_from(f"all?{model}=c2&cols={serial}", ada, at=NOON)
    assert place is not None
    look = Look(base="all", filters=place.asked.kept(), columns=list(place.columns), sort="")
    view = save_view("Plovers", look, is_shared=False, by=ada.actor, at=at)
    kept = client_of(ada).get(f"/queue/views/{view.pk}").content.decode()
    assert "AB &amp; 1" in kept
    assert "Plain" not in kept
    archive_field(told["model"], by=ada.actor, at=at)
    assert "a field that is gone: c2" in client_of(ada).get(f"/queue/views/{view.pk}").content.decode()


def kept_as(name: str, origin: str, agent: Agent) -> int:
    place = place_from(origin, agent, at=NOON)
    assert place is not None
    look = Look(base=place.base, filters=place.asked.kept(), columns=[], sort="")
    return save_view(name, look, is_shared=False, by=agent.actor, at=NOON).pk


def test_a_saved_view_says_how_many_it_holds_and_where_it_says_nothing(ada: Agent, lin: Agent, world: World) -> None:
    tag = next(chip.pk for chip in page(ada, "all").many.tags if chip.name == "refund")
    held = {
        kept_as("Refunds", f"all?tag={tag}", ada): "1",
        kept_as("Burning", "all?priority=urgent&priority=normal", ada): "4",
        kept_as("Nobody's", "all?assignee=none&state=open&state=snoozed", ada): "3",
        kept_as("None", "all?priority=low", ada): "0",
    }
    silent = [kept_as("Old", f"all?tag={tag}&state=resolved", ada), kept_as("Words", "all?q=burning", ada)]
    assert dict(saved_numbers(ada, at=NOON).numbers) == held
    assert saved_numbers(lin, at=NOON).numbers == ()  # they are ada's own
    tabs = {tab.key: tab.is_counted for tab in page(ada, "all").saved_tabs}
    assert tabs == {**dict.fromkeys(held, True), **dict.fromkeys(silent, False)}


def test_where_very_many_are_open_a_number_says_that_not_all_were_looked_at(
    ada: Agent, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail, none = kept_as("Mail", "all?channel=email", ada), kept_as("Calls", "all?channel=phone", ada)
    soon = kept_as("For us", "all?turn=us", ada)
    assert dict(saved_numbers(ada, at=NOON).numbers) == {mail: "4", none: "0", soon: "3"}
    monkeypatch.setattr("rung.desk.pages.queue.saving.LOOKED_AT", 2)
    assert dict(saved_numbers(ada, at=NOON).numbers) == {mail: "2+", none: "", soon: "3"}


def test_all_saved_views_are_counted_in_one_query(
    client_of: Callable[[Agent], Client], ada: Agent, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    tag = page(ada, "all").many.tags[0].pk
    keys = [kept_as(f"{n}", f"all?tag={tag}&turn=us", ada) for n in range(3)]
    browser = client_of(ada)
    with CaptureQueriesContext(connection) as few:
        browser.get("/queue/numbers")
    keys += [kept_as(f"{n}", f"all?tag={tag}&priority=urgent", ada) for n in range(3, 9)]
    with django_assert_num_queries(len(few)):
        told = browser.get("/queue/numbers").content.decode()
    assert all(f'hx-target="#view-{key}-count"' in told for key in keys)


def test_a_list_is_narrowed_by_what_it_is_about(ada: Agent, lin: Agent, world: World) -> None:
    fit = Fit.objects.create(
        study=Study.objects.create(asked_at=NOON, state="done"),
        made_at=NOON,
        in_force_from=NOON,
        conversations=4,
        model={},
    )
    brakes = Topic.objects.create(name="brakes", found_at=NOON)
    squeal = Topic.objects.create(name="squeal", found_at=NOON, merged_into=brakes)
    hidden = Topic.objects.create(name="thanks", found_at=NOON, hidden_at=NOON)
    for matter, topic in (("plain", brakes), ("mine", squeal), ("urgent", hidden), ("settled", brakes)):
        Belonging.objects.create(
            fit=fit, conversation=world[matter], topic=topic, place=0, weight=0.8, read_until_at=NOON
        )
    assert {row.subject for row in page(lin, f"all?topic={brakes.pk}").rows} == {"Plain", "Held"}
    assert page(lin, f"all?topic={brakes.pk}&topic={hidden.pk}").count == "3"
    shown = page(lin, f"all?topic={brakes.pk}&cols=topic")
    assert {row.told for row in shown.rows} == {(("Topic", "brakes"),)}
    assert [chip.label for chip in shown.chips] == ["about brakes"]
    assert [choice.label for field in shown.fields if field.name == "topic" for choice in field.choices] == ["brakes"]
    # Whoever may not see the numbers is not told what topics are called; a shared view holds the same for them.
    ada.permissions = [each for each in ada.permissions if each != "numbers.see"]
    assert page(ada, f"all?topic={brakes.pk}").chips[0].label == f"about #{brakes.pk}"
    assert {row.subject for row in page(ada, f"all?topic={brakes.pk}").rows} == {"Plain", "Held"}
    assert not [field for field in page(ada, "all").fields if field.name == "topic"]
