"""What is being written. No facts of the journal: they tell of us, not of service."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from rung.core.actor import Actor
from rung.core.text import one_line, storable
from rung.touchpoints.incoming import IncomingFile, KeptFile
from rung.touchpoints.models import Conversation, Draft, DraftFile, DraftKind
from rung.touchpoints.storage import keep_content
from rung.touchpoints.verbs.loose import note_loose

MOST_TEXT = 500_000
"""Characters a draft may have; a letter longer than a book is a file."""

MOST_FILES = 50


class DraftChanged(Exception):
    """Another window of the same person has saved since; `present` is what stands there."""

    def __init__(self, present: Draft) -> None:
        super().__init__("the draft was changed elsewhere")
        self.present = present


@transaction.atomic
def save_draft(
    conversation: Conversation,
    *,
    kind: str = DraftKind.ANSWER,
    text: str,
    subject: str = "",
    to: str = "",
    cc: str = "",
    bcc: str = "",
    forwards: int | None = None,
    send_at: datetime | None = None,
    version: int | None = None,
    by: Actor,
    at: datetime,
) -> Draft | None:
    """Keep what somebody has written so far; None when that is nothing, and no draft is left.

    `forwards` is the letter of this conversation, by primary key, that goes along; None leaves what did. `version` is that
    of the draft the window knows, 0 for none; None overwrites whatever is there. Raises DraftChanged
    when it is another, and ValidationError when the text is longer than MOST_TEXT: half of it would be worse than none.
    """
    is_aside = kind == DraftKind.FORWARD
    draft = _own(conversation, by, is_aside)
    known = draft.version if draft else 0
    if version is not None and draft is not None and version != known:
        raise DraftChanged(draft)
    text = storable(text)
    if len(text) > MOST_TEXT:
        raise ValidationError(
            _("This is longer than %(n)s characters, too long to be kept as a draft: attach it as a file.")
            % {"n": f"{MOST_TEXT:,}"}
        )
    if not text.strip() and (draft is None or not draft.files.exists()):
        if draft is not None:
            draft.delete()
        return None
    said: dict[str, object] = {
        "kind": DraftKind(kind).value,
        "text": text,
        "subject": one_line(subject, 300),
        "to": storable(to)[:20_000],
        "cc": storable(cc)[:20_000],
        "bcc": storable(bcc)[:20_000],
        "send_at": send_at,
    }
    known_letter = draft.forwards_id if draft is not None else None
    if forwards not in (None, known_letter) and conversation.touchpoints.filter(pk=forwards).exists():
        said["forwards_id"] = forwards
    if draft is None:
        return Draft.objects.create(
            agent_id=_writer(by), conversation=conversation, is_aside=is_aside, saved_at=at, **said
        )
    if any(getattr(draft, name) != value for name, value in said.items()):
        for name, value in said.items():
            setattr(draft, name, value)
        draft.version, draft.saved_at = known + 1, at
        draft.save(update_fields=[*(name.removesuffix("_id") for name in said), "version", "saved_at"])
    return draft


@transaction.atomic
def attach_to_draft(
    conversation: Conversation, file: IncomingFile, *, is_aside: bool = False, by: Actor, at: datetime
) -> DraftFile:
    """Lay a file beside what somebody is writing. Raises ValidationError when there are too many."""
    draft = _own(conversation, by, is_aside)
    if draft is None:
        kind = DraftKind.FORWARD if is_aside else DraftKind.ANSWER
        draft = Draft.objects.create(
            agent_id=_writer(by), conversation=conversation, kind=kind, is_aside=is_aside, saved_at=at
        )
    elif draft.files.count() >= MOST_FILES:
        raise ValidationError(_("More than %(n)d files do not go with one letter.") % {"n": MOST_FILES})
    return DraftFile.objects.create(
        draft=draft,
        name=one_line(file.name, 255) or "attachment",
        media_type=one_line(file.media_type, 120) or "application/octet-stream",
        size=len(file.content),
        digest=keep_content(file.content),
    )


@transaction.atomic
def detach_from_draft(conversation: Conversation, file: int, *, by: Actor, at: datetime) -> None:
    """Take a file (its key) away again. Nothing happens when it lies there no more."""
    laid = DraftFile.objects.filter(draft__conversation=conversation, draft__agent_id=_writer(by), pk=file)
    note_loose(laid.values_list("digest", flat=True), at=at)
    laid.delete()


@transaction.atomic
def discard_draft(conversation: Conversation, *, is_aside: bool = False, by: Actor, at: datetime) -> None:
    """Throw away what somebody was writing; with it a conversation in which nothing was ever said."""
    spend_draft(conversation, is_aside=is_aside, by=by, at=at)
    Conversation.objects.filter(pk=conversation.pk, touch_count=0, touchpoints__isnull=True).delete()


def spend_draft(conversation: Conversation, *, is_aside: bool = False, by: Actor, at: datetime) -> None:
    """It was sent, or is not wanted any more. Not a verb: it is always part of one."""
    if by.is_agent:
        drafts = Draft.objects.filter(conversation=conversation, agent_id=_writer(by), is_aside=is_aside)
        # Also when it was sent: a file that was not ticked did not go along.
        note_loose(DraftFile.objects.filter(draft__in=drafts).values_list("digest", flat=True), at=at)
        drafts.delete()


def give_back(
    conversation: Conversation,
    *,
    agent_pk: int,
    kind: str,
    text: str,
    to: str,
    cc: str,
    bcc: str,
    files: tuple[KeptFile, ...],
    forwards: int | None,
    send_at: datetime | None,
    because: str,
    at: datetime,
) -> Draft:
    """Make a letter a draft again, before what its writer has begun since. Not a verb: it is always part of one."""
    draft = (
        Draft.objects.select_for_update().filter(conversation=conversation, agent_id=agent_pk, is_aside=False).first()
    )
    if draft is None:
        draft = Draft(agent_id=agent_pk, conversation=conversation, version=0, saved_at=at)
    if draft.text.strip():
        text = f"{text}\n\n{draft.text}"
        if draft.kind == DraftKind.NOTE:
            # What was meant for colleagues does not stand in a letter before somebody has made it one.
            kind = DraftKind.NOTE.value
    draft.kind, draft.text, draft.to, draft.cc, draft.bcc = kind, text, to, cc, bcc
    draft.forwards_id = forwards or draft.forwards_id
    draft.send_at, draft.returned_because = send_at, one_line(because, 300)
    draft.version, draft.saved_at = draft.version + 1, at
    if draft._state.adding:
        draft.save(force_insert=True)
    else:
        columns = ["kind", "text", "to", "cc", "bcc", "forwards", "send_at", "returned_because", "version", "saved_at"]
        draft.save(update_fields=columns)
    DraftFile.objects.bulk_create(
        DraftFile(draft=draft, name=file.name, media_type=file.media_type, size=file.size, digest=file.digest)
        for file in files
    )
    return draft


def _own(conversation: Conversation, by: Actor, is_aside: bool) -> Draft | None:
    own = Draft.objects.select_for_update().filter(conversation=conversation, agent_id=_writer(by), is_aside=is_aside)
    return own.first()


def _writer(by: Actor) -> int:
    if by.agent_key is None:
        raise ValueError("only agents write drafts")
    return by.agent_key
