"""From one conversation to the next of the list it was opened from."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.canned.models import Ending
from rung.canned.verbs import Wording, make_canned
from rung.customers.models import Customer
from rung.desk.pages.queue import holding, number_beside, numbers_at, place_from, queue_page
from rung.promises.models import Due
from rung.touchpoints.models import Conversation, Draft
from rung.touchpoints.verbs import answer_conversation, assign_conversation, save_draft, snooze_conversation
from tests.cast import Desk, written

# Of a step to the next one: session, agent, gate, and a query for each stretch of the order.
STEP = 6


@pytest.fixture
def four(carla: Customer, support: Team, at: datetime) -> list[Conversation]:
    """They have waited since minute after minute, the first longest."""
    return [written(carla, at=at + timedelta(minutes=each), subject=f"no. {each}", team=support) for each in range(4)]


def origin_in(browser: Client, number: int, origin: str = "unassigned") -> str:
    """What the forms of a conversation's page send along as the list it was opened from."""
    page = browser.get(f"/conversations/{number}?from={origin}").content.decode()
    found = re.search(r'name="from" value="([^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def _link(page: str, which: str) -> str:
    found = re.search(rf'href="(/conversations/\d+/{which}[^"]*)"', page)
    assert found is not None
    return unescape(found[1])


def settle(browser: Client, number: int, origin: str, **said: str) -> str:
    """Resolve it as its page would; where one comes to."""
    where = origin_in(browser, number, origin)
    answer = browser.post(f"/conversations/{number}/resolution", {"outcome": "reached", "from": where, **said})
    assert answer.status_code == 302
    return str(answer.headers["Location"])


def test_whoever_settles_one_goes_on_to_the_next_and_can_take_it_back(
    ada: Agent, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    came_to = settle(browser, four[1].pk, "unassigned")
    assert came_to == f"/conversations/{four[2].pk}?from=unassigned&left={four[1].pk}"
    page = browser.get(came_to).content.decode()
    assert "<strong>Resolved</strong>" in page
    assert f'action="/conversations/{four[1].pk}/reopening"' in page
    back = browser.post(f"/conversations/{four[1].pk}/reopening", {"from": "unassigned"})
    assert back.headers["Location"] == f"/conversations/{four[1].pk}?from=unassigned"
    assert "<strong>Resolved</strong>" not in browser.get(came_to).content.decode()


def test_at_the_end_one_comes_back_to_the_list(ada: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(ada)
    came_to = settle(browser, four[3].pk, "unassigned")
    assert came_to == f"/queue/unassigned?left={four[3].pk}"
    assert f'action="/conversations/{four[3].pk}/reopening"' in browser.get(came_to).content.decode()


def test_each_chooses_where_to_go(ada: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(ada)
    browser.post("/conversations/onward", {"conversation": four[0].pk, "onward": "list"})
    assert settle(browser, four[0].pk, "all?sort=latest") == f"/queue/all?sort=latest&left={four[0].pk}"
    assert settle(browser, four[1].pk, "all") == f"/queue/all?left={four[1].pk}#c{four[2].pk}"
    browser.post("/conversations/onward", {"conversation": four[2].pk, "onward": "stay"})
    assert settle(browser, four[2].pk, "all").startswith(f"/conversations/{four[2].pk}?")
    spam = browser.post(f"/conversations/{four[3].pk}/spam", {"from": origin_in(browser, four[3].pk, "all")})
    assert spam.headers["Location"] == "/queue/all"  # nobody stays in spam
    browser.post("/conversations/onward", {"conversation": four[2].pk, "onward": "https://elsewhere.example"})
    assert browser.cookies["rung_onward"].value == "stay"


def test_whoever_came_from_no_list_stays(ada: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(ada)
    assert settle(browser, four[0].pk, "") == f"/conversations/{four[0].pk}"
    assert settle(browser, four[1].pk, "nowhere") == f"/conversations/{four[1].pk}"


def test_whoever_has_something_to_send_stays(
    ada: Agent, four: list[Conversation], client_of: Desk, at: datetime
) -> None:
    save_draft(four[0], kind="answer", text="One thing more", by=ada.actor, at=at)
    assert settle(client_of(ada), four[0].pk, "unassigned").startswith(f"/conversations/{four[0].pk}?")
    assert Draft.objects.get().text == "One thing more"


def test_what_is_refused_is_not_left(ada: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(ada)
    there = f"/conversations/{four[0].pk}"
    answer = browser.post(f"{there}/snooze", {"until": "2020-01-01T00:00", "from": origin_in(browser, four[0].pk)})
    assert answer.headers["Location"].startswith(f"{there}?from=unassigned")
    assert "still to come" in browser.get(there).content.decode()


def test_snoozed_and_spam_are_left_too_and_can_be_taken_back(
    ada: Agent, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    snoozed = browser.post(
        f"/conversations/{four[0].pk}/snooze",
        {"until": "2999-01-01T00:00", "from": origin_in(browser, four[0].pk)},
        headers={"HX-Request": "true"},
    )
    came_to = snoozed.headers["HX-Redirect"]
    assert came_to == f"/conversations/{four[1].pk}?from=unassigned&left={four[0].pk}"
    page = browser.get(came_to).content.decode()
    assert "<strong>Snoozed</strong>" in page
    assert 'name="end" value="1"' in page
    spam = browser.post(f"/conversations/{four[1].pk}/spam", {"from": origin_in(browser, four[1].pk)})
    assert spam.headers["Location"] == f"/conversations/{four[2].pk}?from=unassigned&left={four[1].pk}"
    assert "<strong>Marked as spam</strong>" in browser.get(spam.headers["Location"]).content.decode()
    browser.post(f"/conversations/{four[1].pk}/spam", {"end": "1", "from": "unassigned"})
    assert Conversation.objects.get(pk=four[1].pk).state == "open"


def test_an_answer_that_settles_it_can_be_taken_back_from_the_next_one(
    ada: Agent, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    said = {"text": "Done.", "do": "resolve", "from": origin_in(browser, four[0].pk)}
    came_to = browser.post(f"/conversations/{four[0].pk}/answers", said).headers["Location"]
    assert came_to == f"/conversations/{four[1].pk}?from=unassigned&left={four[0].pk}"
    page = browser.get(came_to).content.decode()
    letter = four[0].touchpoints.get(direction="out")
    assert "data-countdown" in page
    back = browser.post(f"/touchpoints/{letter.pk}/taking-back", {"from": "unassigned"})
    assert back.headers["Location"] == f"/conversations/{four[0].pk}?from=unassigned#composer"


def test_an_answer_alone_does_not_leave_it(ada: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(ada)
    said = {"text": "One question.", "do": "answer", "from": origin_in(browser, four[0].pk)}
    answer = browser.post(f"/conversations/{four[0].pk}/answers", said)
    assert answer.headers["Location"].startswith(f"/conversations/{four[0].pk}?")


def test_a_macro_that_settles_it_goes_on_and_is_taken_back_whole(
    ada: Agent, lin: Agent, four: list[Conversation], client_of: Desk, at: datetime
) -> None:
    macro = make_canned(Wording(title="Settle", ending=Ending.RESOLVE.value), by=lin.actor, at=at)
    browser = client_of(ada)
    said = {"canned": macro.pk, "from": origin_in(browser, four[0].pk)}
    came_to = browser.post(f"/conversations/{four[0].pk}/macros", said).headers["Location"]
    assert came_to.startswith(f"/conversations/{four[1].pk}?from=unassigned&left={four[0].pk}&applied=")
    page = browser.get(came_to).content.decode()
    undo = re.search(r'name="undo" value="(\d+)"', page)
    assert undo is not None
    browser.post(f"/conversations/{four[0].pk}/macros", {"undo": undo[1], "from": "unassigned"})
    assert Conversation.objects.get(pk=four[0].pk).state == "open"


def hand_over(browser: Client, number: int, **said: object) -> str:
    """Assign it as its page would; where one comes to."""
    answer = browser.post(f"/conversations/{number}/assignment", {"from": origin_in(browser, number), **said})
    return str(answer.headers["Location"])


def undone(browser: Client, page: str, number: int) -> str:
    """Take back what the page says was done to a conversation; where one comes to."""
    form = re.search(rf'action="/conversations/{number}/assignment">(.*?)</form>', page, re.S)
    assert form is not None
    said = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[1]))
    return str(browser.post(f"/conversations/{number}/assignment", said).headers["Location"])


def test_whoever_hands_one_over_goes_on_and_can_take_it_back(
    ada: Agent, lin: Agent, support: Team, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    came_to = hand_over(browser, four[0].pk, agent=lin.pk)
    assert came_to.startswith(f"/conversations/{four[1].pk}?from=unassigned&left={four[0].pk}&handed=")
    page = browser.get(came_to).content.decode()
    assert f"<strong>Given to {lin.name} · {support.name}</strong>" in page
    assert f"left={four[0].pk}&amp;handed=" in page  # as it is refreshed
    there = undone(browser, page, four[0].pk)
    assert there == f"/conversations/{four[0].pk}?from=unassigned"
    matter = Conversation.objects.get(pk=four[0].pk)
    assert (matter.assignee_id, matter.team_id) == (None, support.pk)
    assert "Given to" not in browser.get(came_to).content.decode()


def test_whoever_takes_one_on_or_changes_nothing_stays(
    ada: Agent, support: Team, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    there = f"/conversations/{four[0].pk}?from=unassigned"
    assert hand_over(browser, four[0].pk, agent="", team=support.pk).startswith(there)
    assert hand_over(browser, four[0].pk, agent=ada.pk).startswith(there)
    assert hand_over(browser, four[0].pk, team="").startswith(there)
    assert hand_over(browser, four[0].pk, agent="").startswith(f"/conversations/{four[1].pk}?")


def test_what_was_snoozed_and_handed_over_is_taken_back_from_whom_it_was_given_to(
    ada: Agent, lin: Agent, four: list[Conversation], client_of: Desk, at: datetime
) -> None:
    snooze_conversation(four[0], until=at + timedelta(days=9999), by=ada.actor, at=at)
    browser = client_of(ada)
    browser.post("/conversations/onward", {"conversation": four[0].pk, "onward": "list"})
    came_to = hand_over(browser, four[0].pk, agent=lin.pk)
    assert came_to.startswith(f"/queue/unassigned?left={four[0].pk}&handed=")
    page = browser.get(came_to).content.decode()
    assert "Snoozed</strong>" not in page
    undone(browser, page, four[0].pk)
    assert Conversation.objects.get(pk=four[0].pk).state == "snoozed"


def test_what_one_hands_to_a_team_one_does_not_see_is_said_and_one_goes_on(
    bo: Agent, ada: Agent, four: list[Conversation], client_of: Desk
) -> None:
    browser, theirs = client_of(ada), bo.teams.get()
    came_to = hand_over(browser, four[0].pk, agent="", team=theirs.pk)
    assert came_to.startswith(f"/conversations/{four[1].pk}?")
    assert "Handed over." in browser.get(came_to).content.decode()


def test_a_macro_that_hands_one_over_leads_on_and_one_that_takes_it_on_does_not(
    ada: Agent, lin: Agent, billing: Team, four: list[Conversation], client_of: Desk, at: datetime
) -> None:
    browser = client_of(ada)

    def applied(number: int, wording: Wording) -> str:
        macro = make_canned(wording, by=lin.actor, at=at)
        said = {"canned": macro.pk, "from": origin_in(browser, number)}
        return str(browser.post(f"/conversations/{number}/macros", said).headers["Location"])

    own = Wording(title="Mine", hands="own")
    assert applied(four[0].pk, own).startswith(f"/conversations/{four[0].pk}?")
    to_lin = Wording(title="For Lin", hands="other", to_agent=lin)
    assert applied(four[1].pk, to_lin).startswith(f"/conversations/{four[2].pk}?from=unassigned")
    there = applied(four[2].pk, Wording(title="For Billing", hands="other", to_team=billing))
    assert there.startswith(f"/conversations/{four[3].pk}?")
    assert "Handed over." in browser.get(there).content.decode()


def test_one_that_was_taken_on_or_answered_meanwhile_knows_its_place(
    ada: Agent, four: list[Conversation], client_of: Desk, at: datetime
) -> None:
    browser = client_of(ada)
    where = origin_in(browser, four[1].pk)
    assign_conversation(four[1], agent=ada, team=None, by=ada.actor, at=at)
    answer_conversation(Conversation.objects.get(pk=four[1].pk), text="So.", by=ada.actor, at=at + timedelta(hours=1))
    answer = browser.post(f"/conversations/{four[1].pk}/resolution", {"outcome": "reached", "from": where})
    assert answer.headers["Location"].startswith(f"/conversations/{four[2].pk}?")


def test_one_walks_a_list_in_both_directions(
    ada: Agent, four: list[Conversation], client_of: Desk, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    browser = client_of(ada)
    page = browser.get(f"/conversations/{four[1].pk}?from=unassigned").content.decode()
    on, back = (_link(page, which) for which in ("next", "previous"))
    with django_assert_max_num_queries(STEP):
        assert browser.get(on).headers["Location"] == f"/conversations/{four[2].pk}?from=unassigned"
    with django_assert_max_num_queries(STEP):
        assert browser.get(back).headers["Location"] == f"/conversations/{four[0].pk}?from=unassigned"
    end = browser.get(f"/conversations/{four[3].pk}/next?from=unassigned", follow=True).content.decode()
    assert "“Unassigned” ends here." in end
    assert "no. 3" in end
    plain = client_of(ada).get(f"/conversations/{four[1].pk}").content.decode()
    assert "/next" not in plain
    assert browser.get(f"/conversations/{four[1].pk}/next").headers["Location"] == f"/conversations/{four[1].pk}"


def test_whoever_comes_back_to_one_is_still_on_their_way_through_the_list(
    ada: Agent, four: list[Conversation], client_of: Desk
) -> None:
    browser = client_of(ada)
    browser.get(f"/conversations/{four[1].pk}?from=all%3Fsort%3Dlatest")
    browser.get(f"/conversations/{four[1].pk}/history")
    page = browser.get(f"/conversations/{four[1].pk}").content.decode()
    assert 'href="/queue/all?sort=latest#c' in page
    assert (
        browser.get(_link(page, "next")).headers["Location"] == f"/conversations/{four[0].pk}?from=all%3Fsort%3Dlatest"
    )
    assert "/next" not in browser.get(f"/conversations/{four[2].pk}").content.decode()


def test_a_stranger_is_led_nowhere(bo: Agent, four: list[Conversation], client_of: Desk) -> None:
    browser = client_of(bo)
    assert browser.get(f"/conversations/{four[0].pk}/next?from=all").status_code == 404
    assert browser.post("/conversations/onward", {"conversation": four[0].pk, "onward": "list"}).status_code == 404
    assert browser.get(f"/queue/all?left={four[0].pk}").status_code == 200
    assert "no. 0" not in browser.get(f"/queue/all?left={four[0].pk}").content.decode()


@pytest.mark.parametrize("sort", ["waiting", "due", "word", "latest", "oldest", "priority"])
def test_every_order_is_walked_to_its_end_and_back(
    ada: Agent, four: list[Conversation], carla: Customer, at: datetime, sort: str
) -> None:
    answer_conversation(four[2], text="So.", by=ada.actor, at=at + timedelta(hours=1))
    for matter, what in ((four[0], "resolution"), (four[3], "first")):
        Due.objects.create(conversation=matter, due_at=at + timedelta(days=1), what=what, near_at=at)
    place = place_from(f"all?sort={sort}", ada, at=at)
    assert place is not None
    walked: list[int] = []
    number: int | None = four[1].pk
    ends: list[list[int]] = []
    for back in (True, False):
        walked = []
        while number is not None:
            walked.append(number)
            matter = Conversation.objects.get(pk=number)
            due = Due.objects.filter(conversation=matter).values_list("due_at", flat=True).first()
            number = number_beside(ada, holding(place, matter, due_by=due), at=at, back=back)
        ends.append(walked)
        number = walked[-1]
    assert ends[1] == numbers_at(ada, place, at=at, at_most=10)
    assert len(ends[1]) == 4


def test_one_that_has_no_place_in_the_order_leads_nowhere(ada: Agent, four: list[Conversation], at: datetime) -> None:
    snooze_conversation(four[0], until=at + timedelta(days=1), by=ada.actor, at=at)
    place = place_from("snoozed", ada, at=at)
    assert place is not None
    held = holding(place, four[1], due_by=None)
    assert number_beside(ada, held, at=at) is None


def test_whom_we_have_just_answered_no_reply_is_due_to(ada: Agent, four: list[Conversation], at: datetime) -> None:
    for hours, matter in enumerate(four, start=1):
        Due.objects.create(conversation=matter, due_at=at + timedelta(hours=hours), what="next", near_at=at)
    answer_conversation(four[0], text="So.", by=ada.actor, at=at + timedelta(minutes=30))
    place = place_from("all?sort=due", ada, at=at)
    assert place is not None
    rows = queue_page(ada, place, at=at + timedelta(minutes=31)).rows
    assert [row.number for row in rows] == [four[1].pk, four[2].pk, four[3].pk, four[0].pk]
    late = place_from("all?due=late", ada, at=at + timedelta(hours=2, minutes=1))
    assert late is not None
    assert [row.number for row in queue_page(ada, late, at=at + timedelta(hours=2, minutes=1)).rows] == [four[1].pk]
