from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from rung.channels.email.events import (
    MailboxAdded,
    MailboxChanged,
    MailboxClosed,
    MailboxFailed,
    MailboxRecovered,
    MailboxReopened,
)
from rung.channels.email.models import Consent, Folder, Mailbox, MailThread, Straggler
from rung.channels.email.models.mailbox import Incoming
from rung.channels.email.sealing import seal
from rung.core.actor import Actor
from rung.core.seen import UNSEEN, Seen, differences
from rung.core.text import one_line
from rung.journal.verbs import record

CHANGEABLE = (
    "name",
    "address",
    "team",
    "signature",
    "quoting",
    "max_letter_mb",
    "takes_plus_addresses",
    "incoming",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_password",
    "folders",
    "live_from_at",
    "stage",
    "provider",
    "sign_in",
    "spam_server",
    "spam_server_cleans",
    "spam_score",
    "spam_days",
    "automatic_per_address",
    "automatic_per_mailbox",
    "once_kept",
    "outgoing",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_user",
    "smtp_password",
    "trusted_servers",
    "certificate",
)
_SEALED = ("imap_password", "smtp_password")
_NOT_TOLD = (*_SEALED, "certificate")
_WHERE = {f"{side}_{name}" for side in ("imap", "smtp") for name in ("host", "port", "security")}
_OF_SERVERS = _WHERE | {"imap_user", "imap_password", "smtp_user", "smtp_password", "sign_in", "certificate", "folders"}


def _cleaned(settings: dict[str, Any]) -> dict[str, Any]:
    """Settings as they are stored: address in lower case, passwords sealed. An empty password means: as it was."""
    if unknown := set(settings) - set(CHANGEABLE):
        raise TypeError(f"a mailbox has no {sorted(unknown)}")
    cleaned = {name: value for name, value in settings.items() if name not in _SEALED or value}
    for name in _SEALED:
        if name in cleaned:
            cleaned[name] = seal(cleaned[name])
    if "address" in cleaned:
        cleaned["address"] = cleaned["address"].strip().lower()
    return cleaned


@transaction.atomic
def add_mailbox(*, name: str, address: str, by: Actor, at: datetime, **settings: Any) -> Mailbox:
    """Set up an address of ours. `settings` are any of CHANGEABLE; passwords come in clear and are sealed here.

    A mailbox that we receive for by our own door takes plus-addresses unless it is said otherwise, one that is fetched
    from a foreign server only when it is said. Raises ValidationError when the address is taken.
    """
    cleaned = _cleaned({"name": name, "address": address, **settings})
    cleaned.setdefault("takes_plus_addresses", cleaned.get("incoming", Incoming.NONE) != Incoming.IMAP)
    if Mailbox.objects.filter(address=cleaned["address"]).exists():
        raise ValidationError({"address": _("There is a mailbox with this address already.")})
    mailbox = Mailbox.objects.create(added_at=at, **cleaned)
    record(MailboxAdded(mailbox=mailbox.pk), by=by, at=at)
    return mailbox


@transaction.atomic
def change_mailbox(mailbox: Mailbox, *, seen: Seen = UNSEEN, by: Actor, at: datetime, **settings: Any) -> None:
    """Set it up differently; what is not named stays. Raises ValidationError when the new address is taken, Overtaken when
    somebody else was quicker."""
    cleaned = _cleaned(settings)
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    if "address" in cleaned and others.filter(address=cleaned["address"]).exists():
        raise ValidationError({"address": _("There is a mailbox with this address already.")})
    mailbox.refresh_from_db(from_queryset=Mailbox.objects.select_for_update())
    present = {name: getattr(mailbox, name) for name in cleaned}
    cleaned = seen.settled(cleaned, present)
    changed = [name for name, value in cleaned.items() if present[name] != value]
    if not changed:
        return
    told = [name for name in changed if name not in _NOT_TOLD]
    values = differences({n: _told(cleaned[n]) for n in told}, {n: _told(present[n]) for n in told})
    for name in changed:
        setattr(mailbox, name, cleaned[name])
    # What was wrong may be mended now; the next look will say.
    mailbox.last_error = mailbox.sending_error = ""
    if _OF_SERVERS & set(changed):
        mailbox.tested_at = None
        # What the line broke at may come through the mended one, and is not to wait for its hour.
        ask_for_stragglers(mailbox, by=by, at=at)
    mailbox.save(update_fields=[*changed, "last_error", "sending_error", "tested_at"])
    if {"imap_host", "imap_user"} & set(changed):
        # Another server's numbers mean nothing here; letters we have are known by their Message-ID.
        Folder.objects.filter(mailbox=mailbox).delete()
    if _WHERE & set(changed):
        # Else whoever may edit a mailbox could have its token sent to a server of their own.
        Consent.objects.filter(mailbox=mailbox, ended_at=None).update(
            ended_at=at, ended_reason=_("The server was changed: connect again."), access_token="", refresh_token=""
        )
    record(MailboxChanged(mailbox=mailbox.pk, changed=changed, values=values), by=by, at=at)


def _told(value: Any) -> Any:
    """A row by its name, for whoever reads later what was changed."""
    return str(value) if isinstance(value, Model) else value


@transaction.atomic
def note_trial(mailbox: Mailbox, *, is_sound: bool, by: Actor, at: datetime) -> None:
    """Remember whether its servers, as they are saved, were tried with success."""
    mailbox.tested_at = at if is_sound else None
    Mailbox.objects.filter(pk=mailbox.pk).update(tested_at=mailbox.tested_at)


