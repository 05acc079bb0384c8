"""Numbers on paper and by mail: what stands there, when it comes, and who gets what."""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.test import Client

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent, deactivate_agent, form_role, leave_team
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.made_up import is_made_up
from rung.customers.verbs import recognise_customer
from rung.insight.kpis import KPIS
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.journal.models import Entry
from rung.ladder.filters import filters_from as ladder_filters
from rung.ladder.models import Grade
from rung.reports.making import asked_by, paper_for, report_for
from rung.reports.models import Rhythm, Schedule
from rung.reports.rhythm import next_moment
from rung.reports.verbs import MAX_ATTEMPTS, MOST, Wish, end_report, schedule_report
from rung.touchpoints.verbs import mark_spam
from rung.ui.typesetting import pdf_of
from tests.cast import Desk, written
from tests.patterns.conftest import company

pytestmark = pytest.mark.django_db
Work = Callable[..., None]
Box = list[EmailMessage]
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rhythm", "weekday", "hour", "after", "expected"),
    [
        (Rhythm.DAILY, 0, time(8), "2026-03-02 06:59", "2026-03-02 07:00"),
        (Rhythm.DAILY, 0, time(8), "2026-03-02 07:00", "2026-03-03 07:00"),
        # The clocks go forward on 29 March and back on 25 October: it stays eight o'clock there.
        (Rhythm.DAILY, 0, time(8), "2026-03-28 07:00", "2026-03-29 06:00"),
        (Rhythm.DAILY, 0, time(8), "2026-10-24 06:00", "2026-10-25 07:00"),
        # Half past two does not exist on that night.
        (Rhythm.DAILY, 0, time(2, 30), "2026-03-28 12:00", "2026-03-29 01:30"),
        (Rhythm.WEEKLY, 0, time(8), "2026-03-02 06:00", "2026-03-02 07:00"),
        (Rhythm.WEEKLY, 0, time(8), "2026-03-02 08:00", "2026-03-09 07:00"),
        (Rhythm.WEEKLY, 6, time(0), "2026-03-02 08:00", "2026-03-07 23:00"),
        (Rhythm.MONTHLY, 3, time(8), "2026-01-31 12:00", "2026-02-01 07:00"),
        (Rhythm.MONTHLY, 3, time(8), "2026-12-01 12:00", "2027-01-01 07:00"),
        # Already the first where they are, still the last in UTC.
        (Rhythm.MONTHLY, 3, time(0, 30), "2026-01-31 23:10", "2026-01-31 23:30"),
    ],
)
def test_when_it_comes_next(rhythm: str, weekday: int, hour: time, after: str, expected: str) -> None:
    assert next_moment(rhythm, weekday, hour, BERLIN, after=utc(after)) == utc(expected)


def test_it_is_about_whole_days(ada: Agent, at: datetime) -> None:
    schedule = schedule_report(ada, Wish(days=7, channel="email"), by=ada.actor, at=at)
    asked = asked_by(schedule, at=utc("2026-03-09 07:00"))
    assert asked == {"from": "2026-03-02", "to": "2026-03-08", "channel": "email"}


def test_it_comes_by_mail_again_and_again(ada: Agent, at: datetime, work: Work, mailoutbox: Box) -> None:
    schedule = schedule_report(ada, Wish(rhythm=Rhythm.DAILY), by=ada.actor, at=at)
    due = schedule.next_at
    work(due - timedelta(seconds=1))
    assert mailoutbox == []
    work(due)
    work(due + timedelta(minutes=5))
    (letter,) = mailoutbox
    assert letter.to == [ada.email]
    assert "THE CUSTOMERS’ RESULT" in letter.body
    assert "Overall satisfaction" in letter.body
    assert "/numbers?from=" in letter.body
    ((name, content, kind),) = letter.attachments
    assert (name, kind, content[:5]) == ("numbers.pdf", "application/pdf", b"%PDF-")
    schedule.refresh_from_db()
    assert (schedule.sent_at, schedule.next_at, schedule.trouble) == (due, due + timedelta(days=1), "")
    work(due + timedelta(days=1))
    assert len(mailoutbox) == 2
    assert Entry.objects.filter(kind="report.sent").count() == 2
    end_report(schedule, by=ada.actor, at=at)
    work(due + timedelta(days=2))
    assert len(mailoutbox) == 2


