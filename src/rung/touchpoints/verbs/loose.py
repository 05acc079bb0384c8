"""Files that nothing names any more: of discarded drafts, and of spam that was removed.

Contents are shared: the same file may lie in a hundred letters, and whoever keeps one looks whether it is there already,
perhaps at the very moment in which we find that nothing names it. So a file is first set aside, looked for again, and
deleted a day later; should something name it meanwhile it is brought back.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.db import transaction

from rung.core.actor import Actor
from rung.touchpoints.models import Attachment, DraftFile, LooseFile
from rung.touchpoints.models.touchpoint import attachment_path

REST = timedelta(days=7)
"""So long a file lies where it is after something let go of it."""
APART = timedelta(days=1)
BATCH = 200


def note_loose(digests: Iterable[str], *, at: datetime) -> None:
    """Something is about to let go of these contents. Not a verb: it is always part of one."""
    rows = [LooseFile(digest=digest, since_at=at) for digest in dict.fromkeys(digests) if digest]
    if rows:
        LooseFile.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def clear_loose_files(*, by: Actor, at: datetime) -> bool:
    """Bring back what is needed after all, delete what is not, and set aside what nothing has named for a week. Whether
    there may be more. Raises OSError when the storage fails; then the rest waits."""
    apart = list(LooseFile.objects.filter(set_apart_at__isnull=False).order_by("set_apart_at")[:BATCH])
    due = list(LooseFile.objects.filter(set_apart_at__isnull=True, since_at__lt=at - REST).order_by("since_at")[:BATCH])
    named = _named({each.digest for each in (*apart, *due)})
    for each in apart:
        if each.digest in named:
            _bring_back(each.digest)
            each.delete()
        elif each.set_apart_at is not None and each.set_apart_at < at - APART:
            default_storage.delete(_aside(each.digest))
            each.delete()
    for each in due:
        if each.digest in named:
            each.delete()
        else:
            _set_aside(each.digest)
            LooseFile.objects.filter(pk=each.pk).update(set_apart_at=at)
    return len(due) == BATCH


def _named(digests: set[str]) -> set[str]:
    if not digests:
        return set()
    named: set[str] = set()
    for model in (Attachment, DraftFile):
        named |= set(model._default_manager.filter(digest__in=digests).order_by().values_list("digest", flat=True))
    return named


def _aside(digest: str) -> str:
    return f"attachments/aside/{digest}"


def _move(source: str, target: str) -> None:
    """The copy first: whatever stops us in between, one of the two is there."""
    if default_storage.exists(source):
        if not default_storage.exists(target):
            with default_storage.open(source, "rb") as content:
                default_storage.save(target, content)
        default_storage.delete(source)


def _set_aside(digest: str) -> None:
    _move(attachment_path(digest), _aside(digest))


def _bring_back(digest: str) -> None:
    _move(_aside(digest), attachment_path(digest))
