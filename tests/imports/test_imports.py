"""Lists brought in from files: looked at, run, stopped, taken back."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Model

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Address, Company, Customer, FurtherDomain, Order
from rung.customers.verbs import add_address, describe_customer, recognise_customer
from rung.fields.access import values_of
from rung.fields.verbs import archive_field, make_field, set_value
from rung.imports.access import refused_lines
from rung.imports.columns import guessed_columns
from rung.imports.errands import advance_imports, forget_old_files
from rung.imports.models import Import, Step, Trace
from rung.imports.pages import import_page
from rung.imports.reading import Fault, line_of
from rung.imports.tables import encoding_of, rows, separator_of
from rung.imports.verbs import check_import, lay_import, run_import, stop_import, take_back_import
from rung.journal.models import Entry
from tests.cast import Desk, written

pytestmark = pytest.mark.django_db

PEOPLE = (
    "Name,E-Mail,Telefon,Firma,Notiz\n"
    'Jörg Müller,joerg@lumen.example,+49 711 550012,Lumen GmbH,"Zwei\nZeilen, und ein ""Wort"""\n'
    "Ana Ruiz,ana@lumen.example,+49 711 550012,Lumen GmbH,\n"
    "No Way,nowhere,,,\n"
    "Joerg again,JOERG@lumen.example,,,\n"
    "Only Name,,,,\n"
)


def laid(text: str | bytes, agent: Agent, at: datetime, subject: str = "people") -> Import:
    content = text if isinstance(text, bytes) else text.encode()
    return lay_import(subject, io.BytesIO(content), name="list.csv", size=len(content), by=agent.actor, at=at)


def looked_at(listed: Import, agent: Agent, at: datetime) -> Import:
    check_import(
        listed, encoding=listed.encoding, separator=listed.separator, columns=listed.columns, by=agent.actor, at=at
    )
    return settled(listed, at)


def settled(listed: Import, at: datetime) -> Import:
    while advance_imports(at=at):
        pass
    listed.refresh_from_db()
    return listed


def brought(text: str | bytes, agent: Agent, at: datetime, subject: str = "people") -> Import:
    listed = looked_at(laid(text, agent, at, subject), agent, at)
    run_import(listed, by=agent.actor, at=at)
    return settled(listed, at)


def rows_of(*models: type[Model]) -> list[list[dict[str, Any]]]:
    return [list(model._default_manager.order_by("pk").values()) for model in models]


def test_looking_says_what_running_does(lin: Agent, at: datetime) -> None:
    listed = looked_at(laid(PEOPLE, lin, at), lin, at)
    assert (listed.step, Customer.objects.count(), Company.objects.count()) == (Step.CHECKED, 0, 0)
    expected = dict(listed.counts)
    assert expected == {"new": 2, "refused": 3}
    assert [(each.line, each.column) for each in listed.problems.all()] == [(4, "E-Mail"), (5, ""), (6, "E-Mail")]
    run_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert (listed.step, listed.counts) == (Step.DONE, expected)
    joerg = Customer.objects.get(name="Jörg Müller")
    assert (joerg.about, str(joerg.company)) == ('Zwei\nZeilen, und ein "Wort"', "Lumen GmbH")
    assert Address.objects.filter(value="+49711550012").count() == 2


def test_a_second_time_changes_nothing(lin: Agent, at: datetime) -> None:
    brought(PEOPLE, lin, at)
    before = rows_of(Customer, Address, Company)
    again = brought(PEOPLE, lin, at + timedelta(hours=1))
    assert again.counts == {"unchanged": 2, "refused": 3}
    assert rows_of(Customer, Address, Company) == before
    assert not Trace.objects.filter(of=again).exists()


