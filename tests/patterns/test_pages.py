"""What the screens of patterns say, to whom, and at what cost."""

import csv
import io
import json
from datetime import timedelta

import duckdb
import pytest
from django.http import Http404

from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.patterns.access import latest_study, topics_standing
from rung.patterns.drivers import BITS, FAILURES
from rung.patterns.filters import filters_from
from rung.patterns.management.commands.study import Command
from rung.patterns.models import Case, Driver, Look, Side, Slice, Study, Topic
from rung.patterns.pages import (
    pattern_page,
    pattern_paper,
    patterns_page,
    patterns_paper,
    topic_page,
    topic_paper,
    topics_page,
    topics_paper,
)
from rung.patterns.pages.chosen import slice_cases
from rung.patterns.pages.overview import _verdict
from rung.patterns.parity import in_words, parity, parity_of, warning
from rung.patterns.verbs import ask_period, ask_study, begin_study, merge_topic, note_look
from rung.patterns.verbs.studies import MOST_WAITING
from tests.patterns.conftest import topic_called

DAY = timedelta(days=1)


def sides(agent, at, **query):
    page = patterns_page(agent, filters_from(query, agent), at=at)
    return {side.side: side for side in page.sides}


def calendar(first, last):
    return {"from": first.date().isoformat(), "to": last.date().isoformat()}


def test_a_period_of_ones_own_is_worked_out_as_the_study_would(studied, lin, at):
    whole, chosen = sides(lin, at), sides(lin, at, **calendar(at - 364 * DAY, at))
    for side, part in chosen.items():
        assert part.drivers
        assert [(line.name, line.share, line.interval) for line in part.drivers] == [
            (line.name, line.share, line.interval) for line in whole[side].drivers
        ]
        assert all("?from=20" in line.href and "&to=20" in line.href for line in part.drivers)
        assert [(line.name, line.share, line.place) for line in part.together] == [
            (line.name, line.share, line.place) for line in whole[side].together
        ]
        assert part.explained == ()
    page = patterns_page(lin, filters_from(calendar(at - 800 * DAY, at), lin), at=at)
    assert any("none from before" in note for note in page.notes)


