"""The screens: who sees which numbers, what they say, and what they cost."""

import csv
import re
from collections.abc import Callable
from datetime import datetime
from html import escape
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rung.accounts.models import Agent, Team
from rung.accounts.permissions import PERMISSIONS
from rung.core import clock
from rung.insight import words
from rung.insight.kpi import Measure
from rung.insight.kpis import KPIS
from rung.insight.mirror import connected
from rung.insight.pages import detail
from rung.insight.pages.detail import kpi_page
from rung.insight.pages.filters import filters_of
from rung.insight.remedies import REMEDIES
from rung.insight.statistics import wilson
from rung.insight.unmeasured import UNMEASURED
from rung.reports.making import paper_for
from tests.cast import Desk
from tests.insight.conftest import DAY, Story

# Nobody was written to first, called, promised anything, owed anything by a target, or asked how easy it was.
UNTOLD = {
    "proactive_share", "abandonment", "service_level", "speed_of_answer", "promise_kept_rate", "sla_attainment",
    "customer_effort_score", "failure_demand", "customer_health",
}  # fmt: skip


@pytest.fixture
def told(story: Story, support: Team, billing: Team) -> Story:
    """Sixty days that end now: every KPI has something to say, in two teams."""
    story.start = (clock.now() - DAY * 240).replace(hour=0, minute=0, second=0, microsecond=0)
    for n in range(40):
        customer = story.person()
        story.order(customer, 10 + n)
        days = 140 + n * 2.4
        conversation = story.writes(customer, days, team=support if n % 3 else billing, phase="before" if n % 2 else "")
        if n % 4 == 0:
            story.signal(conversation, "complaint", days + 0.1)
        if n % 8 == 0:
            story.signal(conversation, "escalation", days + 0.2)
        if n % 2:
            story.order(customer, days + 3)
        if n % 9 == 5:
            continue
        story.answer(conversation, days + 0.2, resolve=True)
        story.says(conversation, story.asked(conversation, "csat", days + 0.3), "csat", 1 + n % 5, days + 0.4)
        story.says(conversation, story.asked(conversation, "nps", days + 0.3), "nps", n % 11, days + 0.4)
    story.folded(240)
    return story


def test_the_overview_names_every_kpi(told: Story, lin: Agent, client_of: Desk) -> None:
    page = client_of(lin).get("/numbers?days=90").content.decode()
    assert sum(kpi.is_named for kpi in KPIS.values()) == 8
    for kpi in KPIS.values():
        assert str(kpi.title) in page
        assert f"/numbers/{kpi.name}?days=90" in page
    assert '<svg class="chart chart-small"' in page
    assert page.index("Overall satisfaction") < page.index("Resolution time")
    assert "Not yet measured, because:" not in page
    for each in UNMEASURED:
        assert escape(str(each.missing)) in page


def test_each_kpi_says_what_it_is(told: Story, lin: Agent, client_of: Desk) -> None:
    client = client_of(lin)
    for name in KPIS:
        if name in UNTOLD:
            continue
        response = client.get(f"/numbers/{name}?days=90")
        page = response.content.decode()
        assert response.status_code == 200
        drawn = "Nothing to count in these weeks" if name == "repeat_rate" else 'role="img"'
        for said in ("How this is computed", drawn, "Watch as well", "Support", "/conversations/"):
            assert said in page, f"{name} does not say {said}"
        assert "style=" not in page


def test_two_periods_against_each_other(told: Story, lin: Agent, client_of: Desk) -> None:
    client = client_of(lin)
    now = clock.now().date()
    query = f"from={now - DAY * 29}&to={now}&from2={now - DAY * 89}&to2={now - DAY * 30}"
    page = client.get(f"/numbers/compared?{query}").content.decode()
    assert page.count('<th scope="row">') == 8
    assert "overlap" not in page
    assert f"/numbers/resolved_issues?from={now - DAY * 89}&amp;to={now - DAY * 30}" in page
    assert "overlap" in client.get(f"/numbers/compared?{query}&to2={now}").content.decode()
    one = client.get(f"/numbers/compared?{query}&kpi=reopen_rate").content.decode()
    assert one.count('<th scope="row">') == 1
    # Whose thirty days have to pass would be about the same days on both sides.
    early = f"from={now - DAY * 29}&to={now}&from2={now - DAY * 59}&to2={now - DAY * 30}&kpi=conversion_rate"
    assert "too early to compare" in client.get(f"/numbers/compared?{early}").content.decode()


