from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from pytest_django.fixtures import DjangoAssertNumQueries

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.fields.access import fields_of, subjects_with, values_of, values_of_each
from rung.fields.models import Field, Value
from rung.fields.pages import fields_page
from rung.fields.verbs import (
    ValueMoved,
    archive_field,
    change_choices,
    give_values_back,
    make_field,
    move_field,
    rename_field,
    restore_field,
    set_value,
    take_values,
)
from rung.journal.models import Entry
from tests.cast import Desk


def made(name: str, kind: str, at: datetime, *, subject: str = "conversation", choices: tuple[str, ...] = ()) -> Field:
    return make_field(subject, name, kind=kind, choices=choices, by=SYSTEM, at=at)


@pytest.fixture
def colour(db: None, at: datetime) -> Field:
    return made("Colour", "choice", at, choices=("Red", "Blue"))


def said(field: Field, subject: int) -> str:
    known = {value.field.pk: value.shown for value in values_of(field.subject, [subject])[subject]}
    return known[field.pk]


def facts(kind: str) -> list[dict[str, object]]:
    return [dict(entry.data) for entry in Entry.objects.filter(kind=kind).order_by("pk")]


@pytest.mark.parametrize(
    ("kind", "given", "shown", "raw"),
    [
        ("text", "  FC-2231\n(blue) ", "FC-2231 (blue)", "FC-2231 (blue)"),
        ("number", "3,5", "3.5", "3.5"),
        ("number", "1200", "1200", "1200"),
        ("date", "2026-03-31", "31 March 2026", "2026-03-31"),
        ("yes-no", "YES", "yes", "yes"),
        ("yes-no", "no", "no", "no"),
        ("choice", "blue", "Blue", "c2"),
        ("choice", "c1", "Red", "c1"),
    ],
)
def test_a_field_says_what_was_entered(db: None, at: datetime, kind: str, given: str, shown: str, raw: str) -> None:
    field = made("It", kind, at, choices=("Red", "Blue"))
    set_value(field, 7, given, by=SYSTEM, at=at)
    value = values_of("conversation", [7, 8])[7][0]
    assert (value.shown, value.raw) == (shown, raw)
    assert values_of("conversation", [7, 8])[8][0].raw == ""
    assert list(subjects_with(field, raw)) == [7]


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        *[("number", wrong) for wrong in ("three", "nan", "1e400", "1e999999999999999999", "9" * 30, "1,2,3")],
        *[("date", wrong) for wrong in ("31.3.2026", "0001-01-01", "2026-02-30")],
        *[("yes-no", "perhaps"), ("choice", "Green"), ("choice", "c9")],
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_kept(db: None, at: datetime, kind: str, given: str) -> None:
    field = made("It", kind, at, choices=("Red", "Blue"))
    with pytest.raises(ValidationError):
        set_value(field, 7, given, by=SYSTEM, at=at)
    assert not Value.objects.exists()


def test_the_journal_knows_what_a_field_said_before(ada: Agent, colour: Field, at: datetime) -> None:
    for given in ("Red", "Red", "Blue", ""):
        set_value(colour, 7, given, by=ada.actor, at=at)
    told = [(fact["former"], fact["value"], fact["conversation"]) for fact in facts("field.set")]
    assert told == [("", "Red", 7), ("Red", "Blue", 7), ("Blue", "", 7)]
    assert not Value.objects.exists()
    customers = made("Size", "text", at, subject="customer")
    set_value(customers, 3, "XL", by=ada.actor, at=at)
    entry = Entry.objects.latest("pk")
    assert (entry.customer, entry.conversation) == (3, None)


def test_two_who_write_at_once_do_not_overwrite_each_other(ada: Agent, lin: Agent, colour: Field, at: datetime) -> None:
    set_value(colour, 7, "Red", was="", by=ada.actor, at=at)
    with pytest.raises(ValueMoved, match="Red"):
        set_value(colour, 7, "Blue", was="", by=lin.actor, at=at)
    assert said(colour, 7) == "Red"
    set_value(colour, 7, "Red", was="", by=lin.actor, at=at)  # both mean the same: nobody has lost anything
    set_value(colour, 7, "Blue", was="c1", by=lin.actor, at=at)
    assert said(colour, 7) == "Blue"


def test_a_choice_gets_other_words_everywhere_and_is_read_after_it_is_gone(colour: Field, at: datetime) -> None:
    set_value(colour, 7, "Red", by=SYSTEM, at=at)
    change_choices(colour, {"c1": "Crimson"}, ["Green"], by=SYSTEM, at=at)
    assert said(colour, 7) == "Crimson"
    change_choices(colour, {"c1": ""}, by=SYSTEM, at=at)
    colour.refresh_from_db()
    assert [each["label"] for each in colour.offered()] == ["Blue", "Green"]
    assert said(colour, 7) == "Crimson"
    change_choices(colour, {}, ["crimson"], by=SYSTEM, at=at)  # the same again, not another of the name
    colour.refresh_from_db()
    assert [each["key"] for each in colour.offered()] == ["c1", "c2", "c3"]