def test_other_screens_come_by_mail_too(
    ada: Agent, lin: Agent, support: Team, billing: Team, at: datetime, work: Work, mailoutbox: Box
) -> None:
    """Each in words with its PDF, about whole days where the receiver lives, and of what they may see."""
    company(at, [support, billing], customers=40)
    change_agent(ada, time_zone="America/Los_Angeles", by=SYSTEM, at=at)
    screens = ("ladder", "journeys", "patterns", "topics")
    for screen in screens:
        schedule_report(ada, Wish(screen=screen, days=90, rhythm=Rhythm.DAILY), by=lin.actor, at=at)
    schedule_report(lin, Wish(screen="ladder", days=90, rhythm=Rhythm.DAILY), by=lin.actor, at=at)
    due = max(Schedule.objects.values_list("next_at", flat=True))
    work(due)
    work(due)
    theirs = {letter.attachments[0][0]: letter for letter in mailoutbox if letter.to == [ada.email]}
    assert set(theirs) == {f"{screen}.pdf" for screen in screens}
    assert all(letter.attachments[0][1].startswith(b"%PDF-") for letter in mailoutbox)
    body = theirs["ladder.pdf"].body
    assert "America/Los_Angeles" in body
    assert "the teams of whoever this was made for" in body
    asked = asked_by(Schedule.objects.get(agent=ada.pk, screen="ladder"), at=due)
    assert "/ladder?from={from}&to={to}".format(**asked) in body
    first = datetime.fromisoformat(asked["from"]).replace(tzinfo=ZoneInfo("America/Los_Angeles"))
    served = Grade.objects.filter(occurred_at__gte=first, occurred_at__lt=first + timedelta(days=90))
    own = served.filter(conversation__team=support.pk).count()
    assert 0 < own < served.count()
    assert f"{own} touchpoints" in body
    (whole,) = (letter.body for letter in mailoutbox if letter.to == [lin.email])
    assert f"{served.count()} touchpoints" in whole
    assert "every team" in whole
    assert set(Entry.objects.filter(kind="report.sent").values_list("data__screen", flat=True)) == set(screens)


def test_days_end_at_the_midnight_of_the_receiver_but_those_of_the_numbers_in_utc(ada: Agent, at: datetime) -> None:
    change_agent(ada, time_zone="America/Los_Angeles", by=SYSTEM, at=at)
    ada.refresh_from_db()
    there, here = (schedule_report(ada, Wish(screen=each), by=ada.actor, at=at) for each in ("ladder", "numbers"))
    moment = utc("2026-03-10 03:00")  # there it is still the ninth
    assert asked_by(there, at=moment) == {"from": "2026-03-02", "to": "2026-03-08"}
    assert asked_by(here, at=moment) == {"from": "2026-03-03", "to": "2026-03-09"}


def test_a_screen_is_narrowed_by_mail_as_it_can_be_and_to_what_is_theirs(
    ada: Agent, lin: Agent, billing: Team, at: datetime
) -> None:
    for wish in (Wish(screen=screen, team=billing.pk) for screen in ("ladder", "journeys", "patterns", "topics")):
        with pytest.raises(ValidationError, match="that team"):
            schedule_report(ada, wish, by=ada.actor, at=at)
        assert schedule_report(lin, wish, by=lin.actor, at=at).team == billing.pk
    with pytest.raises(ValidationError, match="no team"):
        schedule_report(lin, Wish(screen="ladder", team=0), by=lin.actor, at=at)
    with pytest.raises(ValidationError, match="not of both"):
        schedule_report(lin, Wish(screen="patterns", team=billing.pk, channel="email"), by=lin.actor, at=at)
    # One channel of every team is not theirs to see.
    with pytest.raises(ValidationError, match="that team"):
        schedule_report(ada, Wish(screen="patterns", channel="email"), by=ada.actor, at=at)
    of_channel = schedule_report(lin, Wish(screen="patterns", channel="email", days=90), by=lin.actor, at=at)
    assert asked_by(of_channel, at=at) == {"days": "90", "part": "channel-email"}


