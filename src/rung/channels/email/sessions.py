"""Connections to IMAP servers: opened, signed in, and given up with a reason in words."""

import imaplib
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError

from rung.channels.email.connecting import (
    CONNECT_TIMEOUT_S,
    READ_TIMEOUT_S,
    STARTTLS,
    TLS,
    Server,
    imap_reply,
    in_words,
    tls_context,
)
from rung.channels.email.consenting import ConsentFailed
from rung.channels.email.models import Mailbox, SignIn
from rung.channels.email.sealing import SealBroken, unseal
from rung.channels.email.verbs.consent import access_token_for
from rung.core.actor import SYSTEM


class MailboxUnreachable(Exception):
    """The server cannot be reached, does not let us in, or broke off. The reason is in words."""


class SignInRefused(MailboxUnreachable):
    """The server is there and does not let us in."""


class Line(IMAPClient):  # type: ignore[misc]  # the library has no types
    """The library's connection, but for how waiting (IDLE) begins: the library takes a server that says something before its
    leave to wait for a broken one, and misses what comes in one breath with that leave."""

    _has_just_begun = False

    def idle(self) -> list[bytes]:
        """Begin to wait; what the server said until it let us. Raises imaplib.IMAP4.error where it refuses."""
        self._idle_tag = self._imap._command("IDLE")
        before: list[bytes] = []
        while (line := self._imap._get_response()) is not None:
            if line.startswith(self._idle_tag):
                raise imaplib.IMAP4.error(line)
            before.append(line)
        self._has_just_begun = True
        return before

    def _poll_socket(self, sock: Any, timeout: float | None = None) -> Any:
        # What was read together with the leave to wait lies in a buffer, where no look at the socket finds it.
        if self._has_just_begun:
            self._has_just_begun = False
            return [sock]
        return super()._poll_socket(sock, timeout)


def imap_server(mailbox: Mailbox) -> Server:
    """Where the mailbox is fetched from, without a token. Raises MailboxUnreachable when the password cannot be opened."""
    try:
        password = unseal(mailbox.imap_password)
    except SealBroken as failure:
        reason = _("The password cannot be read, because the secret key has changed: enter it again.")
        raise MailboxUnreachable(reason) from failure
    return Server(
        host=mailbox.imap_host,
        port=mailbox.imap_port,
        security=mailbox.imap_security,
        user=mailbox.imap_user,
        password=password,
        certificate=mailbox.certificate,
    )


def open_mailbox(mailbox: Mailbox, *, at: datetime) -> Any:
    """A connection that is signed in to a mailbox, by its password or with a fresh token. Raises MailboxUnreachable."""
    server = imap_server(mailbox)
    if mailbox.sign_in != SignIn.OAUTH:
        return open_session(server)
    try:
        token = access_token_for(mailbox, by=SYSTEM, at=at)
        try:
            return open_session(replace(server, token=token))
        except SignInRefused:
            # A token may be taken back before its time; a new one tells whether the consent was.
            newer = access_token_for(mailbox, renew=True, by=SYSTEM, at=at)
            return open_session(replace(server, token=newer))
    except ConsentFailed as failure:
        raise MailboxUnreachable(str(failure)) from failure


def open_session(server: Server, *, silence_s: float = READ_TIMEOUT_S) -> Any:
    """A connection that is signed in; given up after so many seconds of silence. Raises MailboxUnreachable."""
    client = None
    try:
        context = None if server.security not in (TLS, STARTTLS) else tls_context(server.certificate)
        client = Line(
            server.host,
            port=server.port,
            ssl=server.security == TLS,
            ssl_context=context,
            timeout=SocketTimeout(CONNECT_TIMEOUT_S, silence_s),
        )
        # Else the library turns the server's dates into naive ones of this machine's zone.
        client.normalise_times = False
        if server.security == STARTTLS:
            client.starttls(context)
        if server.token:
            client.oauth2_login(server.user, server.token)
        else:
            client.login(server.user, server.password)
    except LoginError as failure:
        close_session(client)
        broken = failure.__context__
        if isinstance(broken, imaplib.IMAP4.abort):  # the library calls it a login error too when the line went dead
            raise MailboxUnreachable(in_words(broken, server)) from failure
        reason = _("%(host)s does not accept this user and password: %(reason)s")
        if server.token:
            reason = _("%(host)s does not accept the consent for %(user)s: %(reason)s")
        said = {"host": server.host, "user": server.user, "reason": imap_reply(failure)}
        raise SignInRefused(reason % said) from failure
    except (OSError, EOFError, UnicodeError, imaplib.IMAP4.error) as failure:
        close_session(client)
        raise MailboxUnreachable(in_words(failure, server)) from failure
    return client


def close_session(client: Any) -> None:
    if client is None:
        return
    try:
        client.logout()
    except (OSError, EOFError, imaplib.IMAP4.error):
        client.shutdown()
