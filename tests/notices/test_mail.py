"""What goes by mail, when, and what stands in it."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, deactivate_agent
from rung.business.verbs import go_away, make_calendar
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.notices import letters
from rung.notices.access import rhythm_of
from rung.notices.letters import stop_token
from rung.notices.models import Kind, Notice, Rhythm, Way
from rung.notices.rhythm import free_from, next_digest
from rung.notices.verbs import GRACE, REST, choose_rhythm, choose_ways, mail_notices, read_notices
from rung.touchpoints.models import Conversation
from rung.touchpoints.verbs import assign_conversation, write_note
from tests.cast import written

Work = Callable[..., None]
Box = list[EmailMessage]
SOON = GRACE + timedelta(seconds=1)


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


@pytest.fixture
def matter(carla: Customer, at: datetime) -> Conversation:
    return written(carla, at=at - timedelta(hours=1))


def call(matter: Conversation, words: str, by: Agent, at: datetime, work: Work) -> None:
    write_note(matter, words, by=by.actor, at=at)
    work(at)


def test_what_is_not_seen_for_some_minutes_goes_by_mail_once(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    call(matter, "@Ada Berg, the customer's number is 0170 555", lin, at, work)
    work(at + GRACE - timedelta(seconds=1))
    assert mailoutbox == []
    work(at + SOON)
    work(at + SOON + timedelta(hours=1))
    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    assert letter.subject == "Lin Chen calls you in a note: My table has not come"
    assert f"/conversations/{matter.pk}" in letter.body
    assert "0170" not in letter.body, "what was written stays where one signs in"
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_was_seen_in_the_page_does_not_go_by_mail(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    call(matter, "@Ada Berg, look", lin, at, work)
    read_notices(matter, agent=ada, by=ada.actor, at=at)
    work(at + SOON)
    assert mailoutbox == []


def test_ten_things_are_one_letter_and_the_next_waits_its_time(
    matter: Conversation, carla: Customer, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    for number in range(10):
        other = written(carla, at=at - timedelta(minutes=number), subject=f"Matter {number}")
        assign_conversation(other, agent=ada, team=None, by=lin.actor, at=at)
    work(at)
    work(at + SOON)
    assert [letter.subject for letter in mailoutbox] == ["News in 10 conversations"]
    call(matter, "@Ada Berg, look", lin, at + SOON, work)
    work(at + SOON + SOON)
    assert len(mailoutbox) == 1, "the last letter is too fresh"
    work(at + SOON + REST + timedelta(seconds=1))
    assert len(mailoutbox) == 2


def test_a_quiet_night_is_kept_and_what_came_in_it_is_told_in_the_morning(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box, monkeypatch: Any
) -> None:
    evening = at.replace(hour=21)
    monkeypatch.setattr(clock, "now", lambda: evening)
    call(matter, "@Ada Berg, look", lin, evening, work)
    work(evening + SOON)
    work(evening + timedelta(hours=9))
    assert mailoutbox == []
    work(evening + timedelta(hours=10, minutes=1))
    assert len(mailoutbox) == 1


def test_whoever_is_away_or_off_work_is_written_to_when_they_are_back(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    week = [((time(13), time(17)),), *[((time(9), time(17)),)] * 4, (), ()]
    make_calendar("No Mondays before one", time_zone="UTC", week=week, holidays={}, agents=[ada], by=SYSTEM, at=at)
    go_away(ada, until=at + timedelta(days=6), by=ada.actor, at=at)
    call(matter, "@Ada Berg, look", lin, at, work)
    work(at + SOON)
    work(at + timedelta(days=6, minutes=1))
    assert mailoutbox == [], "back on a Monday morning, and Mondays begin at one"
    work(at + timedelta(days=6, hours=4, minutes=1))
    assert len(mailoutbox) == 1


def test_a_kind_can_come_once_a_day_or_only_here(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    choose_ways(ada, {Kind.MENTIONED: Way.DIGEST, Kind.ASSIGNED: Way.PAGE}, by=ada.actor, at=at)
    choose_rhythm(ada, Rhythm(digest_at=time(16)), by=ada.actor, at=at)
    call(matter, "@Ada Berg, look", lin, at, work)
    assign_conversation(matter, agent=ada, team=None, by=lin.actor, at=at)
    work(at + SOON)
    assert mailoutbox == []
    work(at.replace(hour=16, minute=1))
    (letter,) = mailoutbox
    assert "gave it to you" not in letter.body


def test_nothing_is_mailed_of_what_one_may_no_longer_see(
    matter: Conversation, ada: Agent, lin: Agent, billing: Team, at: datetime, work: Work, mailoutbox: Box
) -> None:
    call(matter, "@Ada Berg, look", lin, at, work)
    assign_conversation(matter, agent=None, team=billing, by=lin.actor, at=at)
    work(at + SOON)
    assert mailoutbox == []


def test_made_up_people_and_those_who_left_get_no_mail(
    matter: Conversation, ada: Agent, bo: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    change_agent(ada, email="ada@fennimore.test", by=SYSTEM, at=at)
    call(matter, "@Ada Berg and @Bo Falk, look", lin, at, work)
    deactivate_agent(bo, by=SYSTEM, at=at)
    work(at + SOON)
    assert mailoutbox == []
    assert not Notice.objects.filter(mail_due_at__isnull=False).exists(), "and it is not tried again and again"


def test_a_server_that_refuses_is_tried_again_later(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box, monkeypatch: Any
) -> None:
    call(matter, "@Ada Berg, look", lin, at, work)

    def refuse(*given: Any) -> None:
        raise smtplib.SMTPException("452 out of storage")

    with monkeypatch.context() as broken:
        broken.setattr("rung.notices.verbs.send_letter", refuse)
        assert not mail_notices(ada, by=SYSTEM, at=at + SOON)
    work(at + SOON + timedelta(minutes=5))
    assert mailoutbox == []
    work(at + SOON + timedelta(minutes=30))
    assert len(mailoutbox) == 1


def test_the_link_in_the_letter_ends_the_letters_and_a_look_at_it_does_not(
    matter: Conversation, ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box, client: Client
) -> None:
    address = f"/notices/stop/{stop_token(ada)}"
    assert client.get(address).status_code == 200
    call(matter, "@Ada Berg, look", lin, at, work)
    assert Notice.objects.get(agent=ada).mail_due_at is not None
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Notice.objects.get(agent=ada).mail_due_at is None
    call(matter, "@Ada Berg, look again", lin, at, work)
    work(at + SOON)
    assert mailoutbox == []
    assert Notice.objects.filter(agent=ada).unread().count() == 2
    for forged in ("1:nonsense", f"{ada.pk}", "x" * 300):
        assert client.post(f"/notices/stop/{forged}").status_code == 404


def test_no_letter_carries_a_line_break_into_its_subject(carla: Customer, ada: Agent, at: datetime) -> None:
    line = letters.Line(1, "Hello\r\nBcc: all@example.org", "Carla", "", ("Lin\nwrote",), "note", 1, True, at)
    assert "\n" not in letters.letter_for(ada, [line]).subject


BERLIN, TOKYO = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("moment", "free"),
    [
        ("2026-03-10 12:00", "2026-03-10 12:00"),  # a Tuesday at noon
        ("2026-03-10 20:00", "2026-03-11 07:00"),
        ("2026-03-11 03:00", "2026-03-11 07:00"),
        ("2026-03-13 21:00", "2026-03-16 07:00"),  # Friday evening, the weekend, and the night after it
        ("2026-03-28 12:00", "2026-03-30 07:00"),  # the clocks go forward in between
    ],
)
def test_quiet_hours_are_by_ones_own_clock(moment: str, free: str) -> None:
    at, then = (datetime.fromisoformat(each).replace(tzinfo=BERLIN) for each in (moment, free))
    assert free_from(Rhythm(), BERLIN, at.astimezone(UTC)) == then


def test_hours_that_are_never_quiet_and_always_quiet_end() -> None:
    at = datetime(2026, 3, 14, 12, tzinfo=UTC)
    assert free_from(Rhythm(quiet_from=time(8), quiet_until=time(8), is_quiet_at_weekends=False), BERLIN, at) == at
    assert free_from(Rhythm(quiet_from=time(0), quiet_until=time(23, 59)), TOKYO, at) > at


def test_the_letter_of_the_day_is_the_next_one(ada: Agent) -> None:
    at = datetime(2026, 3, 10, 7, tzinfo=UTC)  # eight in Berlin
    assert next_digest(rhythm_of(ada), BERLIN, at) == datetime(2026, 3, 11, 7, tzinfo=UTC)
    assert next_digest(rhythm_of(ada), BERLIN, at - timedelta(minutes=1)) == at
