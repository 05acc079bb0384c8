"""The same moment gives the same company."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.db import transaction

from rung.demo.filling import fill
from rung.journal.models import Entry
from rung.surveys.models import Answer
from rung.touchpoints.models import Touchpoint

AT = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)


def fingerprint() -> str:
    """Texts, times, kinds and answers in order; keys may differ, because a database counts on."""
    digest = sha256()
    rows = (
        Entry.objects.order_by("pk").values_list("kind", "occurred_at", "actor_kind"),
        Touchpoint.objects.filter(is_automatic=False)
        .order_by("pk")
        .values_list("text", "html", "reference", "phase", "occurred_at"),
        Answer.objects.order_by("pk").values_list("invitation__question", "value", "comment", "answered_at"),
    )
    for each in rows:
        for row in each:
            digest.update(repr(row).encode())
    return digest.hexdigest()


@pytest.mark.django_db
def test_the_same_moment_gives_the_same_company() -> None:
    prints = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            fill(at=AT, scale=0.05, seed=seed)
            prints.append(fingerprint())
            transaction.set_rollback(True)
    assert prints[0] == prints[1] != prints[2]