def test_days_of_ones_own_are_worked_out_whole_when_asked_for(studied, lin, ada, at, client_of, at_that_moment):
    asked = calendar(at - 364 * DAY, at)
    desk = client_of(lin)
    assert desk.post("/patterns/periods", asked).headers["Location"].startswith("/patterns?from=")
    assert desk.post("/patterns/periods", asked).status_code == 303
    assert desk.post("/patterns/periods", {"from": "never"}).status_code == 404
    waiting = Study.objects.open().get()
    assert "Waiting for the worker" in desk.get("/patterns", asked).content.decode()
    assert client_of(ada).post(f"/patterns/periods/{waiting.pk}/end").status_code == 404
    begun = begin_study(by=SYSTEM, at=at)
    assert begun == waiting
    assert Command().do(begun) == "done, 0 topics, 450 cases"
    assert latest_study() != begun  # what others read stays
    assert not Entry.objects.filter(kind="study.finished", data__study=begun.pk).exists()
    whole, chosen = sides(lin, at), sides(lin, at, **asked)
    for side, part in chosen.items():
        assert part.explained
        assert [(line.name, line.share, line.interval) for line in part.explained] == [
            (line.name, line.share, line.interval) for line in whole[side].explained
        ]
    answer = desk.get("/patterns", asked, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert "Work that out too" not in desk.get("/patterns", asked).content.decode()


def test_days_of_ones_own_can_be_called_off_and_do_not_pile_up(studied, lin, at, client_of, at_that_moment):
    filters = filters_from(calendar(at - 60 * DAY, at), lin)
    which = {"team": None, "channel": "", "by": lin.actor, "at": at}
    first = ask_period(filters.since, filters.until, **which)
    assert client_of(lin).post(f"/patterns/periods/{first.pk}/end").status_code == 303
    assert not Study.objects.open().exists()
    made = [ask_period(filters.since - n * DAY, filters.until, **which) for n in range(MOST_WAITING + 1)]
    assert [each is None for each in made] == [False] * MOST_WAITING + [True]


def test_files_hold_what_is_on_the_screen(studied, lin, ada, client_of, at, at_that_moment, tmp_path):
    desk, page = client_of(lin), patterns_page(lin, filters_from({}, lin), at=at)
    told = json.dumps(patterns_paper(lin, filters_from({}, lin), at=at).plain(), ensure_ascii=False)
    listed = json.dumps(topics_paper(lin, filters_from({}, lin), at=at).plain(), ensure_ascii=False)
    for side in page.sides:
        assert side.interval in told
        for line in (*side.drivers, *side.explained, *side.together):
            assert line.interval in told, line
            assert line.name in told
    assert topics_page(lin, filters_from({}, lin), at=at).topics[0].frustrated_interval in listed
    rows = list(csv.reader(io.StringIO(desk.get("/patterns.csv").content.decode("utf-8-sig"))))
    assert [row[2] for row in rows if row[1] == "reach minus noise"] == [
        line.name for side in page.sides for line in side.drivers
    ]
    whole = next(row for row in rows if row[1] == "all turns")
    assert f"{100 * float(whole[4]):.0f}\u00a0%" == page.sides[0].share
    file = tmp_path / "topics.parquet"
    file.write_bytes(desk.get("/patterns/topics.parquet").content)
    assert duckdb.sql(f"SELECT sum(turns) FROM '{file}'").fetchall()[0][0] > 0
    for address in ("/patterns.pdf", "/patterns/topics.pdf", "/patterns.pdf?from=1999-01-01&to=1999-01-02"):
        assert desk.get(address).content.startswith(b"%PDF-")
    assert Entry.objects.filter(kind="export.taken", data__what="patterns").count() == 3


def test_one_pattern_and_one_topic_go_out_as_on_the_screen(studied, lin, client_of, at, at_that_moment, tmp_path):
    desk, filters = client_of(lin), filters_from({}, lin)
    page = pattern_page(lin, "frustration", "late_first", filters, at=at, everything=True)
    rows = list(
        csv.DictReader(io.StringIO(desk.get("/patterns/frustration/late_first.csv").content.decode("utf-8-sig")))
    )
    shares = [row for row in rows if row["row"] == "share"]
    assert [f"{row['turns on this side']} of {row['of turns']}" for row in shares] == [
        each.of for each in page.comparisons
    ]
    assert [f"{100 * float(row['value']):.0f}\u00a0%" for row in shares] == [each.share for each in page.comparisons]
    driver = next(row for row in rows if row["row"] == "driver")
    assert f"+{100 * float(driver['value']):.1f} points" in page.share
    over_time = [row for row in rows if row["row"] == "over time"]
    assert sum(int(row["of turns"]) for row in over_time) == int(shares[0]["of turns"])
    told = json.dumps(pattern_paper(lin, "frustration", "late_first", filters, at=at).plain(), ensure_ascii=False)
    assert all(each.interval in told for each in (*page.comparisons, *page.stretches))
    topic = topic_called("parcel")
    shown = topic_page(lin, topic, filters, at=at)
    file = tmp_path / "topic.parquet"
    file.write_bytes(desk.get(f"/patterns/topics/{topic.pk}.parquet").content)
    found = duckdb.sql(f"""SELECT "row", "name", "value", "low 95", "of turns" FROM '{file}'""").fetchall()
    assert ("Frustrations", "all turns", round(shown.sides[0].figures[0], 6)) in [row[:3] for row in found]
    assert (
        abs(
            sum(row[2] for row in found if row[0] == "level" and row[1] not in ("below Expected", "above Expected")) - 1
        )
        < 1e-5
    )
    assert sum(row[4] for row in found if row[0] == "level over time") == shown.count
    paper = json.dumps(topic_paper(lin, topic, filters, at=at).plain(), ensure_ascii=False)
    assert shown.levels.below_interval in paper
    assert all(line.interval in paper for side in shown.sides for line in side.drivers)
    for address in (
        f"/patterns/topics/{topic.pk}.pdf",
        "/patterns/frustration/late_first.pdf?from=1999-01-01&to=1999-01-02",
    ):
        assert desk.get(address).content.startswith(b"%PDF-")
    assert desk.get("/patterns/frustration/nothing.csv").status_code == 404
    assert not Entry.objects.filter(kind="export.taken", data__what="patterns/frustration/nothing").exists()


def test_a_topic_takes_no_part_of_what_drives_it(studied, lin, at):
    """Where all turns are about it, what else was the case has its whole part: late first replies alone drive the planted
    frustration of a topic, by (turns late, divided among the drivers of each) on one side less those on the other."""
    topic = topic_called("invoice")
    cases = Case.objects.filter(study=latest_study(), topic=topic.pk)
    parts = {True: [], False: []}
    for case in cases:
        here = [key for key in FAILURES if case.flags & BITS[key]]
        parts[case.is_frustrated].append(("late_first" in here) / len(here) if here else 0.0)
    expected = sum(parts[True]) / len(parts[True]) - sum(parts[False]) / len(parts[False])
    line = topic_page(lin, topic, filters_from({}, lin), at=at).sides[0].drivers[0]
    assert (line.name, line.figures[0]) == ("late first reply", pytest.approx(expected))


def test_a_word_leads_to_the_turns_behind_it(studied, lin, at):
    study = latest_study()
    Study.objects.filter(pk=study.pk).update(words={"frustration": ["parcel", "depot"], "delight": []})
    chosen = list(Case.objects.filter(study=study).order_by("pk").values_list("pk", flat=True)[:7])
    Case.objects.filter(study=study).update(words=0)  # the study found words of its own in some
    Case.objects.filter(pk__in=chosen).update(words=2)
    page = pattern_page(lin, "frustration", "word:depot", filters_from({}, lin), at=at, everything=True)
    assert (page.title, len(page.lines)) == ("“depot”", 7)
    assert page.comparisons[0].of.endswith(" of 7")
    with pytest.raises(Http404):
        pattern_page(lin, "frustration", "word:saddle", filters_from({}, lin), at=at, everything=True)


def test_a_period_holds_its_own_days_and_no_others(studied, lin, at):
    first, last = at - 60 * DAY, at - 31 * DAY
    filters = filters_from(calendar(last, first), lin)  # written the wrong way round
    assert (filters.from_on, filters.to_on) == (first.date().isoformat(), last.date().isoformat())
    cases = slice_cases(filters, at=at)
    assert 0 < cases.count() < 450
    assert all(first.date() <= case.occurred_at.astimezone(lin.zone).date() <= last.date() for case in cases)
    page = pattern_page(lin, "frustration", "late_first", filters, at=at, everything=True)
    assert page.comparisons[0].of.endswith(f"of {sum(bool(case.flags & BITS['late_first']) for case in cases)}")
    assert filters.query(days=90) == "?days=90"
    assert filters_from({"from": "9999-12-31", "to": "gestern"}, lin).since is None


@pytest.fixture
def at_that_moment(monkeypatch, at):
    monkeypatch.setattr("rung.core.clock.now", lambda: at)


def test_frustrations_stand_left_and_delights_right_and_neither_says_more(studied, lin, at):
    page = patterns_page(lin, filters_from({}, lin), at=at)
    assert [side.side for side in page.sides] == ["frustration", "delight"]
    for side in page.sides:
        assert side.interval
        assert side.drawing
        assert side.drivers
        assert side.explained
        assert all(line.interval and line.place for line in side.drivers)
    assert page.about == "450 turns of service with 150 customers"


def test_every_driver_leads_to_the_turns_behind_it_and_takes_the_filters_along(
    studied, lin, at, client_of, at_that_moment
):
    line = sides(lin, at, days="90", part="channel-email")["frustration"].drivers[0]
    assert line.href.endswith("?days=90&part=channel-email")
    answer = client_of(lin).get(line.href)
    assert answer.status_code == 200
    assert b"/conversations/" in answer.content


def test_the_turns_behind_a_driver_are_those_with_it_on_that_side(studied, lin, at):
    filters = filters_from({}, lin)
    driver = Driver.objects.get(
        slice__days=365, slice__team=None, slice__channel="", side="frustration", key="late_first", method="reach"
    )
    page = pattern_page(lin, "frustration", "late_first", filters, at=at, everything=False)
    assert page.comparisons[0].of == f"{driver.with_it_hit} of {driver.with_it}"
    assert page.comparisons[0].interval
    assert len(page.lines) == 25
    assert page.next
    assert {line.verdict for line in page.lines} == {"frustrated"}
    everything = pattern_page(lin, "frustration", "late_first", filters, at=at, everything=True)
    assert len({line.verdict for line in everything.lines}) > 1
    assert "show=all" in everything.next
    assert "place" in page.share


def test_a_driver_or_side_that_does_not_exist_is_not_found(studied, lin, at):
    filters = filters_from({}, lin)
    for side, key in (
        ("anger", "late_first"),
        ("delight", "nonsense"),
        ("delight", "topic:x"),
        ("delight", "topic:999999"),
    ):
        with pytest.raises(Http404):
            pattern_page(lin, side, key, filters, at=at, everything=False)


def test_who_sees_not_everything_sees_their_teams_and_no_other(studied, ada, support, billing, at):
    agent = type(ada).objects.get(pk=ada.pk)
    assert not agent.sees_all
    filters = filters_from({}, agent)
    assert filters.team == support.pk
    assert dict(filters.parts).keys() == {f"team-{support.pk}", "team-0"}
    with pytest.raises(Http404):
        filters_from({"part": f"team-{billing.pk}"}, agent)
    assert filters_from({"part": "channel-email"}, agent).channel == ""
    page = pattern_page(agent, "frustration", "late_first", filters, at=at, everything=True)
    assert page.lines
    topic = topic_page(agent, topic_called("parcel"), filters, at=at)
    assert 0 < topic.count < 120


def test_below_five_counts_only_and_below_thirty_no_places(studied, lin, at):
    Slice.objects.filter(days=365, team=None, channel="").update(frustrated=29, delighted=4)
    found = sides(lin, at)
    assert all(line.place == "" for line in found["frustration"].drivers)
    assert not any(line.is_key for line in found["frustration"].drivers)
    assert "Fewer than five" in found["delight"].why_not


def test_a_part_that_was_not_looked_at_says_so(studied, lin, client_of, at_that_moment):
    assert b"fewer than fifty" in client_of(lin).get("/patterns?part=channel-visit").content


@pytest.mark.parametrize(
    ("looks", "leans"),
    [
        ((2, 2), ""),
        ((5, 5), ""),
        ((6, 4), ""),
        ((4, 6), ""),
        ((7, 3), "frustration"),
        ((3, 7), "delight"),
        ((0, 0), ""),
    ],
)
def test_the_page_warns_when_study_leans_outside_40_to_60(looks, leans):
    found = parity_of(*looks)
    assert found.leans == leans
    assert bool(warning(found)) == bool(leans)
    assert f"patterns of frustration: {looks[0]}, of delight: {looks[1]}" in in_words(found)
    assert ("95\u00a0%" in in_words(found)) == (sum(looks) >= 5)


def test_a_look_counts_once_a_day_for_each_of_us_and_pattern_and_a_month_long(
    lin, ada, at, client_of, studied, at_that_moment
):
    for _ in range(2):
        client_of(lin).get("/patterns/frustration/late_first")
    assert Look.objects.count() == 1
    note_look("frustration", "late_first", by=ada.actor, at=at)
    note_look("delight", "known", by=ada.actor, at=at + DAY)
    note_look("delight", "known", by=SYSTEM, at=at)
    found = parity(at=at + DAY)
    assert (found.frustrations, found.delights) == (2, 1)
    assert parity(at=at + 40 * DAY).looks == 0


def test_the_page_shows_the_warning(studied, lin, client_of, at, at_that_moment):
    for number in range(8):
        Look.objects.create(side=Side.FRUSTRATION, pattern=f"p{number}", agent_id=lin.pk, looked_on=at.date())
    assert b"Study leans towards frustrations" in client_of(lin).get("/patterns").content


def test_the_topics_page_lists_shares_with_intervals_and_counts_merged_ones_together(studied, lin, at):
    filters = filters_from({}, lin)
    before = {line.name: line for line in topics_page(lin, filters, at=at).topics}
    bill, brake = topic_called("invoice"), topic_called("brake")
    assert all(line.frustrated_interval and line.words for line in before.values())
    merge_topic(brake, bill, by=SYSTEM, at=at)
    after = {line.pk: line for line in topics_page(lin, filters, at=at).topics}
    assert after[bill.pk].cases == before[bill.name].cases + before[brake.name].cases
    assert brake.pk not in after
    assert topic_page(lin, bill, filters, at=at).count == after[bill.pk].cases


def test_a_topics_page_shows_level_words_drivers_erosion_and_touchpoints(studied, lin, at):
    page = topic_page(lin, topic_called("parcel"), filters_from({}, lin), at=at)
    assert "parcel" in page.words
    assert page.over_time.drawing is not None
    assert sum(point.n for point in page.over_time.points) == page.count
    assert page.levels.below_interval
    assert page.erosion.hold
    frustrations = page.sides[0].drivers
    assert frustrations[0].interval
    assert page.touchpoints[0].level.level == 2
    assert page.next


def test_topics_are_named_merged_parted_and_hidden_by_those_who_may(studied, lin, ada, client_of, at_that_moment):
    parcel, bill = topic_called("parcel"), topic_called("invoice")
    client = client_of(lin)
    client.post(f"/patterns/topics/{parcel.pk}/name", {"name": "Deliveries"})
    client.post(f"/patterns/topics/{parcel.pk}/merging", {"into": bill.pk})
    parcel.refresh_from_db()
    assert (parcel.name, parcel.merged_into_id) == ("Deliveries", bill.pk)
    assert b"Merged into this one: Deliveries" in client.get(f"/patterns/topics/{bill.pk}").content
    assert b"counts as another topic" in client.get(f"/patterns/topics/{parcel.pk}").content
    client.post(f"/patterns/topics/{parcel.pk}/parting")
    client.post(f"/patterns/topics/{parcel.pk}/hiding")
    parcel.refresh_from_db()
    assert parcel.merged_into_id is None
    assert parcel.hidden_at is not None
    client.post(f"/patterns/topics/{parcel.pk}/hiding", {"show": "1"})
    client.post(f"/patterns/topics/{parcel.pk}/merging", {"into": parcel.pk})
    client.post(f"/patterns/topics/{parcel.pk}/merging", {"into": "x"})
    client.post(f"/patterns/topics/{parcel.pk}/merging", {"into": ""})
    client.post(f"/patterns/topics/{parcel.pk}/name", {"name": "x" * 99})
    parcel.refresh_from_db()
    assert (parcel.name, parcel.merged_into_id, parcel.hidden_at) == ("Deliveries", None, None)
    assert client_of(ada).post(f"/patterns/topics/{parcel.pk}/name", {"name": "No"}).status_code == 403


def test_a_name_that_is_refused_stays_in_its_field_and_no_two_topics_share_one(studied, lin, client_of, at_that_moment):
    parcel, bill = topic_called("parcel"), topic_called("invoice")
    client = client_of(lin)
    too_long = client.post(f"/patterns/topics/{parcel.pk}/name", {"name": "Deliveries " * 9})
    assert too_long.status_code == 422
    assert 'value="Deliveries Deliveries ' in too_long.text
    assert "at most 80 characters" in too_long.text
    client.post(f"/patterns/topics/{bill.pk}/name", {"name": "Money"})
    doubled = client.post(f"/patterns/topics/{parcel.pk}/name", {"name": "money"})
    assert doubled.status_code == 422
    assert "Another topic is called that already" in doubled.text
    parcel.refresh_from_db()
    assert parcel.name != "money"


def test_a_topic_is_merged_only_into_one_that_was_chosen_and_parted_where_it_is_told(
    studied, lin, client_of, at_that_moment
):
    parcel, bill = topic_called("parcel"), topic_called("invoice")
    client = client_of(lin)
    assert '<option value="" selected>choose a topic' in client.get(f"/patterns/topics/{parcel.pk}").text
    back = client.post(f"/patterns/topics/{parcel.pk}/merging?days=90", {"into": bill.pk})
    assert back.headers["Location"] == f"/patterns/topics/{bill.pk}?days=90"
    folded = client.get(back.headers["Location"]).text
    assert folded.index("Merged into this one") < folded.index("Rename, merge or hide")


def test_studies_are_asked_for_and_stopped_by_those_who_may(lin, ada, client_of, at_that_moment):
    assert b"Nothing has been worked out yet" in client_of(lin).get("/patterns").content
    assert client_of(ada).post("/patterns/studies").status_code == 403
    assert client_of(lin).post("/patterns/studies", {"wanted": "99"}).status_code == 303
    assert not Study.objects.exists()
    client_of(lin).post("/patterns/studies", {"topics": "anew", "wanted": "7"})
    asked = Study.objects.get()
    assert (asked.finds_topics, asked.wanted) == (True, 7)
    fragment = client_of(lin).get("/patterns", headers={"HX-Request": "true"}).content
    assert b"Waiting for the worker" in fragment
    assert b"<html" not in fragment
    client_of(lin).post(f"/patterns/studies/{asked.pk}/stop")
    asked.refresh_from_db()
    assert asked.state == "stopped"


def test_a_study_that_failed_is_said_to_have_failed(lin, client_of, at, at_that_moment):
    asked = ask_study(by=lin.actor, at=at)
    Study.objects.filter(pk=asked.pk).update(state="failed", error="ValueError: nothing")
    assert b"ValueError: nothing" in client_of(lin).get("/patterns").content


def test_the_screens_cost_the_same_however_much_there_is(studied, lin, at, django_assert_max_num_queries):
    filters = filters_from({}, lin)
    with django_assert_max_num_queries(9):  # study, slice, last study, drivers, contrasts, words, topics' names, looks
        patterns_page(lin, filters, at=at)
    with django_assert_max_num_queries(3):
        topics_page(lin, filters, at=at)
    with django_assert_max_num_queries(9):
        pattern_page(lin, "frustration", "late_first", filters, at=at, everything=False)
    with django_assert_max_num_queries(17):
        topic_page(lin, Topic.objects.get(pk=topic_called("parcel").pk), filters, at=at)
    assert len(topics_standing()) == 4


class Row:
    """A contrast as it is kept."""

    def __init__(self, **said):
        self.low_cases = self.high_cases = 100
        for name in ("penalty", "reward", "asymmetry"):
            for end in ("", "_low", "_high"):
                setattr(self, name + end, None)
        vars(self).update(said)


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (Row(penalty_high=-0.1, reward_low=-0.1, asymmetry_high=-0.4, asymmetry_low=-1), "basic: hurts when missing"),
        (Row(penalty_high=0.1, reward_low=0.1, asymmetry_high=1, asymmetry_low=0.4), "delights when there"),
        (Row(penalty_high=-0.1, reward_low=0.1, asymmetry_high=0.3, asymmetry_low=-0.3), "hurts and delights"),
        (Row(penalty_high=-0.1), "hurts when missing"),
        (Row(reward_low=0.1), "pleases when there"),
        (Row(penalty_high=0.1), "no clear effect"),
        (Row(penalty_high=-0.1, low_cases=29), "too few to say"),
    ],
)
def test_kano_is_said_only_where_the_intervals_leave_no_other_reading(row, verdict):
    assert _verdict(row)[0] == verdict
