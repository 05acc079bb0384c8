"""A company's own KPI: a file in a folder, found by itself, under the same guards."""

from pathlib import Path

import pytest

from rung.accounts.models import Agent
from rung.insight.access import Scope
from rung.insight.kpis import KPIS
from rung.insight.own import load
from rung.insight.pages import overview
from rung.insight.periods import Period
from rung.insight.reckoning import behind, reckon
from tests.cast import Desk
from tests.insight.conftest import DAY, Story

ASKED_BY_NIGHT = '''"""How many customers write to us first by letter post?"""

from rung.insight import kpi
from rung.insight.kpi import Excluded, Result, share, total


def finish(rows):
    n = total(rows, "conversations")
    return Result(
        headline=share("Begun by e-mail", total(rows, "letters"), n, noun="conversations"),
        counter=share("By anything else", n - total(rows, "letters"), n, noun="conversations"),
        excluded=(Excluded("conversations we began", total(rows, "ours")),),
    )


KPI = kpi.KPI(
    name="by_letter",
    order=101,
    title="Begun by e-mail",
    question="Of all conversations customers began, how many began by e-mail?",
    population="Conversations customers began in the period.",
    unit="share",
    unit_words="per cent of these conversations",
    clock="The day of the opening.",
    exclusions=("Conversations we began ourselves.",),
    uncertainty="Wilson's 95 % interval.",
    counter_metric="The share begun by anything else.",
    outcome="People write as they like.",
    side="customers",
    unmeasured="no customer began a conversation.",
    better="neither",
    statement="""
SELECT span, team, channel, SUM(is_theirs) AS conversations, SUM(is_theirs * is_letter) AS letters,
       SUM(1 - is_theirs) AS ours
FROM (
    SELECT s.span AS span, c.team AS team, c.channel AS channel,
           CASE WHEN c.opened_by = 'customer' THEN 1 ELSE 0 END AS is_theirs,
           CASE WHEN c.channel = 'email' THEN 1 ELSE 0 END AS is_letter
    FROM :spans s CROSS JOIN insight_conversationfact c
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) begun
WHERE :scope
GROUP BY span, team, channel
""",
    finish=finish,
    behind="""
SELECT conversation, opened_ms AS moment_ms
FROM insight_conversationfact c CROSS JOIN :spans s
WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms AND :scope
ORDER BY opened_ms DESC
LIMIT :most
""",
    behind_words="The latest first.",
    remark=lambda row: "begun",
)
'''


