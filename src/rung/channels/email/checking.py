"""Trying a mailbox's servers for real, and saying in words what was found. Reads no letter and sends none."""

import imaplib
import smtplib
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rung.channels.email.access.standing import ascii_name
from rung.channels.email.connecting import (
    CONNECT_TIMEOUT_S,
    Server,
    advice,
    imap_reply,
    in_words,
    password_advice,
    reply,
    server_from_url,
)
from rung.channels.email.providers import Provider
from rung.channels.email.sending import SendingFailed, SmtpTransport
from rung.channels.email.sessions import MailboxUnreachable, SignInRefused, close_session, open_session

SHOWN_FOLDERS = 40


@dataclass(frozen=True)
class Finding:
    """One thing that was tried; `advice` says what to do where it did not work."""

    is_good: bool
    text: str
    advice: str = ""


def check_incoming(server: Server, folders: Iterable[str], provider: Provider) -> list[Finding]:
    """Sign in to the IMAP server and open each folder, without changing anything in it."""
    try:
        session = open_session(server, silence_s=CONNECT_TIMEOUT_S)  # somebody sits and waits
    except SignInRefused as failure:
        reached = Finding(True, _("%(host)s answers on port %(port)s.") % {"host": server.host, "port": server.port})
        return [reached, Finding(False, str(failure), _sign_in_advice(provider, has_token=bool(server.token)))]
    except MailboxUnreachable as failure:
        return [Finding(False, str(failure), advice(failure.__cause__))]
    findings = [Finding(True, _("%(host)s lets us in as %(user)s.") % {"host": server.host, "user": server.user})]
    try:
        for folder in folders:
            findings.append(_folder(session, folder))
    except (OSError, EOFError, imaplib.IMAP4.abort) as failure:
        findings.append(Finding(False, in_words(failure, server)))
    finally:
        close_session(session)
    return findings


def _sign_in_advice(provider: Provider, *, has_token: bool) -> str:
    if has_token:
        return _("Connect it at the provider once more, as the user of this very mailbox, or one who may open it.")
    if provider.steps:
        return " ".join(str(step) for step in provider.steps)
    return password_advice()


def _folder(session: object, folder: str) -> Finding:
    try:
        selected = session.select_folder(folder, readonly=True)  # type: ignore[attr-defined]  # the library has no types
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as failure:
        text = _("The folder “%(folder)s” cannot be opened: %(reason)s") % {
            "folder": folder,
            "reason": imap_reply(failure),
        }
        return Finding(False, text, _folders_there(session))
    letters = int(selected.get(b"EXISTS", 0))
    text = ngettext(
        "The folder “%(folder)s” holds %(n)d letter.", "The folder “%(folder)s” holds %(n)d letters.", letters
    )
    return Finding(True, text % {"folder": folder, "n": letters})


def _folders_there(session: object) -> str:
    """What the folders of a mailbox are called, as they are to be typed."""
    there = session.list_folders()  # type: ignore[attr-defined]  # the library has no types
    names = [str(name) for flags, _delimiter, name in there if b"\\Noselect" not in flags]
    if not names:
        return _("Look at how the folder is called in your mail program; parts are joined by / or a dot.")
    shown = ", ".join(f"“{name}”" for name in names[:SHOWN_FOLDERS])
    words = (
        _("Folders there are: %(names)s.") if len(names) <= SHOWN_FOLDERS else _("Among those there are: %(names)s.")
    )
    return words % {"names": shown}


def check_outgoing(server: Server, address: str) -> list[Finding]:
    """Sign in to the SMTP server and ask whether it takes letters from this address; the letter itself is never begun."""
    local, _at, domain = address.rpartition("@")
    sender = f"{local}@{ascii_name(domain)}"
    transport = SmtpTransport(server, greeting=ascii_name(domain))
    try:
        smtp = transport.connect()
        findings = [Finding(True, _("%(host)s is ready to take letters.") % {"host": server.host})]
        code, text = smtp.mail(sender)
        if code == 250:
            findings.append(Finding(True, _("It takes letters from %(address)s.") % {"address": address}))
        else:
            words = _("It takes no letters from %(address)s: %(reason)s")
            findings.append(Finding(False, words % {"address": address, "reason": reply(code, text)}))
    except SendingFailed as failure:
        return [Finding(False, failure.reason, advice(failure.__cause__))]
    except (OSError, smtplib.SMTPException) as failure:
        return [Finding(False, in_words(failure, server))]
    finally:
        transport.close()
    return findings


def check_default(address: str) -> list[Finding]:
    """The same with the installation's own server; no fault when there is none."""
    if not settings.SMTP_URL:
        return [Finding(True, _("This installation has no mail server: answers are laid into the outbox folder."))]
    try:
        server = server_from_url(settings.SMTP_URL)
    except ValueError as failure:
        return [Finding(False, str(failure))]
    return check_outgoing(server, address)
