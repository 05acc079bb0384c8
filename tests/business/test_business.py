"""What customers see of us, who keeps which hours, and who is away."""

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import join_team
from rung.business.access import absences, business_seconds, hours_of_agent, hours_of_team
from rung.business.hours import Span
from rung.business.models import Calendar
from rung.business.verbs import change_calendar, come_back, describe_business, end_calendar, go_away, make_calendar
from rung.channels.email.letterhead import closing_lines, sender_name
from rung.channels.email.verbs.mailbox import add_mailbox
from rung.core.actor import SYSTEM
from rung.core.seen import Overtaken, Seen, digest
from rung.journal.models import Entry

pytestmark = pytest.mark.django_db
NINE_TO_FIVE: tuple[Span, ...] = ((time(9), time(17)),)
WEEK = [NINE_TO_FIVE] * 5 + [()] * 2


def made(name: str, at: datetime, **more: Any) -> Calendar:
    return make_calendar(name, time_zone="Europe/Berlin", week=WEEK, holidays={}, by=SYSTEM, at=at, **more)


def test_visitors_see_the_companys_name(at: datetime) -> None:
    assert "Rung" in Client().get("/s/nonsense").content.decode()
    describe_business(name="Fennimore <Cycles>", support_url="https://help.example/", by=SYSTEM, at=at)
    page = Client().get("/s/nonsense").content.decode()
    assert "Fennimore &lt;Cycles&gt;" in page
    assert "https://help.example/" in page
    assert ">Rung<" not in page


def test_it_stands_in_our_letters(ada: Agent, at: datetime) -> None:
    mailbox = add_mailbox(
        name="Support", address="s@desk.example", signature="{company}\n{company_address}", by=SYSTEM, at=at
    )
    assert sender_name(ada, mailbox) == "Ada Berg at Support"
    describe_business(name="Acme", address="1 Mill Lane\nLeeds", by=SYSTEM, at=at)
    assert sender_name(ada, mailbox) == "Ada Berg at Acme Support"
    assert closing_lines(None, mailbox) == "Acme\n1 Mill Lane\nLeeds"
    describe_business(name="supp", by=SYSTEM, at=at)
    assert sender_name(None, mailbox) == "Support", "it is not said twice"


def test_saying_the_same_again_is_no_change(at: datetime) -> None:
    for _twice in range(2):
        describe_business(name="Acme", by=SYSTEM, at=at)
    assert [entry.data for entry in Entry.objects.filter(kind="business.described")] == [
        {"values": [["name", "", "Acme"]]}
    ]


def test_an_agent_keeps_their_own_hours_or_their_teams(ada: Agent, support: Team, billing: Team, at: datetime) -> None:
    day = (datetime(2026, 3, 10, tzinfo=UTC), datetime(2026, 3, 11, tzinfo=UTC))
    assert business_seconds(*day, hours_of_agent(ada)) == 24 * 3600, "without a calendar nothing is narrowed"
    office = made("Office", at, teams=[support])
    assert business_seconds(*day, hours_of_agent(ada)) == business_seconds(*day, hours_of_team(support.pk)) == 8 * 3600
    join_team(ada, billing, by=SYSTEM, at=at)
    mine: list[tuple[Span, ...]] = [((time(8), time(10)),)] * 7
    make_calendar("Ada's", time_zone="UTC", week=mine, holidays={}, agents=[ada], by=SYSTEM, at=at)
    assert business_seconds(*day, hours_of_agent(ada)) == 2 * 3600
    end_calendar(office, by=SYSTEM, at=at)
    assert business_seconds(*day, hours_of_team(support.pk)) == 24 * 3600


def test_who_takes_another_calendar_gives_up_the_first(support: Team, billing: Team, at: datetime) -> None:
    first, second = made("First", at, teams=[support, billing]), made("Second", at, teams=[support])
    assert [keeping.team for keeping in first.keepings.all()] == [billing]
    assert [keeping.team for keeping in second.keepings.all()] == [support]


@pytest.mark.parametrize("name", ["", "office"])
def test_a_calendar_has_a_name_of_its_own(name: str, at: datetime) -> None:
    made("Office", at)
    with pytest.raises(ValidationError):
        made(name, at)


