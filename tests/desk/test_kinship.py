"""Split, linked, with a history, and who else is here: the screens."""

from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.desk.pages.conversation import conversation_page
from rung.desk.pages.history import history_page
from rung.fields.verbs import make_field, set_value
from rung.touchpoints.access import conversation_for, version_of
from rung.touchpoints.here import LASTS, newest_stirring, present_in, stirrings_after
from rung.touchpoints.models import Conversation, Link, Presence, State
from rung.touchpoints.verbs import (
    answer_conversation,
    assign_conversation,
    create_tag,
    end_presence,
    link_conversations,
    merge_conversations,
    resolve_conversation,
    set_priority,
    show_presence,
    split_conversation,
    tag_conversation,
    untag_conversation,
)
from tests.cast import Desk, written

HOUR = timedelta(hours=1)
HISTORY = 6  # queries of a history behind its gate


@pytest.fixture
def matter(carla: Customer, support: Team, ada: Agent, at: datetime) -> Conversation:
    matter = written(carla, at=at, team=support)
    answer_conversation(matter, text="On Friday.", by=ada.actor, at=at + HOUR)
    written(carla, at=at + 2 * HOUR, conversation=matter.pk, reference="<lamp@x>", text="And the lamp?")
    return Conversation.objects.get(pk=matter.pk)


@pytest.fixture
def other(karim: Customer, support: Team, at: datetime) -> Conversation:
    return written(karim, at=at, team=support, subject="The warehouse is shut")


def test_a_letter_is_split_off_by_hand_and_taken_back(client_of: Desk, ada: Agent, matter: Conversation) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    lamp = matter.touchpoints.get(reference="<lamp@x>")
    assert f"{there}/splitting?touchpoint={lamp.pk}" in client.get(there).content.decode()
    page = client.get(f"{there}/splitting?touchpoint={lamp.pk}").content.decode()
    assert "And the lamp?" in page
    assert 'value="later"' not in page  # nothing came after it
    said = {"touchpoint": lamp.pk, "subject": "A lamp"}
    new = client.post(f"{there}/splitting", said)["Location"]
    assert new != there
    page = client.get(new).content.decode()
    assert "Split off from" in page
    assert "And the lamp?" not in client.get(there).content.decode()
    assert "split off conversation" in client.get(there).content.decode()
    # From the old place it is no longer to be had.
    assert client.get(f"{there}/splitting?touchpoint={lamp.pk}")["Location"] == f"/touchpoints/{lamp.pk}"
    assert client.post(f"{new}/splitting", {"end": "1"})["Location"] == f"{there}#latest"
    assert "And the lamp?" in client.get(there).content.decode()


def test_a_touchpoints_address_leads_to_where_it_stands_now(
    client_of: Desk, ada: Agent, bo: Agent, matter: Conversation, other: Conversation, at: datetime
) -> None:
    lamp, client = matter.touchpoints.get(reference="<lamp@x>"), client_of(ada)
    there = f"?touchpoint={lamp.pk}#t{lamp.pk}"
    assert client.get(f"/touchpoints/{lamp.pk}")["Location"] == f"/conversations/{matter.pk}{there}"
    new = split_conversation(lamp, by=ada.actor, at=at + 3 * HOUR)
    assert client.get(f"/touchpoints/{lamp.pk}")["Location"] == f"/conversations/{new.pk}{there}"
    merge_conversations(new, other, by=ada.actor, at=at + 4 * HOUR)
    assert client.get(f"/touchpoints/{lamp.pk}")["Location"] == f"/conversations/{other.pk}{there}"
    assert client_of(bo).get(f"/touchpoints/{lamp.pk}").status_code == 404
    assert client.get("/touchpoints/99999").status_code == 404


