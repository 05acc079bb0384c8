"""Letters that answer what a store has had for long: prepared as at any desk, and measured against a store so small that
everything in it is at hand."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.letters import Known
from bench.measure import tell
from tests.installation import ROOT

# Conversations of the small store, as many as the letters of a large one answer.
FEW = 4000
AT_ONCE = 500


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
    return [figure for figure in json.loads(said)["figures"] if "answers to what is stored" in figure["name"]]