def test_two_who_change_a_calendar_do_not_overwrite_each_other(support: Team, at: datetime) -> None:
    calendar = made("Office", at)
    shown = {"name": "Office", "time_zone": "Europe/Berlin", "holidays": "", "teams": [], "agents": []}
    shown |= {f"day_{number}": "09:00-17:00" if number < 5 else "" for number in range(7)}
    seen = Seen({name: digest(value) for name, value in shown.items()})
    monday: list[tuple[Span, ...]] = [((time(10), time(17)),), *WEEK[1:]]
    said: dict[str, Any] = {"name": "Office", "time_zone": "Europe/Berlin", "holidays": {}, "by": SYSTEM, "at": at}
    change_calendar(calendar, week=monday, **(said | {"holidays": {date(2026, 12, 25): "Christmas"}}))
    with pytest.raises(Overtaken) as overtaken:
        change_calendar(calendar, week=[((time(11), time(17)),), *WEEK[1:]], seen=seen, **said)
    assert overtaken.value.present == {"day_0": "10:00-17:00"}
    change_calendar(calendar, week=WEEK, teams=[support], seen=seen, **said)
    calendar.refresh_from_db()
    assert calendar.week[0] == [["10:00", "17:00"]], "what the second left alone stays"
    assert calendar.holidays == {"2026-12-25": "Christmas"}
    assert [keeping.team for keeping in calendar.keepings.all()] == [support]
    last = Entry.objects.filter(kind="calendar.changed").latest("pk")
    assert last.data["values"] == [["kept by", "", "Support"]]


def test_somebody_is_away_until_they_are_back(ada: Agent, bo: Agent, at: datetime) -> None:
    go_away(ada, until=at + timedelta(days=3), by=ada.actor, at=at)
    go_away(ada, until=at + timedelta(days=5), by=ada.actor, at=at)
    assert absences([ada.pk, bo.pk], at=at + timedelta(days=4)) == {ada.pk: at + timedelta(days=5)}
    assert absences([ada.pk], at=at + timedelta(days=5)) == {}
    come_back(ada, by=ada.actor, at=at + timedelta(days=1))
    come_back(ada, by=ada.actor, at=at + timedelta(days=1))
    assert absences([ada.pk], at=at + timedelta(days=2)) == {}
    assert Entry.objects.filter(kind="agent.away").count() == 3
    with pytest.raises(ValidationError):
        go_away(ada, until=at, by=ada.actor, at=at)


def test_the_screens(root: Agent, ada: Agent, support: Team, client_of: Any) -> None:
    browser = client_of(root)
    assert [client_of(ada).get(each).status_code for each in ("/settings/business", "/settings/calendars")] == [
        403,
        403,
    ]
    form = {"name": "Acme", "language": "en", "time_zone": "Europe/Berlin", "support_url": "", "address": ""}
    assert browser.post("/settings/business", form).status_code == 302
    page = browser.get("/settings/calendars/new").content.decode()
    assert 'value="09:00-17:00"' in page
    assert '<option value="Europe/Berlin" selected>' in page
    week = {f"day_{number}": "9-12, 13-17" for number in range(5)}
    said = {
        "name": "Office",
        "time_zone": "Europe/Berlin",
        **week,
        "holidays": "2026-12-25 Christmas",
        "teams": [support.pk],
    }
    assert browser.post("/settings/calendars/new", said | {"day_0": "nine"}).status_code == 422
    assert browser.post("/settings/calendars/new", said).status_code == 302
    listed = browser.get("/settings/calendars").content.decode()
    assert "09:00-12:00, 13:00-17:00" in listed
    assert "1 holiday" in listed
    calendar = Calendar.objects.get()
    answer = browser.get(f"/settings/calendars/{calendar.pk}").content.decode()
    stamp = json.loads(answer.split('name="shown" value="')[1].split('"')[0].replace("&quot;", '"'))
    assert stamp["day_0"] == digest("09:00-12:00, 13:00-17:00")
    assert browser.post(f"/settings/calendars/{calendar.pk}/ending").status_code == 302
    assert not Calendar.objects.exists()
    assert client_of(ada).post("/account/away", {"until": "2999-01-01"}).status_code == 302
    assert "I am back" in client_of(ada).get("/account/away").content.decode()
    assert client_of(ada).post("/account/away").status_code == 302
    assert client_of(ada).post("/account/away", {"until": "2020-01-01"}).status_code == 422


def test_the_pages_ask_little(root: Agent, client_of: Any, at: datetime) -> None:
    browser = client_of(root)
    counts = []
    for number in range(2):
        for more in range(5 * number + 1):
            made(f"C{number}{more}", at)
        with CaptureQueriesContext(connection) as asked:
            browser.get("/settings/calendars")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 7