def test_two_teams_against_each_other(
    told: Story, lin: Agent, ada: Agent, support: Team, billing: Team, client_of: Desk
) -> None:
    now = clock.now().date()
    days = f"from={now - DAY * 89}&to={now}&from2={now - DAY * 89}&to2={now}"
    query = f"{days}&team={support.pk}&team2={billing.pk}&kpi=resolved_issues"
    page = client_of(lin).get(f"/numbers/compared?{query}").content.decode()
    assert "overlap" not in page
    assert "Support" in page
    rows = rows_of(client_of(lin), f"/numbers/resolved_issues.csv?from={now - DAY * 89}&to={now}")
    for row in rows:
        if row["row"] == "team":
            assert f">{float(row['value']):.0f}</a>" in page
    # A team whose numbers one may not see is no side either.
    assert client_of(ada).get(f"/numbers/compared?{query}").status_code == 404


def test_what_is_compared_goes_out_as_on_the_screen(told: Story, lin: Agent, client_of: Desk, tmp_path: Path) -> None:
    client, now = client_of(lin), clock.now().date()
    query = f"from={now - DAY * 29}&to={now}&from2={now - DAY * 89}&to2={now - DAY * 30}"
    page = client.get(f"/numbers/compared?{query}").content.decode()
    rows = rows_of(client, f"/numbers/compared.csv?{query}")
    assert len(rows) == page.count('<th scope="row">') == 8
    assert all(f">{row['verdict']}</span>" in page for row in rows)
    compared = next(row for row in rows if row["kpi"] == "overall_satisfaction")
    for side in ("", "other_"):
        assert f"{compared[side + 'counted']} of {compared[side + 'n']} answers" in page
    # Newcombe's: each end lies as far off as the two values from their own ends together, in squares.
    value, low, high, other, other_low, other_high = (
        float(compared[side + name]) for side in ("", "other_") for name in ("value", "low_95", "high_95")
    )
    difference = value - other
    assert float(compared["difference"]) == pytest.approx(difference, abs=2e-6)
    below = difference - ((value - low) ** 2 + (other_high - other) ** 2) ** 0.5
    above = difference + ((high - value) ** 2 + (other - other_low) ** 2) ** 0.5
    assert float(compared["difference_low_95"]) == pytest.approx(below, abs=1e-5)
    assert float(compared["difference_high_95"]) == pytest.approx(above, abs=1e-5)
    file = tmp_path / "compared.parquet"
    file.write_bytes(client.get(f"/numbers/compared.parquet?{query}").content)
    found = connected().execute(f"SELECT kpi, n, other_n FROM '{file}'").fetchall()
    assert [(kpi, str(n), str(m)) for kpi, n, m in found] == [(row["kpi"], row["n"], row["other_n"]) for row in rows]
    assert client.get(f"/reports/numbers/compared.pdf?{query}").content.startswith(b"%PDF-")


def test_a_difference_is_called_one_only_where_its_interval_says_so() -> None:
    kpi = KPIS["reopen_rate"]

    def said(one: tuple[int, int], other: tuple[int, int]) -> tuple[str, str]:
        found = words.difference(kpi, *(Measure("", "share", n, wilson(x, n)) for x, n in (one, other)))
        return found.verdict, found.tone

    assert said((30, 40), (5, 40)) == ("more", "bad")
    assert said((5, 40), (30, 40)) == ("less", "good")
    assert said((20, 40), (18, 40)) == ("no clear difference", "")
    assert said((20, 20), (1, 40)) == ("fewer than 30: open", "")
    assert said((2, 4), (1, 40)) == ("too few to compare", "")


def test_the_parquet_file_is_the_sheet_with_types(told: Story, lin: Agent, client_of: Desk, tmp_path: Path) -> None:
    client = client_of(lin)
    for path in ("/numbers{}?days=90", "/numbers/overall_satisfaction{}?days=90"):
        rows = rows_of(client, path.format(".csv"))
        file = tmp_path / "numbers.parquet"
        file.write_bytes(client.get(path.format(".parquet")).content)
        found = connected().execute(f"SELECT kpi, label, value, n, epoch_ms(from_utc) FROM '{file}'").fetchall()
        assert len(found) == len(rows)
        for (kpi, label, value, n, from_ms), row in zip(found, rows, strict=True):
            assert (kpi, label or "") == (row["kpi"], row["label"])
            assert value == (float(row["value"]) if row["value"] else None)
            assert n == (int(row["n"]) if row["n"] else None)
            assert from_ms == clock.epoch_ms(datetime.fromisoformat(row["from_utc"]))


