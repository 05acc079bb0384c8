"""Custom fields on the conversation's screen, and when two conversations become one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent, Team
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.customers.verbs import merge_customers, part_customers
from rung.fields.access import values_of
from rung.fields.models import Field
from rung.fields.verbs import make_field, set_value
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import merge_conversations, part_from_conversation
from tests.cast import Desk, written


@pytest.fixture
def matter(carla: Customer, support: Team, at: datetime) -> Conversation:
    return written(carla, at=at, team=support)


@pytest.fixture
def frame(db: None, at: datetime) -> Field:
    return make_field("conversation", "Frame number", kind="text", by=SYSTEM, at=at)


def shown(field: Field, pk: int) -> str:
    return values_of(field.subject, [pk])[pk][0].shown


def test_a_field_is_shown_and_kept_without_a_script(
    client_of: Desk, ada: Agent, bo: Agent, matter: Conversation, frame: Field
) -> None:
    client, there = client_of(ada), f"/conversations/{matter.pk}"
    assert f'name="field-{frame.pk}"' in client.get(there).content.decode()
    answer = client.post(f"{there}/fields", {f"field-{frame.pk}": "FC-2231", f"was-{frame.pk}": ""})
    assert answer["Location"] == there
    assert "FC-2231" in client.get(there).content.decode()
    assert client_of(bo).post(f"{there}/fields", {f"field-{frame.pk}": "x"}).status_code == 404
    assert shown(frame, matter.pk) == "FC-2231"


def test_one_wrong_field_does_not_cost_the_others(
    client_of: Desk, ada: Agent, lin: Agent, matter: Conversation, frame: Field, at: datetime
) -> None:
    price = make_field("conversation", "Price", kind="number", by=SYSTEM, at=at)
    set_value(frame, matter.pk, "FC-1", by=lin.actor, at=at)
    said = {f"field-{price.pk}": "dear", f"was-{price.pk}": "", f"field-{frame.pk}": "FC-2", f"was-{frame.pk}": "FC-1"}
    client = client_of(ada)
    page = client.post(f"/conversations/{matter.pk}/fields", said, headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert "“dear” is no number" in client.get(f"/conversations/{matter.pk}").content.decode()
    assert (shown(frame, matter.pk), values_of("conversation", [matter.pk])[matter.pk][1].shown) == ("FC-2", "")


def test_a_screen_made_before_another_wrote_does_not_overwrite_it(
    client_of: Desk, ada: Agent, lin: Agent, matter: Conversation, frame: Field, at: datetime
) -> None:
    set_value(frame, matter.pk, "FC-1", by=lin.actor, at=at)
    client = client_of(ada)
    client.post(f"/conversations/{matter.pk}/fields", {f"field-{frame.pk}": "FC-9", f"was-{frame.pk}": ""})
    assert shown(frame, matter.pk) == "FC-1"
    # A field that this screen did not touch is not written at all.
    client.post(f"/conversations/{matter.pk}/fields", {f"field-{frame.pk}": "", f"was-{frame.pk}": ""})
    assert shown(frame, matter.pk) == "FC-1"


def test_the_screen_asks_once_for_values_and_not_at_all_without_fields(
    client_of: Desk,
    ada: Agent,
    matter: Conversation,
    frame: Field,
    at: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(2):
        values_of("conversation", [matter.pk])
    Field.objects.update(is_archived=True)
    with django_assert_num_queries(1):
        values_of("conversation", [matter.pk])


def test_values_go_along_when_conversations_are_merged_and_back(
    ada: Agent, carla: Customer, support: Team, matter: Conversation, frame: Field, at: datetime
) -> None:
    other = written(carla, at=at + timedelta(minutes=1), team=support, subject="Another")
    set_value(frame, other.pk, "FC-7", by=ada.actor, at=at)
    merge_conversations(other, matter, by=ada.actor, at=at + timedelta(hours=1))
    assert shown(frame, matter.pk) == "FC-7"
    other.refresh_from_db()
    part_from_conversation(other, by=ada.actor, at=at + timedelta(hours=2))
    assert (shown(frame, matter.pk), shown(frame, other.pk)) == ("", "FC-7")


def test_what_is_known_of_a_person_goes_along_when_two_records_become_one(
    ada: Agent, carla: Customer, karim: Customer, at: datetime
) -> None:
    size = make_field("customer", "Size", kind="number", by=SYSTEM, at=at)
    set_value(size, karim.pk, "46", by=ada.actor, at=at)
    merge = merge_customers(carla, karim, by=ada.actor, at=at + timedelta(minutes=1))
    assert shown(size, carla.pk) == "46"
    part_customers(merge, by=ada.actor, at=at + timedelta(minutes=2))
    assert (shown(size, carla.pk), shown(size, karim.pk)) == ("", "46")


def test_what_a_field_says_is_searched(
    client_of: Desk, ada: Agent, matter: Conversation, frame: Field, at: datetime, work: Callable[..., None]
) -> None:
    size = make_field("customer", "Saddle", kind="text", by=SYSTEM, at=at)
    set_value(frame, matter.pk, "QX7731", by=ada.actor, at=at)
    set_value(size, matter.customer_id, "brokenleather", by=ada.actor, at=at)
    work(at + timedelta(minutes=1))
    client = client_of(ada)
    for wanted, found in (("QX7731", "My table has not come"), ("brokenleather", "Carla Ruiz"), ("QX7732", "")):
        page = client.get("/search", {"q": wanted}).content.decode()
        assert (f"/conversations/{matter.pk}" in page or f"/customers/{matter.customer_id}" in page) == bool(found)
        assert found in page
