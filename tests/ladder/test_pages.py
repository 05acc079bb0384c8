"""What the ladder's screens say, to whom, and at what cost."""

import csv
import io
import json
from dataclasses import fields
from datetime import timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from rung.core.actor import SYSTEM
from rung.customers.verbs import recognise_customer
from rung.ladder.filters import filters_from
from rung.ladder.levels import expectation_in_words, levels_top_down, run_in_words
from rung.ladder.model.parameters import DEFAULTS, ORIGINS, Parameters
from rung.ladder.models import Grade
from rung.ladder.pages import (
    customer_level,
    explanation_page,
    ladder_page,
    ladder_paper,
    level_of,
    levels_of,
    method_page,
)
from rung.ladder.pages.method import meanings_of_parameters
from rung.ladder.verbs import grade_customers
from rung.touchpoints.incoming import Logged
from rung.touchpoints.verbs import answer_conversation, log_touchpoint, note_signal
from tests.cast import written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def moment(at):
    """When the pages are looked at: the test's own clock, not the machine's."""
    return at + 40 * DAY


@pytest.fixture
def lately(monkeypatch, moment):
    monkeypatch.setattr("rung.core.clock.now", lambda: moment)


def filters(moment, **query):
    return filters_from(query, at=moment, zone=ZoneInfo("UTC"))


def serve(number, agent, when, team=None, angry=False):
    customer = recognise_customer(f"c{number}@example.org", name=f"Customer {number}", by=SYSTEM, at=when)
    conversation = written(customer, at=when, team=team, subject=f"Matter {number}")
    if angry:
        note_signal(conversation.touchpoints.get(), "complaint", by=agent.actor, at=when)
    answer = answer_conversation(conversation, text="Here.", by=agent.actor, at=when + HOUR)
    return customer, conversation, answer


@pytest.fixture
def served(ada, support, at):
    """Forty customers in this month and the one before, every fourth of whom complains."""
    people = []
    for number in range(40):
        when = at + (number % 2) * 30 * DAY + number * HOUR / 10
        people.append(serve(number, ada, when, team=support, angry=number % 8 == 1))
    grade_customers([customer.pk for customer, *_rest in people], by=SYSTEM, at=at + 39 * DAY)
    return people


def test_shares_of_a_period_sum_to_one_and_have_intervals(served, lin, moment):
    page = ladder_page(lin, filters(moment))
    assert page.count == 20
    assert page.before == 20
    assert next(rung.words.name for rung in page.rungs) == "Unbelievable"
    assert sum(int(rung.share.split()[0]) for rung in page.rungs) == pytest.approx(100, abs=3)
    assert all(rung.interval for rung in page.rungs)
    assert all(rung.difference for rung in page.rungs)


def test_below_thirty_touchpoints_no_trend_is_said(served, lin, moment):
    page = ladder_page(lin, filters(moment))
    assert {rung.trend for rung in page.rungs} == {""}
    assert {rung.direction for rung in page.rungs} == {""}


def test_below_five_touchpoints_only_the_count_is_said(ada, lin, at, moment):
    for number in range(4):
        customer, *_rest = serve(number, ada, at + 35 * DAY)
        grade_customers([customer.pk], by=SYSTEM, at=moment)
    page = ladder_page(lin, filters(moment))
    assert (page.count, page.counts_only) == (4, True)
    assert {rung.share for rung in page.rungs} == {""}
    assert page.drawing is None


def test_weakest_come_first_and_lead_to_their_touchpoint(served, lin, moment):
    lines = ladder_page(lin, filters(moment)).touchpoints
    stated = [line for line in lines if line.level.level]
    assert stated == list(lines[: len(stated)])
    assert lines[0].level.level <= 2
    grade = Grade.objects.get(touchpoint=lines[0].level.touchpoint)
    assert lines[0].href == f"/conversations/{grade.conversation_id}#t{grade.touchpoint_id}"


def test_filters_narrow_and_stay_in_the_address(served, lin, at, moment):
    log_touchpoint(
        served[0][0],
        Logged(channel="phone", direction="in", text="Asked again.", occurred_at=at + 36 * DAY),
        by=lin.actor,
        at=at + 36 * DAY,
    )
    grade_customers([served[0][0].pk], by=SYSTEM, at=moment)
    assert ladder_page(lin, filters(moment, channel="phone")).count == 1
    assert ladder_page(lin, filters(moment, days="7")).count == 1
    narrowed = filters(moment, channel="phone", days="7", phase="nonsense", team="x", page="0")
    assert narrowed.query() == "?days=7&channel=phone"
    assert narrowed.query(days=90) == "?days=90&channel=phone"
    own = filters(moment, **{"from": "2026-04-01", "to": "2026-04-30"})
    assert own.query() == "?from=2026-04-01&to=2026-04-19"
    assert own.query(page=2).endswith("&page=2")


