"""Journeys on the screen, to whom, at what cost; and drawing one."""

import csv
import html
import io
import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from django.http import Http404

from rung.core.actor import SYSTEM
from rung.core.seen import digest
from rung.customers.verbs import move_order, place_order
from rung.journal.models import Entry
from rung.ladder.filters import LadderFilters
from rung.ladder.models import Expectation, Grade
from rung.ladder.pages import ladder_page
from rung.ladder.pages.over_time import stretches
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import create_tag, tag_conversation
from rung.ways.access import drawn, drawn_for, journeys_shown
from rung.ways.filters import filters_from
from rung.ways.models import Journey
from rung.ways.pages import journey_page, journeys_page, journeys_paper, journeys_rows
from rung.ways.reading import read_turns
from rung.ways.steps import Step, entered
from rung.ways.verbs import change_journey, draw_journey, end_journey
from tests.patterns.conftest import company

DAY = timedelta(days=1)


@pytest.fixture
def served(db, at, support, billing):
    """Forty customers with three conversations each, the first in phase before; complaints are more frequent if late."""
    found = company(at, [support, billing], customers=40)
    for place, grade in enumerate(Grade.objects.order_by("customer", "occurred_at")):
        Grade.objects.filter(pk=grade.pk).update(phase=("before", "during", "after")[place % 3])
    return found


@pytest.fixture
def at_that_moment(monkeypatch, at):
    monkeypatch.setattr("rung.core.clock.now", lambda: at)


def filters(at, **query):
    return filters_from({"days": "365", **query}, at=at, zone=ZoneInfo("UTC"))


def test_every_step_says_its_level_with_interval_and_n_the_weakest_first(served, lin, at):
    page = journeys_page(lin, filters(at))
    way = next(card.told for card in page.journeys if card.told.key == "way")
    assert sum(line.turns for line in way.lines) == 120
    assert sorted(line.number for line in way.lines) == [1, 2, 3, 4]
    told = [line for line in way.lines if line.levels.below]
    below = [int(line.levels.below.split()[0]) for line in told]
    assert below == sorted(below, reverse=True)
    assert all(line.level and line.interval and line.levels.below_interval for line in told)
    assert told[0].name in way.weakest
    assert way.people == 40


def test_the_journey_with_the_weakest_step_comes_first(served, lin, at):
    cards = journeys_page(lin, filters(at)).journeys
    assert cards[0].told.below == max(card.told.below for card in cards)
    # Everybody in the complaining step complained; on the whole way it is a part of them.
    assert cards[0].told.key == "trouble"
    assert cards[0].told.lines[0].name == "They complained"


def test_a_first_contact_is_the_first_ever_also_with_a_team_one_may_not_see(served, lin, at):
    turns = read_turns(lin, filters(at), [Step("first", moment="first")]).turns
    assert sum("first" in turn.moments for turn in turns) == 40
    later = read_turns(lin, filters(at, days="30"), [Step("first", moment="first")]).turns
    assert sum("first" in turn.moments for turn in later) < len({turn.customer for turn in later})


def test_weakest_touchpoints_come_first_and_lead_to_the_conversation(served, lin, at, client_of, at_that_moment):
    page = journey_page(lin, drawn_for(lin, "way"), filters(at))
    levels = [line.level.level for line in page.touchpoints]
    assert len(levels) == 25
    assert levels[0] == 2
    assert levels == sorted(levels)
    assert page.touchpoints[0].href.startswith("/conversations/")
    only = journey_page(lin, drawn_for(lin, "way"), filters(at, step="4"))
    assert only.step == "After delivery"
    assert {line.phase for line in only.touchpoints} == {"After"}
    answer = client_of(lin).get("/journeys/way?days=365&step=4&page=2")
    assert answer.status_code == 200
    assert b"step=4" in answer.content


def test_a_step_is_told_over_time_and_what_moved_it_is_told_as_of_any_touchpoints(served, lin, at):
    asked = filters(at, days="30", step="4")
    page = journey_page(lin, drawn_for(lin, "way"), asked)
    assert page.over_time is not None
    assert page.erosion is not None
    after = Grade.objects.filter(phase="after", occurred_at__lt=asked.end)
    begins, _width = stretches(asked.end, asked.end - asked.start)
    assert sum(point.n for point in page.over_time.points) == after.filter(occurred_at__gte=begins[0]).count() > 0
    # After delivery is the last of the steps and asks for the phase alone, so the ladder says the same of that phase.
    plain = ladder_page(lin, LadderFilters(start=asked.start, end=asked.end, phase="after"))
    assert page.over_time.points == plain.over_time.points
    assert page.erosion.changes == plain.erosion.changes
    assert journey_page(lin, drawn_for(lin, "way"), filters(at)).over_time is None