def test_a_form_begins_with_what_the_screen_was_narrowed_to(lin: Agent, support: Team, client_of: Desk) -> None:
    told = client_of(lin).get(f"/reports?what=%2Fpatterns&days=90&part=team-{support.pk}").content.decode()
    assert '<option value="/patterns" selected>' in told
    assert f'<option value="{support.pk}" selected>' in told
    assert '<option value="90" selected>' in told
    form = {"what": "/ladder", "days": "30", "rhythm": "weekly", "weekday": "2", "hour": "07:30"}
    assert client_of(lin).post("/reports", form).status_code == 302
    assert Schedule.objects.get().screen == "ladder"
    assert "The ladder" in client_of(lin).get("/reports").content.decode()


def test_the_ladder_comes_narrowed_by_all_that_its_page_is(
    lin: Agent, support: Team, billing: Team, client_of: Desk, at: datetime, work: Work, mailoutbox: Box
) -> None:
    company(at, [support, billing], customers=40)
    on_page = {"channel": "email", "phase": "during", "freedom": "unknown", "team": str(support.pk)}
    narrowed = ladder_filters(on_page, at=at, zone=lin.zone).query(days="", what="/ladder")
    assert all(f"{name}={value}" in narrowed for name, value in on_page.items())
    page = client_of(lin)
    told = page.get(f"/reports{narrowed}").content.decode()
    assert '<option value="during" selected>' in told
    assert '<option value="unknown" selected>' in told
    assert "<strong>The ladder</strong>" in told
    form = on_page | {"what": "/ladder", "days": "90", "rhythm": "daily", "weekday": "2", "hour": "07:30"}
    assert page.post("/reports", form).status_code == 302
    schedule = Schedule.objects.get()
    asked = asked_by(schedule, at=at)
    assert {name: asked[name] for name in on_page} == on_page
    assert "during, freedom to leave: not known" in page.get("/reports").content.decode().lower()
    work(schedule.next_at)
    (letter,) = mailoutbox
    assert f"freedom=unknown&team={support.pk}" in letter.body
    first = datetime.fromisoformat(asked_by(schedule, at=schedule.next_at)["from"]).replace(tzinfo=lin.zone)
    served = Grade.objects.filter(occurred_at__gte=first, occurred_at__lt=first + timedelta(days=90))
    own = served.filter(channel="email", phase="during", team=support.pk, customer__captive__isnull=True)
    assert f"{own.filter(customer__is_internal=False).count()} touchpoints" in letter.body
    with pytest.raises(ValidationError, match="Only the ladder"):
        schedule_report(lin, Wish(screen="journeys", phase="during"), by=lin.actor, at=at)
    # Where the ladder is chosen among all screens, nothing is asked that the others do not know.
    assert 'name="freedom"' not in page.get("/reports?what=%2Fladder").content.decode()