def test_with_nothing_to_count_the_page_says_why(lin: Agent, client_of: Desk) -> None:
    page = client_of(lin).get("/numbers").content.decode()
    assert page.count("Not yet measured, because:") == 8
    assert client_of(lin).get("/numbers/net_promoter_score").status_code == 200


@pytest.mark.parametrize("name", REMEDIES)
def test_where_there_is_nothing_to_count_the_page_says_how_to_get_it(name: str, root: Agent, client_of: Desk) -> None:
    remedy = REMEDIES[name]
    page = client_of(root).get(f"/numbers/{name}").content.decode()
    assert escape(str(KPIS[name].unmeasured), quote=False) in page
    assert escape(str(remedy.words), quote=False) in page
    if remedy.place:
        assert remedy.permission in PERMISSIONS
        assert f'<a href="{reverse(remedy.place)}">' in page
        assert client_of(root).get(reverse(remedy.place)).status_code == 200


def test_who_has_too_few_to_tell_a_value_is_not_told_how_to_get_any(story: Story, root: Agent, client_of: Desk) -> None:
    story.start = (clock.now() - DAY * 10).replace(hour=0, minute=0, second=0, microsecond=0)
    conversation = story.writes(story.person(), 7)
    story.answer(conversation, 7.1, resolve=True)
    story.says(conversation, story.asked(conversation, "csat", 7.2), "csat", 4, 7.3)
    story.folded(10)
    page = client_of(root).get("/numbers/overall_satisfaction").content.decode()
    assert "1 of 1 answers" in page
    assert str(words.too_few(Measure("", "share", 1, None))) in page
    assert str(REMEDIES["overall_satisfaction"].words) not in page


def test_who_may_not_set_it_up_is_shown_no_way_there(ada: Agent, client_of: Desk) -> None:
    page = client_of(ada).get("/numbers/net_promoter_score").content.decode()
    assert str(REMEDIES["net_promoter_score"].words) in page
    assert reverse("surveys:settings") not in page


def test_an_unknown_kpi_is_not_found(lin: Agent, client_of: Desk) -> None:
    assert client_of(lin).get("/numbers/mood").status_code == 404
    assert client_of(lin).get("/numbers/mood.csv").status_code == 404


def test_a_visitor_is_asked_to_sign_in(db: None) -> None:
    assert Client().get("/numbers").status_code == 302


def rows_of(client: Client, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(client.get(path).content.decode("utf-8-sig"))))


def test_an_agent_sees_their_teams_numbers_only(
    told: Story, lin: Agent, ada: Agent, bo: Agent, support: Team, billing: Team, client_of: Desk
) -> None:
    path = "/numbers/resolved_issues.csv?days=90"
    labels = {
        agent.pk: {row["label"] for row in rows_of(client_of(agent), path) if row["row"] == "team"}
        for agent in (lin, ada, bo)
    }
    assert labels == {lin.pk: {"Support", "Billing"}, ada.pk: {"Support"}, bo.pk: {"Billing"}}
    assert client_of(ada).get(f"/numbers?team={billing.pk}").status_code == 404
    assert client_of(ada).get(f"/numbers?team={support.pk}").status_code == 200
    assert client_of(ada).get("/numbers?team=0").status_code == 200


def test_the_conversations_behind_are_those_one_may_see(told: Story, bo: Agent, client_of: Desk) -> None:
    page = client_of(bo).get("/numbers/overall_satisfaction?days=90").content.decode()
    assert "/conversations/" in page
    assert "Support" not in page


