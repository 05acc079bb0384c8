"""Files as people have them: days of both kinds, letters of other countries, spreadsheets' own habits."""

import io
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from rung.accounts.models import Agent
from rung.business.verbs import describe_business
from rung.core.actor import SYSTEM
from rung.customers.models import Customer, Order
from rung.imports.days import Days, TwoWays, day_of, moment_of, order_seen
from rung.imports.models import Import
from rung.imports.tables import encoding_of, rows, separator_of
from rung.imports.verbs import check_import, lay_import, run_import
from tests.cast import Desk
from tests.imports.test_imports import brought, laid, looked_at, settled

pytestmark = pytest.mark.django_db

ORDERS = "Order;E-Mail;Placed\n{}"


@pytest.mark.parametrize(
    ("written", "order", "day"),
    [
        ("2026-03-31", "", "2026-03-31"),
        ("2026/03/31", "", "2026-03-31"),
        ("20260331", "", "2026-03-31"),
        ("31.03.2026", "", "2026-03-31"),
        ("3.4.2026", "month", "2026-04-03"),
        ("31/3/2026", "", "2026-03-31"),
        ("3/31/2026", "", "2026-03-31"),
        ("31-03-26", "", "2026-03-31"),
        ("03/04/2026", "day", "2026-04-03"),
        ("03/04/2026", "month", "2026-03-04"),
        ("04/04/2026", "", "2026-04-04"),
        ("31 Mar 2026", "", "2026-03-31"),
        ("March 31, 2026", "", "2026-03-31"),
        ("31-Mar-2026", "", "2026-03-31"),
        ("29.02.2026", "", None),
        ("13/13/2026", "", None),
        ("31/03/2026", "month", None),
        ("31.03.1869", "", None),
        ("soon", "", None),
    ],
)
def test_days_are_read_in_the_forms_that_lists_have(written: str, order: str, day: str | None) -> None:
    assert day_of(written, order) == (date.fromisoformat(day) if day else None)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-03-31", "2026-03-30T22:00"),
        ("31/03/2026 14:05", "2026-03-31T12:05"),
        ("3/31/2026 2:05 PM", "2026-03-31T12:05"),
        ("3/31/2026 12:05:09 a.m.", "2026-03-30T22:05:09"),
        ("2026-03-31T14:05:00Z", "2026-03-31T14:05"),
        ("2026-03-31 14:05:00+00:00", "2026-03-31T14:05"),
        ("31 Mar 2026, 14:05", "2026-03-31T12:05"),
        ("31/03/2026 25:00", None),
        ("3/31/2026 14:05 PM", None),
        ("46112", None),
        ("2026", None),
    ],
)
def test_moments_without_a_zone_are_those_of_the_house(written: str, moment: str | None) -> None:
    found = moment_of(written, Days("", ZoneInfo("Europe/Berlin")))
    assert found == (datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None)


def test_what_can_be_two_days_is_not_guessed() -> None:
    with pytest.raises(TwoWays):
        day_of("03/04/2026", "")


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["03/04/2026", "13/04/2026 10:00"], "day"),
        (["03/04/2026", "04/13/26"], "month"),
        (["03/04/2026"], ""),
        (["13/04/2026", "04/13/2026"], ""),
        (["13.04.2026", "2026-04-13", "x"], ""),
    ],
)
def test_one_day_that_can_only_be_read_one_way_tells_of_all(cells: list[str], order: str) -> None:
    assert order_seen(cells) == order


def test_a_file_is_read_by_the_order_that_it_shows(carla: Customer, lin: Agent, at: datetime) -> None:
    text = ORDERS.format("A-1;carla@example.org;03/04/2026\nA-2;carla@example.org;12/31/2025\n")
    assert brought(text, lin, at, "orders").counts == {"new": 2}
    assert Order.objects.get(number="A-1").placed_at == datetime(2026, 3, 4, tzinfo=UTC)