def test_a_column_fills_a_field_of_ones_own(carla: Customer, lin: Agent, at: datetime) -> None:
    by = {"by": lin.actor, "at": at}
    size = make_field("customer", "Frame size", kind="number", **by)
    plan = make_field("customer", "Plan", kind="choice", choices=("Gold", "Tin"), **by)
    make_field("conversation", "Serial", kind="text", **by)
    archive_field(make_field("customer", "Old", kind="text", **by), **by)
    set_value(size, carla.pk, "54", **by)
    text = (
        "email,frame_size,PLAN,Serial,Old\ncarla@example.org,56,gold,x,y\nnew@new.example,,Tin,,\n"
        "three@new.example,large,Tin,,\nfour@new.example,,Lead,,\n"
    )
    listed = looked_at(laid(text, lin, at), lin, at)
    assert listed.columns == ["email", f"field-{size.pk}", f"field-{plan.pk}", "", ""]
    assert listed.counts == {"updated": 1, "new": 3}
    assert [(each.line, each.column) for each in listed.problems.all()] == [(4, "frame_size"), (5, "PLAN")]
    assert all(each.said.startswith("Left out, the rest is brought in: ") for each in listed.problems.all())
    run_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert listed.counts == {"updated": 1, "new": 3}
    new = Customer.objects.get(addresses__value="new@new.example")
    three = Customer.objects.get(addresses__value="three@new.example")
    assert [each.shown for each in values_of("customer", [three.pk])[three.pk]] == ["", "Tin"]

    def said() -> dict[int, list[str]]:
        return {key: [each.shown for each in told] for key, told in values_of("customer", [carla.pk, new.pk]).items()}

    assert said() == {carla.pk: ["56", "Gold"], new.pk: ["", "Tin"]}
    assert brought(text, lin, at).counts == {"unchanged": 4}
    assert Entry.objects.filter(kind="field.set").count() == 5
    set_value(plan, carla.pk, "Tin", **by)
    take_back_import(listed, **by)
    settled(listed, at)
    assert said() == {carla.pk: ["54", "Tin"], new.pk: ["", ""]}
    assert (listed.counts["stayed"], Customer.objects.filter(pk=new.pk).exists()) == (1, False)


def test_an_empty_cell_says_nothing_and_another_word_is_taken_over(carla: Customer, lin: Agent, at: datetime) -> None:
    describe_customer(carla, role_title="Buyer", about="Kind", by=SYSTEM, at=at)
    listed = brought("email;role;about\ncarla@example.org;Head of buying;\n", lin, at)
    carla.refresh_from_db()
    assert (carla.role_title, carla.about, listed.counts) == ("Head of buying", "Kind", {"updated": 1})


def test_what_was_brought_can_be_taken_back_but_for_what_has_come_of_it(
    carla: Customer, lin: Agent, at: datetime
) -> None:
    text = (
        "name,email,phone,company,role\nCarla Ruiz-Stein,carla@example.org,+49711550099,Stein AG,Boss\n"
        "New One,one@new.example,,Stein AG,\nNew Two,two@new.example,,,\n"
    )
    listed = brought(text, lin, at)
    written(Customer.objects.get(name="New Two"), at=at)
    carla.refresh_from_db()
    describe_customer(carla, role_title="Chair", by=SYSTEM, at=at)
    take_back_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    carla.refresh_from_db()
    assert listed.step == Step.RETURNED
    assert (carla.name, carla.role_title, carla.company, carla.addresses.count()) == ("Carla Ruiz", "Chair", None, 1)
    assert set(Customer.objects.values_list("name", flat=True)) == {"Carla Ruiz", "New Two"}
    assert Address.objects.filter(value="two@new.example").exists()
    assert not Company.objects.exists()
    assert listed.counts["stayed"] == 2
    assert Entry.objects.filter(kind="customer.removed").count() == 1