@pytest.mark.parametrize("name", ["reopen_rate", "overall_satisfaction"])
def test_the_conversations_behind_a_number_are_as_many_as_it_counts(
    name: str, told: Story, lin: Agent, client_of: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(detail, "SHOWN_BEHIND", 7)
    client, seen, pages = client_of(lin), [], 0
    while True:
        pages += 1
        text = client.get(f"/numbers/{name}?days=90&behind={pages}").content.decode()
        listed = re.findall(r'href="/conversations/(\d+)"', text[text.index('id="behind"') :])
        assert 0 < len(listed) <= 7
        seen += listed
        if 'rel="next"' not in text:
            break
    counted = next(row for row in rows_of(client, f"/numbers/{name}.csv?days=90") if row["row"] == "period")
    assert pages > 1
    assert len(seen) == len(set(seen)) == int(counted["n"])


@pytest.mark.parametrize(
    "query",
    ["from=2026-13-01", "from=2026-03-02&to=2026-03-01", "days=12", "team=x", "channel=pigeon", "to=2026-01-01",
     "from=1990-01-01", "team=99999999999999999999", "from=0001-01-01&to=0001-01-02"],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_no_crash(lin: Agent, client_of: Desk, query: str) -> None:
    assert client_of(lin).get(f"/numbers?{query}").status_code in (200, 404)
    assert client_of(lin).get(f"/numbers/customer_retention?{query}").status_code in (200, 404)
    assert client_of(lin).get(f"/numbers/compared?{query}&from2=x&team2=y&kpi=z").status_code in (200, 404)


def test_the_filter_stands_in_every_link(told: Story, lin: Agent, client_of: Desk, support: Team) -> None:
    page = client_of(lin).get(f"/numbers/resolved_issues?days=7&team={support.pk}&channel=email").content.decode()
    assert f'href="/numbers?days=7&amp;team={support.pk}&amp;channel=email"' in page
    assert f"team={support.pk}&amp;channel=email" in page


def test_a_team_or_channel_leads_to_the_same_number_of_it_alone(
    told: Story, lin: Agent, client_of: Desk, support: Team
) -> None:
    page = client_of(lin).get("/numbers/resolved_issues?days=90").content.decode()
    of_team, of_channel = f"?days=90&amp;team={support.pk}", "?days=90&amp;channel=email"
    assert f'<th scope="row"><a href="{of_team}">{support.name}</a></th>' in page
    assert f'<a href="{of_channel}">E-mail</a>' in page
    both = client_of(lin).get(f"/numbers/resolved_issues?days=90&team={support.pk}").content.decode()
    assert f'<a href="{of_team}&amp;channel=email">E-mail</a>' in both


def test_the_sheet_is_what_is_on_screen(told: Story, lin: Agent, client_of: Desk) -> None:
    client = client_of(lin)
    rows = rows_of(client, "/numbers.csv?days=90")
    own = {row["kpi"]: row for row in rows if row["row"] == "period"}
    assert set(own) == {kpi.name for kpi in KPIS.values() if kpi.is_named}
    page = client.get("/numbers?days=90").content.decode()
    satisfaction = own["overall_satisfaction"]
    assert f"{satisfaction['counted']} of {satisfaction['n']} answers" in page
    assert f"{100 * float(satisfaction['value']):.0f}\u00a0%" in page
    whole = rows_of(client, "/numbers/overall_satisfaction.csv?days=90")
    assert {"series", "team", "channel", "distribution", "left out"} <= {row["row"] for row in whole}


def test_a_team_named_as_a_formula_stays_text(told: Story, lin: Agent, support: Team, client_of: Desk) -> None:
    Team.objects.filter(pk=support.pk).update(name="=HYPERLINK(1)")
    text = client_of(lin).get("/numbers/resolved_issues.csv?days=90").content.decode()
    assert "'=HYPERLINK(1)" in text


def test_what_the_screens_ask_of_the_database(
    told: Story, ada: Agent, client_of: Desk, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    client = client_of(ada)
    client.get("/numbers")
    for path, most in (
        # Which have too little in a week, and are asked again for four, hangs on the day. Three are asked what each
        # customer brought.
        ("/numbers?days=90", 12 + 8 + 3),
        ("/numbers/overall_satisfaction?days=90", 8 + 4),  # one of them what was left out
        ("/numbers/resolution_time.csv?days=90", 5 + 7),  # that it was taken is written down; hours are asked for
        ("/numbers/compared?days=90", 7 + 2 * (8 + 3)),
    ):
        with django_assert_max_num_queries(most):
            assert client.get(path).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", KPIS)
def test_measures_with_nothing_behind_them_stand_in_one_line(name: str, lin: Agent, at: datetime) -> None:
    page = kpi_page(KPIS[name], filters_of({}, lin, at=at), lin)
    result = KPIS[name].finish([])
    assert page.parts == ()
    assert [str(part.label) for part in result.parts if str(part.label) not in page.nothing_to_tell] == []
    assert bool(result.parts) == bool(page.nothing_to_tell)
    paper = paper_for(lin, name, {}, at=at)
    assert any(page.nothing_to_tell in part.words for part in paper.parts) == bool(result.parts)
