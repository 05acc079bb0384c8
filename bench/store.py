"""A store full of conversations, written past the verbs: a bench has no hour to wait for what took a company years.

The rows are what the verbs would have left behind, so that every query of the product meets the same shapes and numbers.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bench.letters import FIRST, LAST, MAILBOX, THINGS, Known
from bench.texts import LANGUAGES, SHARES, Writers

# 3 % of what a desk has ever seen is open on a working day; another 1 % is laid aside.
OPEN, SNOOZED = 0.03, 0.01
TOUCHPOINTS = 3
LONG = 500
SPAN = timedelta(days=540)
CHUNK = 5_000


@dataclass(frozen=True)
class Store:
    """Who and what is in it that a bench wants to open."""

    agents: dict[str, int]
    conversations: int
    long_conversation: int
    open_conversations: tuple[int, ...]
    customers: tuple[int, ...]
    busy_customer: int
    known: tuple[Known, ...]


def write_rows(model: Any, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Put rows into a model's table the fastest way the database knows; how many.

    Columns that are not named, such as those that came later, hold their default, or nothing.
    """
    from django.db import connection

    fields = [model._meta.get_field(column) for column in columns]
    others = [field for field in model._meta.concrete_fields if field not in fields and not field.primary_key]
    rest = tuple(_nothing(field) for field in others)
    fields, rows = fields + others, ((*row, *rest) for row in rows)
    names = ", ".join(f'"{field.column}"' for field in fields)
    table, written = model._meta.db_table, 0
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row([json.dumps(value) if isinstance(value, dict) else value for value in row])
                written += 1
        return written
    marks = ", ".join("?" for _ in fields)
    with connection.cursor() as cursor:
        raw = cursor.connection.cursor()  # past Django's own translation of placeholders and values, which costs most
        for chunk in _chunks(rows):
            raw.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', [_plain(row) for row in chunk])
            written += len(chunk)
    return written


def _nothing(field: Any) -> Any:
    value = field.get_default()
    if value is None and not field.null:
        return "" if field.get_internal_type() in ("CharField", "TextField") else 0
    return value


def _plain(row: Sequence[Any]) -> list[Any]:
    """A row as SQLite stores it through Django: moments as text without a zone, JSON as text."""
    return [
        value if (kind := type(value)) is str or kind is int
        else value.replace(tzinfo=None).isoformat(sep=" ") if kind is datetime
        else json.dumps(value) if kind is dict
        else value
        for value in row
    ]  # fmt: skip


def _chunks(rows: Iterable[Sequence[Any]]) -> Iterator[list[Sequence[Any]]]:
    chunk: list[Sequence[Any]] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def fill(size: int, *, seed: int = 1, now: datetime | None = None) -> Store:
    """Fill an empty, migrated database with `size` conversations of three touchpoints each, and one of 500.

    When it fails half-way the database is good for nothing: it is written without a safety net.
    """
    from django.db import transaction

    moment = now or datetime.now(UTC)
    make_ready()
    with transaction.atomic():
        store = _Filling(size, Random(seed), moment).fill()
    tidied()
    return store


