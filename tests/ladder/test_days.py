"""Days laid together: the same numbers as the grades themselves, whatever has changed since."""

import pytest
from django.urls import reverse

from rung.core.actor import SYSTEM
from rung.customers.verbs import describe_customer
from rung.ladder import views
from rung.ladder.cells import FREEDOMS, day_of
from rung.ladder.errands import DAYS, fold_stale_days
from rung.ladder.models import Grade, GradedDay, StaleDay
from rung.ladder.pages import ladder_page, level_over_time, sums_of
from rung.ladder.pages.added_up import Progress, added_up
from rung.ladder.pages.ladder import narrowed
from rung.ladder.pages.over_time import stretches, told_of_sums
from rung.ladder.verbs import fold_day, grade_customers, mark_all_days, mark_stale
from rung.ladder.versions import parameters_in_force
from rung.touchpoints.verbs import assign_conversation, mark_spam, remove_spam
from tests.ladder.test_pages import DAY, HOUR, filters, serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def moment(at):
    return at + 40 * DAY


@pytest.fixture
def served(ada, support, at):
    """Forty customers over forty days in two teams, some of whom complain."""
    people = []
    for number in range(40):
        team = support if number % 3 else None
        people.append(serve(number, ada, at + number * 23 * HOUR, team=team, angry=number % 8 == 1))
    for number, (customer, *_rest) in enumerate(people[:9]):
        describe_customer(customer, captive=bool(number % 2), by=SYSTEM, at=at)
    grade_customers([customer.pk for customer, *_rest in people], by=SYSTEM, at=at + 39 * DAY)
    return people


def fold(moment):
    while StaleDay.objects.exists():
        fold_stale_days(at=moment)


def test_what_is_left_is_asked_for_again_unless_many_are_still_to_be_graded(served, moment):
    assert StaleDay.objects.count() > DAYS
    assert fold_stale_days(at=moment)
    mark_stale([served[0][0].pk], by=SYSTEM, at=moment)
    mark_all_days(by=SYSTEM, at=moment)
    assert not fold_stale_days(at=moment)


def both(agent, given):
    """The answers of the days and of the database, of which the first must not differ."""
    grades, parameters = narrowed(agent, given), parameters_in_force()
    length = given.end - given.start
    found = added_up(agent, given, first=(given.page - 1) * 5, size=5)
    over_time = told_of_sums(found.over_time, *stretches(given.end, length), parameters)
    pks = [grade.pk for grade in grades.filter(occurred_at__gte=given.start, occurred_at__lt=given.end).weakest_first()]
    first = (given.page - 1) * 5
    ours = (found.shares, found.moved, over_time, found.weakest, found.has_more)
    shares, moved = sums_of(grades, given)
    plain = (shares, moved, level_over_time(grades, given.end, length, parameters))
    return ours, (*plain, pks[first : first + 5], len(pks) > first + 5)


def assert_same(agent, given):
    (shares, moved, over_time, weakest, more), (theirs, their_moved, their_time, pks, their_more) = both(agent, given)
    assert weakest == pks
    assert more == their_more
    assert over_time == their_time
    assert list(shares) == list(theirs)
    for name, part in shares.items():
        assert (part.count, part.before, part.stated) == (theirs[name].count, theirs[name].before, theirs[name].stated)
        for one, other in zip(_numbers(part), _numbers(theirs[name]), strict=True):
            assert one == pytest.approx(other, abs=1e-9)
    assert (moved is None) == (their_moved is None)
    for name in ("level", "operations", "expectation") if moved else ():
        one, other = getattr(moved, name), getattr(their_moved, name)
        assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), abs=1e-9)


def _numbers(part):
    spans = [*part.shares, *part.former, *part.differences, part.below, part.above]
    return [number for span in spans if span for number in (span.value, span.low, span.high)]


@pytest.mark.parametrize("folded", ["none", "some", "all"])
def test_days_say_what_the_grades_say(served, lin, support, moment, folded):
    if folded != "none":
        fold(moment)
    if folded == "some":
        customers = [customer.pk for customer, *_rest in served[20:24]]
        Grade.objects.filter(customer__in=customers).update(fingerprint=0, mean=-1.5, p50=-1.5)
        grade_customers(customers, by=SYSTEM, at=moment)
        assert 1 <= StaleDay.objects.count() <= 4
    assert GradedDay.objects.exists() == (folded != "none")
    for query in ({"days": "30"}, {"days": "7"}, {"days": "30", "page": "3"}, {"days": "30", "phase": "during"}):
        assert_same(lin, filters(moment, **query))
    assert_same(lin, filters(moment, days="30", team=str(support.pk)))
    assert_same(lin, filters(moment, days="30", channel="email"))
    for freedom in FREEDOMS:
        assert_same(lin, filters(moment, days="30", freedom=freedom))


