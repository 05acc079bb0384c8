"""What somebody who knows DuckDB and the questions would write for the same answers, over the same files.

One stretch of time, written as numbers; DuckDB's own functions wherever one is faster or shorter; no words that other
engines would have to understand. Each gives the rows that the KPI's statement gives, column by column: the bench compares
them, so that neither side is fast by answering less.
"""

from collections.abc import Callable

DAY = 86_400_000


def by_hand(source: Callable[[str], str], from_ms: int, to_ms: int, now_ms: int) -> dict[str, str]:
    """KPI to SQL. `source` gives the table function over the files of a table of facts."""
    when = f"BETWEEN {from_ms} AND {to_ms - 1}"
    week, month, quarter = 7 * DAY, 30 * DAY, 90 * DAY
    answers, resolutions, conversations = source("answerfact"), source("resolutionfact"), source("conversationfact")
    complaints, spells = source("complaintfact"), source("spellfact")
    touchpoints, orders, colleagues = source("touchpointfact"), source("orderfact"), source("colleaguefact")
    return {
        "overall_satisfaction": f"""
            SELECT team, channel, sum(columns(* EXCLUDE (team, channel)))
            FROM (
                SELECT team, channel, count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer = 1) AS ones,
                       count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer = 2) AS twos,
                       count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer = 3) AS threes,
                       count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer = 4) AS fours,
                       count(*) FILTER (answered_ms {when} AND is_last = 1 AND answer = 5) AS fives,
                       count(*) FILTER (answered_ms {when} AND is_last = 0) AS superseded,
                       count(*) FILTER (offered_ms {when}) AS invited,
                       count(answered_ms) FILTER (offered_ms {when}) AS responded,
                       count(*) FILTER (offered_ms {when} AND is_last = 1) AS responded_last,
                       count(*) FILTER (offered_ms {when} AND is_last = 1 AND answer >= 4) AS responded_well, 0 AS resolved
                FROM {answers} WHERE question = 'csat' AND offered_ms < {to_ms} GROUP BY ALL
                UNION ALL
                SELECT team, channel, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*)
                FROM {resolutions} WHERE resolved_ms {when} GROUP BY ALL)
            GROUP BY ALL""",
        "net_promoter_score": f"""
            WITH asked AS (
                SELECT a.*, g.customer IS NOT NULL AS inside, o.customer IS NOT NULL AS inside_then FROM {answers} a
                LEFT JOIN {colleagues} g ON g.customer = a.customer AND answered_ms BETWEEN g.began_ms AND g.ended_ms - 1
                LEFT JOIN {colleagues} o ON o.customer = a.customer AND offered_ms BETWEEN o.began_ms AND o.ended_ms - 1
                WHERE question = 'nps' AND offered_ms < {to_ms} AND (offered_ms >= {from_ms} OR answered_ms {when}))
            SELECT team, channel, count(*) FILTER (answered_ms {when} AND NOT inside AND is_last = 1 AND answer >= 9)
                       AS promoters,
                   count(*) FILTER (answered_ms {when} AND NOT inside AND is_last = 1 AND answer BETWEEN 7 AND 8)
                       AS passives,
                   count(*) FILTER (answered_ms {when} AND NOT inside AND is_last = 1 AND answer <= 6) AS detractors,
                   count(*) FILTER (answered_ms {when} AND NOT inside AND is_last = 0) AS superseded,
                   count(*) FILTER (answered_ms {when} AND inside) AS inside,
                   count(*) FILTER (offered_ms {when} AND NOT inside_then) AS invited,
                   count(answered_ms) FILTER (offered_ms {when} AND NOT inside_then) AS responded
            FROM asked GROUP BY ALL""",
        "complaint_escalation_rate": f"""
            SELECT team, channel, sum(columns(* EXCLUDE (team, channel)))
            FROM (
                SELECT team, channel, count(*) AS complaints,
                       count(*) FILTER (escalated_ms < received_ms + {month}) AS escalated,
                       count(*) FILTER (escalated_ms BETWEEN received_ms + {month} AND {now_ms}) AS later, 0 AS opened
                FROM {complaints} WHERE received_ms {when} GROUP BY ALL
                UNION ALL
                SELECT team, channel, 0, 0, 0, count(*) FROM {conversations} WHERE opened_ms {when} GROUP BY ALL)
            GROUP BY ALL""",
        "resolution_time": f"""
            SELECT team, channel, whole, minutes,
                   least(open_ms, (SELECT max(full_minutes) * 60000::BIGINT + 1 FROM {conversations} WHERE opened_ms {when}))
                       AS age_ms, opened_by = 'us' AS by_us, max(open_ms) AS oldest_ms, count(*) AS conversations,
                   0 AS reopened, 0 AS us_ms, 0 AS customer_ms
            FROM (SELECT *, unnest(if(opened_by = 'customer', [0, 1], [2])) AS whole,
                         unnest(if(opened_by = 'customer',
                                   [if(is_resolved = 0, ifnull(first_minutes, -1), first_minutes),
                                    CASE is_resolved WHEN 0 THEN -1 WHEN 1 THEN full_minutes END], [0])) AS minutes,
                         unnest(if(opened_by = 'customer', [if(first_minutes IS NULL, {now_ms} - opened_ms, 0),
                                                           if(is_resolved = 1, 0, {now_ms} - opened_ms)], [0])) AS open_ms
                  FROM {conversations} WHERE opened_ms {when})
            WHERE minutes IS NOT NULL
            GROUP BY ALL
            UNION ALL
            SELECT team, channel, 3, 0, 0, 0, 0, count(*), count(*) FILTER (reopen_count > 0), sum(us_ms), sum(customer_ms)
            FROM {conversations} WHERE opened_by = 'customer' AND first_resolved_ms IS NOT NULL AND opened_ms {when}
            GROUP BY ALL""",
        "active_issues": f"""
            SELECT team, channel, max(lasted_ms) AS lasted_ms, sum(columns(* EXCLUDE (team, channel, lasted_ms)))
            FROM (
                SELECT team, channel, {to_ms - from_ms} AS lasted_ms,
                       count(*) FILTER (ended_ms > {to_ms} AND turn = 'us') AS ours,
                       count(*) FILTER (ended_ms > {to_ms} AND turn = 'customer') AS theirs,
                       count(*) FILTER (ended_ms > {to_ms} AND opened_ms > {to_ms - DAY}) AS under_1,
                       count(*) FILTER (ended_ms > {to_ms} AND opened_ms BETWEEN {to_ms - 3 * DAY + 1} AND {to_ms - DAY})
                           AS under_3,
                       count(*) FILTER (ended_ms > {to_ms} AND opened_ms BETWEEN {to_ms - week + 1} AND {to_ms - 3 * DAY})
                           AS under_7,
                       count(*) FILTER (ended_ms > {to_ms} AND opened_ms BETWEEN {to_ms - month + 1} AND {to_ms - week})
                           AS under_30,
                       count(*) FILTER (ended_ms > {to_ms} AND opened_ms <= {to_ms - month}) AS older,
                       sum(least(ended_ms, {to_ms}) - greatest(began_ms, {from_ms})) AS open_ms,
                       0 AS opened, 0 AS settled, 0 AS settled_ms, 0 AS resolutions, 0 AS reopened, 0 AS stood
                FROM {spells} WHERE began_ms <= {to_ms} AND ended_ms > {from_ms} GROUP BY ALL
                UNION ALL
                SELECT team, channel, {to_ms - from_ms}, 0, 0, 0, 0, 0, 0, 0, 0, count(*) FILTER (opened_ms {when}),
                       count(*) FILTER (is_resolved <> 0 AND last_resolved_ms {when}),
                       ifnull(sum(us_ms + customer_ms) FILTER (is_resolved <> 0 AND last_resolved_ms {when}), 0), 0, 0, 0
                FROM {conversations} WHERE opened_ms < {to_ms} GROUP BY ALL
                UNION ALL
                SELECT team, channel, {to_ms - from_ms}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, count(*),
                       count(*) FILTER (reopened_ms <= {now_ms}), count(*) FILTER (reopened_ms > {to_ms})
                FROM {resolutions} WHERE resolved_ms {when} GROUP BY ALL)
            GROUP BY ALL""",
        "resolved_issues": f"""
            WITH openings AS (
                SELECT customer, opened_ms, team, channel,
                       lag(opened_ms) OVER (PARTITION BY customer ORDER BY opened_ms) AS before_ms
                FROM {conversations}
                WHERE opened_by = 'customer' AND opened_ms BETWEEN {from_ms - week} AND {to_ms + week})
            SELECT team, channel, sum(columns(* EXCLUDE (team, channel)))
            FROM (
                SELECT team, channel, count(*) AS resolutions, count(*) FILTER (stands) AS resolved,
                       count(*) FILTER (stands AND is_mature) AS mature,
                       count(*) FILTER (stands AND is_mature AND NOT is_back AND NOT is_repeated) AS durable,
                       count(*) FILTER (stands AND is_mature AND is_back) AS came_back,
                       count(*) FILTER (stands AND is_mature AND NOT is_back AND is_repeated) AS was_repeated,
                       0 AS opened, 0 AS opened_again
                FROM (
                    SELECT r.team, r.channel, reopened_ms >= {to_ms} AS stands,
                           resolved_ms + {week} <= {now_ms} AS is_mature, reopened_ms < resolved_ms + {week} AS is_back,
                           ifnull(o.opened_ms < resolved_ms + {week}, false) AS is_repeated
                    FROM (SELECT customer, team, channel, resolved_ms, reopened_ms FROM {resolutions}
                          WHERE by_agent = 1 AND resolved_ms {when}) r
                    ASOF LEFT JOIN openings o ON o.customer = r.customer AND o.opened_ms > r.resolved_ms)
                GROUP BY ALL
                UNION ALL
                SELECT team, channel, 0, 0, 0, 0, 0, 0, count(*), count(*) FILTER (before_ms > opened_ms - {week})
                FROM openings WHERE opened_ms {when} GROUP BY ALL)
            GROUP BY ALL""",
        "conversion_rate": f"""
            WITH first AS (
                SELECT customer, min(occurred_ms) AS asked_ms, arg_min((team, channel), touchpoint) AS at_first,
                       count(*) AS contacts
                FROM {touchpoints}
                WHERE phase = 'before' AND is_contact = 1 AND occurred_ms {when} GROUP BY customer),
            judged AS (
                SELECT at_first, contacts,
                       EXISTS (FROM {colleagues} g WHERE g.customer = f.customer
                               AND asked_ms BETWEEN g.began_ms AND g.ended_ms - 1) AS inside,
                       EXISTS (FROM {orders} o WHERE o.customer = f.customer
                               AND o.placed_ms BETWEEN asked_ms AND asked_ms + {month - 1}
                               AND o.placed_ms BETWEEN {from_ms} AND {to_ms + month}) AS has_ordered,
                       EXISTS (FROM {complaints} k WHERE k.customer = f.customer
                               AND k.received_ms BETWEEN asked_ms AND asked_ms + {month - 1}
                               AND k.received_ms BETWEEN {from_ms} AND {to_ms + month}) AS has_complained
                FROM first f)
            SELECT at_first[1] AS team, at_first[2] AS channel, count(*) FILTER (NOT inside) AS people,
                   count(*) FILTER (has_ordered AND NOT inside) AS ordered, sum(contacts) FILTER (NOT inside) AS contacts,
                   count(*) FILTER (has_ordered AND has_complained AND NOT inside) AS ordered_complaining,
                   count(*) FILTER (inside) AS inside
            FROM judged GROUP BY ALL""",
        "customer_retention": f"""
            WITH moments AS (
                SELECT customer, occurred_ms AS ms, touchpoint FROM {touchpoints}
                WHERE is_contact = 1 AND occurred_ms BETWEEN {from_ms - quarter} AND {to_ms - 1}
                UNION ALL
                SELECT customer, placed_ms, NULL FROM {orders} WHERE placed_ms BETWEEN {from_ms - quarter} AND {to_ms - 1}),
            people AS (
                SELECT customer, bool_or(ms < {from_ms}) AS was_active, bool_or(ms >= {to_ms - quarter}) AS is_active,
                       max(touchpoint) AS touchpoint
                FROM moments GROUP BY customer),
            judged AS (
                SELECT ifnull(t.team, 0) AS team, ifnull(t.channel, '') AS channel, was_active, is_active,
                       customer IN (SELECT customer FROM {complaints} WHERE received_ms {when}) AS has_complained,
                       customer IN (SELECT customer FROM {colleagues}
                                    WHERE began_ms < {to_ms} AND ended_ms > {from_ms - quarter}) AS inside
                FROM people LEFT JOIN (
                    SELECT touchpoint, team, channel FROM {touchpoints}
                    WHERE is_contact = 1 AND occurred_ms BETWEEN {from_ms - quarter} AND {to_ms - 1}) t USING (touchpoint)
                WHERE (SELECT min(occurred_ms) FROM {touchpoints} WHERE is_contact = 1) <= {from_ms - quarter})
            SELECT team, channel, count(*) FILTER (was_active AND NOT inside) AS cohort,
                   count(*) FILTER (was_active AND is_active AND NOT inside) AS kept,
                   count(*) FILTER (is_active AND NOT was_active AND NOT inside) AS joined,
                   count(*) FILTER (was_active AND is_active AND has_complained AND NOT inside) AS kept_complaining,
                   count(*) FILTER (was_active AND inside) AS inside
            FROM judged WHERE was_active OR is_active GROUP BY ALL""",
    }