def test_an_agent_sees_only_what_they_may_see(served, bo, lin, client_of, moment, lately):
    assert ladder_page(bo, filters(moment)).count == 0
    touchpoint = served[0][2].pk
    assert client_of(bo).get(f"/ladder/touchpoints/{touchpoint}").status_code == 404
    assert client_of(lin).get(f"/ladder/touchpoints/{touchpoint}").status_code == 200


def test_visitors_are_sent_to_sign_in(db, client):
    for address in ("/ladder", "/ladder.csv", "/ladder/method", "/ladder/touchpoints/1"):
        assert client.get(address).status_code == 302


def test_the_page_says_what_it_must(served, lin, client_of, lately):
    text = client_of(lin).get("/ladder").content.decode()
    for words in ("Ron Kaufman", "estimated with default settings", "not enough evidence", "weakest first"):
        assert words in text
    assert text.index("Unbelievable") < text.index("Criminal")
    assert "style=" not in text.split("<body")[1]


def test_an_empty_ladder_says_so(lin, client_of, lately):
    assert "Nothing was graded in this period" in client_of(lin).get("/ladder").content.decode()


def test_the_ladder_costs_the_same_however_many(served, lin, moment, django_assert_num_queries):
    # what days are stale, two of days laid together, the grades of others, the weakest, teams, settings in force
    with django_assert_num_queries(7):
        ladder_page(lin, filters(moment))


def test_levels_of_many_touchpoints_are_one_query(served, django_assert_num_queries):
    touchpoints = [answer.pk for *_rest, answer in served]
    with django_assert_num_queries(1):
        found = levels_of(touchpoints)
        assert all((chip.word, chip.sure, chip.interval, chip.href, chip.note) for chip in found.values())
    assert len(found) == 40
    with django_assert_num_queries(1):
        explained = levels_of(touchpoints, are_explained=True)
        assert any(chip.moved_by for chip in explained.values())
    assert {pk: chip.moved_by for pk, chip in found.items()} == {pk: chip.moved_by for pk, chip in explained.items()}


def test_a_level_carries_its_interval_and_how_sure_it_is(served, carla, at):
    chip = level_of(served[1][2].pk)
    assert chip.level is not None
    assert chip.interval.startswith(run_in_words(chip.low, chip.low))
    assert chip.sure
    assert chip.note == "estimated with default settings"
    assert "complaint −" in chip.moved_by
    assert level_of(written(carla, at=at).touchpoints.get().pk) is None


def test_without_evidence_the_chip_says_so(ada, at):
    customer, _conversation, answer = serve(1, ada, at)
    grade_customers([customer.pk], by=SYSTEM, at=at + DAY)
    chip = level_of(answer.pk)
    assert chip.level is None
    assert chip.word == "Not enough evidence"


def test_the_explanation_adds_up_and_says_what_would_change_it(served, lin):
    page = explanation_page(lin, served[1][2].pk)
    grade = Grade.objects.get(touchpoint=served[1][2])
    shown = sum(part.value for part in page.parts)
    assert shown == pytest.approx(grade.mean, abs=0.02)
    assert any(part.label == "complaint" and part.text.startswith("−") for part in page.parts)
    assert sum(each.share for each in page.likelihoods) == pytest.approx(1)
    assert page.what_if[0].evidence.startswith("An answer")
    assert "would narrow it" in page.what_if[0].effect


