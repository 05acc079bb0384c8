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
# Teams 1 to 3 keep hours that are open a third of the time; this is what the facts call them.
HOURS = 4711
# Until and from which day of the year some customers are colleagues.
UNTIL_DAY, FROM_DAY = 180, 230

# What the rules below are made of, one row a conversation.
SEEDS = f"""
SELECT i, opened_ms, customer, channel, team, opened_by, phase, is_settled, is_reopened, reply_ms, settled_ms,
       is_ruled, is_ruled_again, settled_ms + {3 * DAY} AS reopened_ms, settled_ms + {4 * DAY} AS again_ms
FROM (
    SELECT i, opened_ms, i % 4 AS team,
           CASE WHEN (i % ({{n}} // {ROUNDS})) % 5 = 0 AND i // ({{n}} // {ROUNDS}) >= {ROUNDS // 2} THEN {{n}} + i
                ELSE i % ({{n}} // {ROUNDS}) END AS customer,
           CASE i % 5 WHEN 3 THEN 'phone' WHEN 4 THEN 'visit' ELSE 'email' END AS channel,
           CASE i % 20 WHEN 19 THEN 'us' WHEN 18 THEN 'machine' ELSE 'customer' END AS opened_by,
           CASE WHEN i % 6 = 0 THEN 'before' ELSE 'during' END AS phase,
           i % 10 <> 9 AS is_settled, i % 25 = 3 AS is_reopened,
           i % 30 = 14 AS is_ruled, i % 75 = 28 AS is_ruled_again,
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


_STANDS = "CASE WHEN is_ruled OR is_ruled_again THEN 2 WHEN is_settled THEN 1 ELSE 0 END"
_WHO = "i AS conversation, customer, channel, team"
FACTS = {
    "conversationfact": f"""
        SELECT {_WHO}, opened_ms, {_calendar("opened_ms")}, opened_by,
               CASE WHEN is_settled AND opened_by = 'customer' THEN reply_ms END AS first_reply_ms,
               CASE WHEN is_settled AND NOT is_ruled THEN settled_ms END AS first_resolved_ms,
               CASE WHEN is_reopened THEN again_ms WHEN is_settled THEN settled_ms END AS last_resolved_ms,
               CASE WHEN is_settled AND NOT is_ruled THEN (settled_ms - opened_ms) // {MINUTE} END AS first_minutes,
               CASE WHEN is_reopened THEN (again_ms - opened_ms) // {MINUTE}
                    WHEN is_settled THEN (settled_ms - opened_ms) // {MINUTE} END AS full_minutes,
               {_STANDS} AS is_resolved, CAST(is_reopened AS INTEGER) AS reopen_count,
               CASE i % 8 WHEN 1 THEN 1 WHEN 5 THEN 2 ELSE 0 END AS transfers,
               CASE WHEN is_settled AND opened_by = 'customer' THEN (reply_ms - opened_ms) // {MINUTE} END AS reply_minutes,
               CASE WHEN opened_by = 'customer' THEN 1 ELSE 0 END + CASE WHEN i % 3 <> 0 THEN 1 ELSE 0 END AS contacts,
               CASE WHEN opened_by = 'customer' AND i % 3 <> 0 AND i % 9 = 2 AND channel <> 'phone' THEN 1 ELSE 0 END
                   AS switches,
               CASE WHEN is_settled THEN reply_ms - opened_ms + CASE WHEN is_reopened THEN {DAY} ELSE 0 END ELSE 0 END
                   AS us_ms,
               CASE WHEN is_settled THEN settled_ms - reply_ms ELSE 0 END AS customer_ms
        FROM seeds""",
    "clockfact": f"""
        SELECT {_WHO}, opened_by, opened_ms, {HOURS} AS hours, (opened_ms - {START_MS}) // 3 AS opened_worked_ms,
               CASE WHEN is_settled AND opened_by = 'customer' THEN 3 + i % 17 END AS reply_minutes,
               CASE WHEN is_settled AND NOT is_ruled THEN 20 + (i * 7919) % 960 END AS first_minutes,
               CASE WHEN is_reopened THEN 20 + (i * 7919) % 960 + 480
                    WHEN is_settled THEN 20 + (i * 7919) % 960 END AS full_minutes,
               CAST(3 + i % 17 AS INTEGER) AS us_minutes, {_STANDS} AS is_resolved
        FROM seeds WHERE team > 0""",
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
               'unknown' AS outcome, by_agent
        FROM (
            SELECT *, 0 AS ordinal, settled_ms AS resolved_ms,
                   CASE WHEN is_reopened THEN reopened_ms ELSE {ENDLESS} END AS until_ms,
                   CAST(NOT is_ruled AS SMALLINT) AS by_agent FROM seeds WHERE is_settled
            UNION ALL SELECT *, 1, again_ms, {ENDLESS}, CAST(NOT is_ruled_again AS SMALLINT) FROM seeds WHERE is_reopened
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
        SELECT i AS invitation, CASE WHEN i % 8 = 2 THEN 'ces' WHEN i % 2 = 0 THEN 'csat' ELSE 'nps' END AS question,
               i AS conversation, customer,
               channel, team, offered_ms, answered_ms,
               CASE WHEN answered_ms IS NOT NULL THEN day END AS day,
               CASE WHEN answered_ms IS NOT NULL THEN week END AS week,
               CASE WHEN answered_ms IS NOT NULL THEN month END AS month,
               CASE WHEN answered_ms IS NULL THEN NULL WHEN i % 8 = 2 THEN 1 + (i // 8) % 7
                    WHEN i % 2 = 0 THEN [5, 5, 5, 4, 4, 4, 3, 2, 1, 5][(i // 8) % 10 + 1]
                    ELSE [10, 9, 10, 9, 9, 8, 7, 6, 3, 0][(i // 8) % 10 + 1] END AS answer,
               CASE WHEN answered_ms IS NULL THEN 0 ELSE 1 END AS is_last
        FROM (
            SELECT *, {_calendar("offered_ms + " + str(2 * HOUR))},
                   CASE WHEN i % 8 <= 2 THEN offered_ms + {2 * HOUR} END AS answered_ms
            FROM (SELECT *, settled_ms + {HOUR} AS offered_ms FROM seeds WHERE is_settled) asked
        ) answers""",
    "complaintfact": f"""
        SELECT {_WHO}, opened_ms AS received_ms, {_calendar("opened_ms")},
               CASE WHEN i % 200 = 7 THEN opened_ms + {10 * DAY} ELSE {ENDLESS} END AS escalated_ms
        FROM seeds WHERE i % 50 = 7""",
    "deadlinefact": f"""
        SELECT i AS deadline, {_WHO}, i % 3 AS target,
               CASE i % 3 WHEN 0 THEN 'first' WHEN 1 THEN 'next' ELSE 'resolution' END AS owed,
               CASE WHEN i % 4 = 0 THEN 'urgent' ELSE 'normal' END AS priority,
               CASE WHEN i % 11 = 3 THEN 2 WHEN i % 5 > 0 THEN 1 ELSE 0 END AS is_met, settled_ms,
               CASE WHEN i % 7 = 0 THEN 3600 ELSE 0 END AS paused_s
        FROM seeds WHERE is_settled""",
    "signalfact": f"""
        SELECT i * 5 AS touchpoint, CASE WHEN i % 14 = 0 THEN 'failure_demand' ELSE 'value_demand' END AS signal, {_WHO},
               opened_ms AS said_ms
        FROM seeds WHERE i % 7 = 0""",
    # Beside the conversations that count: a spam for each forty of them, and fewer of the others.
    "leftoutfact": """
        SELECT {n} + i AS conversation, customer, channel, team, opened_ms AS began_ms,
               CASE WHEN i % 40 = 11 THEN 'spam' WHEN i % 60 = 13 THEN 'joined' WHEN i % 90 = 17 THEN 'beside'
                    ELSE 'archived' END AS reason
        FROM seeds WHERE i % 40 = 11 OR i % 60 = 13 OR i % 90 = 17 OR i % 120 = 19""",
    "callfact": """
        SELECT i AS phone_call, CASE WHEN i % 11 = 0 THEN 0 ELSE customer END AS customer,
               CASE WHEN i % 5 > 0 THEN i ELSE 0 END AS conversation, 'phone' AS channel, team,
               CASE WHEN i % 13 = 0 THEN 'out' ELSE 'in' END AS way, opened_ms AS began_ms,
               CAST(i % 5 > 0 AS SMALLINT) AS is_answered, CAST(i % 97 > 0 AS SMALLINT) AS is_over,
               CASE WHEN i % 17 > 0 THEN CAST((i * 31) % 61 AS INTEGER) END AS rang_s,
               CASE WHEN i % 5 > 0 THEN CAST(30 + i % 400 AS INTEGER) END AS spoken_s
        FROM seeds WHERE channel = 'phone'""",
    "promisefact": f"""
        SELECT i AS promise, customer, CASE WHEN i % 9 = 0 THEN 0 ELSE i END AS conversation, channel, team,
               opened_ms AS made_ms, opened_ms + {2 * DAY} AS due_ms, CAST(i % 5 = 0 AS INTEGER) AS moved,
               CASE i % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'late' WHEN 2 THEN 'kept' ELSE 'kept' END AS state,
               CASE WHEN i % 4 = 0 THEN {ENDLESS} ELSE opened_ms + {DAY} END AS ended_ms
        FROM seeds WHERE i % 3 = 0""",
    "orderfact": f"""
        SELECT i AS placed_order, customer, 1000 + i % 9000 AS amount_cents, placed_ms, {_calendar("placed_ms")}
        FROM (
            SELECT i, customer, CASE WHEN i % 12 = 0 THEN opened_ms + {5 * DAY} ELSE opened_ms + {DAY} END AS placed_ms
            FROM seeds WHERE i % 12 = 0 OR i % 30 = 4
        ) placed""",
    # Always, until a day, from a day, or for a while and again.
    "colleaguefact": f"""
        SELECT i AS customer, ordinal, began_ms, ended_ms
        FROM (
            SELECT i, 0 AS ordinal, CASE WHEN i % 371 = 9 THEN {START_MS + FROM_DAY * DAY} ELSE 0 END AS began_ms,
                   CASE WHEN i % 371 IN (7, 11) THEN {START_MS + UNTIL_DAY * DAY} ELSE {ENDLESS} END AS ended_ms
            FROM range({{n}} // {ROUNDS}) people(i) WHERE i % 371 IN (5, 7, 9, 11)
            UNION ALL
            SELECT i, 1, {START_MS + FROM_DAY * DAY}, {ENDLESS}
            FROM range({{n}} // {ROUNDS}) people(i) WHERE i % 371 = 11
        ) stretches""",
}


