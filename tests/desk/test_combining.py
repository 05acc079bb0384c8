from datetime import datetime, timedelta

import pytest

from rung.accounts.models import Agent, Team
from rung.customers.models import Customer
from rung.desk.pages.combining import combining_page
from rung.touchpoints.access import conversation_for, draft_of, tags_of
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import create_tag, resolve_conversation, save_draft, tag_conversation
from tests.cast import Desk, written


@pytest.fixture
def first(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


@pytest.fixture
def second(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at + timedelta(hours=1), subject="And the chairs?", team=support)


def test_two_conversations_become_one_and_two_again(
    ada: Agent, first: Conversation, second: Conversation, at: datetime, client_of: Desk
) -> None:
    late, chairs = (create_tag(name, by=ada.actor, at=at) for name in ("late", "chairs"))
    tag_conversation(first, late, by=ada.actor, at=at)
    tag_conversation(second, late, by=ada.actor, at=at)
    tag_conversation(second, chairs, by=ada.actor, at=at)
    resolve_conversation(first, by=ada.actor, at=at)
    client = client_of(ada)
    merged = client.post(f"/conversations/{second.pk}/merging", {"into": first.pk})
    assert merged["Location"] == f"/conversations/{first.pk}?joined={second.pk}#latest"
    text = client.get(merged["Location"]).content.decode()
    assert f"What was in #{second.pk} stands here now." in text
    first.refresh_from_db()
    assert (first.touch_count, first.state) == (2, "open")
    assert [tag.name for tag in tags_of([first.pk])[first.pk]] == ["chairs", "late"]
    assert conversation_for(ada, second.pk) == first

    client.post(f"/conversations/{second.pk}/admission", {"end": "1"})
    first.refresh_from_db()
    assert first.touch_count == 1
    assert conversation_for(ada, second.pk) == second
    assert [tag.name for tag in tags_of([first.pk])[first.pk]] == ["late"]


def test_what_one_was_writing_is_not_lost(
    ada: Agent, first: Conversation, second: Conversation, at: datetime, client_of: Desk
) -> None:
    save_draft(first, text="One.", by=ada.actor, at=at)
    save_draft(second, text="Two.", by=ada.actor, at=at)
    client_of(ada).post(f"/conversations/{second.pk}/merging", {"into": first.pk})
    draft = draft_of(first, ada)
    assert draft is not None
    assert draft.text == "One.\n\nTwo."


def test_nothing_becomes_part_of_itself_or_of_what_one_does_not_see(
    ada: Agent, first: Conversation, karim: Customer, billing: Team, at: datetime, client_of: Desk
) -> None:
    hidden = written(karim, at=at, team=billing)
    client = client_of(ada)
    assert client.post(f"/conversations/{first.pk}/merging", {"into": hidden.pk}).status_code == 404
    refused = client.post(f"/conversations/{first.pk}/merging", {"into": first.pk}, follow=True)
    assert "Choose another conversation" in refused.content.decode()
    assert (
        "There is no conversation" in client.get(f"/conversations/{first.pk}/merging?into={hidden.pk}").content.decode()
    )


def test_somebody_else_s_conversation_is_asked_about(
    ada: Agent, first: Conversation, second: Conversation, karim: Customer, at: datetime, client_of: Desk
) -> None:
    other = written(karim, at=at, subject="Invoice")
    page = combining_page(first, ada)
    assert [row.number for row in page.rows] == [second.pk]
    assert not combining_page(first, ada, wanted=f"#{second.pk}").other_person
    asked = client_of(ada).get(f"/conversations/{first.pk}/merging?into={other.pk}").content.decode()
    assert "That conversation is with Karim Haddad" in asked
