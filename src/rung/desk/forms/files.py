from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from rung.core.text import one_line
from rung.touchpoints.incoming import IncomingFile
from rung.ui.moments import size

# Most mail servers take letters of 25 MB; base64 adds a third.
LARGEST_TOTAL = 18_000_000


def files_of(uploaded: list[UploadedFile[bytes]]) -> tuple[IncomingFile, ...]:
    """The attachments of a form. Raises ValidationError when together they are larger than mail servers take."""
    total = sum(file.size or 0 for file in uploaded)
    if total > LARGEST_TOTAL:
        raise ValidationError(
            {
                "files": _("These files are %(size)s together; most mail servers refuse more than %(limit)s.")
                % {"size": size(total), "limit": size(LARGEST_TOTAL)}
            }
        )
    return tuple(
        IncomingFile(
            name=one_line((file.name or "").replace("\\", "/").rsplit("/", 1)[-1], 255) or _("file"),
            media_type=one_line(file.content_type or "application/octet-stream", 120),
            content=file.read(),
        )
        for file in uploaded
    )