def test_a_page_of_nothing_is_drawn_from_days_too(served, lin, moment):
    fold(moment)
    assert ladder_page(lin, filters(moment, channel="phone")).count == 0


@pytest.mark.parametrize("scope", ["own", "teams"])
def test_those_who_see_some_are_told_of_theirs_alone(served, graded, ada, lin, bo, support, moment, at, scope):
    for agent in (ada, bo):
        agent.scope = scope
    graded(moment)
    fold(moment)
    for place, (_customer, conversation, _answer) in enumerate(served[:20]):
        assign_conversation(
            conversation, agent=(ada, bo, None)[place % 3], team=support, by=lin.actor, at=moment
        )  # after they had been laid together
    graded(moment)
    for _each in ("marked", "folded"):
        for agent in (ada, bo):
            assert not agent.sees_all
            assert_same(agent, filters(moment))
        assert 0 < ladder_page(bo, filters(moment)).count < ladder_page(lin, filters(moment)).count
        fold(moment)


def test_only_what_changed_is_laid_together_again(served, moment):
    fold(moment)
    customer = served[7][0]
    grade_customers([customer.pk], by=SYSTEM, at=moment)
    assert not StaleDay.objects.exists()
    Grade.objects.filter(customer=customer).update(fingerprint=0)
    grade_customers([customer.pk], by=SYSTEM, at=moment)
    days = {day_of(when) for when in Grade.objects.filter(customer=customer).values_list("occurred_at", flat=True)}
    assert set(StaleDay.objects.values_list("day_on", flat=True)) == days


def test_days_without_service_are_known_to_be_without(ada, support, at, moment):
    for when in (at, at + 9 * DAY):
        customer, *_rest = serve(when.day, ada, when, team=support)
        grade_customers([customer.pk], by=SYSTEM, at=when + 8 * DAY)
    fold(moment)
    assert GradedDay.objects.count() == 10
    assert sum(len(day.light) > 0 for day in GradedDay.objects.all()) == 2


def test_who_is_bound_to_us_and_who_was_spam_reaches_the_days(served, graded, ada, lin, moment, at):
    graded(moment)
    fold(moment)
    customer = served[30][0]
    describe_customer(customer, captive=True, by=SYSTEM, at=moment)
    spam = served[31][1]
    mark_spam(spam, by=ada.actor, at=moment)
    assert remove_spam(spam, by=ada.actor, at=moment)
    graded(moment)
    assert_same(lin, filters(moment))
    fold(moment)
    assert_same(lin, filters(moment))


def test_all_days_can_be_laid_together_anew(served, lin, moment):
    fold(moment)
    GradedDay.objects.all().delete()
    mark_all_days(by=SYSTEM, at=moment)
    fold(moment)
    assert_same(lin, filters(moment))
    day = day_of(Grade.objects.latest("occurred_at").occurred_at)
    assert fold_day(day, by=SYSTEM, at=moment) == len(Grade.objects.filter(occurred_at__date=day))


def test_nobody_waits_while_many_days_are_added_up(
    served, lin, ada, client_of, moment, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("rung.core.clock.now", lambda: moment)
    monkeypatch.setattr(views, "MOST_ON_A_PAGE", 3)
    client, address, asked = client_of(lin), reverse("ladder:ladder"), {"HX-Request": "true"}
    given = filters(moment, days="30")
    assert ladder_page(lin, given).progress is None
    page = ladder_page(lin, given, most=3)
    assert (page.count, page.progress) == (0, Progress(0, StaleDay.objects.count()))
    text = client.get(address).content.decode()
    assert "Being added up: 0 of" in text
    assert 'hx-trigger="every 5s"' in text
    fold(moment)
    text = client.get(address, headers=asked).content.decode()
    assert 'id="ladder-answer"' in text
    for ended in ("<html", "Being added up", "every 5s"):
        assert ended not in text
    days = GradedDay.objects.count()
    whole = ladder_page(lin, given)
    assert ladder_page(lin, given, most=3) == whole
    mark_all_days(by=SYSTEM, at=moment)
    Grade.objects.update(mean=-2.0)
    with django_assert_max_num_queries(14):
        page = ladder_page(lin, given, most=3)
    assert (page.count, page.over_time) == (whole.count, whole.over_time)
    assert page.progress == Progress(0, days)
    assert whole.rungs[0].former
    assert all(
        (rung.former, rung.difference) == (told.former, "") for rung, told in zip(page.rungs, whole.rungs, strict=True)
    )
    assert page.erosion.changes == ()
    ada.scope = "teams"
    assert ladder_page(ada, given, most=3).count == 0  # who might see what then is not who may now
    fold_stale_days(at=moment)
    assert ladder_page(lin, given, most=3).progress == Progress(DAYS, days)
    fold(moment)
    assert ladder_page(lin, given, most=3) == ladder_page(lin, given)
    assert ladder_page(lin, given).over_time != whole.over_time