def test_a_server_that_refuses_is_tried_again_and_then_left(
    ada: Agent, at: datetime, work: Work, mailoutbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def refuse(_self: Any, **_options: Any) -> None:
        tried.append(1)
        raise smtplib.SMTPServerDisconnected("gone away")

    monkeypatch.setattr(EmailMessage, "send", refuse)
    schedule = schedule_report(ada, Wish(rhythm=Rhythm.MONTHLY), by=ada.actor, at=at)
    due = moment = schedule.next_at
    while schedule.next_at < due + timedelta(days=2):
        moment = schedule.next_at
        work(moment)
        schedule.refresh_from_db()
        assert schedule.next_at > moment
    assert len(tried) == MAX_ATTEMPTS
    assert (schedule.attempts, schedule.sent_at, schedule.trouble) == (0, None, "gone away")
    monkeypatch.undo()


def test_a_report_that_cannot_be_made_is_tried_again_says_so_and_holds_no_other_back(
    ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_for_ada(schedule: Schedule, **asked: Any) -> Any:
        if schedule.agent_id == ada.pk:
            raise ZeroDivisionError
        return report_for(schedule, **asked)

    monkeypatch.setattr("rung.reports.verbs.report_for", break_for_ada)
    first = schedule_report(ada, Wish(rhythm=Rhythm.DAILY), by=ada.actor, at=at)
    schedule_report(lin, Wish(rhythm=Rhythm.DAILY), by=lin.actor, at=at)
    due = first.next_at
    work(due)
    assert [letter.to for letter in mailoutbox] == [[lin.email]]
    first.refresh_from_db()
    assert first.trouble == "It could not be made: ZeroDivisionError"
    assert first.next_at < due + timedelta(hours=1)
    monkeypatch.undo()
    work(first.next_at)
    first.refresh_from_db()
    assert (first.trouble, first.sent_at is not None) == ("", True)


def test_nothing_is_sent_to_people_who_are_made_up_gone_or_may_no_longer(
    ada: Agent, bo: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box
) -> None:
    kept = [schedule_report(each, Wish(rhythm=Rhythm.DAILY), by=lin.actor, at=at) for each in (ada, bo)]
    change_agent(ada, email="ada@fennimore.test", by=SYSTEM, at=at)
    deactivate_agent(bo, by=SYSTEM, at=at)
    assert (is_made_up("Root@Fennimore.TEST"), is_made_up("root@shop.test")) == (True, False)
    work(max(each.next_at for each in kept))
    assert mailoutbox == []
    assert all(Schedule.objects.exclude(trouble="").filter(pk=each.pk).exists() for each in kept)


def test_who_leaves_a_team_gets_its_numbers_no_longer(
    bo: Agent, billing: Team, at: datetime, work: Work, mailoutbox: Box
) -> None:
    schedule = schedule_report(bo, Wish(rhythm=Rhythm.DAILY, team=billing.pk), by=bo.actor, at=at)
    leave_team(bo, billing, by=SYSTEM, at=at)
    work(schedule.next_at)
    schedule.refresh_from_db()
    assert mailoutbox == []
    assert "no longer theirs" in schedule.trouble


def test_who_may_take_nothing_away_gets_none_by_mail(
    ada: Agent, lin: Agent, at: datetime, work: Work, mailoutbox: Box, client_of: Desk
) -> None:
    schedule = schedule_report(ada, Wish(rhythm=Rhythm.DAILY), by=ada.actor, at=at)
    role = form_role("Looks on", scope="teams", permissions=["numbers.see"], by=SYSTEM, at=at)
    change_agent(ada, role=role.key, by=SYSTEM, at=at)
    work(schedule.next_at)
    schedule.refresh_from_db()
    assert mailoutbox == []
    assert "no longer take numbers away" in schedule.trouble
    with pytest.raises(ValidationError, match="as a file"):
        schedule_report(Agent.objects.get(pk=ada.pk), Wish(), by=ada.actor, at=at)
    assert "/numbers.csv" in client_of(lin).get("/numbers").content.decode()
    assert "/numbers.csv" not in client_of(Agent.objects.get(pk=ada.pk)).get("/numbers").content.decode()


def test_what_cannot_be_set_up(ada: Agent, billing: Team, at: datetime) -> None:
    with pytest.raises(ValidationError, match="that team"):
        schedule_report(ada, Wish(team=billing.pk), by=ada.actor, at=at)
    for _n in range(MOST):
        schedule_report(ada, Wish(), by=ada.actor, at=at)
    with pytest.raises(ValidationError, match="too many"):
        schedule_report(ada, Wish(), by=ada.actor, at=at)


@pytest.mark.parametrize("kpi", ["", "overall_satisfaction", "resolution_time"])
def test_words_of_others_are_never_markup(kpi: str, lin: Agent, support: Team, at: datetime) -> None:
    Team.objects.filter(pk=support.pk).update(name='#panic() *x* $y$ <z> "“מוקד” 顧客 \\ //')
    paper = paper_for(lin, kpi, {"team": str(support.pk), "days": "30"}, at=at)
    assert "#panic()" in paper.lead
    assert pdf_of(paper).startswith(b"%PDF-")


def test_a_number_on_paper_says_what_was_left_out_and_how_many(lin: Agent, at: datetime, work: Work) -> None:
    for number in range(3):
        customer = recognise_customer(f"c{number}@example.org", name="C", by=SYSTEM, at=at)
        mark_spam(written(customer, at=at - timedelta(days=2), subject=f"Win {number}"), by=lin.actor, at=at)
    work(at)
    filters = filters_of({"days": "7"}, lin, at=at)
    for name in KPIS:
        page = kpi_page(KPIS[name], filters, lin)
        parts = paper_for(lin, name, {"days": "7"}, at=at).parts
        (part,) = [each for each in parts if each.heading == "Left out"]
        assert [tuple(row) for row in part.rows] == list(page.excluded)
        assert part.notes == [*page.not_left_out]
    rows = dict(kpi_page(KPIS["first_reply_time"], filters, lin).excluded)
    assert rows["spam"] == "3"


def test_the_page_sets_up_and_ends(root: Agent, ada: Agent, client_of: Desk, at: datetime) -> None:
    page: Client = client_of(root)
    form = {"what": "resolution_time", "days": "30", "rhythm": "weekly", "weekday": "2", "hour": "07:30"}
    assert page.post("/reports", form | {"agent": str(ada.pk)}).status_code == 302
    told = page.get("/reports").content.decode()
    assert f"for {ada.name}" in told
    assert "every Wednesday at 07:30" in told
    schedule = Schedule.objects.get()
    assert (schedule.agent_id, schedule.made_by_id) == (ada.pk, root.pk)
    assert page.post("/reports", form | {"rhythm": "hourly"}).status_code == 422
    assert client_of(ada).post(f"/reports/{schedule.pk}/ending").status_code == 302
    assert not Schedule.objects.exists()


def test_only_who_keeps_the_team_gives_reports_to_others(ada: Agent, bo: Agent, client_of: Desk) -> None:
    form = {"days": "7", "rhythm": "daily", "weekday": "0", "hour": "08:00", "agent": str(bo.pk)}
    assert client_of(ada).post("/reports", form).status_code == 422
    assert not Schedule.objects.exists()


def test_a_screen_goes_out_as_a_pdf_and_is_noted(lin: Agent, client_of: Desk) -> None:
    for path, name in (
        ("/reports/numbers.pdf?days=90", "numbers"),
        ("/reports/numbers/resolution_time.pdf", "resolution_time"),
    ):
        answer = client_of(lin).get(path)
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.pdf"'
    assert client_of(lin).get("/reports/numbers/none.pdf").status_code == 404
    assert Entry.objects.filter(kind="export.taken").count() == 2


def test_the_list_costs_the_same_for_many(
    lin: Agent, client_of: Desk, at: datetime, django_assert_max_num_queries: Any
) -> None:
    for _n in range(8):
        schedule_report(lin, Wish(), by=lin.actor, at=at)
    page = client_of(lin)
    with django_assert_max_num_queries(11):
        assert page.get("/reports").status_code == 200