def test_the_explanation_costs_two_queries_and_comes_as_a_fragment(
    served, lin, client_of, django_assert_num_queries, lately
):
    with django_assert_num_queries(2):
        explanation_page(lin, served[1][2].pk)
    page = client_of(lin).get(f"/ladder/touchpoints/{served[1][2].pk}", headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "<html" not in text
    assert "complaint" in text
    assert "estimated with default settings" in text


def test_a_customer_page_is_told_what_they_have_come_to_expect(served, carla, django_assert_num_queries):
    with django_assert_num_queries(2):
        found = customer_level(served[1][0])
    assert found.episodes == 1
    assert found.is_stated
    assert found.last.level is not None
    assert found.expects
    assert customer_level(carla) is None


def test_expectation_is_said_through_what_a_level_has_become():
    assert expectation_in_words(0.02) == "expects what customers usually expect"
    assert expectation_in_words(0.2) == "has come to expect a little more than the usual"
    assert expectation_in_words(0.8) == ("has come to expect more than the usual: what was Surprising is now Desired")
    assert "already Desired for them" in expectation_in_words(-0.9)


def test_csv_and_parquet_hold_what_is_on_the_screen(served, lin, client_of, lately, moment, tmp_path):
    response = client_of(lin).get("/ladder.csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][2] == "level"
    every = [row for row in rows[1:] if row[0] == "all"]
    assert sum(float(row[5]) for row in every) == pytest.approx(1, abs=0.001)
    file = tmp_path / "ladder.parquet"
    file.write_bytes(client_of(lin).get("/ladder.parquet").content)
    made = duckdb.sql(f"SELECT sum(share) FROM '{file}' WHERE \"by\" = 'all'").fetchall()
    assert made[0][0] == pytest.approx(1, abs=0.001)
    told = client_of(lin).get("/ladder.csv?what=over_time").content.decode("utf-8-sig")
    over_time = list(csv.DictReader(io.StringIO(told)))
    page = ladder_page(lin, filters(moment))
    assert [row["which"] for row in over_time] == [
        *(point.label for point in page.over_time.points), *(change.label for change in page.erosion.changes)
    ]  # fmt: skip
    assert sum(int(row["touchpoints"]) for row in over_time if row["row"] == "over time") == page.count + page.before
    listed = client_of(lin).get("/ladder.csv?what=touchpoints").content.decode("utf-8-sig")
    assert len(list(csv.reader(io.StringIO(listed)))) == 21


def test_a_spreadsheet_runs_no_formula(ada, lin, at, moment, client_of, lately):
    customer = recognise_customer("x@example.org", name="=HYPERLINK(1)", by=SYSTEM, at=at)
    conversation = written(customer, at=at + 35 * DAY)
    answer_conversation(conversation, text="Here.", by=ada.actor, at=at + 35 * DAY + HOUR)
    grade_customers([customer.pk], by=SYSTEM, at=moment)
    text = client_of(lin).get("/ladder.csv?what=touchpoints").content.decode()
    assert "'=HYPERLINK(1)" in text
    assert ",=HYPERLINK" not in text


def test_the_method_names_every_parameter_with_its_origin(lin, client_of, lately):
    names = {field.name for field in fields(Parameters)}
    assert set(ORIGINS) == names
    assert set(meanings_of_parameters()) == names
    for name in names:
        assert name == "version" or f"``{name}``" in (Parameters.__doc__ or "")
    page = method_page()
    assert {line.name for line in page.parameters} == names
    assert next(line.value for line in page.parameters if line.name == "adapt_up") == f"{DEFAULTS.adapt_up:g}"
    text = client_of(lin).get("/ladder/method").content.decode()
    assert "Ron Kaufman" in text
    assert all(words.sentence in text for words in levels_top_down())


def test_the_captive_and_the_free_are_told_apart(served, lin, moment):
    for number, (customer, *_rest) in enumerate(served):
        type(customer).objects.filter(pk=customer.pk).update(captive=(True, False, None)[number % 3])
    page = ladder_page(lin, filters(moment))
    assert [line.label for line in page.by_freedom] == ["Bound to us", "Free to leave", "Not known"]
    assert sum(line.count for line in page.by_freedom) == page.count


def test_all_that_is_told_can_be_told_of_the_captive_or_the_free_alone(served, lin, client_of, lately, moment):
    for number, (customer, *_rest) in enumerate(served):
        people = type(customer).objects.filter(pk=customer.pk)
        people.update(captive=(True, False, None)[number % 3], is_internal=number == 2)
    for line in ladder_page(lin, filters(moment)).by_freedom:
        page = ladder_page(lin, filters(moment, freedom=line.href.removeprefix("?freedom=")))
        assert page.count == line.count > 0
        assert [each.label for each in page.by_freedom] == [line.label]
        assert sum(point.n for point in page.over_time.points) == page.count + page.before
        told = client_of(lin).get(f"/ladder{line.href}").content.decode()
        assert f"{page.count} touchpoints" in told
        assert "as it is known now" in told
        assert "as it is known now" in json.dumps(ladder_paper(lin, page.filters, at=moment).plain())
        assert line.label in ladder_paper(lin, page.filters, at=moment).lead


def test_the_level_over_time_counts_what_the_page_counts(served, lin, moment):
    page = ladder_page(lin, filters(moment))
    assert sum(point.n for point in page.over_time.points) == page.count + page.before


def test_the_paper_says_what_the_screen_says(served, lin, client_of, lately, moment):
    asked = filters(moment)
    told = json.dumps(ladder_paper(lin, asked, at=moment).plain(), ensure_ascii=False)
    page = ladder_page(lin, asked)
    for said in (page.rungs[2].share, page.rungs[2].interval, page.over_time.points[0].label, page.erosion.hold):
        assert said in told, said
    assert page.touchpoints[0].customer not in told
    assert client_of(lin).get("/ladder.pdf").content.startswith(b"%PDF-")
    assert client_of(lin).get("/ladder.pdf?from=1999-01-01&to=1999-01-02").content.startswith(b"%PDF-")
