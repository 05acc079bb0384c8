"""Grades and expectations, and which of them are out of date."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection, transaction

from rung.core.actor import Actor
from rung.ladder.grading import graded
from rung.ladder.model.parameters import Parameters
from rung.ladder.models import Expectation, Grade, Regrade
from rung.ladder.reading import gathered_signals, stories_of
from rung.ladder.verbs.days import mark_days
from rung.ladder.versions import parameters_in_force

_FIELDS = [field for field in Grade._meta.concrete_fields if not field.primary_key]


def mark_stale(customers: Iterable[int], *, by: Actor, at: datetime) -> None:
    """Remember that something happened about these customers.

    An upsert, not get-or-create: on PostgreSQL it waits for a grading of the same customer to commit and then leaves a
    new row, where get-or-create would find the row which that grading is about to delete.
    """
    Regrade.objects.bulk_create(
        [Regrade(customer_id=pk, asked_at=at) for pk in sorted(set(customers))],
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=["asked_at"],
        batch_size=400,
    )


def mark_everyone_stale(*, by: Actor, at: datetime) -> None:
    """The same for everybody who has been graded: something changed that bears on all.

    One statement in the database: a million customers handed through Python would hold its one writer for half a minute.
    """
    quote = connection.ops.quote_name
    stale, known = quote(Regrade._meta.db_table), quote(Expectation._meta.db_table)
    moment = Regrade._meta.get_field("asked_at").get_db_prep_save(at, connection)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {stale} (customer_id, asked_at) SELECT customer_id, %s FROM {known} WHERE true"  # noqa: S608 - names of our own tables
            " ORDER BY customer_id ON CONFLICT (customer_id) DO UPDATE SET asked_at = excluded.asked_at",
            [moment],
        )


@transaction.atomic
def grade_customers(customers: Sequence[int], *, by: Actor, at: datetime, parameters: Parameters | None = None) -> int:
    """Grade all touchpoints of these customers from the journal as of ``at``; returns how many there are.

    Under the parameters in force unless others are named. Doing it twice changes nothing. No fact is recorded: a grade is
    no event but a reading of events.
    """
    parameters = parameters or parameters_in_force()
    Regrade.objects.filter(customer__in=customers).delete()
    stories = stories_of(customers, at=at, parameters=parameters, recorded=gathered_signals())
    pks = sorted(stories)
    rows = [(pk, episode) for pk in pks for episode in stories[pk].episodes]
    grades, expectations = graded(rows, stories, parameters) if rows else ([], [])
    stored = Grade.objects.filter(customer__in=pks).values_list("touchpoint_id", "fingerprint", "occurred_at")
    known = {touchpoint: (fingerprint, when) for touchpoint, fingerprint, when in stored}
    if gone := known.keys() - {grade.touchpoint_id for grade in grades}:
        Grade.objects.filter(touchpoint__in=gone).delete()
    changed = [grade for grade in grades if known.get(grade.touchpoint_id, (None,))[0] != grade.fingerprint]
    _write_grades(changed)
    Expectation.objects.filter(customer__in=set(pks).difference(e.customer_id for e in expectations)).delete()
    Expectation.objects.bulk_create(
        expectations,
        update_conflicts=True,
        unique_fields=["customer"],
        update_fields=[
            "m", "variance", "last_episode_at", "episodes", "relationship", "due_at", "parameters",
        ],
        batch_size=500,
    )  # fmt: skip
    moved = [known[pk][1] for pk in {*gone, *(grade.touchpoint_id for grade in changed)} if pk in known]
    mark_days([*moved, *(grade.occurred_at for grade in changed)], by=by, at=at)
    return len(grades)


def _write_grades(grades: Sequence[Grade]) -> None:
    """Insert or replace, by hand: a grade has thirty columns, and bulk_create spends ten times the database's own time."""
    if not grades:
        return
    quote = connection.ops.quote_name
    names = [quote(field.get_attname()) for field in _FIELDS]
    changed = ", ".join(f"{name} = excluded.{name}" for name in names if name != quote("touchpoint_id"))
    statement = (
        f"INSERT INTO {quote(Grade._meta.db_table)} ({', '.join(names)})"  # noqa: S608 - names of our own columns
        f" VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT ({quote('touchpoint_id')}) DO UPDATE SET {changed}"
    )
    rows = [
        [field.get_db_prep_save(getattr(grade, field.attname), connection) for field in _FIELDS] for grade in grades
    ]
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
