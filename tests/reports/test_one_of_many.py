"""Reports of one journey, pattern, topic, training opportunity or comparison, and their end."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils import timezone

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.journal.models import Entry
from rung.patterns.models import Topic
from rung.reports.making import asked_by, report_for
from rung.reports.models import Rhythm, Schedule
from rung.reports.verbs import Wish, schedule_report
from rung.training.models import Opportunity
from rung.ways.steps import Step
from rung.ways.verbs import change_journey, draw_journey, end_journey
from tests.cast import Desk
from tests.patterns.conftest import company, study
from tests.reports.test_languages import found_opportunity

pytestmark = pytest.mark.django_db
Work = Callable[..., None]
Box = list[EmailMessage]


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def daily(agent: Agent, screen: str, which: str, at: datetime, **narrowed: object) -> Schedule:
    wish = Wish(screen=screen, which=which, rhythm=Rhythm.DAILY, **narrowed)  # type: ignore[arg-type]  # as given
    return schedule_report(agent, wish, by=agent.actor, at=at)


def test_each_comes_with_its_pdf_in_the_language_of_whoever_gets_it(
    lin: Agent, support: Team, billing: Team, at: datetime, work: Work, mailoutbox: Box
) -> None:
    company(at, [support, billing], customers=40)
    study(at)
    change_agent(lin, language="de", time_zone="Europe/Berlin", by=SYSTEM, at=at)
    lin.refresh_from_db()
    topic = Topic.objects.standing().order_by("pk")[0]
    row = found_opportunity(topic, at)
    asked = {
        "journey": "way", "topic": str(topic.pk), "pattern": "frustration/late_first", "opportunity": str(row.pk),
        "compared": f"same/{billing.pk}/first_reply_time",
    }  # fmt: skip
    kept = [daily(lin, screen, which, at, days=90) for screen, which in asked.items()]
    kept.append(daily(lin, "training", "", at))
    for _round in kept:
        work(max(each.next_at for each in kept))
    letters = {letter.attachments[0][0]: letter for letter in mailoutbox}
    assert set(letters) == {
        "journey-way.pdf", f"topic-{topic.pk}.pdf", "pattern-frustration-late-first.pdf", f"opportunity-{row.pk}.pdf",
        f"compared-same-{billing.pk}-first-reply-time.pdf", "training.pdf",
    }  # fmt: skip
    assert all(letter.attachments[0][1].startswith(b"%PDF-") for letter in mailoutbox)
    assert {letter.extra_headers["Content-Language"] for letter in mailoutbox} == {"de"}
    found = letters[f"opportunity-{row.pk}.pdf"].body
    assert "1.240 Vorgänge" in found
    assert f"/training/opportunities/{row.pk}" in found
    assert "1.240 Vorgänge" in letters["training.pdf"].body
    assert "Benjamini" not in letters["training.pdf"].body  # how it was computed is in the file
    assert f"/patterns/topics/{topic.pk}" in letters[f"topic-{topic.pk}.pdf"].body
    assert not Schedule.objects.exclude(trouble="").exists()


def test_what_is_gone_is_said_once_and_ends(lin: Agent, at: datetime, work: Work, mailoutbox: Box) -> None:
    change_agent(lin, language="de", time_zone="Europe/Berlin", by=SYSTEM, at=at)
    lin.refresh_from_db()
    drawn = draw_journey("Der erste Kauf", [Step("Anfang", phase="before")], by=lin.actor, at=at)
    topic = Topic.objects.create(name="Bremsen", words=[["bremse", 1.0]], found_at=at)
    row = found_opportunity(topic, at)
    asked = {
        "journey": str(drawn.pk),
        "topic": str(topic.pk),
        "pattern": f"delight/topic:{topic.pk}",
        "opportunity": str(row.pk),
    }
    kept = [daily(lin, screen, which, at, days=90) for screen, which in asked.items()]
    due = max(each.next_at for each in kept)
    end_journey(drawn, by=SYSTEM, at=at)
    Topic.objects.update(retired_at=at)
    Opportunity.objects.update(ended_at=at)
    for day in range(3):
        work(due + timedelta(days=day))
        work(due + timedelta(days=day))
    assert len(mailoutbox) == len(kept)
    assert all(letter.attachments == [] and "kommt er nicht mehr" in letter.body for letter in mailoutbox)
    said = " ".join(str(letter.subject) for letter in mailoutbox)
    assert said.count("Keine Berichte mehr:") == len(kept)
    assert "Der erste Kauf" in said
    assert said.count("Bremsen") == 3
    assert not Schedule.objects.exists()
    assert Entry.objects.filter(kind="report.ended").count() == len(kept)
    with pytest.raises(ValidationError, match="did not find"):
        daily(lin, "topic", str(topic.pk), at)


def test_nobody_gets_what_is_not_theirs_or_is_not_there(ada: Agent, lin: Agent, bo: Agent, at: datetime) -> None:
    topic = Topic.objects.create(name="brakes", words=[["brake", 1.0]], found_at=at)
    of_bo = found_opportunity(topic, at)
    Opportunity.objects.filter(pk=of_bo.pk).update(agent=bo.pk)
    for screen, which in (
        ("opportunity", str(of_bo.pk)), ("opportunity", "999"), ("journey", "999"), ("topic", "0"), ("topic", "x"),
        ("pattern", "frustration/nothing"), ("pattern", "sorrow/late_first"), ("pattern", "delight/topic:999"),
        ("compared", "never/-/"), ("compared", "same//no_such_number"), ("training", ""), ("numbers", "none"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match="may not see"):
            daily(ada, screen, which, at)
    assert not Schedule.objects.exists()


def test_the_button_leads_to_a_form_about_just_this(lin: Agent, at: datetime, client_of: Desk) -> None:
    topic = Topic.objects.create(name="brakes", words=[["brake", 1.0]], found_at=at)
    row = found_opportunity(topic, at)
    page = client_of(lin)
    for path, what in (
        (f"/patterns/topics/{topic.pk}", f"%2Ftopic%2F{topic.pk}"),
        ("/patterns/frustration/late_first?days=90", "%2Fpattern%2Ffrustration%2Flate_first"),
        ("/journeys/way", "%2Fjourney%2Fway"),
        ("/numbers/compared?days=30", "%2Fcompared%2Fbefore%2F-%2F"),
        (f"/training/opportunities/{row.pk}", f"/opportunity/{row.pk}"),
        ("/training", "/training"),
    ):
        assert f"what={what}" in page.get(path).content.decode(), path
    told = page.get(f"/reports?what=/topic/{topic.pk}").content.decode()
    assert "<strong>brakes</strong>" in told
    assert '<option value="365" selected>' in told
    told = page.get(f"/reports?what=/opportunity/{row.pk}").content.decode()
    assert "brakes: settled for good" in told
    assert 'name="days"' not in told, "a finding is not about a number of days"
    form = {"what": f"/opportunity/{row.pk}", "rhythm": "weekly", "weekday": "2", "hour": "07:30"}
    assert page.post("/reports", form).status_code == 302
    assert (Schedule.objects.get().screen, Schedule.objects.get().which) == ("opportunity", str(row.pk))
    told = page.get("/reports").content.decode()
    assert "brakes: settled for good" in told
    assert "the last 7 days" not in told
    assert page.post("/reports", form | {"what": "/opportunity/999"}).status_code == 422
    assert page.post("/reports", form | {"what": "/nothing/1"}).status_code == 422


def test_a_step_of_a_journey_comes_with_its_course(
    lin: Agent, support: Team, billing: Team, client_of: Desk, at: datetime, work: Work, mailoutbox: Box
) -> None:
    company(at, [support, billing], customers=40)
    steps = Step("Asks", phase="during"), Step("Waits", phase="after")
    drawn = draw_journey("Buying", steps, by=lin.actor, at=at)
    page = client_of(lin)
    told = page.get(f"/journeys/{drawn.pk}?days=90&step=1").content.decode()
    assert f"what=%2Fjourney%2F{drawn.pk}%2F1" in told
    assert f"/journeys/{drawn.pk}.pdf?step=1" in told or f"/journeys/{drawn.pk}.pdf?days=90&amp;step=1" in told
    assert "Buying, step 1" in page.get(f"/reports?what=/journey/{drawn.pk}/1").content.decode()
    answer = page.get(f"/journeys/{drawn.pk}.pdf?step=1&days=90")
    assert answer.content.startswith(b"%PDF-")
    schedule = daily(lin, "journey", f"{drawn.pk}/1", at, days=90)
    paper = report_for(schedule, at=at)
    assert paper.title == "Buying: Asks"
    assert "step=1" in paper.href
    headings = [part.heading for part in paper.parts]
    over_time = paper.parts[headings.index("“Asks” over time")]
    assert over_time.rows
    assert "What moved it, and what it takes to stay" in headings
    whole = report_for(daily(lin, "journey", str(drawn.pk), at, days=90), at=at)
    assert "“Asks” over time" not in [part.heading for part in whole.parts]
    with pytest.raises(ValidationError, match="no such step"):
        daily(lin, "journey", f"{drawn.pk}/3", at)
    change_journey(drawn, "Buying", (), by=lin.actor, at=at)
    work(schedule.next_at)
    assert "no such step any more" in "".join(letter.body for letter in mailoutbox)


def test_a_comparison_moves_on_with_its_days(lin: Agent, billing: Team, at: datetime) -> None:
    before = daily(lin, "compared", "before/-/", at, days=7, team=billing.pk)
    asked = asked_by(before, at=at)
    last = at.astimezone(timezone.get_fixed_timezone(0)).date() - timedelta(days=1)
    assert (asked["to"], asked["team"]) == (last.isoformat(), str(billing.pk))
    assert "team2" not in asked


def test_the_list_costs_the_same_for_many_of_a_kind(
    lin: Agent, client_of: Desk, at: datetime, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(6):
        topic = Topic.objects.create(name=f"topic {number}", words=[["w", 1.0]], found_at=at)
        daily(lin, "topic", str(topic.pk), at)
        daily(lin, "opportunity", str(found_opportunity(topic, at).pk), at)
    page = client_of(lin)
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]  # pytest-django's
        assert page.get("/reports").status_code == 200