@transaction.atomic
def close_mailbox(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    """Fetch and send nothing through it any more."""
    if Mailbox.objects.filter(pk=mailbox.pk, is_active=True).update(is_active=False):
        mailbox.is_active = False
        record(MailboxClosed(mailbox=mailbox.pk), by=by, at=at)


@transaction.atomic
def reopen_mailbox(mailbox: Mailbox, *, by: Actor, at: datetime) -> None:
    if Mailbox.objects.filter(pk=mailbox.pk, is_active=False).update(is_active=True):
        mailbox.is_active = True
        record(MailboxReopened(mailbox=mailbox.pk), by=by, at=at)


@transaction.atomic
def note_check(mailbox: Mailbox, *, error: str = "", by: Actor, at: datetime) -> None:
    """Remember that we looked for letters, and what was wrong. Only the turn from well to ill and back is a fact."""
    error = one_line(error, 500)
    was_failing = Mailbox.objects.filter(pk=mailbox.pk).exclude(last_error="").exists()
    Mailbox.objects.filter(pk=mailbox.pk).update(last_checked_at=at, last_error=error)
    mailbox.last_checked_at, mailbox.last_error = at, error
    _announce(mailbox, "incoming", error, was_failing, by, at)


@transaction.atomic
def note_sending(mailbox: Mailbox, *, error: str = "", by: Actor, at: datetime) -> None:
    """Remember whether its outgoing server takes letters."""
    error = one_line(error, 500)
    was_failing = Mailbox.objects.filter(pk=mailbox.pk).exclude(sending_error="").exists()
    if error:
        Mailbox.objects.filter(pk=mailbox.pk).update(sending_error=error)
    else:
        Mailbox.objects.filter(pk=mailbox.pk).update(sending_error="", last_sent_at=at)
        mailbox.last_sent_at = at
    mailbox.sending_error = error
    _announce(mailbox, "outgoing", error, was_failing, by, at)


def _announce(mailbox: Mailbox, side: str, error: str, was_failing: bool, by: Actor, at: datetime) -> None:
    if error and not was_failing:
        record(MailboxFailed(mailbox=mailbox.pk, side=side, reason=error), by=by, at=at)
    elif was_failing and not error:
        record(MailboxRecovered(mailbox=mailbox.pk, side=side), by=by, at=at)


@transaction.atomic
def thread_through(threads: Mapping[int, int], *, by: Actor, at: datetime) -> None:
    """Let conversations be answered from the mailboxes their newest letters came to: mailbox by conversation, as keys."""
    MailThread.objects.bulk_create(
        [
            MailThread(conversation_id=conversation, mailbox_id=mailbox)
            for conversation, mailbox in sorted(threads.items())
        ],
        update_conflicts=True,
        unique_fields=["conversation"],
        update_fields=["mailbox"],
    )


@transaction.atomic
def open_folder(
    mailbox: Mailbox,
    name: str,
    *,
    uid_validity: int,
    from_uid: int,
    known_uid: int = 0,
    is_history: bool = False,
    by: Actor,
    at: datetime,
) -> Folder:
    """Begin to read a folder after `from_uid`, or begin again because the server numbers its letters anew."""
    began = {"uid_validity": uid_validity, "last_uid": from_uid, "known_uid": known_uid}
    folder, is_new = Folder.objects.get_or_create(mailbox=mailbox, name=name, is_history=is_history, defaults=began)
    if not is_new:
        Straggler.objects.filter(folder=folder).delete()
        Folder.objects.filter(pk=folder.pk).update(**began)
        folder.refresh_from_db()
    return folder


@transaction.atomic
def advance_folder(folder: Folder, last_uid: int, *, kept: bool, by: Actor, at: datetime) -> None:
    """Everything up to `last_uid` is kept, or noted as a straggler."""
    Folder.objects.filter(pk=folder.pk, uid_validity=folder.uid_validity, last_uid__lt=last_uid).update(
        last_uid=last_uid
    )
    folder.last_uid = last_uid
    if kept:
        Mailbox.objects.filter(pk=folder.mailbox_id).update(last_kept_at=at)


@transaction.atomic
def note_straggler(folder: Folder, uid: int, reason: str, *, due_at: datetime, by: Actor, at: datetime) -> Straggler:
    """Remember a letter that could not be had; the same one again counts as another try."""
    straggler, is_new = Straggler.objects.get_or_create(
        folder=folder,
        uid_validity=folder.uid_validity,
        uid=uid,
        defaults={"reason": one_line(reason, 500), "missed_at": at, "due_at": due_at},
    )
    if not is_new:
        straggler.tries += 1
        straggler.reason, straggler.due_at = one_line(reason, 500), due_at
        straggler.save(update_fields=["tries", "reason", "due_at"])
    return straggler


@transaction.atomic
def ask_for_stragglers(mailbox: Mailbox, *, by: Actor, at: datetime) -> int:
    """Have what was left behind asked for at the next look, which the poller takes for it; how many did wait longer."""
    return Straggler.objects.filter(folder__mailbox=mailbox, due_at__gt=at).update(due_at=at)


@transaction.atomic
def drop_straggler(straggler: Straggler, *, by: Actor, at: datetime) -> None:
    """It has been kept after all, or is no longer on the server."""
    Straggler.objects.filter(pk=straggler.pk).delete()