def test_orders_are_of_people_who_are_known(carla: Customer, lin: Agent, at: datetime) -> None:
    text = (
        "Bestellnummer\tE-Mail\tArtikel\tBetrag\tWährung\tStatus\tDatum\n"
        "F-1\tcarla@example.org\tTisch\t1.234,50 €\t€\tplaced\t31.03.2026\n"
        "F-2\tzoe@nowhere.example\tTisch\t1\tEUR\tplaced\t2026-03-31\n"
        "F-3\tcarla@example.org\tTisch\tviel\tEUR\tplaced\t2026-03-31\n"
        "F-4\tcarla@example.org\tTisch\t5\tEUR\tplaced\t31.13.2026\n"
        "F-5\tcarla@example.org\tTisch\t5\tEUR\tplaced\t\n"
    )
    listed = brought(text, lin, at, "orders")
    assert listed.counts == {"new": 1, "refused": 4}
    order = Order.objects.get()
    assert (order.amount_cents, order.currency, order.placed_at) == (123450, "EUR", datetime(2026, 3, 31, tzinfo=UTC))
    again = brought(text.replace("placed", "delivered"), lin, at, "orders")
    assert again.counts["updated"] == 1
    take_back_import(again, by=lin.actor, at=at)
    settled(again, at)
    order.refresh_from_db()
    assert order.state == "placed"
    take_back_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert not Order.objects.exists()


def test_companies_are_known_by_domain_else_by_name(lin: Agent, at: datetime) -> None:
    text = "company,website\nLumen,https://www.lumen.example/\nLUMEN,lumen-2.example\nMail,gmail.com\n,\n"
    listed = brought(text, lin, at, "companies")
    assert listed.counts == {"new": 1, "updated": 1, "refused": 1}
    assert FurtherDomain.objects.get().name == "lumen-2.example"
    assert recognise_customer("a@lumen-2.example", by=SYSTEM, at=at).company == Company.objects.get()


def test_who_is_meant_is_never_guessed(carla: Customer, karim: Customer, lin: Agent, at: datetime) -> None:
    for person in (carla, karim):
        add_address(person, "+49711550012", kind="phone", by=SYSTEM, at=at)
    text = (
        "name,email,email 2,phone,role\n,carla@example.org,karim@example.net,,A\n,,,+49711550012,B\n"
        "Karim Haddad,,,+49711550012,C\nSomebody Else,,,+49711550012,D\n"
    )
    listed = brought(text, lin, at)
    karim.refresh_from_db()
    assert (listed.counts, karim.role_title) == ({"refused": 2, "updated": 1, "new": 1}, "C")


