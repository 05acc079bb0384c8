"""Files that nothing names any more go after a while, and none that anything still names."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from pytest_django import Settings

from rung.accounts.models import Agent
from rung.core.actor import SYSTEM
from rung.customers.models import Customer
from rung.touchpoints.incoming import IncomingFile
from rung.touchpoints.models import Conversation, DraftFile, LooseFile
from rung.touchpoints.models.touchpoint import attachment_path
from rung.touchpoints.verbs import (
    answer_conversation,
    attach_to_draft,
    clear_loose_files,
    detach_from_draft,
    discard_draft,
    mark_spam,
    remove_spam,
)
from tests.cast import written

FILE = IncomingFile(name="plan.pdf", media_type="application/pdf", content=b"%PDF the plan")


@pytest.fixture
def matter(carla: Customer, at: datetime, tmp_path: Path, settings: Settings) -> Conversation:
    settings.MEDIA_ROOT = str(tmp_path)
    return written(carla, at=at)


def is_there(digest: str) -> bool:
    return default_storage.exists(attachment_path(digest))


def days_pass(at: datetime, days: int) -> datetime:
    later = at + timedelta(days=days)
    clear_loose_files(by=SYSTEM, at=later)
    return later


def test_a_discarded_drafts_file_goes_after_a_while(matter: Conversation, ada: Agent, at: datetime) -> None:
    digest = attach_to_draft(matter, FILE, by=ada.actor, at=at).digest
    discard_draft(matter, by=ada.actor, at=at)
    days_pass(at, 6)
    assert is_there(digest)
    days_pass(at, 8)
    assert not is_there(digest)
    assert default_storage.exists(f"attachments/aside/{digest}")
    days_pass(at, 10)
    assert not default_storage.exists(f"attachments/aside/{digest}")
    assert not LooseFile.objects.exists()


def test_a_file_that_a_letter_uses_stays(matter: Conversation, ada: Agent, at: datetime) -> None:
    answer_conversation(matter, text="See the plan.", files=(FILE,), by=ada.actor, at=at)
    laid = attach_to_draft(matter, FILE, by=ada.actor, at=at)
    detach_from_draft(matter, laid.pk, by=ada.actor, at=at)
    for days in (8, 10, 12):
        days_pass(at, days)
    assert is_there(laid.digest)
    assert not LooseFile.objects.exists()


def test_a_file_named_again_in_the_last_moment_is_brought_back(matter: Conversation, ada: Agent, at: datetime) -> None:
    digest = attach_to_draft(matter, FILE, by=ada.actor, at=at).digest
    discard_draft(matter, by=ada.actor, at=at)
    later = days_pass(at, 8)
    assert not is_there(digest)
    # Whoever kept it looked while it was still there.
    draft = attach_to_draft(
        matter, IncomingFile(name="a", media_type="text/plain", content=b"x"), by=ada.actor, at=later
    ).draft
    DraftFile.objects.create(draft=draft, name="plan.pdf", size=1, digest=digest)
    clear_loose_files(by=SYSTEM, at=later + timedelta(minutes=10))
    assert is_there(digest)
    assert not LooseFile.objects.exists()


def test_removed_spam_takes_its_files_along(matter: Conversation, carla: Customer, ada: Agent, at: datetime) -> None:
    answer_conversation(matter, text="See the plan.", files=(FILE,), by=ada.actor, at=at)
    digest = matter.touchpoints.get(direction="out").attachments.get().digest
    mark_spam(matter, by=ada.actor, at=at)
    assert remove_spam(matter, by=SYSTEM, at=at)
    for days in (8, 10):
        days_pass(at, days)
    assert not is_there(digest)
