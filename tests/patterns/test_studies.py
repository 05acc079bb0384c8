"""Studies: what is planted is found again; asked for, worked out beside the worker, stopped, begun again."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.core.management import call_command

from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.journal.models import Entry
from rung.ladder.models import Regrade
from rung.ladder.verbs import mark_stale
from rung.patterns import errands, working
from rung.patterns.access import drivers_in_force, topic_of
from rung.patterns.cases import Turn, Word, flags_of, verdict_of
from rung.patterns.drivers import ATTRIBUTES, BITS, FAILURES, MERITS, attribute_name, driver_name, driver_sentence
from rung.patterns.errands import assign_the_latest, assign_what_is_missing, start_study, study_again
from rung.patterns.management.commands import study as command
from rung.patterns.models import Belonging, Case, Contrast, Driver, Fit, Slice, Study, TellingWord, Topic
from rung.patterns.slicing import FEWEST_WITH_WORD, picked, telling_words
from rung.patterns.telling import words_where_not
from rung.patterns.verbs import (
    ask_study,
    begin_study,
    fail_study,
    finish_study,
    hide_topic,
    merge_topic,
    part_topic,
    progress_study,
    rename_topic,
    show_topic,
    stop_study,
)
from rung.touchpoints.models import Conversation, Touchpoint
from tests.cast import written
from tests.patterns.conftest import study, topic_called

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def shares(side, method="reach"):
    rows = drivers_in_force().filter(side=side, method=method)
    return {row.key: row for row in rows}


def test_the_words_of_what_went_ill_are_told_to_rooms_above(studied):
    cases = Case.objects.order_by("pk")
    late = {case.conversation: not case.is_frustrated for case in cases}
    words = words_where_not(late)
    assert all(row["low"] > 1 and row["with_it"] >= FEWEST_WITH_WORD for row in words)
    about = dict(cases.values_list("conversation", "topic"))
    common = Counter(about.values()).most_common(1)[0][0]
    # Of one topic against all others its own words stand out.
    assert words_where_not({pk: topic != common for pk, topic in about.items()})
    Fit.objects.all().delete()
    assert words_where_not(late) == []


def test_the_planted_drivers_of_frustration_lead_and_their_intervals_leave_nothing_out(studied):
    found = shares("frustration")
    delivery = f"topic:{topic_called('parcel').pk}"
    assert [row.key for row in sorted(found.values(), key=lambda row: row.place)][:2] in (
        ["late_first", delivery],
        [delivery, "late_first"],
    )
    for key in ("late_first", delivery):
        assert found[key].low > 0
        assert found[key].place_high <= 2
        assert found[key].is_key
    assert found["handed_on"].low < 0 < found["handed_on"].high
    assert "known" not in found


def test_the_planted_driver_of_delight_leads(studied):
    found = shares("delight")
    assert found["known"].place == 1
    assert found["known"].place_high == 1
    assert found["known"].low > 0
    assert found["known"].is_key
    assert "late_first" not in found


def test_explained_variance_agrees_and_adds_up(studied):
    frustration = shares("frustration", "variance")
    assert {row.key for row in frustration.values() if row.place <= 2} == {"late_first", "topics"}
    whole = Slice.objects.get(study=studied, days=365, team=None, channel="")
    assert sum(row.share for row in frustration.values()) == pytest.approx(whole.r2_frustrated, abs=1e-9)
    assert shares("delight", "variance")["known"].place == 1


def test_slices_count_what_they_hold(studied, support, billing):
    whole = Slice.objects.get(study=studied, days=365, team=None, channel="")
    assert (whole.cases, whole.customers) == (450, 150)
    parts = Slice.objects.filter(study=studied, days=365, team__isnull=False)
    assert {part.team for part in parts} == {support.pk, billing.pk}
    assert sum(part.cases for part in parts) == 450
    channels = {part.channel: part.cases for part in Slice.objects.filter(study=studied, days=365).exclude(channel="")}
    assert channels == {"email": 337, "phone": 113}
    assert Slice.objects.get(study=studied, days=90, team=None, channel="").cases < 450


def test_what_only_hurts_and_what_only_pleases_is_told_apart(studied):
    whole = Slice.objects.get(study=studied, days=365, team=None, channel="")
    found = {row.attribute: row for row in whole.contrasts.all()}
    assert found["first_reply"].penalty_high < 0
    assert found["hands"].penalty_low < 0 < found["hands"].penalty_high
    assert found["who_serves"].reward is None or found["who_serves"].reward_low > 0
    assert set(found) <= {each.key for each in ATTRIBUTES}


def test_words_of_either_side_say_how_much_more_often(studied):
    whole = Slice.objects.get(study=studied, days=365, team=None, channel="")
    rows = list(whole.words.filter(side="frustration"))
    assert rows
    assert all(row.low > 1 for row in rows)
    delivery = {
        "parcel",
        "courier",
        "delivery",
        "depot",
        "tracking",
        "doorstep",
        "shipment",
        "van",
        "delayed",
        "driver",
    }
    assert len({row.word for row in rows} & delivery) >= len(rows) * 0.8


def test_every_conversation_has_a_main_topic_and_it_is_the_planted_one(studied, planted):
    found = topic_of(planted.themes)
    pairs = Counter((theme, found[pk].topic) for pk, theme in planted.themes.items() if pk in found)
    right = sum(
        max(count for (theme, _), count in pairs.items() if theme == each) for each in set(planted.themes.values())
    )
    assert right >= 0.97 * len(planted.themes)


def test_studying_twice_finds_the_same(studied, at):
    first = [(row.key, row.share, row.low, row.place_low) for row in drivers_in_force()]
    again = study(at, finds_topics=False, wanted=None)
    assert again.pk != studied.pk
    assert [(row.key, row.share, row.low, row.place_low) for row in drivers_in_force()] == first


def test_a_new_fit_keeps_names_merging_and_hiding(studied, at):
    parcel, bill, brake = (topic_called(word) for word in ("parcel", "invoice", "brake"))
    rename_topic(parcel, "Deliveries", by=SYSTEM, at=at)
    merge_topic(brake, bill, by=SYSTEM, at=at)
    hide_topic(bill, by=SYSTEM, at=at)
    before = Topic.objects.count()
    study(at)
    assert Topic.objects.count() == before
    parcel.refresh_from_db()
    assert (parcel.name, parcel.is_named_by_hand, parcel.retired_at) == ("Deliveries", True, None)
    assert topic_called("brake").merged_into_id == bill.pk
    assert topic_called("invoice").hidden_at is not None
    assert Fit.objects.filter(in_force_from__isnull=False).count() == 2  # the former goes when the process tidies up


def test_merged_topics_count_as_one_and_parted_ones_as_two_again(studied, at, planted):
    bill, brake = topic_called("invoice"), topic_called("brake")
    assert merge_topic(brake, bill, by=SYSTEM, at=at) == ""
    assert merge_topic(bill, brake, by=SYSTEM, at=at) != ""  # in a ring nothing would be left standing
    assert merge_topic(bill, bill, by=SYSTEM, at=at) != ""
    topics = {each.topic for each in topic_of(planted.themes).values()}
    assert bill.pk in topics
    assert brake.pk not in topics
    brake.refresh_from_db()
    assert part_topic(brake, by=SYSTEM, at=at)
    assert brake.pk in {each.topic for each in topic_of(planted.themes).values()}
    brake.refresh_from_db()
    assert not part_topic(brake, by=SYSTEM, at=at)
    kinds = Entry.objects.filter(kind__startswith="topic.").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["topic.merged", "topic.parted"]


def test_a_topic_is_renamed_and_gets_its_words_back(studied, at):
    topic = topic_called("parcel")
    words = topic.name
    assert rename_topic(topic, "  Deliveries ", by=SYSTEM, at=at)
    topic.refresh_from_db()
    assert topic.name == "Deliveries"
    assert not rename_topic(topic, "Deliveries", by=SYSTEM, at=at)
    assert rename_topic(topic, "", by=SYSTEM, at=at)
    topic.refresh_from_db()
    assert (topic.name, topic.is_named_by_hand) == (words, False)


def test_hiding_is_once_and_comes_back(studied, at):
    topic = topic_called("parcel")
    assert hide_topic(topic, by=SYSTEM, at=at)
    assert not hide_topic(topic, by=SYSTEM, at=at)
    assert show_topic(topic, by=SYSTEM, at=at)
    assert not show_topic(topic, by=SYSTEM, at=at)


def test_new_conversations_are_assigned_by_the_standing_model(studied, at, carla):
    talk = written(
        carla, at=at + DAY, subject="Parcel", text="The courier left the parcel at the depot. Delivery delayed!"
    )
    while assign_the_latest(at=at + DAY):
        pass
    assert topic_of([talk.pk])[talk.pk].topic == topic_called("parcel").pk
    written(
        carla, at=at + 2 * DAY, conversation=talk.pk, reference="<2@x>",
        text="invoice invoice refund charged bank statement credit amount billed accounting payment invoice",
    )  # fmt: skip
    Conversation.objects.filter(pk=talk.pk).update(last_inbound_at=at + 2 * DAY)
    Touchpoint.objects.exclude(conversation=talk).filter(occurred_at__gte=at).update(conversation=talk)
    while assign_the_latest(at=at + 2 * DAY):
        pass
    assert Belonging.objects.get(conversation=talk, place=0).read_until_at >= at + DAY


def test_whoever_says_nothing_is_looked_at_once(studied, at, carla):
    talk = written(carla, at=at + DAY, subject="", text="12345")
    assert not assign_what_is_missing(at=at + DAY)
    assert topic_of([talk.pk]) == {}
    assert Belonging.objects.filter(conversation=talk, topic=None).count() == 1


def test_without_a_model_nothing_is_assigned(at, carla, django_assert_num_queries):
    written(carla, at=at)
    with django_assert_num_queries(1):
        assert not assign_the_latest(at=at)


def test_names_never_become_words_of_topics_or_sides(studied):
    words = {word for topic in Topic.objects.all() for word, _ in topic.words}
    words |= set(Fit.objects.get().model["words"]) | set(TellingWord.objects.values_list("word", flat=True))
    names = {part.lower() for name in Customer.objects.values_list("name", flat=True) for part in name.split()}
    assert words
    assert not words & names


def test_too_little_is_counted_and_nothing_more(at, ada, carla):
    written(carla, at=at)
    found = study(at)
    assert found.report["topics"] == 0
    assert found.report["cases"] == 0
    assert not Driver.objects.exists()
    assert not Contrast.objects.exists()
    assert Slice.objects.get(study=found, days=365).cases == 0


def test_one_study_at_a_time(lin, at):
    one = ask_study(by=lin.actor, at=at)
    assert ask_study(by=lin.actor, at=at).pk == one.pk
    assert begin_study(by=SYSTEM, at=at).pk == one.pk
    assert begin_study(by=SYSTEM, at=at + MINUTE) is None
    assert begin_study(by=SYSTEM, at=at + 10 * MINUTE).tries == 2  # its process was not heard of any more


def test_a_study_whose_process_dies_too_often_has_failed(lin, at):
    ask_study(by=lin.actor, at=at)
    for number in range(3):
        assert begin_study(by=SYSTEM, at=at + number * HOUR)
    assert begin_study(by=SYSTEM, at=at + 9 * HOUR) is None
    assert Study.objects.get().state == "failed"


def test_a_stopped_study_leaves_at_its_next_word_and_keeps_what_there_was(studied, lin, at, monkeypatch):
    before = list(drivers_in_force().values_list("pk", flat=True))
    ask_study(by=lin.actor, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    monkeypatch.setattr("rung.core.beside.PAUSE_S", 0)
    stop_study(begun, by=lin.actor, at=at)
    assert command.Command().do(begun) == "stopped"
    assert list(drivers_in_force().values_list("pk", flat=True)) == before
    assert not stop_study(begun, by=lin.actor, at=at)
    assert not finish_study(begun, {}, fit=None, by=SYSTEM, at=at)
    assert not fail_study(begun, "x", by=SYSTEM, at=at)
    assert not progress_study(begun, doing="", steps=0, of=0, by=SYSTEM, at=at)


def test_a_process_that_is_up_only_after_another_was_begun_in_its_place_leaves(lin, at, monkeypatch, capsys):
    monkeypatch.setattr("os.nice", lambda by: 0)
    monkeypatch.setattr("rung.core.beside.subprocess.Popen", lambda arguments, **_n: arguments)
    monkeypatch.setattr("rung.core.clock.now", lambda: at + 10 * MINUTE)
    ask_study(by=lin.actor, at=at)
    started = [errands.start_process(begin_study(by=SYSTEM, at=at + number * MINUTE)) for number in (0, 10)]
    key = Study.objects.get().pk
    assert [each[-3:] for each in started] == [["study", str(key), "1"], ["study", str(key), "2"]]
    call_command("study", key, 1)
    assert "stopped" in capsys.readouterr().out
    assert Study.objects.values_list("state", "tries").get() == ("running", 2)
    call_command("study", key, 2)
    assert "done" in capsys.readouterr().out


def test_a_process_whose_parent_is_gone_hands_the_study_back(lin, at):
    ask_study(by=lin.actor, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    Conversation.objects.all().delete()
    assert command.Command().do(begun, parent=-1) in ("to be begun again",)
    begun.refresh_from_db()
    assert (begun.state, begun.tries) == ("waiting", 0)


def test_what_breaks_is_kept_and_said(planted, lin, at, monkeypatch):
    monkeypatch.setattr(command, "work_out", lambda *_a, **_n: 1 / 0)
    ask_study(by=lin.actor, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    assert command.Command().do(begun) == "failed"
    begun.refresh_from_db()
    assert "ZeroDivisionError" in begun.error


def test_cases_that_leave_on_the_way_break_no_study(planted, lin, at, monkeypatch):
    """With somebody who asked to be forgotten, or with another try of the same study."""

    def picking(held):
        Case.objects.order_by("pk").first().delete()
        return picked(held)

    monkeypatch.setattr(working, "picked", picking)
    ask_study(by=lin.actor, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    assert command.Command().do(begun).startswith("done"), begun.error
    masks = defaultdict(set)
    for case in Case.objects.filter(study=begun):
        masks[case.conversation].add(case.words)
    assert any(masks.values())
    assert all(len(of_one) == 1 for of_one in masks.values())


def test_the_command_does_one_here_and_now_and_takes_the_former_away(studied, at, monkeypatch, capsys):
    monkeypatch.setattr("rung.core.clock.now", lambda: at + HOUR)
    call_command("study")
    assert "done, " in capsys.readouterr().out
    assert Study.objects.done().count() == 2
    assert set(Case.objects.values_list("study", flat=True)) == {Study.objects.done().first().pk}
    assert Fit.objects.count() == 1


class Running:
    """A process that has not ended."""

    def poll(self):
        return None


def test_the_worker_starts_a_process_for_what_was_asked(lin, at, monkeypatch):
    started = []
    monkeypatch.setattr(errands, "start_process", lambda begun: started.append(begun) or Running())
    monkeypatch.setattr(errands, "_started", [])
    assert not start_study(at=at)
    assert not started
    asked = ask_study(by=lin.actor, at=at)
    start_study(at=at)
    assert started == [asked]
    assert not start_study(at=at + MINUTE)
    assert len(started) == 1


def test_a_first_study_is_asked_for_once_there_is_enough_and_all_of_it_is_graded(planted, at, monkeypatch):
    monkeypatch.setattr(errands, "ENOUGH", 450)
    study_again(at=at)
    monkeypatch.setattr(errands, "ENOUGH", 449)
    mark_stale(Customer.objects.values_list("pk", flat=True)[:1], by=SYSTEM, at=at)
    study_again(at=at)
    assert not Study.objects.exists()
    Regrade.objects.all().delete()
    study_again(at=at)
    assert Study.objects.get().finds_topics


def test_drivers_are_worked_out_again_after_a_week(at, lin):
    study_again(at=at)
    assert not Study.objects.exists()
    ask_study(by=lin.actor, at=at)
    begun = begin_study(by=SYSTEM, at=at)
    finish_study(begun, {}, fit=None, by=SYSTEM, at=at)
    study_again(at=at + 6 * DAY)
    assert Study.objects.count() == 1
    study_again(at=at + 8 * DAY)
    assert not Study.objects.order_by("-pk").first().finds_topics


@pytest.mark.parametrize(
    ("evidence", "verdict"),
    [
        ({}, (False, False, False)),
        ({"returned": 1}, (False, False, False)),
        ({"complaint": 0}, (True, False, False)),
        ({"complaint": 1}, (True, True, False)),
        ({"negative_review": 1}, (True, True, False)),
        ({"csat": 2}, (True, True, False)),
        ({"csat": 3}, (True, False, False)),
        ({"csat": 5}, (True, False, True)),
        ({"level": 5}, (True, False, True)),
        ({"nps": 6}, (True, True, False)),
        ({"nps": 9}, (True, False, True)),
        ({"thanks": 1}, (True, False, True)),
        ({"thanks": 1, "complaint": 1}, (True, True, False)),
    ],
)
def test_a_verdict_is_what_the_customer_said_or_did(evidence, verdict):
    assert verdict_of({"kind": kind, "value": value} for kind, value in evidence.items()) == verdict


def flags(at, number=0, words=(), since=None, turns=1, settled=False, back=False, promises=(), **facts):
    turn = Turn(1, 1, 1, None, "email", at, {"facts": facts})
    found = flags_of(
        turn, number, turns=turns, words=words, since=since, is_settled=settled, came_back=back, promises=promises
    )
    return {key for key, bit in BITS.items() if found & bit}


def test_what_was_the_case_in_a_turn(at):
    assert flags(at, wait_s=7300, expected_wait_s=3600) == {"late_first"}
    assert flags(at, number=1, turns=2, wait_s=7300, expected_wait_s=3600) == {"late_later"}
    assert flags(at, wait_s=1700, expected_wait_s=3600, settled=True) == {"quick_first", "one_answer"}
    assert flags(at, wait_s=3600, expected_wait_s=3600) == set()
    assert flags(at, known=True, transfers=1) == {"known", "handed_on"}
    assert flags(at, known=False, reopened=True, back=True) == {"stranger", "reopened", "came_back"}
    assert flags(at, proactive=True, settled=True) == {"proactive"}
    assert flags(at, number=3, turns=4) == {"long"}
    twice = (Word(at - 2 * HOUR, "email"), Word(at - HOUR, "phone"))
    assert flags(at, words=twice) == {"asked_again", "switched"}
    assert flags(at, words=twice, since=at - 90 * MINUTE, number=1, turns=2) == {"switched"}
    assert flags(at, promises=[(at - HOUR, "promise_broken"), (at + HOUR, "promise_kept")]) == {"promise_broken"}


def test_every_driver_has_a_name_and_a_sentence():
    for key in (*FAILURES, *MERITS):
        assert driver_name(key) != key
        assert driver_sentence(key)
    for each in ATTRIBUTES:
        assert attribute_name(each.key) != each.key
        assert {each.low, each.high} - {""} <= set(BITS)


def test_one_customer_does_not_make_a_word():
    held = [({"saddle"}, True, False, 7)] * 200 + [({"chain"}, False, False, n) for n in range(100, 200)]
    assert telling_words(held) == []
    many = [({"saddle"}, n % 2 == 0, False, n) for n in range(40)] + [
        ({"chain"}, n % 20 == 0, False, 100 + n) for n in range(200)
    ]
    assert [(row["side"], row["word"]) for row in telling_words(many)] == [("frustration", "saddle")]