def test_two_are_linked_by_hand_and_both_show_it(
    client_of: Desk, ada: Agent, bo: Agent, matter: Conversation, other: Conversation
) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    assert client.get(f"{there}/links").status_code == 200
    assert client.post(f"{there}/links", {"kind": "waits_for", "number": f"#{other.pk}"})["Location"] == there
    assert "Waits for" in client.get(there).content.decode()
    assert "Waited for by" in client.get(f"/conversations/{other.pk}").content.decode()
    assert client_of(bo).post(f"{there}/links", {"kind": "related", "other": other.pk}).status_code == 404
    client.post(f"{there}/links", {"kind": "nonsense", "other": other.pk})
    link = Link.objects.get()
    assert client_of(bo).post(f"{there}/links/{link.pk}/removal").status_code == 404
    client.post(f"{there}/links/{link.pk}/removal")
    assert "Waits for" not in client.get(there).content.decode()


@pytest.mark.parametrize("wanted", ["77777", "{foreign}", "twelve", ""])
def test_a_number_that_cannot_be_linked_is_told_where_it_was_typed(
    client_of: Desk, ada: Agent, billing: Team, carla: Customer, matter: Conversation, at: datetime, wanted: str
) -> None:
    foreign = written(carla, at=at, team=billing, reference="<foreign@x>")
    typed = wanted.format(foreign=foreign.pk)
    answer = client_of(ada).post(f"/conversations/{matter.pk}/links", {"kind": "duplicate", "number": typed})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert (f"There is no conversation #{typed} that you may see." if typed else "Choose another conversation.") in text
    assert f'value="{typed}"' in text
    assert 'value="duplicate" checked' in text
    assert not Link.objects.exists()


