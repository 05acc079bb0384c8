"""Where attachments lie: files named by their SHA-256, whole or not at all."""

import os
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


def keep_content(content: bytes) -> str:
    """Put content into storage unless it is there; its SHA-256 in hexadecimal."""
    digest = sha256(content).hexdigest()
    path = attachment_path(digest)
    if not default_storage.exists(path):
        default_storage.save(path, ContentFile(content))
    return digest
