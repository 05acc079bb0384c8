"""Do we keep what we promise?"""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from rung.insight import kpi
from rung.insight.engine import Row
from rung.insight.kpi import Excluded, Measure, Result, share, total
from rung.insight.resampling import by_customer
from rung.insight.statistics import mean_of_counts

# `kind_of` 0: promises due; 1: made; 2: conversations opened.
STATEMENT = """
SELECT span, team, channel, kind_of, state, SUM(one_n) AS promises, SUM(was_moved) AS moved
FROM (
    SELECT s.span AS span, p.team AS team, p.channel AS channel, 0 AS kind_of, p.state AS state, 1 AS one_n,
           CASE WHEN p.moved > 0 THEN 1 ELSE 0 END AS was_moved
    FROM :spans s CROSS JOIN insight_promisefact p
    WHERE p.due_ms >= s.from_ms AND p.due_ms < s.to_ms AND p.due_ms <= :now_ms
    UNION ALL
    SELECT s.span AS span, p.team AS team, p.channel AS channel, 1,
           CASE WHEN p.due_ms >= s.to_ms OR p.due_ms > :now_ms THEN 'later' ELSE '' END, 1, 0
    FROM :spans s CROSS JOIN insight_promisefact p
    WHERE p.made_ms >= s.from_ms AND p.made_ms < s.to_ms
    UNION ALL
    SELECT s.span AS span, c.team AS team, c.channel AS channel, 2, '', 1, 0
    FROM :spans s CROSS JOIN insight_conversationfact c
    WHERE c.opened_ms >= s.from_ms AND c.opened_ms < s.to_ms
) promised
WHERE :scope
GROUP BY span, team, channel, kind_of, state
"""

BEHIND = """
SELECT conversation, due_ms AS moment_ms, state, CASE WHEN p.state = 'kept' THEN 1 ELSE 0 END AS is_kept
FROM insight_promisefact p CROSS JOIN :spans s
WHERE p.conversation > 0 AND p.due_ms >= s.from_ms AND p.due_ms < s.to_ms AND p.due_ms <= :now_ms AND :scope
ORDER BY is_kept, due_ms DESC, conversation
LIMIT :most
"""

CLUSTERS = by_customer("""
    SELECT s.span AS span, p.team AS team, p.channel AS channel, p.customer AS customer,
           CASE WHEN p.state = 'kept' THEN 1 ELSE 0 END AS amount, 1 AS one_n
    FROM :spans s CROSS JOIN insight_promisefact p
    WHERE p.due_ms >= s.from_ms AND p.due_ms < s.to_ms AND p.due_ms <= :now_ms
""")


def finish(rows: Sequence[Row]) -> Result:
    due, made, opened = ([row for row in rows if row["kind_of"] == which] for which in (0, 1, 2))
    n, noun = total(due, "promises"), _("promises due")

    def standing(*states: str) -> int:
        return total([row for row in due if row["state"] in states], "promises")

    cases, promised = total(opened, "promises"), total(made, "promises")
    # As if no conversation held two: the interval is a little wide where one does.
    once = min(promised, cases)
    rate = mean_of_counts([(1.0, once), (0.0, cases - once)]) if cases else None
    return Result(
        headline=share(_("Kept in time"), standing("kept"), n, noun=noun),
        parts=(
            share(_("Kept, but late"), standing("late"), n, noun=noun),
            share(_("Broken, and said to be"), standing("broken"), n, noun=noun),
            share(_("Past its date, and nobody said anything"), standing("open"), n, noun=noun),
            share(_("Given another date before, by agreement"), total(due, "moved"), n, noun=noun),
        ),
        counter=Measure(
            _("Promises made for each conversation opened"), "mean", cases, rate, _("conversations opened")
        ),
        excluded=(
            Excluded(
                _("made in the period, and not due in it"),
                total([row for row in made if row["state"] == "later"], "promises"),
            ),
        ),
    )


def _remark(row: Row) -> str:
    words = {
        "kept": _("kept"), "late": _("kept late"), "broken": _("broken"), "open": _("past its date"),
    }  # fmt: skip
    return words.get(str(row["state"]), str(row["state"]))


KPI = kpi.KPI(
    name="promise_kept_rate",
    order=30,
    title=lazy("Promise-kept rate"),
    question=lazy("Of the promises with a date that came due, how many were kept by then?"),
    population=lazy("Promises to customers that somebody here noted with a date, due in the period."),
    unit="share",
    unit_words=lazy("per cent: kept by their date, divided by all that came due"),
    clock=lazy("The date last agreed. Counted for the day the promise came due, with all that is known now."),
    exclusions=(
        lazy("Promises not due yet."),
        lazy("Promises taken back because they were noted by mistake, and those made under Spam."),
        lazy("Promises nobody noted: they are broken as well, and nobody can count them."),
    ),
    uncertainty=lazy(
        "Wilson’s 95 % interval; where customers count more than once, at each end whichever reaches further of it and"
        " 2,000 draws of whole customers (cluster bootstrap)."
    ),
    counter_metric=lazy("Promises made for each conversation opened: who promises nothing breaks nothing."),
    outcome=lazy("Customers can rely on what we say."),
    side="customers",
    unmeasured=lazy("no promise with a date came due in this period."),
    better="more",
    statement=STATEMENT,
    left_out="",
    clusters=CLUSTERS,
    finish=finish,
    behind=BEHIND,
    behind_words=lazy("Those not kept first."),
    remark=_remark,
    is_named=False,
)