def test_it_stops_when_asked_and_what_is_in_can_be_taken_back(
    lin: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rung.imports.errands.BATCH", 2)
    monkeypatch.setattr("rung.imports.errands.ROUNDS", 1)
    text = "email\n" + "".join(f"p{number}@new.example\n" for number in range(9))
    listed = looked_at(laid(text, lin, at), lin, at)
    assert listed.counts == {"new": 9}
    run_import(listed, by=lin.actor, at=at)
    advance_imports(at=at)
    stop_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert (listed.step, Customer.objects.count()) == (Step.STOPPED, 2)
    take_back_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert not Customer.objects.exists()


def test_one_who_stands_twice_is_seen_across_batches(lin: Agent, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rung.imports.errands.BATCH", 2)
    listed = looked_at(laid("email\na@x.example\nb@x.example\nc@x.example\nA@x.example\n", lin, at), lin, at)
    assert listed.counts == {"new": 3, "refused": 1}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_tables_are_read_as_they_were_written(encoding: str, separator: str) -> None:
    text = f"Name{separator}Stadt\r\n" + f'"Müller{separator} Jörg"{separator}"Köln\r\nRhein"\r\n' * 20
    content = io.BytesIO(text.encode(encoding))
    found = encoding_of(content)
    assert separator_of(content, found) == separator
    assert list(rows(content, found, separator))[1] == [f"Müller{separator} Jörg", "Köln\r\nRhein"]


@pytest.mark.parametrize(
    "content", [b"", b"only,a,head\n", b"\x00" * 300, b"\xff\xfe", b'a,b\n"never ends' + b"x" * 600_000]
)
def test_what_is_no_table_is_refused(content: bytes, lin: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError):
        laid(content, lin, at)


@pytest.mark.parametrize(
    ("written_as", "cents"),
    [("1.234,56", 123456), ("1,234.56", 123456), ("1234.5", 123450), ("1.234", 123400), ("1,234,567", 123456700),
     ("€ 12", 1200), ("-3,5", -350), ("1 234,00 kr", 123400)],
)  # fmt: skip
def test_amounts_are_read_as_they_are_written_in_several_countries(written_as: str, cents: int) -> None:
    faults: list[Fault] = []
    line: Any = line_of("orders", {"number": "1", "amount": written_as}, faults)
    assert (line.amount_cents, faults) == (cents, [])


@pytest.mark.parametrize("written_as", ["much", "1-2", ".", "9" * 30])
def test_what_is_no_amount_is_refused(written_as: str) -> None:
    faults: list[Fault] = []
    line_of("orders", {"number": "1", "amount": written_as}, faults)
    assert [each.field for each in faults] == ["amount"]


def test_columns_are_guessed_from_their_heads_and_none_twice() -> None:
    head = ["First_Name", "NACHNAME", "E-mail", "Mail", "Téléphone", "whatever"]
    assert guessed_columns("people", head) == ["first_name", "last_name", "email", "", "phone", ""]


def test_a_cell_that_says_nothing_does_not_cost_the_line(lin: Agent, at: datetime) -> None:
    listed = brought(
        "name,email,email 2,language,time zone,decision\nA,a@x.example,nowhere,Klingon!,Mars/Olympus,payer\n"
        "B,nowhere,b@x.example,,Mars,\n",
        lin,
        at,
    )
    person = Customer.objects.get()
    assert (person.name, person.language, person.time_zone, person.decision_role) == ("A", "", "", "payer")
    assert [(each.line, each.column) for each in listed.problems.all()] == [(2, ""), (3, "")]
    said = listed.problems.first().said
    assert [name for name in ("email 2: ", "language: ", "time zone: ") if name not in said] == []
    assert listed.counts == {"new": 1, "refused": 1}


def test_everything_wrong_with_a_line_is_named_at_once(lin: Agent, client_of: Desk, at: datetime) -> None:
    people = brought("name,email,phone,time zone\nA,a@x; b@,zero,Mars\n,,,Mars\n", lin, at)
    assert [each.said.splitlines() for each in people.problems.all()] == [
        [
            "email: “a@x” is no e-mail address.",
            "email: “b@” is no e-mail address.",
            "phone: “zero” is no number.",
            "time zone: “Mars” is no time zone, such as Europe/Berlin.",
        ],
        [
            "email: Without an e-mail address or a number nobody can be recognised.",
            "time zone: “Mars” is no time zone, such as Europe/Berlin.",
        ],
    ]
    orders = brought("number,email,amount,currency,date\n,nobody@,much,euros,some day\n", lin, at, "orders")
    ((*_cells, _line, reason),) = list(refused_lines(orders))[1:]
    assert [name for name in ("number: ", "email: ", "amount: ", "currency: ", "date: ") if name not in reason] == []
    assert "“zero” is no number" in client_of(lin).get(f"/settings/imports/{people.pk}").content.decode()


def test_the_refused_can_be_brought_in_again_once_put_right(lin: Agent, at: datetime) -> None:
    listed = brought(PEOPLE, lin, at)
    lines = list(refused_lines(listed))
    assert lines[0] == ["Name", "E-Mail", "Telefon", "Firma", "Notiz", "line", "reason"]
    assert lines[1][:2] == ["No Way", "nowhere"]
    assert "E-Mail: " in lines[1][-1]


@pytest.mark.parametrize("written_as", ["2026-03-31", "31.03.2026", "31.03.26", "2026/03/31", "20260331"])
def test_days_are_read_as_lists_write_them(written_as: str, lin: Agent, at: datetime) -> None:
    make_field("customer", "Since", kind="date", by=lin.actor, at=at)
    listed = brought(f"name,email,since\nA,a@x.example,{written_as}\nB,b@x.example,31.02.2026\n", lin, at)
    assert listed.counts == {"new": 2}
    assert [each.line for each in listed.problems.all()] == [3]
    ((told,),) = values_of("customer", [Customer.objects.get(name="A").pk]).values()
    assert told.raw == "2026-03-31"


def test_the_way_through_the_screens(
    lin: Agent, ada: Agent, client_of: Desk, django_assert_max_num_queries: Any
) -> None:
    desk = client_of(lin)
    assert client_of(ada).get("/settings/imports").status_code == 403
    assert desk.post("/settings/imports", {"subject": "people"}).status_code == 422
    file = io.BytesIO(
        (
            "Vorname;Wer;Mail\n" + "Ana;Ruiz;ana@x.example\n=cmd;-1+cmd;nowhere\n;Zoe;+49 711/55-0 x\n;Y;+49 711\n"
        ).encode()
    )
    file.name = "people.csv"
    answer = desk.post("/settings/imports", {"subject": "people", "file": file})
    where = answer["Location"]
    asked = {"encoding": "utf-8-sig", "separator": ";", "column-0": "first_name", "column-1": "last_name"}
    assert desk.post(f"{where}/checking", {**asked, "column-2": ""}).status_code == 422
    assert desk.post(f"{where}/checking", {**asked, "column-2": "last_name"}).status_code == 422
    desk.post(f"{where}/checking", {**asked, "column-2": "email"})
    assert "hx-trigger" in desk.get(where).content.decode()
    settled(Import.objects.get(), datetime.now(UTC))
    page = desk.get(where).content.decode()
    assert "This is what would happen" in page
    assert "is no e-mail address" in page
    desk.post(f"{where}/running")
    settled(Import.objects.get(), datetime.now(UTC))
    assert Customer.objects.get().name == "Ana Ruiz"
    file_back = b"".join(desk.get(f"{where}/refused")).decode("utf-8-sig")
    back = [row[:3] for row in csv.reader(io.StringIO(file_back))]
    assert back[1:] == [["'=cmd", "'-1+cmd", "nowhere"], ["", "Zoe", "'+49 711/55-0 x"], ["", "Y", "+49 711"]]
    with django_assert_max_num_queries(8):
        desk.get(where)
    desk.post(f"{where}/returning")
    settled(Import.objects.get(), datetime.now(UTC))
    assert not Customer.objects.exists()


def test_a_list_that_brings_nothing_is_not_offered_to_be_imported(lin: Agent, client_of: Desk) -> None:
    desk, file = client_of(lin), io.BytesIO(b"Name,E-mail\n,nowhere\n,not@@either\n")
    file.name = "people.csv"
    where = desk.post("/settings/imports", {"subject": "people", "file": file})["Location"]
    asked = {"encoding": "utf-8-sig", "separator": ",", "column-0": "name", "column-1": "email"}
    desk.post(f"{where}/checking", asked)
    settled(Import.objects.get(), datetime.now(UTC))
    page = desk.get(where).content.decode()
    assert "Nothing of it can be brought in." in page
    assert f"{where}/running" not in page


def test_an_address_given_to_somebody_further_up_is_nobody_elses(lin: Agent, at: datetime) -> None:
    listed = brought("name,email,email 2\nA,a@x.example,b@x.example\nB,b@x.example,\n", lin, at)
    assert (listed.counts, Customer.objects.get().name) == ({"new": 1, "refused": 1}, "A")


def test_the_file_is_forgotten_after_a_while_and_can_still_be_taken_back(lin: Agent, at: datetime) -> None:
    listed = brought("email\na@x.example\nnowhere\n", lin, at)
    path = listed.path
    forget_old_files(at=at + timedelta(days=29))
    listed.refresh_from_db()
    assert listed.path == path
    forget_old_files(at=at + timedelta(days=31))
    listed.refresh_from_db()
    assert (listed.path, listed.problems.count(), listed.step) == ("", 0, Step.DONE)
    assert import_page(listed).columns == ()
    take_back_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert not Customer.objects.exists()