def make_ready() -> None:
    """Let the connection write much, without a safety net."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA journal_mode=OFF")
            for setting in ("synchronous=OFF", "cache_size=-2000000", "foreign_keys=OFF"):
                cursor.execute(f"PRAGMA {setting}")
        else:
            cursor.execute("SET session_replication_role = replica")  # or each row's keys are looked up once more
            cursor.execute("SET synchronous_commit = off")


def tidied() -> None:
    """Have the database as it is after years: numbers go on behind the last row, and the planner knows the tables."""
    from django.db import connection

    from rung.core.planner import look_at_tables

    if connection.vendor == "postgresql":
        _reset_sequences()
    else:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
    connection.close()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    look_at_tables()  # as the worker does
    _lay_grades_together()


def _lay_grades_together() -> None:
    """As the worker does after every grading; these grades have been written past it."""
    from rung.core.actor import SYSTEM
    from rung.core.clock import now
    from rung.ladder.errands import fold_stale_days
    from rung.ladder.verbs import mark_all_days

    mark_all_days(by=SYSTEM, at=now())
    while fold_stale_days(at=now()):
        pass


def _reset_sequences() -> None:
    from django.apps import apps
    from django.core.management.color import no_style
    from django.db import connection

    models = [model for model in apps.get_models() if model.__module__.startswith("rung.")]
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


class _Filling:
    """The rows of every room, drawn from one seeded chance."""

    def __init__(self, size: int, chance: Random, now: datetime) -> None:
        self.size, self.chance, self.now = size, chance, now
        self.customers = max(20, int(size * 0.2))
        self.writers = Writers(chance.randrange(2**32))
        self.companies = max(5, self.customers // 12)
        self.long = size // 2 + 1

    def fill(self) -> Store:
        agents = self._people()
        self._customers()
        self._conversations()
        self._touchpoints()
        self._states()
        self._journal()
        self._grades()
        busiest = max(self.per_customer, key=lambda pk: (self.per_customer[pk], -pk))
        opened = tuple(row[0] for row in self.rows if row[6] == "open")
        known = tuple(
            Known(f"<bench.{pk}.1@bench.example>", f"person{row[2]}@mail{row[2] % 200}.example", row[1])
            for pk, row in enumerate(self.rows[-4000:], start=len(self.rows) - len(self.rows[-4000:]) + 1)
            if pk != self.long
        )
        return Store(
            agents=agents,
            conversations=len(self.rows),
            long_conversation=self.long,
            open_conversations=opened,
            customers=tuple(self.per_customer),
            busy_customer=busiest,
            known=known,
        )

    def _people(self) -> dict[str, int]:
        from rung.accounts.verbs import create_agent, create_team
        from rung.core.actor import SYSTEM

        at = self.now - SPAN
        self.teams = [create_team(name, by=SYSTEM, at=at) for name in ("Support", "Billing", "Delivery")]
        made = {}
        self.agents: list[Any] = []
        for number in range(12):
            team = self.teams[number % 3]
            agent = create_agent(
                email=f"agent{number}@bench.example", name=f"Agent {number}", teams=[team], by=SYSTEM, at=at
            )
            self.agents.append(agent)
        made["agent"] = self.agents[0].pk
        made["lead"] = create_agent(
            email="lead@bench.example", name="Lin Lead", role="lead", teams=self.teams[:1], by=SYSTEM, at=at
        ).pk
        made["administrator"] = create_agent(
            email="root@bench.example", name="Root", role="administrator", by=SYSTEM, at=at
        ).pk
        return made

    def _customers(self) -> None:
        from rung.core.text import folded
        from rung.customers.models import Address, Company, Customer, Order

        chance, seen = self.chance, self.now - SPAN
        write_rows(
            Company,
            ["id", "name", "domain", "is_internal"],
            ((pk, f"{chance.choice(LAST)} & {chance.choice(LAST)} {pk}", f"company{pk}.example", False)
             for pk in range(1, self.companies + 1)),
        )  # fmt: skip
        given, family = self.writers.names(3000)
        given, family = [*FIRST, *given], [*LAST, *family]
        self.names = {pk: f"{chance.choice(given)} {chance.choice(family)}" for pk in range(1, self.customers + 1)}
        self.languages = chance.choices(range(len(LANGUAGES)), SHARES, k=self.customers + 1)
        write_rows(
            Customer,
            ["id", "name", "name_folded", "company", "role_title", "is_internal", "language", "time_zone", "captive",
             "about", "first_seen_at"],
            ((pk, name, folded(name), chance.randrange(1, self.companies + 1) if chance.random() < 0.5 else None,
              "", False, LANGUAGES[self.languages[pk]], "", None, "", seen) for pk, name in self.names.items()),
        )  # fmt: skip
        write_rows(
            Address,
            ["id", "customer", "kind", "value", "label", "added_at", "failing_since_at", "failing_reason"],
            ((pk, pk, "email", f"person{pk}@mail{pk % 200}.example", "", seen, None, "") for pk in self.names),
        )
        write_rows(
            Order,
            ["id", "customer", "number", "title", "amount_cents", "currency", "state", "placed_at"],
            ((pk, chance.randrange(1, self.customers + 1), f"R-{pk}", f"{chance.choice(THINGS)}",
              chance.randrange(1000, 200000), "EUR", chance.choice(("placed", "shipped", "delivered", "delivered")),
              self.now - SPAN * chance.random()) for pk in range(1, int(self.customers * 1.5))),
        )  # fmt: skip

    def _conversations(self) -> None:
        from rung.touchpoints.models import Conversation

        chance, now = self.chance, self.now
        self.per_customer: dict[int, int] = {}
        self.rows: list[tuple[Any, ...]] = []
        # A few write often, most seldom.
        customers = [1 + int(self.customers * chance.random() ** 1.6) for _ in range(self.size)]
        texts = self.writers.texts(self.languages[customer] for customer in customers)
        for pk in range(1, self.size + 1):
            customer = customers[pk - 1]
            self.per_customer[customer] = self.per_customer.get(customer, 0) + 1
            draw = chance.random()
            state = "open" if draw < OPEN else "snoozed" if draw < OPEN + SNOOZED else "resolved"
            if pk == self.long:
                state = "open"
            age = SPAN * (chance.random() ** 3 * 0.1 if state != "resolved" else (self.size - pk + 1) / self.size)
            opened_at = now - age - timedelta(minutes=5)
            touches = LONG if pk == self.long else TOUCHPOINTS
            last = opened_at + (now - opened_at) * min(0.9, chance.random())
            if state == "resolved":
                last = min(last, opened_at + timedelta(days=3 * chance.random()))
            team = chance.choice(self.teams) if chance.random() < 0.7 else None
            has_assignee = chance.random() < (0.95 if state == "resolved" else 0.6)
            assignee = chance.choice(self.agents) if has_assignee else None
            ends_inbound = state == "open" and chance.random() < 0.6
            text = next(texts)
            subject, snippet = text[: 20 + pk % 60].rsplit(" ", 1)[0], text[:158]
            self.rows.append(
                (pk, subject, customer, "email", opened_at, team.pk if team else None, state,
                 assignee.pk if assignee else None, now + timedelta(days=2) if state == "snoozed" else None,
                 last if state == "resolved" else None, 0, touches, last, last, last if ends_inbound else None,
                 snippet, "email", "in" if ends_inbound else "out")
            )  # fmt: skip
        write_rows(
            Conversation,
            ["id", "subject", "customer", "channel", "opened_at", "team", "state", "assignee", "snoozed_until_at",
             "resolved_at", "reopen_count", "touch_count", "last_touch_at", "last_inbound_at", "awaits_us_since_at",
             "last_snippet", "last_channel", "last_direction"],
            self.rows,
        )  # fmt: skip

    def _moments(self) -> Iterator[tuple[int, tuple[Any, ...], int, datetime, str]]:
        """(touchpoint, its conversation's row, its place in it, when, direction) for every touchpoint."""
        pk = 0
        for row in self.rows:
            opened_at, last_at, touches, last_direction = row[4], row[12], row[11], row[17]
            for place in range(touches):
                pk += 1
                at = opened_at + (last_at - opened_at) * (place / max(1, touches - 1))
                inbound = place % 2 == 0 if place < touches - 1 else last_direction == "in"
                yield pk, row, place, at, "in" if inbound else "out"

    def _touchpoints(self) -> None:
        from rung.touchpoints.models import Attachment, Touchpoint

        phases = ("before", "during", "during", "after")

        def rows() -> Iterator[tuple[Any, ...]]:
            texts = self.writers.texts(self.languages[row[2]] for row in self.rows for _ in range(row[11]))
            for pk, row, place, at, direction in self._moments():
                text = next(texts)
                sender = f"person{row[2]}@mail{row[2] % 200}.example"
                parties: dict[str, Any] = {"from": sender, "to": [MAILBOX], "cc": []}
                if direction == "out":
                    parties = {"from": MAILBOX, "to": [sender], "cc": []}
                agent = row[7] or self.agents[0].pk
                yield (
                    pk, row[0], row[2], "email", direction, phases[pk % 4], agent if direction == "out" else None,
                    row[1], text, "", "> " + text[:80] if place else "", "", at, at, False,
                    f"<bench.{row[0]}.{place}@bench.example>", "", parties, None, "",
                    "sent" if direction == "out" else "", "", at if direction == "out" else None,
                )  # fmt: skip

        self.touchpoints = write_rows(
            Touchpoint,
            ["id", "conversation", "customer", "channel", "direction", "phase", "agent", "subject", "text", "html",
             "quoted", "signature", "occurred_at", "recorded_at", "is_automatic", "reference", "in_reply_to", "parties",
             "duration_s", "place", "delivery", "delivery_detail", "delivered_at"],
            rows(),
        )  # fmt: skip
        write_rows(
            Attachment,
            ["id", "touchpoint", "name", "media_type", "size", "digest", "content_id", "is_inline"],
            ((pk, pk * 10, f"photograph {pk}.jpg", "image/jpeg", 50_000, f"{pk:064x}", "", False)
             for pk in range(1, self.touchpoints // 10)),
        )  # fmt: skip

    def _states(self) -> None:
        from rung.touchpoints.models import Assignment, Note, Reading, Resolution, Snooze

        chance, agents = self.chance, [agent.pk for agent in self.agents]
        assigned = [row for row in self.rows if row[7]]
        write_rows(
            Assignment,
            ["id", "conversation", "agent", "team", "assigned_by", "assigned_at"],
            ((pk, row[0], row[7], row[5], row[7], row[4]) for pk, row in enumerate(assigned, 1)),
        )
        resolved = [row for row in self.rows if row[6] == "resolved"]
        write_rows(
            Resolution,
            ["id", "conversation", "agent", "resolved_at", "outcome", "reopened_at"],
            ((pk, row[0], row[7], row[9], "reached", None) for pk, row in enumerate(resolved, 1)),
        )
        write_rows(
            Snooze,
            ["id", "conversation", "agent", "snoozed_at", "until_at", "ended_at"],
            ((pk, row[0], row[7], row[12], row[8], None)
             for pk, row in enumerate((row for row in self.rows if row[6] == "snoozed"), 1)),
        )  # fmt: skip
        noted = [row for row in self.rows if row[0] % 5 == 0]
        write_rows(
            Note,
            ["id", "conversation", "agent", "text", "written_at"],
            ((pk, row[0], chance.choice(agents), text[:300], row[12])
             for pk, (row, text) in enumerate(zip(noted, self.writers.texts(0 for _ in noted), strict=True), 1)),
        )  # fmt: skip
        read = [(agent, row) for row in self.rows for agent in {row[7], chance.choice(agents)} if agent]
        write_rows(
            Reading,
            ["id", "agent", "conversation", "read_at"],
            ((pk, agent, row[0], row[12] + timedelta(hours=1 if pk % 3 else -1))
             for pk, (agent, row) in enumerate(read, 1)),
        )  # fmt: skip

    def _journal(self) -> None:
        from rung.journal.models import Entry

        written = Entry.objects.count()  # about agents and teams, which the verbs made

        def rows() -> Iterator[tuple[Any, ...]]:
            pk = written
            for touchpoint, row, place, at, direction in self._moments():
                who = {"conversation": row[0], "customer": row[2], "channel": "email"}
                if place == 0:
                    pk += 1
                    yield (pk, "conversation.opened", at, at, "customer", row[2], row[2], row[0], None,
                           {**who, "team": row[5]})  # fmt: skip
                    if row[7]:
                        pk += 1
                        yield (pk, "conversation.assigned", at, at, "agent", row[7], row[2], row[0], None,
                               {"conversation": row[0], "customer": row[2], "agent": row[7], "team": row[5],
                                "from_agent": None, "from_team": row[5]})  # fmt: skip
                pk += 1
                about = {**who, "touchpoint": touchpoint, "phase": "during"}
                if direction == "in":
                    yield (pk, "touchpoint.received", at, at, "customer", row[2], row[2], row[0], touchpoint,
                           {**about, "automatic": False})  # fmt: skip
                else:
                    agent = row[7] or self.agents[0].pk
                    yield (pk, "conversation.answered", at, at, "agent", agent, row[2], row[0], touchpoint,
                           {**about, "agent": agent, "proactive": False, "waited_ms": 3_600_000})  # fmt: skip
                if place == row[11] - 1 and row[6] == "resolved":
                    pk += 1
                    yield (pk, "conversation.resolved", at, at, "agent", row[7], row[2], row[0], None,
                           {"conversation": row[0], "customer": row[2], "agent": row[7], "outcome": "reached"})  # fmt: skip

        write_rows(
            Entry,
            ["id", "kind", "occurred_at", "recorded_at", "actor_kind", "actor_key", "customer", "conversation",
             "touchpoint", "data"],
            rows(),
        )  # fmt: skip

    def _grades(self) -> None:
        from rung.ladder.models import Expectation, Grade

        chance = self.chance
        shares = (0.05, 0.15, 0.4, 0.25, 0.1, 0.05)

        def rows() -> Iterator[tuple[Any, ...]]:
            for pk, row, _, at, direction in self._moments():
                if direction == "in":
                    continue  # what is graded is our turn
                level = chance.choices((1, 2, 3, 4, 5, 6), shares)[0]
                middle = level - 3.5 + chance.random()
                parts = {"prior": 0.1, "waiting": -0.4, "answer": 0.2}
                yield (
                    pk, pk, row[2], row[0], "email", ("before", "during", "during", "after")[pk % 4], row[5], at,
                    middle, 0.6, middle - 1, middle, middle + 1, level, max(1, level - 1), min(6, level + 1), *shares,
                    pk % 3 != 0, parts, 3, 0.1, "default",
                )  # fmt: skip

        write_rows(
            Grade,
            ["id", "touchpoint", "customer", "conversation", "channel", "phase", "team", "occurred_at", "mean", "sd",
             "p5", "p50", "p95", "level", "level_low", "level_high", "share_1", "share_2", "share_3", "share_4",
             "share_5", "share_6", "is_stated", "parts", "evidence_count", "expected", "parameters"],
            rows(),
        )  # fmt: skip
        write_rows(
            Expectation,
            ["customer", "m", "variance", "last_episode_at", "episodes", "relationship", "due_at", "parameters"],
            ((pk, 0.1, 0.4, self.now, count, 0.2, None, "default") for pk, count in self.per_customer.items()),
        )