def test_choices_that_read_alike_or_none_at_all_are_refused(colour: Field, at: datetime) -> None:
    for labels, added in (({}, ["blue"]), ({"c1": "Blue"}, []), ({"c1": "", "c2": ""}, [])):
        with pytest.raises(ValidationError):
            change_choices(colour, labels, added, by=SYSTEM, at=at)
    with pytest.raises(ValidationError):
        made("Other", "choice", at)


def test_names_are_taken_once_for_each_subject(colour: Field, at: datetime) -> None:
    for wrong in ("COLOUR", " ", "\u200b"):
        with pytest.raises(ValidationError):
            made(wrong, "text", at)
    made("Colour", "text", at, subject="company")
    archive_field(colour, by=SYSTEM, at=at)
    other = made("Colour", "text", at)
    with pytest.raises(ValidationError):
        restore_field(Field.objects.get(pk=colour.pk), by=SYSTEM, at=at)
    rename_field(other, "Paint", by=SYSTEM, at=at)
    restore_field(Field.objects.get(pk=colour.pk), by=SYSTEM, at=at)
    assert [field.name for field in fields_of("conversation")] == ["Paint", "Colour"]


def test_fields_stand_in_the_order_they_were_put(db: None, at: datetime) -> None:
    first, second, third = (made(name, "text", at) for name in ("a", "b", "c"))
    move_field(third, down=False, by=SYSTEM, at=at)
    move_field(first, down=False, by=SYSTEM, at=at)
    assert [field.pk for field in fields_of("conversation")] == [first.pk, third.pk, second.pk]
    archive_field(third, by=SYSTEM, at=at)
    archive_field(third, by=SYSTEM, at=at)
    move_field(first, down=True, by=SYSTEM, at=at)
    assert [field.pk for field in fields_of("conversation")] == [second.pk, first.pk]
    assert (len(facts("field.moved")), len(facts("field.archived"))) == (2, 1)


def test_of_two_that_become_one_the_kept_one_wins_and_it_can_be_taken_back(colour: Field, at: datetime) -> None:
    size, note = made("Size", "text", at), made("Note", "text", at)
    for subject, field, value in ((1, colour, "Red"), (2, colour, "Blue"), (2, size, "XL"), (2, note, "x")):
        set_value(field, subject, value, by=SYSTEM, at=at)
    taken = take_values("conversation", 2, 1, by=SYSTEM, at=at)
    assert (said(colour, 1), said(size, 1), said(size, 2)) == ("Red", "XL", "")
    (lost,) = facts("field.outweighed")
    assert (lost["value"], lost["lost"], lost["conversation"]) == ("Red", "Blue", 1)
    set_value(note, 1, "changed", by=SYSTEM, at=at + timedelta(minutes=2))
    give_values_back("conversation", 2, 1, taken, since=at, by=SYSTEM, at=at + timedelta(minutes=3))
    assert (said(colour, 1), said(colour, 2), said(size, 1), said(size, 2)) == ("Red", "Blue", "", "XL")
    assert (said(note, 1), said(note, 2)) == ("changed", "")


def test_three_subjects_are_asked_in_two_queries(
    colour: Field, at: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    size = made("Size", "number", at, subject="customer")
    set_value(size, 7, "46", by=SYSTEM, at=at)
    set_value(colour, 7, "Red", by=SYSTEM, at=at)
    with django_assert_num_queries(2):
        told = values_of_each({"conversation": 7, "customer": 7, "company": 7})
    assert [value.shown for value in told["conversation"] + told["customer"]] == ["Red", "46"]
    assert told["company"] == ()


def test_leads_keep_the_fields_in_order_by_hand(
    client_of: Desk, ada: Agent, lin: Agent, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert client_of(ada).get("/settings/fields").status_code == 403
    assert client_of(ada).post("/settings/fields", {"name": "x"}).status_code == 403
    client = client_of(lin)
    new = {"subject": "conversation", "name": "Frame", "kind": "choice", "choices": "Steel\n\nTitanium"}
    assert client.post("/settings/fields", new).status_code == 302
    again = client.post("/settings/fields", new)
    assert again.status_code == 422
    assert "There is a field of that name already." in again.content.decode()
    assert "Titanium" in again.content.decode()  # what was entered is still there
    assert client.post("/settings/fields", {"name": "x", "subject": "boat", "kind": "text"}).status_code == 422
    field = Field.objects.get()
    there = f"/settings/fields/{field.pk}"
    client.post(there, {"name": "Frame material", "choice-c1": "Steel", "choice-c2": "", "added": "Carbon"})
    field.refresh_from_db()
    assert (field.name, [each["label"] for each in field.offered()]) == ("Frame material", ["Steel", "Carbon"])
    assert client.post(there, {"name": ""}).status_code == 422
    client.post(there, {"do": "archive"})
    with django_assert_num_queries(1):
        fields_page()
    page = client.get("/settings/fields").content.decode()
    assert "Bring back Frame material" in page
    client.post(there, {"do": "restore"})
    assert not Field.objects.get().is_archived
    assert client_of(ada).post(there, {"do": "archive"}).status_code == 403
    assert client.post("/settings/fields/99", {"do": "archive"}).status_code == 404
