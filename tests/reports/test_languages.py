"""A report speaks the language of whoever gets it, in the letter and in the PDF, and nothing in it falls back to English."""

import json
import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from typing import Any, cast

import pytest
from django.conf import LazySettings
from django.utils import translation
from django.utils.translation import trans_real

from rung.accounts.models import Agent, Team
from rung.accounts.verbs import change_agent
from rung.config.languages import catalogues
from rung.core import clock
from rung.core.actor import SYSTEM
from rung.core.catalogues import read
from rung.insight.kpis import KPIS
from rung.patterns.models import Topic
from rung.reports.making import compared_paper_for, paper_for, report_for
from rung.reports.models import Rhythm, Schedule, Screen
from rung.reports.verbs import Wish, schedule_report
from rung.training.models import Opportunity, Round
from rung.ui.dates import date_format
from rung.ui.figures import figure, percent
from tests.patterns.conftest import company, study
from tests.sink import Sink

pytestmark = pytest.mark.django_db
Work = Callable[..., None]
LANGUAGES = ("de", "fr", "es", "nl")


class Missed:
    """What stands behind a catalogue, and writes down what it is asked: that the catalogue did not say."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def gettext(self, message: str) -> str:
        self.asked.append(message)
        return message

    def ngettext(self, one: str, many: str, number: int) -> str:
        self.asked.append(one)
        return one if number == 1 else many


@pytest.fixture
def missed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    def behind(language: str) -> list[str]:
        found = Missed()
        monkeypatch.setattr(trans_real.translation(language), "_fallback", found)
        return found.asked

    return behind


@pytest.fixture(autouse=True)
def today(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def found_opportunity(topic: Topic, at: datetime) -> Opportunity:
    """Of the house, from a round that looked at it."""
    done = Round.objects.create(state="done", asked_at=at, ended_at=at, report={"cases": {"durable": 1240}, "pairs": 3})
    return Opportunity.objects.create(
        topic=topic.pk, outcome="durable", direction="weak", cause="process", weak_for=7, looked_at=8, n=1240, hits=600,
        expected=900.0, mean=0.48, low=0.4, high=0.56, usual=0.73, chance=0.99, q=0.01, found_at=at, round=done,
        signs=["reopened"], words=[["refund", 2.5, 1.5, 4.0, 30]],
    )  # fmt: skip


def stands_in(message: str, said: str) -> bool:
    """Whether an English message is there, whatever it is filled in with."""
    pieces = [re.escape(piece) for piece in re.split(r"%\(\w+\)[.\d]*[a-z]", message.replace("%%", "%"))]
    return re.search(r"(?<!\w)" + '[^"]{1,80}?'.join(pieces) + r"(?!\w)", said) is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_in_a_report_falls_back_to_english(
    language: str, lin: Agent, support: Team, billing: Team, at: datetime, work: Work, missed: Callable[[str], list[str]],
    settings: LazySettings,
) -> None:  # fmt: skip
    """By a real mail server: every screen, and every number by itself."""
    company(at, [support, billing], customers=40)
    study(at)
    change_agent(lin, language=language, time_zone="Europe/Berlin", by=SYSTEM, at=at)
    lin.refresh_from_db()
    topic = Topic.objects.standing()[0]
    which = {
        "journey": "way", "pattern": "frustration/late_first", "topic": str(topic.pk), "compared": "before/-/",
        "opportunity": str(found_opportunity(topic, at).pk),
    }  # fmt: skip
    for screen in Screen.values:
        wish = Wish(screen=screen, which=which.get(screen, ""), days=90, rhythm=Rhythm.DAILY)
        schedule_report(lin, wish, by=lin.actor, at=at)
    asked = missed(language)
    with Sink() as sink:
        settings.SMTP_URL, settings.EMAIL_BACKEND = sink.url, "rung.channels.email.backend.OutgoingBackend"
        work(max(Schedule.objects.values_list("next_at", flat=True)))
        letters = [each.letter for each in sink.received]
    assert not Schedule.objects.exclude(trouble="").exists()
    assert {letter["Content-Language"] for letter in letters} == {language}
    # No word of a subject falls apart, and none runs into the next, on the way.
    assert all("(Europe/Berlin) · " in letter["Subject"] for letter in letters if "Europe" in letter["Subject"])
    assert all(letter["Subject"] == " ".join(letter["Subject"].split()) for letter in letters)
    files = {part.get_filename(): part for letter in letters for part in letter.iter_attachments()}
    assert {name.split("-")[0].removesuffix(".pdf") for name in files if name} == set(Screen.values)
    for part in files.values():
        assert f"/Lang({language})".encode() in cast(EmailMessage, part).get_payload(decode=True)
    with translation.override(language):
        papers = [paper_for(lin, name, {"days": "90"}, at=at) for name in KPIS]
        papers += [compared_paper_for(lin, {}, at=at), *(report_for(each, at=at) for each in Schedule.objects.all())]
    said = "\n".join(json.dumps(paper.plain(), ensure_ascii=False) for paper in papers)
    # Pages work out more than goes on paper; what is not on it need not be said. And Dutch calls a product so too.
    ours = "\n".join(text for texts in read(catalogues()[language].read_text("utf-8")).said.values() for text in texts)
    assert [each for each in sorted(set(asked)) if stands_in(each, said) and not stands_in(each, ours)] == []


def test_a_german_letter_is_german(lin: Agent, support: Team, at: datetime, work: Work, mailoutbox: list[Any]) -> None:
    company(at, [support], customers=40)
    study(at)
    change_agent(lin, language="de", time_zone="Europe/Berlin", by=SYSTEM, at=at)
    lin.refresh_from_db()
    for screen in ("numbers", "ladder", "patterns"):
        schedule_report(lin, Wish(screen=screen, days=90, rhythm=Rhythm.DAILY), by=lin.actor, at=at)
    work(max(Schedule.objects.values_list("next_at", flat=True)))
    numbers, ladder, patterns = sorted(mailoutbox, key=lambda letter: letter.attachments[0][0] != "numbers.pdf")[:3]
    assert numbers.subject.startswith("Kennzahlen: ")
    assert "alle Teams" in numbers.subject
    assert numbers.body.startswith(f"Guten Tag {lin.name},")
    assert "Kundenzufriedenheit" in numbers.body
    assert "Noch nicht gemessen, weil:" in numbers.body
    assert "Welche Berichte Sie erhalten" in numbers.body
    whole = ladder.body + patterns.body
    assert "Kontaktpunkte" in whole
    assert "95-%-Intervall" in whole
    assert "Europe/Berlin" in whole
    assert ",5 %" in whole or any(f",{n}" in whole for n in range(10)), "decimals have a comma"
    for english in ("touchpoint", "Share", "interval:", "Level:", " to ", "customers"):
        assert english not in whole


def test_everybody_gets_it_in_their_own(
    lin: Agent, ada: Agent, at: datetime, work: Work, mailoutbox: list[Any]
) -> None:
    """One after the other in one process: what was made for one is not kept for the next."""
    change_agent(lin, language="fr", by=SYSTEM, at=at)
    for agent in (ada, lin):
        schedule_report(agent, Wish(rhythm=Rhythm.DAILY), by=lin.actor, at=at)
    work(max(Schedule.objects.values_list("next_at", flat=True)))
    bodies = {letter.to[0]: letter.body for letter in mailoutbox}
    assert "Overall satisfaction" in bodies[ada.email]
    assert "Satisfaction client" in bodies[lin.email]
    assert "Overall satisfaction" not in bodies[lin.email]
    assert translation.get_language() == "en"


@pytest.mark.parametrize(
    ("language", "amount", "share", "day"),
    [
        ("en", "1,240.5", "69.5\u00a0%", "2 March 2026, 13:00"),
        ("de", "1.240,5", "69,5\u00a0%", "2. März 2026, 13:00"),
        ("fr", "1\u00a0240,5", "69,5\u00a0%", "2 mars 2026, 13:00"),
        ("es", "1\u00a0240,5", "69,5\u00a0%", "2 de marzo de 2026, 13:00"),
        ("nl", "1.240,5", "69,5%", "2 maart 2026, 13:00"),
    ],
)
def test_figures_and_dates_are_written_as_there(language: str, amount: str, share: str, day: str) -> None:
    with translation.override(language):
        written = figure(1240.5, ",.1f").replace("\u202f", "\u00a0")
        assert (written, percent(0.695, 1)) == (amount, share)
        assert date_format(datetime(2026, 3, 2, 13), "j F Y, H:i") == day