def put(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_file_in_the_folder_is_a_kpi(tmp_path: Path, story: Story) -> None:
    put(tmp_path, "by_letter.py", ASKED_BY_NIGHT)
    put(tmp_path, "_shared.py", "raise RuntimeError")
    found, refused = load(tmp_path, taken=KPIS)
    assert ([kpi.name for kpi in found], refused) == (["by_letter"], [])
    for _ in range(6):
        story.writes(story.person(), 2)
    story.folded(5)
    period = Period(story.start.date(), story.moment(4).date() - DAY, story.moment(5))
    result = reckon(found[0], period, Scope(None)).result
    assert (result.headline.n, result.headline.count) == (6, 6)
    assert len(behind(found[0], period, Scope(None), most=9)) == 6
    # The guards of what may be told are those of the product's own.
    assert reckon(found[0], period, Scope((99,))).result.headline.told is None


@pytest.mark.parametrize(
    ("changed", "by", "why"),
    [
        ('    clock="The day of the opening.",\n', "", "clock"),
        ('clock="The day of the opening."', 'clock=" "', "clock"),
        (" AND :scope\nORDER", "\nORDER", "no :scope"),
        ("SUM(1 - is_theirs) AS ours", "AVG(1 - is_theirs) AS ours", "AVG"),
        ("GROUP BY span, team, channel\n", "GROUP BY span, team, channel; DROP TABLE insight_orderfact\n", ";"),
        ("        counter=share(", "        counter=None and share(", "counter-metric"),
        ('name="by_letter"', 'name="overall_satisfaction"', "already"),
        ('name="by_letter"', 'name="by_pigeon"', "declares by_pigeon"),
        ("first by letter post?", "first by letter post.", "does not ask"),
        ("KPI = kpi.KPI(", "OTHER = kpi.KPI(", "declares no KPI"),
        ("from rung.insight import kpi\n", "from rung.insight import nothing\n", "ImportError"),
        ("def finish(rows):", "def finish(rows:", "SyntaxError"),
    ],
)
def test_a_file_that_does_not_pass_the_guards_is_left_out_and_named(
    tmp_path: Path, changed: str, by: str, why: str
) -> None:
    assert changed in ASKED_BY_NIGHT
    put(tmp_path, "by_letter.py", ASKED_BY_NIGHT.replace(changed, by))
    found, refused = load(tmp_path, taken=KPIS)
    assert (found, [each.file for each in refused]) == ([], ["by_letter.py"])
    assert why in refused[0].why


@pytest.mark.parametrize(
    ("changed", "by", "why"),
    [
        ("c.channel = 'email'", "c.chanel = 'email'", "chanel"),
        ("    n = total(rows", "    8 / (1 - len(rows))\n    n = total(rows", "ZeroDivisionError"),
    ],
)
def test_a_file_that_goes_wrong_over_the_facts_takes_no_other_number_with_it(
    tmp_path: Path, story: Story, lin: Agent, client_of: Desk, monkeypatch: pytest.MonkeyPatch,
    changed: str, by: str, why: str,
) -> None:  # fmt: skip
    put(tmp_path, "by_letter.py", ASKED_BY_NIGHT.replace(changed, by))
    found, refused = load(tmp_path, taken=KPIS)
    assert (len(found), refused) == (1, [])
    monkeypatch.setitem(KPIS, "by_letter", found[0])
    for _ in range(6):
        story.writes(story.person(), -1)
    story.folded(0)
    page = client_of(lin)
    days = f"?from={(story.start - DAY).date()}&to={story.start.date()}"
    for path in ("/numbers", "/numbers/by_letter"):
        told = page.get(path + days)
        assert told.status_code == 200
        assert "kpis/by_letter.py went wrong" in told.content.decode()
        assert why in told.content.decode()
    assert "Overall satisfaction" in page.get("/numbers").content.decode()
    for path in (
        "/numbers.csv",
        "/numbers.parquet",
        "/numbers/by_letter.csv",
        "/numbers/compared",
        "/reports/numbers.pdf",
    ):
        assert page.get(path + days).status_code == 200, path


def test_who_keeps_the_settings_reads_why_a_file_is_left_out(
    tmp_path: Path, root: Agent, ada: Agent, client_of: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "by_letter.py", "def half(")
    monkeypatch.setattr(overview, "REFUSED", load(tmp_path, taken=KPIS)[1])
    assert "kpis/by_letter.py is left out: SyntaxError" in client_of(root).get("/numbers").content.decode()
    assert "by_letter.py" not in client_of(ada).get("/numbers").content.decode()


def test_no_folder_is_no_fault(tmp_path: Path) -> None:
    assert load(tmp_path / "nothing", taken=()) == ([], [])


def test_the_example_of_the_documents_is_a_kpi(tmp_path: Path, story: Story) -> None:
    page = Path(__file__).parents[2] / "docs" / "operate" / "own-numbers.md"
    example = page.read_text(encoding="utf-8").partition("```python\n")[2].partition("```")[0]
    put(tmp_path, "by_phone.py", example)
    found, refused = load(tmp_path, taken=KPIS)
    assert ([kpi.name for kpi in found], refused) == (["by_phone"], [])
    for _ in range(6):
        story.writes(story.person(), 2)
    story.folded(5)
    period = Period(story.start.date(), story.moment(4).date() - DAY, story.moment(5))
    result = reckon(found[0], period, Scope(None)).result
    assert (result.failed, result.headline.n, result.headline.count) == ("", 6, 0)
    assert behind(found[0], period, Scope(None), most=9) == []
