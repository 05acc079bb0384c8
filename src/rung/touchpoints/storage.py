"""Where attachments lie: files named by their SHA-256, whole or not at all."""

import os
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage

from rung.touchpoints.models.touchpoint import attachment_path


class WholeFileStorage(FileSystemStorage):
    """Writes a file aside and renames it, so that a process killed half-way never leaves half a file under its name."""

    def _save(self, name: str, content: File[bytes]) -> str:
        final = Path(self.path(name))
        final.parent.mkdir(parents=True, exist_ok=True)
        aside = final.with_name(f".{uuid4().hex}.part")
        try:
            with aside.open("wb") as target:
                for chunk in content.chunks():
                    target.write(chunk)
                target.flush()
                os.fsync(target.fileno())
            aside.replace(final)
        finally:
            aside.unlink(missing_ok=True)
        return name


@dataclass
class _BeingKept:
    """Contents on their way to the disk, by their SHA-256."""

    pool: ThreadPoolExecutor
    waiting: dict[str, Future[str]] = field(default_factory=dict)


_being_kept: ContextVar[_BeingKept | None] = ContextVar("contents on their way to the disk", default=None)
WRITERS = 4


@contextmanager
def contents_kept() -> Iterator[None]:
    """Let what is kept inside go to the disk while other things are done, and wait for all of it at the end.

    It belongs inside the transaction whose rows name the contents, which has to be undone when this raises: OSError, when
    one of them found no place.
    """
    if _being_kept.get() is not None:
        yield
        return
    with ThreadPoolExecutor(WRITERS) as pool:
        kept = _BeingKept(pool)
        token = _being_kept.set(kept)
        try:
            yield
        finally:
            _being_kept.reset(token)
        for each in kept.waiting.values():
            each.result()


def keep_content(content: bytes) -> str:
    """Put content into storage unless it is there; its SHA-256 in hexadecimal."""
    digest = sha256(content).hexdigest()
    path = attachment_path(digest)
    kept = _being_kept.get()
    if kept is None:
        if not default_storage.exists(path):
            default_storage.save(path, ContentFile(content))
    elif digest not in kept.waiting and not default_storage.exists(path):
        kept.waiting[digest] = kept.pool.submit(default_storage.save, path, ContentFile(content))
    return digest
