"""A company whose numbers are known before anybody counts them: facts planted by arithmetic on a conversation's number.

The SQL is DuckDB's own and makes a million conversations in seconds; `Truth` says in numpy, from the same rules and without
the facts, what the KPIs have to find. One year of 360 days; a conversation each 360 days / n, six for each customer.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from rung.insight.models import ENDLESS

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
START_MS = 1_735_689_600_000  # 2025-01-01
DAYS = 360
END_MS = START_MS + DAYS * DAY
ROUNDS = 6

# What the rules below are made of, one row a conversation.
SEEDS = f"""
SELECT i, opened_ms, customer, channel, team, opened_by, phase, is_settled, is_reopened, reply_ms, settled_ms,
       settled_ms + {3 * DAY} AS reopened_ms, settled_ms + {4 * DAY} AS again_ms
FROM (
    SELECT i, opened_ms, i % 4 AS team,
           CASE WHEN (i % ({{n}} // {ROUNDS})) % 5 = 0 AND i // ({{n}} // {ROUNDS}) >= {ROUNDS // 2} THEN {{n}} + i
                ELSE i % ({{n}} // {ROUNDS}) END AS customer,
           CASE i % 5 WHEN 3 THEN 'phone' WHEN 4 THEN 'visit' ELSE 'email' END AS channel,
           CASE i % 20 WHEN 19 THEN 'us' WHEN 18 THEN 'machine' ELSE 'customer' END AS opened_by,
           CASE WHEN i % 6 = 0 THEN 'before' ELSE 'during' END AS phase,
           i % 10 <> 9 AS is_settled, i % 25 = 3 AS is_reopened,
           opened_ms + (10 + i % 50) * {MINUTE} AS reply_ms,
           opened_ms + (60 + (i * 7919) % 2880) * {MINUTE} AS settled_ms
    FROM (SELECT i, {START_MS} + i * ({DAYS * DAY} // {{n}}) AS opened_ms FROM range({{n}}) r(i)) numbered
) ruled
"""


def _calendar(ms: str) -> str:
    """`facts.calendar` in DuckDB's words."""
    moment = f"make_timestamp(({ms}) * 1000)"
    return (
        f"CAST(({ms}) // {DAY} AS INTEGER) AS day, CAST((({ms}) // {DAY} + 3) // 7 AS INTEGER) AS week,"
        f" CAST((year({moment}) - 1970) * 12 + month({moment}) - 1 AS INTEGER) AS month"
    )


_WHO = "i AS conversation, customer, channel, team"
FACTS = {
    "conversationfact": f"""
        SELECT {_WHO}, opened_ms, {_calendar("opened_ms")}, opened_by,
               CASE WHEN is_settled AND opened_by = 'customer' THEN reply_ms END AS first_reply_ms,
               CASE WHEN is_settled THEN settled_ms END AS first_resolved_ms,
               CASE WHEN is_reopened THEN again_ms WHEN is_settled THEN settled_ms END AS last_resolved_ms,
               CASE WHEN is_settled THEN (settled_ms - opened_ms) // {MINUTE} END AS first_minutes,
               CASE WHEN is_reopened THEN (again_ms - opened_ms) // {MINUTE}
                    WHEN is_settled THEN (settled_ms - opened_ms) // {MINUTE} END AS full_minutes,
               CAST(is_settled AS SMALLINT) AS is_resolved, CAST(is_reopened AS INTEGER) AS reopen_count,
               CASE i % 8 WHEN 1 THEN 1 WHEN 5 THEN 2 ELSE 0 END AS transfers,
               CASE WHEN is_settled AND opened_by = 'customer' THEN (reply_ms - opened_ms) // {MINUTE} END AS reply_minutes,
               CASE WHEN opened_by = 'customer' THEN 1 ELSE 0 END + CASE WHEN i % 3 <> 0 THEN 1 ELSE 0 END AS contacts,
               CASE WHEN opened_by = 'customer' AND i % 3 <> 0 AND i % 9 = 2 AND channel <> 'phone' THEN 1 ELSE 0 END
                   AS switches,
               CASE WHEN is_settled THEN reply_ms - opened_ms + CASE WHEN is_reopened THEN {DAY} ELSE 0 END ELSE 0 END
                   AS us_ms,
               CASE WHEN is_settled THEN settled_ms - reply_ms ELSE 0 END AS customer_ms
        FROM seeds""",
    "spellfact": f"""
        SELECT {_WHO}, ordinal, turn, opened_ms, began_ms, ended_ms
        FROM (
            SELECT *, 0 AS ordinal, 'us' AS turn, opened_ms AS began_ms,
                   CASE WHEN is_settled THEN reply_ms ELSE {ENDLESS} END AS ended_ms FROM seeds
            UNION ALL SELECT *, 1, 'customer', reply_ms, settled_ms FROM seeds WHERE is_settled
            UNION ALL SELECT *, 2, 'us', reopened_ms, again_ms FROM seeds WHERE is_reopened
        ) spells""",
    "resolutionfact": f"""
        SELECT {_WHO}, ordinal, resolved_ms, {_calendar("resolved_ms")}, until_ms AS reopened_ms,
               'unknown' AS outcome, 1 AS by_agent
        FROM (
            SELECT *, 0 AS ordinal, settled_ms AS resolved_ms,
                   CASE WHEN is_reopened THEN reopened_ms ELSE {ENDLESS} END AS until_ms FROM seeds WHERE is_settled
            UNION ALL SELECT *, 1, again_ms, {ENDLESS} FROM seeds WHERE is_reopened
        ) resolutions""",
    "touchpointfact": f"""
        SELECT i * 5 + nth AS touchpoint, i AS conversation, customer,
               CASE WHEN nth = 2 AND i % 9 = 2 THEN 'phone' ELSE channel END AS channel, team,
               CASE WHEN is_in THEN 'in' ELSE 'out' END AS direction,
               CASE WHEN nth = 0 THEN phase WHEN nth = 4 THEN 'after' ELSE 'during' END AS phase,
               CAST(is_in AND (nth > 0 OR opened_by = 'customer') AS SMALLINT) AS is_contact,
               occurred_ms, {_calendar("occurred_ms")}
        FROM (
            SELECT s.*, nth, opened_ms + nth * 12 * {MINUTE} AS occurred_ms,
                   CASE nth WHEN 0 THEN opened_by <> 'us' WHEN 2 THEN i % 3 <> 0 ELSE false END AS is_in
            FROM seeds s CROSS JOIN range(5) t(nth)
        ) touches""",
    "answerfact": f"""
        SELECT i AS invitation, CASE WHEN i % 2 = 0 THEN 'csat' ELSE 'nps' END AS question, i AS conversation, customer,
               channel, team, offered_ms, answered_ms,
               CASE WHEN answered_ms IS NOT NULL THEN day END AS day,
               CASE WHEN answered_ms IS NOT NULL THEN week END AS week,
               CASE WHEN answered_ms IS NOT NULL THEN month END AS month,
               CASE WHEN answered_ms IS NULL THEN NULL
                    WHEN i % 2 = 0 THEN [5, 5, 5, 4, 4, 4, 3, 2, 1, 5][(i // 8) % 10 + 1]
                    ELSE [10, 9, 10, 9, 9, 8, 7, 6, 3, 0][(i // 8) % 10 + 1] END AS answer,
               CASE WHEN answered_ms IS NULL THEN 0 ELSE 1 END AS is_last
        FROM (
            SELECT *, {_calendar("offered_ms + " + str(2 * HOUR))},
                   CASE WHEN i % 8 <= 1 THEN offered_ms + {2 * HOUR} END AS answered_ms
            FROM (SELECT *, settled_ms + {HOUR} AS offered_ms FROM seeds WHERE is_settled) asked
        ) answers""",
    "complaintfact": f"""
        SELECT {_WHO}, opened_ms AS received_ms, {_calendar("opened_ms")},
               CASE WHEN i % 200 = 7 THEN opened_ms + {10 * DAY} ELSE {ENDLESS} END AS escalated_ms
        FROM seeds WHERE i % 50 = 7""",
    "orderfact": f"""
        SELECT i AS placed_order, customer, 1000 + i % 9000 AS amount_cents, placed_ms, {_calendar("placed_ms")}
        FROM (
            SELECT i, customer, CASE WHEN i % 12 = 0 THEN opened_ms + {5 * DAY} ELSE opened_ms + {DAY} END AS placed_ms
            FROM seeds WHERE i % 12 = 0 OR i % 30 = 4
        ) placed""",
}


def query_of(file: str, conversations: int) -> str:
    """DuckDB's SQL for the planted rows of a table; `conversations` a multiple of 3,600, so that the rules come out even."""
    if conversations % 3600:
        raise ValueError("a multiple of 3,600")
    return f"WITH seeds AS MATERIALIZED ({SEEDS.format(n=conversations)}) {FACTS[file]}"


@dataclass(frozen=True)
class Truth:
    """What the KPIs have to find over the whole year, seen from long after it."""

    conversations: int

    @cached_property
    def i(self) -> "np.ndarray[Any, Any]":
        return np.arange(self.conversations)

    @cached_property
    def values(self) -> dict[str, tuple[int, int]]:
        """(counted, of how many) of each KPI's headline that is a share."""
        i, n = self.i, self.conversations
        a_round = n // ROUNDS
        settled = i % 10 != 9
        csat = i[settled & (i % 8 == 0)]
        nps = i[settled & (i % 8 == 1)]
        pattern = np.array([5, 5, 5, 4, 4, 4, 3, 2, 1, 5])
        opened = i * (DAYS * DAY // n)
        replied = settled & (i % 20 < 18)
        # An answer falls into the year when its conversation was settled early enough in it.
        answered = opened + (60 + (i * 7919) % 2880) * MINUTE + 3 * HOUR < DAYS * DAY
        settled_within = opened + (60 + (i * 7919) % 2880) * MINUTE < DAYS * DAY
        kept_csat = csat[answered[csat]]
        before = i[(i % 6 == 0) & (i % 20 < 18)]
        silent = (before % a_round) % 5 == 0
        person = np.where(silent & (before // a_round >= ROUNDS // 2), n + before, before % a_round)
        first = before[np.unique(person, return_index=True)[1]]
        return {
            "overall_satisfaction": (int((pattern[(kept_csat // 8) % 10] >= 4).sum()), len(kept_csat)),
            "complaint_escalation_rate": (int((i % 200 == 7).sum()), int((i % 50 == 7).sum())),
            "first_reply_share": (int(replied.sum()), int((i % 20 < 18).sum())),
            "nps_answers": (int(answered[nps].sum()), len(nps)),
            "resolved_issues": (int((settled & settled_within).sum()), n),
            "asked_before": (len(first), len(before)),
            "active_at_the_end": (int((~settled).sum()), n),
        }

    @cached_property
    def first_minutes(self) -> "np.ndarray[Any, Any]":
        """How long the first resolution of each conversation that a customer began took; the others never end."""
        i = self.i[self.i % 20 < 18]
        minutes = 60 + (i * 7919) % 2880
        return np.sort(np.where(i % 10 != 9, minutes, 10**9))