def test_where_a_file_does_not_show_it_one_is_asked(carla: Customer, lin: Agent, client_of: Desk, at: datetime) -> None:
    describe_business(time_zone="Europe/Berlin", by=SYSTEM, at=at)
    listed = looked_at(laid(ORDERS.format("A-1;carla@example.org;03/04/2026\n"), lin, at, "orders"), lin, at)
    assert listed.counts == {"refused": 1}
    assert "can be two days" in listed.problems.get().said
    browser, path = client_of(lin), f"/settings/imports/{listed.pk}"
    page = browser.get(path).content.decode()
    assert 'name="days"' in page
    said = {"encoding": listed.encoding, "separator": ";", "days": "day"}
    said |= {f"column-{n}": name for n, name in enumerate(listed.columns)}
    assert browser.post(f"{path}/checking", said).status_code == 302
    assert settled(listed, at).counts == {"new": 1}
    run_import(listed, by=lin.actor, at=at)
    settled(listed, at)
    assert Order.objects.get().placed_at == datetime(2026, 4, 2, 22, tzinfo=UTC), "midnight where we are"


def test_a_list_without_days_is_not_asked_about_them(lin: Agent, client_of: Desk, at: datetime) -> None:
    listed = looked_at(laid("Name,E-Mail\nZoe,zoe@example.org\n", lin, at), lin, at)
    assert 'name="days"' not in client_of(lin).get(f"/settings/imports/{listed.pk}").content.decode()


@pytest.mark.parametrize("mark", ["sep=|\r\n", '"sep=|"\r\n'])
def test_the_line_by_which_excel_tells_its_separator_is_no_head(mark: str) -> None:
    content = io.BytesIO(f"{mark}Name|Note, or; so|x\r\nZoe|a;b,c|1\r\n".encode("utf-8-sig"))
    encoding = encoding_of(content)
    assert separator_of(content, encoding) == "|"
    assert next(iter(rows(content, encoding, "|"))) == ["Name", "Note, or; so", "x"]


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"PK\x03\x04" + b"x" * 50, "Excel"), (b"%PDF-1.7 ...\n" * 3, "PDF"), (b"\x1f\x8b\x08", "gzip")],
)
def test_what_is_no_text_is_called_by_its_name(content: bytes, name: str, lin: Agent, at: datetime) -> None:
    with pytest.raises(ValidationError, match=f"no CSV file but {name}"):
        lay_import("people", io.BytesIO(content), name="list.csv", size=len(content), by=lin.actor, at=at)


def test_letters_that_cannot_be_read_are_brought_in_by_nobody(lin: Agent, at: datetime) -> None:
    written = "Name;E-Mail\nЗоя;zoe@example.org\n".encode("cp1251")
    listed = looked_at(laid(written, lin, at), lin, at)
    chosen: dict[str, Any] = {"separator": ";", "columns": listed.columns, "by": lin.actor, "at": at}
    check_import(listed, encoding="utf-8-sig", **chosen)
    assert settled(listed, at).counts == {"refused": 1}
    assert "letters cannot be read" in listed.problems.get().said
    check_import(listed, encoding="cp1251", **chosen)
    run_import(settled(listed, at), by=lin.actor, at=at)
    settled(listed, at)
    assert Customer.objects.get(addresses__value="zoe@example.org").name == "Зоя"


def test_a_quotation_mark_that_is_not_closed_swallows_no_lines_in_silence(lin: Agent, at: datetime) -> None:
    text = 'Name,E-Mail,About\n"Zoe,zoe@example.org,x\n' + "".join(f"P{n},p{n}@example.org,x\n" for n in range(9))
    listed = looked_at(laid(text, lin, at), lin, at)
    assert listed.counts == {"refused": 1}
    assert "quotation mark" in listed.problems.get().said
    told = 'Name,E-Mail,About\nZoe,zoe@example.org,"one, two\nthree, four\nfive, six\nseven, eight"\n'
    assert looked_at(laid(told, lin, at), lin, at).counts == {"new": 1}, "an address in several lines is none"


def test_a_quotation_mark_that_swallows_the_rest_of_a_large_file_is_named(lin: Agent, at: datetime) -> None:
    text = 'Name,E-Mail\nZoe,zoe@example.org\n"Bo,bo@example.org\n' + "x,y@example.org\n" * 20_000
    listed = looked_at(laid(text, lin, at), lin, at)
    assert "quotation mark" in listed.trouble


def test_two_columns_of_one_name_fill_one_field(lin: Agent, at: datetime) -> None:
    listed: Import = laid("Email,Email,Name,Name\nzoe@example.org,other@example.org,Zoe,Other\n", lin, at)
    assert listed.columns == ["email", "", "name", ""]
    assert looked_at(listed, lin, at).counts == {"new": 1}