def test_others_see_only_what_their_teams_served(served, bo, lin, billing, at):
    seen = sum(line.turns for line in journey_page(bo, drawn_for(bo, "way"), filters(at)).told.lines)
    chosen = journey_page(lin, drawn_for(lin, "way"), filters(at, team=str(billing.pk)))
    assert 0 < seen < 120
    assert sum(line.turns for line in chosen.told.lines) == seen


def test_the_whole_relationship_stands_by_peak_and_end_beside_it(served, lin, at):
    for pk in Grade.objects.values_list("customer", flat=True).distinct():
        Expectation.objects.create(
            customer_id=pk, m=0, variance=1, last_episode_at=at, episodes=3, relationship=-1.5, parameters="default"
        )
    page = journey_page(lin, drawn_for(lin, "way"), filters(at))
    assert page.relationship_people == 40
    assert page.relationship.below == "100\u00a0%"


def test_below_five_nothing_but_counts_is_said_and_nobody_on_it_is_said_plainly(
    served, lin, at, client_of, at_that_moment
):
    Grade.objects.exclude(pk__in=list(Grade.objects.values_list("pk", flat=True)[:3])).delete()
    page = journey_page(lin, drawn_for(lin, "way"), filters(at))
    assert {line.level for line in page.told.lines} == {""}
    assert page.told.drawing is None
    assert page.told.weakest.startswith("Fewer than five")
    Grade.objects.all().delete()
    assert journeys_page(lin, filters(at)).is_empty
    assert b"Nobody was on a journey in this period" in client_of(lin).get("/journeys").content


def test_too_many_touchpoints_are_cut_to_the_newest_and_the_page_says_from_when(served, lin, at):
    read = read_turns(lin, filters(at), (), most=50)
    assert (len(read.turns), read.is_cut) == (50, True)
    assert read.start == min(turn.occurred_at for turn in read.turns)


def test_steps_may_ask_for_tags_and_for_where_the_order_stood_at_that_moment(served, lin, at):
    talk = Conversation.objects.order_by("opened_at")[60]
    tag = create_tag("warranty", by=SYSTEM, at=at)
    tag_conversation(talk, tag, by=SYSTEM, at=at)
    when = Grade.objects.get(conversation=talk).occurred_at
    order = place_order(
        talk.customer, number="7", title="A bicycle", amount_cents=1, currency="EUR", placed_at=when - 9 * DAY,
        by=SYSTEM, at=when - 9 * DAY,
    )  # fmt: skip
    move_order(order, state="sent", by=SYSTEM, at=when - DAY)
    move_order(order, state="delivered", by=SYSTEM, at=when + DAY)
    turns = {
        turn.conversation: turn for turn in read_turns(lin, filters(at), [Step("a", order="sent", tag=tag.pk)]).turns
    }
    assert (turns[talk.pk].order, turns[talk.pk].tags) == ("sent", {tag.pk})
    assert sum(bool(turn.tags) for turn in turns.values()) == 1


def test_the_table_has_a_row_for_each_step_and_is_told_to_the_audit_list(
    served, lin, at, client_of, at_that_moment, tmp_path
):
    answer = client_of(lin).get("/journeys.csv?days=365")
    rows = list(csv.reader(io.StringIO(answer.content.decode().lstrip("\ufeff"))))
    assert len(rows) == 1 + 4 + 3
    assert len({len(row) for row in rows}) == 1
    assert Entry.objects.filter(kind="export.taken", data__what="journeys").exists()
    assert len(list(journeys_rows(lin, filters(at, channel="phone")))) == len(rows)
    file = tmp_path / "journeys.parquet"
    file.write_bytes(client_of(lin).get("/journeys.parquet?days=365").content)
    made = duckdb.sql(f"SELECT * FROM '{file}'").fetchall()
    assert [[str(row[0]), str(row[1])] for row in made] == [row[:2] for row in rows[1:]]
    one = client_of(lin).get("/journeys/way.csv?days=365").content.decode().lstrip("\ufeff")
    own = list(csv.reader(io.StringIO(one)))[1:]
    assert own == [row for row in rows[1:] if row[0] == own[0][0]]
    assert client_of(lin).get("/journeys/none.csv").status_code == 404


def test_the_paper_says_what_the_screen_says(served, lin, at, client_of, at_that_moment):
    asked = filters(at, days="365")
    told = json.dumps(journeys_paper(lin, asked, at=at).plain(), ensure_ascii=False)
    for card in journeys_page(lin, asked).journeys:
        assert card.told.weakest in told
        assert card.told.lines[0].levels.below_interval in told
    assert client_of(lin).get("/journeys.pdf?days=365").content.startswith(b"%PDF-")
    assert client_of(lin).get("/journeys/way.pdf?days=365").content.startswith(b"%PDF-")
    assert client_of(lin).get("/journeys/none.pdf").status_code == 404