def test_resolving_what_still_waits_needs_a_second_word(
    client_of: Desk, ada: Agent, matter: Conversation, other: Conversation, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    client.post(f"{there}/resolution", {"outcome": "reached"})
    assert Conversation.objects.get(pk=matter.pk).state == State.OPEN
    page = client.get(there).content.decode()
    assert f"It still waits for #{other.pk}." in page
    assert 'name="anyway"' in page
    client.post(f"{there}/resolution", {"outcome": "reached", "anyway": "1"})
    assert Conversation.objects.get(pk=matter.pk).state == State.RESOLVED


def test_whoever_sends_and_resolves_is_told_what_it_waits_for(
    client_of: Desk, ada: Agent, matter: Conversation, other: Conversation, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at)
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    client.post(f"{there}/answers", {"text": "It is on its way.", "do": "resolve", "seen": version_of(matter)})
    assert f"although it waits for #{other.pk}" in client.get(there).content.decode()


def test_what_it_waits_for_being_settled_is_told_in_its_thread(
    ada: Agent, lin: Agent, matter: Conversation, other: Conversation, at: datetime
) -> None:
    link_conversations(matter, other, kind="waits_for", by=ada.actor, at=at + 3 * HOUR)
    resolve_conversation(other, by=lin.actor, at=at + 4 * HOUR)
    page = conversation_page(conversation_for(ada, matter.pk), ada, at=at + 5 * HOUR)
    last = page.thread.items[-1]
    assert (last.who, last.href) == ("Lin Chen", f"/conversations/{other.pk}")
    assert "which this waits for" in last.text
    assert page.beside.open_requests == ()


def test_a_merge_of_many_letters_is_one_line(
    ada: Agent, carla: Customer, support: Team, other: Conversation, matter: Conversation, at: datetime
) -> None:
    merge_conversations(matter, other, by=ada.actor, at=at + 3 * HOUR)
    page = conversation_page(conversation_for(ada, other.pk), ada, at=at + 4 * HOUR)
    assert [item.kind for item in page.thread.items].count("event") == 1


def test_the_history_says_who_changed_what_from_what_to_what(
    client_of: Desk,
    ada: Agent,
    bo: Agent,
    lin: Agent,
    matter: Conversation,
    support: Team,
    at: datetime,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    later = at + 3 * HOUR
    assign_conversation(matter, agent=None, team=support, by=lin.actor, at=later)
    set_priority(matter, "urgent", by=ada.actor, at=later)
    tag = create_tag("late", by=ada.actor, at=later)
    tag_conversation(matter, tag, by=ada.actor, at=later)
    untag_conversation(matter, tag, by=ada.actor, at=later)
    frame = make_field("conversation", "Frame", kind="text", by=SYSTEM, at=at)
    for value in ("FC-1", "FC-2"):
        set_value(frame, matter.pk, value, by=ada.actor, at=later)
    client = client_of(ada)
    told = [(line.who, line.former, line.value) for line in history_page(matter, ada).lines][:6]
    assert told == [
        ("Ada Berg", "FC-1", "FC-2"),
        ("Ada Berg", "", "FC-1"),
        ("Ada Berg", "late", ""),
        ("Ada Berg", "", "late"),
        ("Ada Berg", "normal", "urgent"),
        ("Lin Chen", "Ada Berg, Support", "Support"),
    ]
    with django_assert_max_num_queries(HISTORY):
        history_page(matter, ada)
    page = client.get(f"/conversations/{matter.pk}/history")
    assert "wrote to us" not in page.content.decode()
    assert "wrote to us" in client.get(f"/conversations/{matter.pk}/history?all=1").content.decode()
    assert client_of(bo).get(f"/conversations/{matter.pk}/history").status_code == 404


def test_the_history_of_what_was_merged_is_told_too(
    client_of: Desk, ada: Agent, matter: Conversation, other: Conversation, at: datetime
) -> None:
    set_priority(other, "low", by=ada.actor, at=at + HOUR)
    merge_conversations(other, matter, by=ada.actor, at=at + 3 * HOUR)
    client = client_of(ada)
    page = client.get(f"/conversations/{matter.pk}/history").content.decode()
    assert f"in #{other.pk}, now part of this" in page
    assert client.get(f"/conversations/{other.pk}/history")["Location"] == f"/conversations/{matter.pk}/history"


def test_a_long_history_is_read_page_by_page(client_of: Desk, ada: Agent, matter: Conversation, at: datetime) -> None:
    for number in range(110):
        set_priority(matter, ("urgent", "low")[number % 2], by=ada.actor, at=at + HOUR)
    seen, before = 0, ""
    for _page in range(3):
        page = history_page(matter, ada, before=before)
        seen, before = seen + len(page.lines), page.earlier_href.rpartition("=")[2]
        if not before:
            break
    assert seen == 112  # also that it was opened, and that whoever answered took it on
    client = client_of(ada)
    assert client.get(f"/conversations/{matter.pk}/history?before=x").status_code == 200


def test_others_see_who_is_here_until_they_fall_silent(
    ada: Agent, lin: Agent, matter: Conversation, at: datetime
) -> None:
    def there(moment: datetime) -> list[tuple[str, bool]]:
        return [(each.agent.name, each.is_writing) for each in present_in(matter, at=moment)]

    begun = newest_stirring()
    show_presence(matter, by=lin.actor, at=at)
    show_presence(matter, by=lin.actor, at=at + LASTS / 2)
    assert list(stirrings_after(begun).values()) == [matter.pk]  # saying it again stirs nobody
    show_presence(matter, is_writing=True, by=lin.actor, at=at + LASTS / 2)
    assert there(at + LASTS) == [("Lin Chen", True)]
    assert there(at + LASTS * 2) == []
    show_presence(matter, by=ada.actor, at=at + LASTS)
    begun = newest_stirring()
    end_presence(matter, by=lin.actor, at=at + LASTS)
    end_presence(matter, by=lin.actor, at=at + LASTS)
    assert there(at + LASTS) == [("Ada Berg", False)]
    assert len(stirrings_after(begun)) == 1
    show_presence(matter, by=lin.actor, at=at + 2 * HOUR)
    assert Presence.objects.count() == 1  # what is long past is forgotten


def test_a_screen_says_so_and_hears_of_the_others(
    client_of: Desk, ada: Agent, bo: Agent, lin: Agent, matter: Conversation
) -> None:
    place = f"/conversations/{matter.pk}/presence"
    assert client_of(ada).post(place).content.decode().strip() == ""
    assert "Ada Berg is here too" in client_of(lin).post(place, {"writing": "1"}).content.decode()
    assert "Lin Chen is writing" in client_of(ada).get(place).content.decode()
    assert client_of(lin).post(place, {"gone": "1"}).status_code == 204
    assert client_of(ada).get(place).content.decode().strip() == ""
    assert client_of(bo).post(place).status_code == 404
