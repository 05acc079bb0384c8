"""What a round finds in a company of which everything is known, and what it leaves to chance."""

from datetime import timedelta

import pytest

from rung.core.actor import SYSTEM
from rung.journal.jobs import Stopped
from rung.journal.models import Entry
from rung.patterns.drivers import BITS
from rung.patterns.models import Case
from rung.touchpoints.models import Touchpoint
from rung.training.gathering import gathered
from rung.training.models import Agreement, Evidence, Opportunity, Round, Spread, Standing
from rung.training.verbs import ask_round, begin_round, change_agreement, note_seen, stop_round
from rung.training.working import work_out
from tests.training.conftest import work_round

pytestmark = pytest.mark.django_db


def told(**which):
    return {
        (row.agent.name.split()[0].lower() if row.agent else "", row.outcome, row.direction)
        for row in Opportunity.objects.standing().filter(**which).select_related("agent")
    }


def test_the_house_is_blamed_for_what_is_weak_for_everybody_and_people_only_for_their_own(found):
    delivery, refunds = (found.topics[name].pk for name in ("delivery", "refunds"))
    assert told(topic=delivery, direction="weak") == {("", "level", "weak"), ("", "durable", "weak")}
    assert told(topic=refunds, direction="weak") == {("zed", "level", "weak"), ("zed", "durable", "weak")}
    assert {("ada", "level", "strong"), ("ada", "durable", "strong")} <= told(direction="strong")
    assert not {who for who, _outcome, _direction in told(direction="strong")} & {"zed", "bo", ""}
    house = Opportunity.objects.get(topic=delivery, outcome="level", agent=None)
    assert (house.cause, house.signs) == ("process", ["late_first"])
    assert house.weak_for == house.looked_at == 7


def test_what_is_new_about_somebody_is_told_once_and_without_their_name(found, at):
    facts = Entry.objects.filter(kind="opportunity.found")
    own = Opportunity.objects.filter(agent__isnull=False)
    assert sorted(fact.data["opportunity"] for fact in facts) == sorted(own.values_list("pk", flat=True))
    assert {tuple(fact.data) for fact in facts} == {("opportunity",)}
    count = facts.count()
    work_round(at)
    assert facts.count() == count


def test_who_gets_the_hard_cases_is_not_called_weak(found):
    """Bo's raw share of refunds lies as far below the others' as a weakness would; his cases explain it."""
    bo = Standing.objects.get(
        agent=found.people["bo"], spread__outcome="level", spread__topic=found.topics["refunds"].pk
    )
    assert bo.hits / bo.n < bo.spread.mean - 0.05
    assert bo.expected / bo.n < bo.spread.mean - 0.05
    assert bo.rate > bo.spread.mean - 0.05
    assert not Opportunity.objects.filter(agent=found.people["bo"]).exists()


def test_what_was_expected_of_a_case_knows_nothing_of_what_came_after_it(planted, at):
    """A matter that did not last takes more turns, in other hands: in the case mix these would explain that it did not."""
    before = gathered(at=at, go_on=lambda *_said: None)["durable"]
    failed = Entry.objects.filter(kind="conversation.reopened").values_list("conversation", flat=True)
    later = []
    for case in Case.objects.filter(conversation__in=failed):
        turn = Touchpoint.objects.get(pk=case.touchpoint)
        turn.pk, turn.agent, turn.occurred_at = None, planted.people["ada"], turn.occurred_at + timedelta(days=2)
        turn.save(force_insert=True)
        case.pk, case.touchpoint, case.occurred_at = None, turn.pk, turn.occurred_at
        case.flags = BITS["handed_on"] | BITS["came_back"]
        later.append(case)
    Case.objects.bulk_create(later, batch_size=200)
    after = gathered(at=at, go_on=lambda *_said: None)["durable"]
    assert len(later) == (~after.hits).sum() > 100
    for name in ("touchpoints", "agents", "topics", "first_turns", "came_back", "handed_on", "moments", "hits"):
        assert (getattr(before, name) == getattr(after, name)).all(), name


def test_an_opportunity_leads_to_the_conversations_behind_it(found):
    zed = Opportunity.objects.get(agent=found.people["zed"], outcome="level")
    assert Evidence.objects.filter(opportunity=zed).count() == zed.n == 50
    assert Evidence.objects.filter(opportunity=zed, is_hit=True).count() == zed.hits
    assert zed.low < zed.mean < zed.high < zed.usual


def test_without_agreement_nothing_is_kept_of_people_and_the_house_is_still_told(planted, at):
    Agreement.objects.update(is_on=False)
    work_round(at)
    assert told() == {("", "level", "weak"), ("", "durable", "weak")}
    assert not Standing.objects.exists()


def test_taking_the_agreement_back_deletes_what_was_found_about_people_at_once(found, root, at):
    change_agreement(is_on=False, days_alone=14, by=root.actor, at=at)
    assert told() == {("", "level", "weak"), ("", "durable", "weak")}
    assert not Standing.objects.exists()
    assert Entry.objects.filter(kind="agreement.changed").count() == 1
    change_agreement(is_on=False, days_alone=14, by=root.actor, at=at)
    assert Entry.objects.filter(kind="agreement.changed").count() == 1


def test_what_is_found_again_keeps_when_it_was_seen_and_what_is_not_ends(found, at):
    zed = found.people["zed"]
    assert note_seen(by=zed.actor, at=at, only=Opportunity.objects.standing().get(agent=zed, outcome="level")) == 1
    assert note_seen(by=zed.actor, at=at) == 1
    assert note_seen(by=zed.actor, at=at) == 0
    later = at + timedelta(days=7)
    work_round(later)
    row = Opportunity.objects.standing().get(agent=zed, outcome="level")
    assert (row.found_at, row.seen_at) == (at, at)
    assert Spread.objects.values("round").distinct().count() == 1
    Case.objects.filter(topic=row.topic).delete()
    work_round(later + timedelta(days=7))
    row.refresh_from_db()
    assert row.ended_at == later + timedelta(days=7)
    assert not row.evidence.exists()


def test_a_stopped_round_keeps_nothing(planted, at):
    ask_round(by=SYSTEM, at=at)
    begun = begin_round(by=SYSTEM, at=at)
    assert begin_round(by=SYSTEM, at=at) is None
    assert stop_round(begun, by=SYSTEM, at=at)
    assert work_out(begun, at=at, progress=lambda *_said: True) is None
    assert not Opportunity.objects.exists()
    with pytest.raises(Stopped):
        work_out(begun, at=at, progress=lambda *_said: False)


def test_without_a_study_a_round_says_that_it_looked_at_nothing(db, at):
    done = work_round(at)
    assert (done.state, done.report["cases"]) == ("done", {})
    assert not Opportunity.objects.exists()


def test_a_round_under_way_when_single_colleagues_are_no_longer_looked_at_brings_nothing_of_them_back(planted, at):
    ask_round(by=SYSTEM, at=at)
    going = begin_round(by=SYSTEM, at=at)

    def switched_off(doing, steps, of):
        if doing == "keeping":
            change_agreement(is_on=False, days_alone=14, by=SYSTEM, at=at)
        return True

    assert work_out(going, at=at, progress=switched_off) is None
    assert not Opportunity.objects.filter(agent__isnull=False).exists()
    assert not Standing.objects.exists()
    assert Round.objects.get().state == "waiting", "to be worked out again, without them"
