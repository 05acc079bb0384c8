"""Estimations: asked for, worked out beside the worker, stopped, published, taken back."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command

from rung.core.actor import SYSTEM
from rung.core.beside import Words
from rung.journal.models import Entry
from rung.ladder import errands
from rung.ladder.errands import start_estimation
from rung.ladder.estimating import Report, kept, report_from, some_customers, work_out
from rung.ladder.levels import settings_note
from rung.ladder.management.commands import estimate as command
from rung.ladder.model.parameters import DEFAULTS, Behaviour, Ordinal
from rung.ladder.models import Estimation, Expectation, Grade, Regrade
from rung.ladder.verbs import (
    ask_estimation,
    begin_estimation,
    fail_estimation,
    finish_estimation,
    progress_estimation,
    publish_estimation,
    return_to,
    stop_estimation,
)
from rung.ladder.versions import numbers_of, parameters_from, parameters_in_force, version_in_force
from tests.ladder.test_pages import serve
from tests.worlds import TRUTH, World, live

SECOND, MINUTE, HOUR, DAY = (timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
OWN = replace(
    DEFAULTS, version="own-1-adaptive", adapt_up=0.41, nps=Ordinal(1.1, (-1.0, 0.5), 0), thanks=Behaviour(1, 1, 0, 1, 1)
)
# Where what we do matters three times as much as the defaults say, little data are enough to tell.
FAR_OFF = World(truth=replace(TRUTH, causes=tuple(replace(cause, weight=3 * cause.weight) for cause in TRUTH.causes)))


@pytest.fixture
def report():
    scores = (("adaptive", -3.0), ("defaults", -3.2), ("static", -3.3))
    return kept(Report("adaptation", "adaptive", scores, (0.2, 0.1, 0.3), 1500, 250, 250, 11.0, 40, 1050, 450))


@pytest.fixture
def estimated(lin, at, report):
    """How an estimation comes to its numbers, without the work."""

    def run(parameters=OWN):
        ask_estimation(by=lin.actor, at=at)
        begun = begin_estimation(by=SYSTEM, at=at)
        finish_estimation(begun, parameters, report, by=SYSTEM, at=at + MINUTE)
        begun.refresh_from_db()
        return begun

    return run


def kinds():
    return list(
        Entry.objects.filter(kind__regex=r"^(estimation|ladder)\.").order_by("id").values_list("kind", flat=True)
    )


def test_numbers_come_back_from_json_as_they_were(estimated):
    assert parameters_from(estimated().numbers) == OWN
    assert parameters_from(numbers_of(DEFAULTS)) == DEFAULTS
    hash(parameters_from(numbers_of(OWN)))


def test_numbers_kept_before_the_model_learnt_more_are_filled_up():
    kept_then = numbers_of(OWN)
    del kept_then["wait_limit"]
    kept_then["forgotten_since"] = 3
    assert parameters_from(kept_then) == OWN


def test_asked_twice_is_asked_once(lin, root, at):
    first = ask_estimation(by=lin.actor, at=at)
    assert ask_estimation(by=root.actor, at=at + SECOND) == first
    assert first.asked_by_id == lin.pk
    assert kinds() == ["estimation.asked"]


def test_one_is_worked_on_at_a_time_and_begun_again_when_its_process_died(lin, at):
    ask_estimation(by=lin.actor, at=at)
    first = begin_estimation(by=SYSTEM, at=at)
    assert first.tries == 1
    assert begin_estimation(by=SYSTEM, at=at + MINUTE) is None
    assert progress_estimation(first, doing="static", steps=3, by=SYSTEM, at=at + MINUTE)
    assert begin_estimation(by=SYSTEM, at=at + 2 * MINUTE) is None
    second = begin_estimation(by=SYSTEM, at=at + 4 * MINUTE)
    assert (second.pk, second.tries) == (first.pk, 2)
    assert not progress_estimation(first, doing="static", steps=4, by=SYSTEM, at=at + 4 * MINUTE)
    assert not finish_estimation(first, OWN, {}, by=SYSTEM, at=at + 4 * MINUTE)
    begin_estimation(by=SYSTEM, at=at + 10 * MINUTE)
    assert begin_estimation(by=SYSTEM, at=at + 20 * MINUTE) is None
    second.refresh_from_db()
    assert second.state == "failed"
    assert "3 times" in second.error
    assert kinds()[-1] == "estimation.failed"


def test_stopped_is_stopped_whatever_its_process_says(lin, at):
    ask_estimation(by=lin.actor, at=at)
    begun = begin_estimation(by=SYSTEM, at=at)
    assert stop_estimation(begun, by=lin.actor, at=at + SECOND)
    assert not stop_estimation(begun, by=lin.actor, at=at + SECOND)
    assert not progress_estimation(begun, doing="all", steps=9, by=SYSTEM, at=at + SECOND)
    assert not finish_estimation(begun, OWN, {}, by=SYSTEM, at=at + SECOND)
    assert not fail_estimation(begun, "late", by=SYSTEM, at=at + SECOND)
    assert begin_estimation(by=SYSTEM, at=at + HOUR) is None
    assert kinds() == ["estimation.asked", "estimation.stopped"]


def test_nothing_follows_until_somebody_publishes(estimated, at):
    estimated()
    assert parameters_in_force() == DEFAULTS
    assert kinds() == ["estimation.asked", "estimation.finished"]


def test_published_numbers_are_graded_with_and_taken_back(estimated, ada, lin, support, graded, at):
    for number in range(3):
        serve(number, ada, at, team=support)
    graded(at + DAY)
    before = dict(Grade.objects.values_list("touchpoint", "mean"))
    own = replace(OWN, causes=tuple(replace(cause, weight=2 * cause.weight) for cause in DEFAULTS.causes))
    assert publish_estimation(estimated(own), by=lin.actor, at=at + DAY)
    assert not publish_estimation(Estimation.objects.get(), by=lin.actor, at=at + DAY)
    assert parameters_in_force() == own
    graded(at + DAY + HOUR)
    assert set(Grade.objects.values_list("parameters", flat=True)) == {"own-1-adaptive"}
    assert set(Expectation.objects.values_list("parameters", flat=True)) == {"own-1-adaptive"}
    assert all(Grade.objects.get(touchpoint=pk).mean != mean for pk, mean in before.items())
    assert return_to(None, by=lin.actor, at=at + 2 * DAY)
    assert not return_to(None, by=lin.actor, at=at + 2 * DAY)
    graded(at + 2 * DAY)
    assert set(Grade.objects.values_list("parameters", flat=True)) == {DEFAULTS.version}
    assert dict(Grade.objects.values_list("touchpoint", "mean")) == before
    assert not Regrade.objects.exists()
    assert kinds()[-2:] == ["estimation.published", "ladder.returned"]


def test_one_set_is_in_force_and_an_earlier_one_can_be_returned_to(estimated, lin, at):
    first, second = estimated(), estimated(replace(OWN, version="own-2-static"))
    publish_estimation(first, by=lin.actor, at=at + DAY)
    publish_estimation(second, by=lin.actor, at=at + 2 * DAY)
    assert version_in_force() == "own-2-static"
    first.refresh_from_db()
    assert first.in_force_until == at + 2 * DAY
    assert return_to(first, by=lin.actor, at=at + 3 * DAY)
    assert version_in_force() == "own-1-adaptive"
    assert Estimation.objects.in_force().count() == 1


def test_where_the_defaults_won_there_is_nothing_to_publish(estimated, lin, at):
    assert not publish_estimation(estimated(None), by=lin.actor, at=at)
    assert version_in_force() == DEFAULTS.version
    assert "estimation.published" not in kinds()


def test_what_cannot_be_published_leaves_in_force_what_is(estimated, lin, at):
    publish_estimation(estimated(), by=lin.actor, at=at)
    assert not publish_estimation(estimated(None), by=lin.actor, at=at)
    assert version_in_force() == "own-1-adaptive"


def test_the_note_says_whose_settings_and_which_model_won():
    assert settings_note("defaults-1") == "estimated with default settings"
    assert "own settings 3, in which expectations follow experience" in settings_note("own-3-adaptive")
    assert "own settings 4, in which expectations stand still" in settings_note("own-4-static")


def test_the_worker_starts_one_process_and_goes_on(lin, at, graded, monkeypatch):
    started = []

    class Process:
        def poll(self):
            return None

    monkeypatch.setattr(errands, "start_process", lambda begun: started.append(begun.pk) or Process())
    asked = ask_estimation(by=lin.actor, at=at)
    graded(at)
    assert start_estimation(at=at) is False
    assert start_estimation(at=at + SECOND) is False
    assert started == [asked.pk]


def test_an_estimation_from_the_journal_says_when_there_is_too_little(ada, support, graded, at, monkeypatch):
    monkeypatch.setattr("rung.core.clock.now", lambda: at + DAY)
    for number in range(4):
        serve(number, ada, at, team=support)
    graded(at + HOUR)
    call_command("estimate")
    done = Estimation.objects.get()
    report = report_from(done.report)
    assert (done.state, done.version, done.numbers) == ("done", "", None)
    assert (report.stage, report.episodes, report.customers) == ("defaults", 4, 4)


def test_an_estimation_from_planted_customers_is_published_and_graded_with(lin, at, monkeypatch):
    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    monkeypatch.setattr(command, "gathered_sequences", lambda **_: live(FAR_OFF, 110, 4, seed=8).given)
    call_command("estimate")
    done = Estimation.objects.get()
    report = report_from(done.report)
    assert done.state == "done"
    assert report.stage == "effects"
    assert report.learnt_from + report.held_out == report.episodes == 440
    assert report.scores[0][0] == report.chosen
    assert done.version == f"own-{done.pk}-{report.chosen}"
    assert publish_estimation(done, by=lin.actor, at=at)
    assert parameters_in_force().cause("wait").weight == pytest.approx(-1.35, abs=0.3)


def test_a_failure_is_kept_and_said(lin, at, monkeypatch):
    def broken(**_):
        raise ValueError("no such thing")

    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    monkeypatch.setattr(command, "gathered_sequences", broken)
    call_command("estimate")
    assert Estimation.objects.get().state == "failed"
    assert "no such thing" in Estimation.objects.get().error


def test_it_leaves_with_its_parent_and_waits_again(lin, at, monkeypatch):
    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    ask_estimation(by=lin.actor, at=at)
    begun = begin_estimation(by=SYSTEM, at=at)
    monkeypatch.setattr(command, "gathered_sequences", lambda *, progress, **_: progress("reading", 1) or None)
    assert command.Command().do(begun, parent=-1) == "to be begun again"
    waiting = Estimation.objects.get()
    assert (waiting.state, waiting.tries) == ("waiting", 0)


def test_it_stops_when_it_was_stopped(lin, at, monkeypatch):
    monkeypatch.setattr("rung.core.clock.now", lambda: at)
    ask_estimation(by=lin.actor, at=at)
    begun = begin_estimation(by=SYSTEM, at=at)
    stop_estimation(begun, by=lin.actor, at=at)
    assert (
        work_out(
            live(World(), 250, 6, seed=8).given, begun.pk, progress=partial(command.Command().go_on, begun, Words(None))
        )
        is None
    )


def test_customers_are_drawn_whole_until_there_are_enough(ada, support, graded, at):
    for number in range(6):
        serve(number, ada, at, team=support)
    graded(at + HOUR)
    assert len(some_customers(most=4)) == 4
    assert some_customers(most=4) == some_customers(most=4)
    assert len(some_customers()) == 6
