"""Promises and deadlines where people meet them: row, conversation, person, home, notices, settings."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse

from rung.accounts.models import Agent, Team
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.desk.pages.due import clocks_of, due_word, due_words
from rung.desk.pages.home import home_page
from rung.desk.pages.queue import queue_page, read_place
from rung.notices.models import Notice
from rung.promises.models import Clock, Due, Promise, Target
from rung.promises.verbs import Aim, announce_promises, keep_promise, make_promise, make_target
from rung.touchpoints.models import Conversation, Touchpoint
from rung.touchpoints.verbs import answer_conversation, assign_conversation, resolve_conversation
from tests.cast import Desk, written

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def noon(at: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """Every request of the test arrives three hours after `at`: Tuesday, 10 March 2026."""
    moment = at + 3 * HOUR
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


@pytest.fixture
def matter(carla: Customer, support: Team, ada: Agent, at: datetime) -> Conversation:
    conversation = written(carla, at=at, team=support)
    assign_conversation(conversation, agent=ada, team=support, by=ada.actor, at=at)
    return conversation


def promised(matter: Conversation, ada: Agent, at: datetime, days: float, what: str = "send the frame") -> Promise:
    return make_promise(
        matter.customer, what, due_at=at + days * DAY, is_day=False, conversation=matter, by=ada.actor, at=at - 9 * DAY
    )


@pytest.mark.parametrize(
    ("what", "hours", "is_day", "words", "tone"),
    [
        ("promise", 5, True, "promised for today", "near"),
        ("promise", 29, True, "promised for tomorrow", ""),
        ("promise", 77, True, "promised for Fri", ""),
        ("promise", 500, True, "promised for 31 Mar", ""),
        ("promise", -20, True, "promised for yesterday", "past"),
        ("promise", 5, False, "promised for 14:00", "near"),
        ("first", 0.5, False, "reply due in 30 min", "near"),
        ("next", 29, False, "reply due tomorrow 14:00", ""),
        ("first", -2, False, "reply 2 h overdue", "past"),
        ("resolution", 29, False, "settle by tomorrow 14:00", ""),
        ("resolution", -2, False, "to settle, 2 h over", "past"),
    ],
)
def test_what_is_due_is_said_in_a_word(
    what: str, hours: float, is_day: bool, words: str, tone: str, ada: Agent, at: datetime
) -> None:
    due_at = at + hours * HOUR
    word = due_word(what, due_at, is_day=is_day, near_at=due_at - 6 * HOUR, at=at, zone=ada.zone)
    assert (word.words, word.tone) == (words, tone)
    assert "2026" in word.title


def rows(ada: Agent, at: datetime, asked: str = "") -> list[tuple[int, str]]:
    place = read_place("all", QueryDict(asked), ada, at=at)
    assert place is not None
    return [(row.number, row.due.words if row.due else "") for row in queue_page(ada, place, at=at).rows]


def test_a_queue_can_be_read_by_what_is_due(matter: Conversation, karim: Customer, ada: Agent, at: datetime) -> None:
    later, never = written(karim, at=at - HOUR), written(karim, at=at - 2 * HOUR, reference="<2>", subject="Another")
    promised(later, ada, at, 2)
    promised(matter, ada, at, -1)
    assert rows(ada, at, "sort=due") == [
        (matter.pk, "promised for yesterday 09:00"),
        (later.pk, "promised for Thu 09:00"),
        (never.pk, ""),
    ]
    assert [number for number, _words in rows(ada, at, "due=late")] == [matter.pk]
    assert {number for number, _words in rows(ada, at, "due=promise")} == {matter.pk, later.pk}


def test_no_reply_is_due_to_whom_they_have_just_answered(
    carla: Customer, support: Team, ada: Agent, at: datetime, work: Callable[..., None]
) -> None:
    aim = Aim(name="Everybody", first_minutes=120, resolution_minutes=480, clock=Clock.ALWAYS.value)
    make_target(aim, by=SYSTEM, at=at - 30 * DAY)
    matter = written(carla, at=at, team=support)
    assign_conversation(matter, agent=ada, team=support, by=ada.actor, at=at)
    work(at)

    def shown() -> tuple[list[str], list[str]]:
        fresh = Conversation.objects.get(pk=matter.pk)
        beside = [each.words for each in due_words([fresh], ada, at=at).values()]
        return beside, [each.words for each in clocks_of(fresh, ada, at=at)]

    assert shown() == (["reply due 11:00"], ["reply due 11:00", "settle by 17:00"])
    assert rows(ada, at) == [(matter.pk, "reply due 11:00")]
    waiting = home_page(ada, at=at, opens_queue_first=False).waiting
    assert [row.due.words for row in waiting if row.due] == ["reply due 11:00"]
    # Nothing has reckoned yet what follows from these.
    answer_conversation(matter, text="Soon.", by=ada.actor, at=at + HOUR)
    assert shown() == ([], ["settle by 17:00"])
    assert rows(ada, at) == [(matter.pk, "")]
    resolve_conversation(matter, by=ada.actor, at=at + HOUR)
    assert shown() == ([], [])
    Due.objects.update(what="promise")
    assert shown() == (["promised for 11:00"], [])


def test_a_queue_by_what_is_due_goes_on_where_it_stopped(
    matter: Conversation, carla: Customer, karim: Customer, ada: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.desk.pages.queue.place.PAGE", 2)
    matters = [written(karim, at=at - n * HOUR, reference=f"<{n}>", subject=f"Matter {n}") for n in range(1, 5)]
    for days, each in enumerate(matters[:3], start=1):
        promised(each, ada, at, days)
    place = read_place("all", QueryDict("sort=due&show=2"), ada, at=at)
    assert place is not None
    seen: list[int] = []
    for _page in range(4):
        page = queue_page(ada, place, at=at)
        seen += [row.number for row in page.rows]
        if not page.next_href:
            break
        place = read_place("all", QueryDict(page.next_href.partition("?")[2]), ada, at=at)
        assert place is not None
    assert seen == [*(each.pk for each in matters[:3]), matter.pk, matters[3].pk]


def test_a_promise_goes_out_with_the_answer(matter: Conversation, ada: Agent, client_of: Desk, noon: datetime) -> None:
    said = {"kind": "answer", "text": "We send it.", "to": "carla@example.org", "do": "answer"}
    said |= {"promise": "the frame is sent", "promise_day": "2026-03-13"}
    answer = client_of(ada).post(reverse("desk:answers", args=[matter.pk]), said)
    assert answer.status_code == 302
    promise = Promise.objects.get()
    assert (promise.what, promise.conversation_id, promise.made_by_id) == ("the frame is sent", matter.pk, ada.pk)
    assert promise.letter == Touchpoint.objects.get(direction="out").pk
    assert promise.due_at == datetime(2026, 3, 13, 23, 59, tzinfo=ada.zone)
    page = client_of(ada).get(reverse("desk:conversation", args=[matter.pk])).content.decode()
    assert "promised for Fri" in page


@pytest.mark.parametrize(
    "half", [{"promise": "the frame"}, {"promise_day": "2026-03-13"}, {"promise": "it", "promise_day": "2026-03-09"}]
)
def test_half_a_promise_keeps_the_answer_back(
    half: dict[str, str], matter: Conversation, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    said = {"kind": "answer", "text": "We send it.", "to": "carla@example.org", "do": "answer"} | half
    answer = client_of(ada).post(reverse("desk:answers", args=[matter.pk]), said)
    assert answer.status_code == 422
    assert next(iter(half.values())) in answer.content.decode()
    assert not Touchpoint.objects.filter(direction="out").exists()


@pytest.mark.parametrize(
    ("do", "said", "state"),
    [
        ("keep", {}, "kept_at"),
        ("break", {"told": "It broke."}, "broken_at"),
        ("withdraw", {}, "withdrawn_at"),
    ],
)
def test_a_promise_is_ended_and_taken_up_again_where_it_stands(
    do: str, said: dict[str, str], state: str, matter: Conversation, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    promise = promised(matter, ada, noon, 2)
    browser, address = client_of(ada), reverse("desk:promise", args=[promise.pk])
    assert browser.post(address, {"do": do, "conversation": matter.pk} | said).status_code == 302
    promise.refresh_from_db()
    assert getattr(promise, state) == noon
    assert promise.told == said.get("told", "")
    browser.post(address, {"do": "reopen"})
    promise.refresh_from_db()
    assert promise.is_open()


def test_another_day_is_agreed_on_the_persons_page(
    matter: Conversation, carla: Customer, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    promise = promised(matter, ada, noon, 2)
    browser = client_of(ada)
    browser.post(reverse("desk:promise", args=[promise.pk]), {"do": "move", "day": "2026-03-20", "time": "14:30"})
    promise.refresh_from_db()
    assert (promise.moved_count, promise.due_at) == (1, datetime(2026, 3, 20, 14, 30, tzinfo=ada.zone))
    page = browser.get(reverse("desk:customer", args=[carla.pk])).content.decode()
    assert "given another day once" in page


def test_a_promise_on_the_phone_is_noted_on_the_persons_page(
    carla: Customer, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    said = {"promise": "we call back", "promise_day": "2026-03-11", "promise_time": "10:00"}
    client_of(ada).post(reverse("desk:promises", args=[carla.pk]), said)
    assert Promise.objects.get().due_at == datetime(2026, 3, 11, 10, tzinfo=ada.zone)
    client_of(ada).post(reverse("desk:promises", args=[carla.pk]), said)
    assert Promise.objects.count() == 1


def test_settling_a_matter_asks_for_what_was_promised(
    matter: Conversation, ada: Agent, client_of: Desk, noon: datetime
) -> None:
    one, other = promised(matter, ada, noon, 2), promised(matter, ada, noon, 3, "call back")
    browser = client_of(ada)
    page = browser.get(reverse("desk:conversation", args=[matter.pk])).content.decode()
    assert f'name="promise-{one.pk}"' in page
    said = {f"promise-{one.pk}": "kept", f"promise-{other.pk}": "open"}
    answer = browser.post(reverse("desk:resolution", args=[matter.pk]), said, follow=True).content.decode()
    assert list(Promise.objects.open()) == [other]
    assert "still open is the promise: call back" in answer


def test_home_leads_with_what_is_overdue(
    matter: Conversation, karim: Customer, ada: Agent, bo: Agent, at: datetime
) -> None:
    loose = make_promise(karim, "call back", due_at=at + HOUR, is_day=False, by=ada.actor, at=at - DAY)
    promised(matter, ada, at, -2)
    promised(matter, ada, at, 3, "not today")
    promised(matter, bo, at, 0.1, "not hers")
    keep_promise(promised(matter, ada, at, 0.2, "done"), by=ada.actor, at=at)
    page = home_page(ada, at=at, opens_queue_first=False)
    assert [(each.customer, each.line.what, each.line.due.tone) for each in page.promised] == [
        ("Carla Ruiz", "send the frame", "past"),
        ("Karim Haddad", loose.what, "near"),
    ]


def test_whoever_promised_is_told(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Callable[..., None]
) -> None:
    moment = clock.now()
    make_promise(matter.customer, "call", due_at=moment - HOUR, conversation=matter, by=lin.actor, at=moment - 9 * DAY)
    Promise.objects.update(warned_at=moment)
    announce_promises(by=SYSTEM, at=moment)
    work(moment)
    told = Notice.objects.filter(kind="promise").values_list("agent", flat=True)
    assert set(told) == {ada.pk, lin.pk}


def test_targets_are_set_changed_and_ended_without_code(
    root: Agent, support: Team, client_of: Desk, noon: datetime
) -> None:
    browser = client_of(root)
    said = {"name": "Support", "team": support.pk, "first_hours": "1.5", "clock": "team", "pauses": "on"}
    assert browser.post(reverse("promises:new_target"), {"name": "Nothing", "clock": "team"}).status_code == 422
    assert browser.post(reverse("promises:new_target"), said).status_code == 302
    target = Target.objects.get()
    assert (target.first_minutes, target.next_minutes, target.team_id, target.begins_at) == (90, None, support.pk, noon)
    page = browser.get(reverse("promises:targets")).content.decode()
    assert "first reply within 1.5 hours" in page
    assert 'value="1.5"' in browser.get(reverse("promises:target", args=[target.pk])).content.decode()
    browser.post(reverse("promises:target", args=[target.pk]), said | {"first_hours": "2", "clock": "always"})
    target.refresh_from_db()
    assert (target.first_minutes, target.clock) == (120, Clock.ALWAYS)
    browser.post(reverse("promises:ending", args=[target.pk]))
    assert not Target.objects.in_use().exists()
    for late in (reverse("promises:ending", args=[target.pk]), reverse("promises:target", args=[target.pk])):
        told = browser.post(late, said | {"first_hours": "9"}, follow=True).content.decode()
        assert "“Support” is off the list already." in told
    target.refresh_from_db()
    assert target.first_minutes == 120
    assert "set the target" in browser.get(reverse("desk:audit")).content.decode()


def test_targets_are_for_those_who_may_change_working_hours(ada: Agent, client_of: Desk, db: None) -> None:
    assert client_of(ada).get(reverse("promises:targets")).status_code == 403


def test_the_list_of_targets_costs_the_same_however_many_there_are(
    root: Agent, client_of: Desk, at: datetime, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(8):
        make_target(Aim(name=f"Target {number}", first_minutes=60), by=root.actor, at=at)
    browser = client_of(root)
    with django_assert_max_num_queries(6):  # type: ignore[attr-defined]  # a context manager
        browser.get(reverse("promises:targets"))


def test_what_is_promised_can_be_searched_for(
    matter: Conversation, karim: Customer, ada: Agent, client_of: Desk, noon: datetime, work: Callable[..., None]
) -> None:
    written(karim, at=noon, subject="Nothing promised")
    promised(matter, ada, noon, 2)
    work(noon)
    found = client_of(ada).get(reverse("search:search"), {"q": "has:promise"}).content.decode()
    assert "My table has not come" in found
    assert "Nothing promised" not in found
    others = client_of(ada).get(reverse("search:search"), {"q": "-has:promise"}).content.decode()
    assert "Nothing promised" in others


def test_a_letter_taken_back_gives_its_promise_back_to_the_composer(
    matter: Conversation, ada: Agent, client_of: Desk, noon: datetime, work: Callable[..., None]
) -> None:
    browser, address = client_of(ada), reverse("desk:answers", args=[matter.pk])
    said = {"kind": "answer", "text": "We send it.", "to": "carla@example.org", "do": "answer"}
    said |= {"promise": "the frame is sent", "promise_day": "2026-03-13"}
    browser.post(address, said)
    letter = Touchpoint.objects.get(direction="out")
    back = browser.post(reverse("desk:taking_back", args=[letter.pk]), follow=True).content.decode()
    assert 'value="the frame is sent"' in back
    assert 'value="2026-03-13"' in back
    browser.post(address, said | {"text": "We really send it."})
    work(noon)
    promise = Promise.objects.open().get()
    assert promise.letter == Touchpoint.objects.get(direction="out").pk
