"""What is left out of a number, with counts: asked on the page of one number only, so that no overview waits for it.

Spam, and what was merged into another, have no facts that any number could count. What they would have been stands in
`LeftOutFact`. What a rule settled has facts, and the numbers that leave it out say so themselves.
"""

import re
from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy

from rung.insight.engine import Row

# A row for each reason, of conversations begun in the period.
OF_CONVERSATIONS = """
SELECT reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_leftoutfact[:earliest_ms, :latest_ms] x
WHERE x.began_ms >= s.from_ms AND x.began_ms < s.to_ms AND :scope
GROUP BY reason
"""

# The same without "joined": a bad answer must not leave the numbers by merging what it was about.
OF_ANSWERS = """
SELECT reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_leftoutfact[:earliest_ms, :latest_ms] x
WHERE x.reason <> 'joined' AND x.began_ms >= s.from_ms AND x.began_ms < s.to_ms AND :scope
GROUP BY reason
"""

# Settlings in the period that no person declared.
_BY_RULE = """
UNION ALL
SELECT 'rule' AS reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_resolutionfact[:earliest_ms, :latest_ms] r
WHERE r.by_agent = 0 AND r.resolved_ms >= s.from_ms AND r.resolved_ms < s.to_ms AND :scope
"""
WITH_SETTLED_BY_RULE = OF_CONVERSATIONS + _BY_RULE
WITH_STANDING_BY_RULE = WITH_SETTLED_BY_RULE + "  AND r.reopened_ms >= s.to_ms\n"

# Calls to be left out of what is told of those offered to us.
OF_CALLS = """
SELECT CASE WHEN k.way = 'in' THEN 'ringing' ELSE 'made' END AS reason, COUNT(*) AS cases
FROM :spans s CROSS JOIN insight_callfact[:earliest_ms, :latest_ms] k
WHERE (k.way <> 'in' OR (k.is_over = 0 AND k.is_answered = 0))
  AND k.began_ms >= s.from_ms AND k.began_ms < s.to_ms AND :scope
GROUP BY CASE WHEN k.way = 'in' THEN 'ringing' ELSE 'made' END
"""

WORDS: dict[str, str | Promise] = {
    "spam": lazy("spam"),
    "joined": lazy("merged into another conversation: that one counts, from the earliest word"),
    "beside": lazy("our own questions to others beside a conversation"),
    "archived": lazy("history brought over from elsewhere and not taken up again"),
    "not_theirs": lazy("conversations we or a machine began"),
    "made": lazy("calls we made"),
    "ringing": lazy("calls of which no more was heard: neither answered nor over"),
    "rule": lazy("settled by a rule and not by a person"),
    "rule_last": lazy("taken up again, and settled by a rule in the end: left out of the full time"),
}
_BY_DEFINITION = (
    lazy("Spam, and what was merged into another conversation: that one counts, from the earliest word."),
    lazy("Our own questions to others beside a conversation, and history brought over until it is taken up again."),
)
_OF_ANSWERS_BY_DEFINITION = (
    lazy(
        "Spam. What was answered about a conversation that has joined another since is not left out: it stands as given."
    ),
    _BY_DEFINITION[1],
)
_NOT_LEFT_OUT = lazy(
    "How many of each there are is told by the day they began. Counted all the same: what people forgotten at their wish"
    " did, without a word of theirs; conversations that wait for one other, as in an outage, and that one too."
)
_COLLEAGUES_COUNT = lazy(
    "Colleagues who are customers of ours count as well: what is done for them is to be done as for anybody."
)
_COLLEAGUES_DO_NOT = lazy(
    "Who is a colleague is told from when they were first met as one, or else from when it was said of them: until then they"
    " count as somebody outside."
)
COLLEAGUES = "insight_colleaguefact"
"""What a statement reads that leaves them out (see `outsiders`)."""
_NAMED = re.compile(r"'(\w+)' AS reason")


def by_definition(statement: str) -> tuple[str | Promise, ...]:
    """In words, what the statement counts."""
    if statement in ("", OF_CALLS):
        return ()
    return _OF_ANSWERS_BY_DEFINITION if statement == OF_ANSWERS else _BY_DEFINITION


def not_left_out(statement: str) -> tuple[str | Promise, ...]:
    """In words, what a number counts that one might take for left out."""
    return _NOT_LEFT_OUT, _COLLEAGUES_DO_NOT if COLLEAGUES in statement else _COLLEAGUES_COUNT


def counted(statement: str, rows: Sequence[Row]) -> tuple[tuple[str | Promise, int], ...]:
    """What was left out and how many of it, from the rows of a statement: also those of which there were none, but for
    what most never have."""
    found: dict[str, int] = {}
    for row in rows:
        found[str(row["reason"])] = found.get(str(row["reason"]), 0) + int(row["cases"] or 0)
    always = {OF_ANSWERS: ("spam",), OF_CALLS: ("made", "ringing")}.get(statement, ("spam", "joined"))
    reasons = dict.fromkeys([*always, *_NAMED.findall(statement), *(name for name in WORDS if name in found), *found])
    return tuple((WORDS.get(name, name), found.get(name, 0)) for name in reasons)