def query_of(file: str, conversations: int) -> str:
    """DuckDB's SQL for the planted rows of a table; `conversations` a multiple of 3,600, so that the rules come out even."""
    if conversations % 3600:
        raise ValueError("a multiple of 3,600")
    planted = FACTS[file].replace("{n}", str(conversations))
    return f"WITH seeds AS MATERIALIZED ({SEEDS.format(n=conversations)}) {planted}"


@dataclass(frozen=True)
class Truth:
    """What the KPIs have to find over the whole year, seen from long after it."""

    conversations: int

    @cached_property
    def i(self) -> "np.ndarray[Any, Any]":
        return np.arange(self.conversations)

    @cached_property
    def settled_ms(self) -> "np.ndarray[Any, Any]":
        """When each was first settled, as if it was; from the beginning of the year."""
        return self._opened + (60 + (self.i * 7919) % 2880) * MINUTE

    @property
    def _opened(self) -> "np.ndarray[Any, Any]":
        return self.i * (DAYS * DAY // self.conversations)

    @property
    def _is_settled(self) -> "np.ndarray[Any, Any]":
        return self.i % 10 != 9

    @property
    def _is_ruled(self) -> "np.ndarray[Any, Any]":
        return self.i % 30 == 14

    @cached_property
    def _customer(self) -> "np.ndarray[Any, Any]":
        a_round = self.conversations // ROUNDS
        is_gone = ((self.i % a_round) % 5 == 0) & (self.i // a_round >= ROUNDS // 2)
        return np.where(is_gone, self.conversations + self.i, self.i % a_round)

    def _is_colleague(
        self, customer: "np.ndarray[Any, Any]", first_ms: "np.ndarray[Any, Any] | int", last_ms: Any = None
    ) -> "np.ndarray[Any, Any]":
        """Who of these was a colleague at a moment of the year, or at any from the one to before the other."""
        which = np.where(customer < self.conversations // ROUNDS, customer % 371, 0)
        last_ms = first_ms + 1 if last_ms is None else last_ms
        before, after = first_ms < UNTIL_DAY * DAY, last_ms > FROM_DAY * DAY
        always, until, since = which == 5, (which == 7) | (which == 11), (which == 9) | (which == 11)
        return always | (until & before) | (since & after)

    def _answered(self, rest: int) -> "np.ndarray[Any, Any]":
        """Who answered a question within the year: every eighth, counted from `rest`."""
        in_time = self.settled_ms + 3 * HOUR < DAYS * DAY
        return self.i[self._is_settled & (self.i % 8 == rest) & in_time]

    @cached_property
    def values(self) -> dict[str, tuple[int, int]]:
        """(counted, of how many) of what is a share."""
        i = self.i
        within = self.settled_ms < DAYS * DAY
        csat = np.array([5, 5, 5, 4, 4, 4, 3, 2, 1, 5])[(self._answered(0) // 8) % 10]
        first = self._first_asked
        first = first[~self._is_colleague(self._customer[first], self._opened[first])]
        ordered = first % 12 == 0  # their orders of other rounds lie 60 days off
        return {
            "overall_satisfaction": (int((csat >= 4).sum()), len(csat)),
            "complaint_escalation_rate": (int((i % 200 == 7).sum()), int((i % 50 == 7).sum())),
            "conversion_rate": (int(ordered.sum()), len(first)),
            "first_reply": (int((self._is_settled & (i % 20 < 18)).sum()), int((i % 20 < 18).sum())),
            "reopen_rate": (
                int(((i % 25 == 3) & within).sum()),
                int((self._is_settled & ~self._is_ruled & within).sum()),
            ),
            # Each customer's matters lie 60 days apart, and whoever writes twice does so within half an hour.
            "first_contact_resolution": (
                int((self._is_settled & ~self._is_ruled & (i % 20 < 18) & (i % 3 == 0) & (i % 25 != 3)).sum()),
                int(((i % 20 < 18) & ~self._is_ruled).sum()),
            ),
            "proactive_share": (int((i % 20 == 19).sum()), int((i % 20 != 18).sum())),
        }

    @cached_property
    def _first_asked(self) -> "np.ndarray[Any, Any]":
        """By which conversation each person first asked before buying."""
        asked = self.i[(self.i % 6 == 0) & (self.i % 20 < 18)]
        return np.asarray(asked[np.unique(self._customer[asked], return_index=True)[1]])

    @property
    def net_promoters(self) -> tuple[int, int, int]:
        """Promoters, detractors, answers."""
        asked = self._answered(1)
        asked = asked[~self._is_colleague(self._customer[asked], self.settled_ms[asked] + 3 * HOUR)]
        given = np.array([10, 9, 10, 9, 9, 8, 7, 6, 3, 0])[(asked // 8) % 10]
        return int((given >= 9).sum()), int((given <= 6).sum()), len(given)

    @property
    def resolved(self) -> int:
        """How many stand settled by a person at the end of the year: settled in it, and not open again."""
        return int((self._stands_settled & ~self._is_ruled & ~self._is_ruled_last).sum())

    @property
    def _stands_settled(self) -> "np.ndarray[Any, Any]":
        again = self.i % 25 == 3
        end = DAYS * DAY
        stands = np.where(again, (self.settled_ms + 3 * DAY >= end) | (self.settled_ms + 4 * DAY < end), True)
        return self._is_settled & (self.settled_ms < end) & stands

    @property
    def _is_ruled_last(self) -> "np.ndarray[Any, Any]":
        """Taken up again, and settled by a rule within the year."""
        return (self.i % 75 == 28) & (self.settled_ms + 4 * DAY < DAYS * DAY)

    @property
    def left_out(self) -> dict[str, dict[str, int]]:
        """KPI to reason to how many were left out of it."""
        i = self.i
        spam, joined, beside = i % 40 == 11, i % 60 == 13, i % 90 == 17
        of_conversations = {
            "spam": int(spam.sum()),
            "joined": int((joined & ~spam).sum()),
            "beside": int((beside & ~joined & ~spam).sum()),
            "archived": int(((i % 120 == 19) & ~beside & ~joined & ~spam).sum()),
        }
        ruled, last = self._is_ruled & (self.settled_ms < DAYS * DAY), self._is_ruled_last
        theirs = i % 20 < 18
        return {
            "first_reply_time": of_conversations,
            "overall_satisfaction": {name: n for name, n in of_conversations.items() if name != "joined"},
            "repeat_rate": {},
            "resolved_issues": of_conversations | {"rule": int((ruled | last).sum())},
            "reopen_rate": of_conversations | {"rule": int((ruled | last).sum())},
            "first_contact_resolution": of_conversations
            | {"rule": int((self._is_ruled & theirs).sum()), "not_theirs": int((~theirs).sum())},
            "resolution_time": of_conversations
            | {"rule": int((self._is_ruled & theirs).sum()), "rule_last": int(((i % 75 == 28) & theirs).sum())},
        }

    @property
    def active_at_the_end(self) -> int:
        end = DAYS * DAY
        again = self.i % 25 == 3
        is_open = ~self._is_settled | (self.settled_ms > end)
        is_open |= again & (self.settled_ms + 3 * DAY <= end) & (self.settled_ms + 4 * DAY > end)
        return int(is_open.sum())

    @property
    def contacts_per_need(self) -> float:
        theirs = self.i[self.i % 20 < 18]
        return float((1 + (theirs % 3 != 0)).sum() / len(theirs))

    def _heard_of(self, day: int) -> "np.ndarray[Any, Any]":
        """Customers heard of in the 90 days before a day."""
        i = self.i
        of_order = np.where(i % 12 == 0, self._opened + 5 * DAY, self._opened + DAY)
        kinds = (
            (self._opened, i % 20 < 18),
            (self._opened + 24 * MINUTE, (i % 3 != 0)),
            (of_order, (i % 12 == 0) | (i % 30 == 4)),
        )
        found = [self._customer[is_so & (ms >= (day - 90) * DAY) & (ms < day * DAY)] for ms, is_so in kinds]
        return np.unique(np.concatenate(found))

    def retained(self, from_day: int, to_day: int) -> tuple[int, int]:
        """Customers heard of in the 90 days before the one day who were so before the other too, and all of the first."""
        before, after = self._heard_of(from_day), self._heard_of(to_day)
        before = before[~self._is_colleague(before, (from_day - 90) * DAY, to_day * DAY)]
        return len(np.intersect1d(before, after)), len(before)

    def colleagues(self, from_day: int, to_day: int) -> dict[str, int]:
        """KPI to how many cases of colleagues it leaves out: over the whole year, of retention between these days."""
        asked, first = self._answered(1), self._first_asked
        answered_ms = self.settled_ms[asked] + 3 * HOUR
        cohort = self._heard_of(from_day)
        return {
            "net_promoter_score": int(self._is_colleague(self._customer[asked], answered_ms).sum()),
            "conversion_rate": int(self._is_colleague(self._customer[first], self._opened[first]).sum()),
            "customer_retention": int(self._is_colleague(cohort, (from_day - 90) * DAY, to_day * DAY).sum()),
        }

    @cached_property
    def first_minutes(self) -> "np.ndarray[Any, Any]":
        """How long the first resolution of each conversation that a customer began took; the others never end. Without those
        that a rule settled."""
        i = self.i[(self.i % 20 < 18) & ~self._is_ruled]
        minutes = 60 + (i * 7919) % 2880
        return np.sort(np.where(i % 10 != 9, minutes, 10**9))
