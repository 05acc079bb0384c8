"""Letters that answer what a store has had for long: prepared as at any desk, and measured against a store so small that
everything in it is at hand."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.letters import Known
from bench.measure import Report, cpu_of, tell
from tests.installation import ROOT

# Conversations of the small store, as many as the letters of a large one answer.
FEW = 4000
AT_ONCE = 500
LATER = "taken into the index later, CPU of the server"
MERGED = "put together in the index later, CPU"


def await_folding_of(known: Sequence[Known]) -> None:
    """Have the worker fold what will be answered, before it is watched: at a desk that has run for years it has been."""
    from rung.insight.models import ConversationFact, Unfolded
    from rung.journal.models import Entry
    from rung.touchpoints.models import Touchpoint

    names = [one.message_id for one in known]
    for start in range(0, len(names), AT_ONCE):
        of = Touchpoint.objects.filter(channel="email", reference__in=names[start : start + AT_ONCE])
        keys = set(of.exclude(reference="").order_by().values_list("conversation", flat=True))
        keys -= set(ConversationFact.objects.filter(pk__in=keys).values_list("pk", flat=True))
        opened = Entry.objects.filter(kind="conversation.opened", conversation__in=keys).values_list(
            "pk", "conversation"
        )
        Unfolded.objects.bulk_create(Unfolded(entry=entry, conversation=key) for entry, key in opened)


def figures_of_few(environment: Mapping[str, str], workers: int) -> Iterable[dict[str, Any]]:
    """What answers cost in a store of FEW conversations of the same kind and length: what one of many is compared with.

    It is filled and measured by a bench of its own.
    """
    tell(f"answers to what a store of {FEW:,} conversations has")
    said = subprocess.run(
        [sys.executable, "-m", "bench.ingest", "--only-answers", "--store", str(FEW), "--workers", str(workers), "--json"],
        env={**environment, "PYTHONPATH": os.pathsep.join([str(ROOT), environment.get("PYTHONPATH", "")])},
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    ).stdout  # fmt: skip
    told = ("answers to what is stored", LATER, MERGED)
    return [figure for figure in json.loads(said)["figures"] if any(name in figure["name"] for name in told)]


def tell_what_is_left_for_later(report: Report, letters: int) -> None:
    """What it costs to take into the index for good what lies in front of it, or in pieces: a settled letter does not pay
    for it. On PostgreSQL a conversation pays once, however many letters have come; on SQLite so many letters do."""
    ours, server, documents = _settled()
    if documents:
        note = f"each of {documents} conversations that have changed, at leisure; ours {1000 * ours / documents:.2f} ms"
        report.add(LATER, 1000 * server / documents, "ms", note=note)
    elif ours:
        report.add(
            MERGED, 1000 * ours / letters, "ms", note=f"of a letter, of all {letters:,} above, while nothing waits"
        )


def leave_nothing_for_later() -> float:
    """Take in what the letters before have left for when there is time; CPU seconds, of a server too."""
    ours, server, _ = _settled()
    return ours + server


def _settled() -> tuple[float, float, int]:
    from django.db import connection

    from rung.core.actor import SYSTEM
    from rung.search.verbs import merge_index, settle_index

    server = None
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            server = cursor.fetchone()[0]
    began, served, documents = time.process_time(), cpu_of(server) if server else 0.0, 0
    while some := settle_index(most=0, by=SYSTEM, at=datetime.now(UTC)):
        documents += some
    while merge_index(by=SYSTEM, at=datetime.now(UTC)):
        pass
    return time.process_time() - began, cpu_of(server) - served if server else 0.0, documents
