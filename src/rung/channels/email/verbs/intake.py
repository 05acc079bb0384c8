"""How a mailbox comes to be live: dry run, import of history, going live, pausing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from rung.channels.email.errands.letters import read_waiting_letters
from rung.channels.email.events import HistoryAsked, HistoryEnded, MailboxLive, MailboxPaused
from rung.channels.email.models import GOING, Fate, Folder, History, Letter, Mailbox, Rehearsal, RunState, Stage
from rung.core.actor import Actor
from rung.core.text import one_line
from rung.journal.ringing import ring
from rung.journal.verbs import record

_PATIENCE = timedelta(minutes=10)
"""A dry run that has not ended by then has died with its process, and may be asked for anew."""


@transaction.atomic
def go_live(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Take in what comes from now on, and what was held meanwhile. The first time fixes the moment before which letters
    are history, unless the import has fixed it already."""
    turned = Mailbox.objects.filter(pk=mailbox.pk).exclude(stage=Stage.LIVE).update(stage=Stage.LIVE)
    if not turned:
        return
    Mailbox.objects.filter(pk=mailbox.pk, live_from_at=None).update(live_from_at=at)
    mailbox.refresh_from_db()
    if Letter.objects.filter(mailbox=mailbox, fate=Fate.HELD).update(fate=Fate.KEPT):
        ring(read_waiting_letters)
    record(MailboxLive(mailbox=mailbox.pk), by=by, at=at)


@transaction.atomic
def pause_mailbox(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Take nothing new in: letters stay on the foreign server, and those through our own door are kept and wait."""
    if Mailbox.objects.filter(pk=mailbox.pk, stage=Stage.LIVE).update(stage=Stage.PAUSED):
        mailbox.stage = Stage.PAUSED
        record(MailboxPaused(mailbox=mailbox.pk), by=by, at=at)


@transaction.atomic
def ask_rehearsal(mailbox: Mailbox, *, by: Actor, at: datetime) -> Rehearsal:
    """Have a dry run made by the door process; one that is going on goes on."""
    known = Rehearsal.objects.select_for_update().filter(mailbox=mailbox).first()
    if known is not None and known.is_going() and at - known.asked_at < _PATIENCE:
        return known
    fresh = {
        "state": RunState.ASKED,
        "asked_at": at,
        "finished_at": None,
        "done": 0,
        "total": 0,
        "lines": [],
        "error": "",
    }
    rehearsal, _is_new = Rehearsal.objects.update_or_create(mailbox=mailbox, defaults=fresh)
    return rehearsal


@transaction.atomic
def claim_rehearsal(mailbox: Mailbox, *, by: Actor, at: datetime) -> bool:
    """Begin a dry run that was asked for; False when somebody else has."""
    return bool(Rehearsal.objects.filter(mailbox=mailbox, state=RunState.ASKED).update(state=RunState.RUNNING))


@transaction.atomic
def note_rehearsal(mailbox: Mailbox, *, done: int, total: int, by: Actor, at: datetime) -> None:
    """How far the fetching is."""
    Rehearsal.objects.filter(mailbox=mailbox, state=RunState.RUNNING).update(done=done, total=total)


@transaction.atomic
def end_rehearsal(
    mailbox: Mailbox, *, lines: Sequence[dict[str, Any]] = (), error: str = "", by: Actor, at: datetime
) -> None:
    """Keep what a dry run found, or why there was none."""
    Rehearsal.objects.filter(mailbox=mailbox).update(
        state=RunState.FAILED if error else RunState.DONE,
        lines=list(lines),
        error=one_line(error, 500),
        finished_at=at,
    )


@transaction.atomic
def ask_history(mailbox: Mailbox, *, since_at: datetime | None, until_at: datetime, by: Actor, at: datetime) -> History:
    """Import what came to the mailbox between two moments, from the beginning; letters we have are known again.

    A mailbox that is not live yet will take as new what came since `until_at`. Raises ValidationError when the moments are
    the wrong way round, or the end lies in the future or after the mailbox went live.
    """
    if until_at > at or (since_at is not None and since_at >= until_at):
        raise ValidationError({"until": _("The history ends in the past, and after it begins.")})
    mailbox.refresh_from_db(from_queryset=Mailbox.objects.select_for_update())
    if mailbox.stage == Stage.SETUP:
        Mailbox.objects.filter(pk=mailbox.pk).update(live_from_at=until_at)
        mailbox.live_from_at = until_at
        # The cut-off is another: what lay before it is looked for anew.
        Folder.objects.filter(mailbox=mailbox, is_history=False).delete()
    elif mailbox.live_from_at is None or until_at > mailbox.live_from_at:
        raise ValidationError({"until": _("What came after the mailbox went live has been taken in already.")})
    Folder.objects.filter(mailbox=mailbox, is_history=True).delete()
    history, _is_new = History.objects.update_or_create(
        mailbox=mailbox,
        defaults={
            "state": RunState.ASKED, "since_at": since_at, "until_at": until_at, "asked_at": at, "finished_at": None,
            "total": 0, "done": 0, "fresh": 0, "error": "",
        },
    )  # fmt: skip
    record(HistoryAsked(mailbox=mailbox.pk), by=by, at=at)
    return history


@transaction.atomic
def resume_history(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Let a stopped import go on where it was."""
    stopped = History.objects.filter(mailbox=mailbox, state__in=(RunState.STOPPED, RunState.FAILED))
    if stopped.update(state=RunState.ASKED, finished_at=None, error=""):
        record(HistoryAsked(mailbox=mailbox.pk), by=by, at=at)


@transaction.atomic
def stop_history(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Stop the import after the letters it is just fetching; what came so far stays."""
    _end_history(mailbox, RunState.STOPPED, "", by, at)


@transaction.atomic
def note_history(
    mailbox: Mailbox, *, total: int | None = None, done: int = 0, fresh: int = 0, by: Actor, at: datetime
) -> bool:
    """Count on; False when the import was stopped meanwhile."""
    columns: dict[str, Any] = {"state": RunState.RUNNING, "done": F("done") + done, "fresh": F("fresh") + fresh}
    if total is not None:
        columns["total"] = total
    return bool(History.objects.filter(mailbox=mailbox, state__in=GOING).update(**columns))


@transaction.atomic
def end_history(mailbox: Mailbox, *, error: str = "", by: Actor, at: datetime) -> None:
    """It came to its end, or cannot go on by itself."""
    _end_history(mailbox, RunState.FAILED if error else RunState.DONE, error, by, at)


def _end_history(mailbox: Mailbox, state: RunState, error: str, by: Actor, at: datetime) -> None:
    ended = History.objects.filter(mailbox=mailbox, state__in=GOING).update(
        state=state, error=one_line(error, 500), finished_at=at
    )
    if ended:
        fresh = History.objects.values_list("fresh", flat=True).get(mailbox=mailbox)
        record(HistoryEnded(mailbox=mailbox.pk, state=state.value, fresh=fresh), by=by, at=at)
