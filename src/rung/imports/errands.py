"""Going through files in the background, a few thousand lines at a time, so that letters need not wait."""

from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import default_storage
from django.db import DataError

from rung.core.actor import SYSTEM, Actor
from rung.imports.models import BUSY, Import, Step
from rung.imports.tables import NoTable, numbered
from rung.journal.ringing import errand

BATCH = 500
ROUNDS = 6
KEPT = timedelta(days=30)


@errand(every=timedelta(minutes=1))
def advance_imports(*, at: datetime) -> bool:
    """Go on with the oldest import that is busy."""
    from rung.imports.verbs import return_some

    listed = Import.objects.filter(step__in=BUSY).select_related("agent").order_by("pk").first()
    if listed is None:
        return False
    by = listed.agent.actor if listed.agent is not None else SYSTEM
    if listed.step == Step.RETURNING:
        for _round in range(ROUNDS):
            return_some(listed, most=BATCH, by=by, at=at)
    else:
        _go_on(listed, by, at)
    return Import.objects.filter(step__in=BUSY).exists()


def _go_on(listed: Import, by: Actor, at: datetime) -> None:
    from rung.imports.verbs import advance_import, break_off_import

    try:
        with default_storage.open(listed.path) as content:
            lines = numbered(content, listed.encoding, listed.separator, after=listed.place)
            batch = list(islice(lines, BATCH))
            for _round in range(ROUNDS):
                following = list(islice(lines, BATCH))
                advance_import(listed, batch, is_last=not following, by=by, at=at)
                if not following or not listed.is_busy():
                    return
                batch = following
    # A line that the database refuses would be refused the next time as well.
    except (NoTable, ValueError, OSError, DataError) as wrong:
        break_off_import(listed, str(wrong), by=by, at=at)


@errand(every=timedelta(hours=6))
def forget_old_files(*, at: datetime) -> bool:
    """Delete files that were laid in long ago: what they brought is in, and they hold many people's data."""
    from rung.imports.verbs import forget_file

    old = Import.objects.filter(laid_at__lt=at - KEPT).exclude(path="").exclude(step__in=BUSY).order_by("pk")[:20]
    for listed in old:
        forget_file(listed, by=SYSTEM, at=at)
    return False