def test_a_journey_is_drawn_changed_and_taken_away_and_each_is_told_once(lin, at):
    steps = (Step("Asks", phase="before"), Step("Waits", phase="during", channel="email"))
    journey = draw_journey("Buying", steps, by=lin.actor, at=at)
    assert drawn(journey).steps == steps
    assert journeys_shown()[0].name == "Buying"
    assert not change_journey(journey, "Buying", steps, by=lin.actor, at=at)
    assert change_journey(journey, "Buying", steps[:1], by=lin.actor, at=at)
    assert end_journey(journey, by=lin.actor, at=at)
    assert not end_journey(journey, by=lin.actor, at=at)
    assert not change_journey(journey, "Again", steps, by=lin.actor, at=at)
    kinds = list(Entry.objects.filter(kind__startswith="journey.").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["journey.drawn", "journey.changed", "journey.ended"]
    values = Entry.objects.get(kind="journey.changed").data["values"]
    assert values == [["steps", "Asks (phase before); Waits (phase during, channel email)", "Asks (phase before)"]]
    with pytest.raises(Http404):
        drawn_for(lin, str(journey.pk))


def test_a_journey_is_drawn_by_a_form_begun_from_a_built_in_one(lin, client_of):
    client = client_of(lin)
    begun = client.get("/journeys/new?from=way").content.decode()
    assert begun.count('class="ways-step"') == 6
    assert 'value="After delivery"' in begun
    refused = client.post("/journeys/new", {"name": "Empty", "name_0": ""})
    assert refused.status_code == 422
    assert b"at least one step" in refused.content
    client.post(
        "/journeys/new", {"name": "Ours", "name_0": "Asks", "phase_0": "before", "name_2": "Waits", "order_2": "sent"}
    )
    journey = Journey.objects.get()
    assert journey.steps == [{"name": "Asks", "phase": "before"}, {"name": "Waits", "order": "sent"}]
    client.post(f"/journeys/{journey.pk}/steps", {"name": "Ours", "name_0": "Asks", "moment_0": "first"})
    journey.refresh_from_db()
    assert journey.steps == [{"name": "Asks", "moment": "first"}]
    client.post(f"/journeys/{journey.pk}/end")
    assert not Journey.objects.standing().exists()


def test_two_who_change_a_journey_do_not_overwrite_each_other_unseen(lin, client_of, at):
    journey = draw_journey("Ours", [Step("Asks", moment="first")], by=lin.actor, at=at)
    client, here = client_of(lin), f"/journeys/{journey.pk}/steps"
    shown = re.search(r'name="shown" value="([^"]+)"', client.get(here).content.decode())
    mine = {"shown": html.unescape(shown[1]), "name": "Ours", "name_0": "Asks us", "moment_0": "first"}
    change_journey(journey, "Ours", [Step("Asks", moment="first"), Step("Waits")], by=lin.actor, at=at)
    refused = client.post(here, mine)
    assert refused.status_code == 409
    assert b"Theirs: Asks (moment first); Waits." in refused.content
    journey.refresh_from_db()
    assert len(journey.steps) == 2
    carried = re.search(r'name="shown" value="([^"]+)"', refused.content.decode())
    client.post(here, {**mine, "shown": html.unescape(carried[1])})
    journey.refresh_from_db()
    assert [step["name"] for step in journey.steps] == ["Asks us"]
    # Another field than theirs: both stand.
    change_journey(journey, "Ours", [Step("Waits")], by=lin.actor, at=at)
    client.post(here, {**mine, "shown": stamp("Ours", [Step("Asks us", moment="first")]), "name": "The way"})
    journey.refresh_from_db()
    assert (journey.name, [step["name"] for step in journey.steps]) == ("The way", ["Waits"])


def stamp(name, steps):
    values = entered(name, [step.kept for step in steps])
    return json.dumps({field: digest(value) for field, value in values.items()})


def test_who_may_not_estimate_may_not_draw(ada, client_of):
    assert client_of(ada).get("/journeys/new").status_code == 403


def test_the_screens_cost_the_same_however_much_there_is(served, lin, at, django_assert_num_queries):
    with django_assert_num_queries(4):  # settings in force, journeys, turns, teams
        journeys_page(lin, filters(at))
    with django_assert_num_queries(6):  # the same without journeys; touchpoints twice, how relationships stand
        journey_page(lin, drawn_for(lin, "way"), filters(at))
    with django_assert_num_queries(7):  # and the turns of the stretches before
        journey_page(lin, drawn_for(lin, "way"), filters(at, step="4"))
