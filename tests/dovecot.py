"""A real IMAP server for tests: Dovecot, on loopback, without root's rights, with a certificate made on the spot.

    with Dovecot() as dovecot:
        account = dovecot.new_account()
        account.put(b"From: …")

Everything lives in one temporary folder that is removed again. Started as root (as in a container) it runs as `nobody`,
because Dovecot refuses to read mail as root.
"""

import imaplib
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.installation import PATIENCE_S
from tests.ports import free_ports

PASSWORD = "open-sesame-42"
ACCOUNTS = 200

# What both versions of the settings end with.
SERVICES = """
service anvil {{
  chroot =
  # Without it each wrong password makes the next sign-in from this address wait longer, up to 15 seconds.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap_port}
  }}
  inet_listener imaps {{
    port = {imaps_port}
    ssl = yes
  }}
}}
"""

# Looking once a second, a server tells who waits also where the system has no more watches on files to give.
CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mailbox_idle_check_interval = 1 secs
first_valid_uid = 1
mail_location = maildir:{folder}/mail/%u
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/accounts
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}
{consents}
"""


CONSENTS = """
auth_mechanisms = plain login xoauth2 oauthbearer
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
"""

OAUTH2 = """
tokeninfo_url = {tokeninfo_url}
username_attribute = username
active_attribute = active
active_value = true
"""

# The same in the words of 2.4, which renamed most of them.
CONFIGURATION_24 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/base
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = yes
ssl_server_cert_file = {folder}/certificate.pem
ssl_server_key_file = {folder}/key.pem
auth_allow_cleartext = yes
auth_failure_delay = 0
mailbox_idle_check_interval = 1 secs
first_valid_uid = 1
mail_driver = maildir
mail_path = {folder}/mail/%{{user}}
passdb passwd-file {{
  passwd_file_path = {folder}/accounts
}}
userdb static {{
  fields {{
    uid = {uid}
    gid = {gid}
    home = {folder}/home/%{{user}}
  }}
}}
{consents}
"""

CONSENTS_24 = """
auth_mechanisms = plain login xoauth2 oauthbearer
oauth2 {{
  tokeninfo_url = {tokeninfo_url}
  username_attribute = username
  active_attribute = active
  active_value = true
}}
passdb oauth2 {{
  mechanisms_filter = xoauth2 oauthbearer
}}
"""


class DovecotMissing(RuntimeError):
    """The tests of the IMAP poller need the real server; skipping them would hide what they guard."""


def dovecot_binary() -> tuple[str, bool]:
    """Where it is, and whether it wants the settings of 2.4."""
    path = shutil.which("dovecot", path=os.environ.get("PATH", "") + os.pathsep + "/usr/sbin:/usr/local/sbin")
    if path is None:
        raise DovecotMissing("dovecot is not installed: `apt-get install dovecot-imapd`, or `brew install dovecot`")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith(("2.3.", "2.4.")):
        raise DovecotMissing(f"the tests speak to Dovecot 2.3 or 2.4; found {version.strip()}")
    return path, version.startswith("2.4.")


def self_signed_certificate() -> tuple[str, str]:
    """A certificate for localhost and 127.0.0.1, good for a day, and its key; both PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return certificate.public_bytes(pem).decode(), secret.decode()


@dataclass
class Account:
    """One user of the server, with helpers that use IMAP as any mail program would."""

    server: "Dovecot"
    user: str
    password: str = PASSWORD

    @contextmanager
    def session(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.server.imap_port, timeout=20) as imap:
            imap.login(self.user, self.password)
            yield imap

    def put(self, *letters: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        """Lay letters into a folder, made when it is missing. `at` is the server's own date of arrival."""
        with self.session() as imap:
            imap.create(folder)
            for letter in letters:
                stamp = imaplib.Time2Internaldate(at or datetime.now(UTC))
                answer = imap.append(folder, "", stamp, letter)
                assert answer[0] == "OK", answer

    def flags(self, folder: str = "INBOX") -> list[set[str]]:
        """The flags of each letter, in the order of the folder."""
        with self.session() as imap:
            imap.select(folder, readonly=True)
            answer = imap.fetch("1:*", "(FLAGS)")[1]
        lines = [line.decode() for line in answer if isinstance(line, bytes)]
        return [set(re.findall(r"\\\w+", line)) - {"\\Recent"} for line in lines]

    def renumber(self, folder: str = "INBOX") -> None:
        """Make the server forget its numbering: a new UIDVALIDITY, as after a restored backup or a move of servers.

        To be called while nobody has the folder open.
        """
        place = self.server.folder / "mail" / self.user / ("" if folder == "INBOX" else f".{folder}")
        uid_list = place / "dovecot-uidlist"
        validity = int(re.findall(r"\bV(\d+)", uid_list.read_text().splitlines()[0])[0])
        for path in place.glob("dovecot*"):
            path.unlink()
        uid_list.write_text(f"3 V{validity + 1000} N1 G{uuid4().hex}\n")
        self.server.hand_over(uid_list)


@dataclass
class Dovecot:
    """The server. Used as a context manager. With a `tokeninfo_url` it also takes the tokens of an authorisation server."""

    tokeninfo_url: str = ""
    folder: Path = field(init=False)
    imap_port: int = field(init=False)
    imaps_port: int = field(init=False)
    certificate: str = field(init=False, repr=False)
    host: str = "localhost"

    def __enter__(self) -> "Dovecot":
        binary, is_newer = dovecot_binary()
        # Not pytest's own folder: `nobody` may not enter it, and the paths of the server's sockets have to be short.
        self.folder = Path(tempfile.mkdtemp(prefix="rung-dovecot-", dir="/tmp"))
        try:
            self._lay_out()
            self._start(binary, is_newer)
        except BaseException:
            self._clear_away()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._clear_away()

    def _lay_out(self) -> None:
        self._numbers = count(1)
        self.owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
        self.group = subprocess.run(
            ["id", "-gn", self.owner.pw_name], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.certificate, key = self_signed_certificate()
        (self.folder / "certificate.pem").write_text(self.certificate)
        (self.folder / "key.pem").write_text(key)
        names = (f"user{number}" for number in range(1, ACCOUNTS + 1))
        (self.folder / "accounts").write_text("".join(f"{name}:{{PLAIN}}{PASSWORD}\n" for name in names))
        for name in ("mail", "home", "base", "state"):
            (self.folder / name).mkdir()

    def _start(self, binary: str, is_newer: bool) -> None:
        self.imap_port, self.imaps_port = free_ports(2)
        configuration = self.folder / "dovecot.conf"
        consents = CONSENTS_24 if is_newer else CONSENTS
        (self.folder / "oauth2.conf").write_text(OAUTH2.format(tokeninfo_url=self.tokeninfo_url))
        configuration.write_text(
            ((CONFIGURATION_24 if is_newer else CONFIGURATION) + SERVICES).format(
                consents=consents.format(folder=self.folder, tokeninfo_url=self.tokeninfo_url)
                if self.tokeninfo_url
                else "",
                folder=self.folder,
                user=self.owner.pw_name,
                group=self.group,
                uid=self.owner.pw_uid,
                gid=self.owner.pw_gid,
                imap_port=self.imap_port,
                imaps_port=self.imaps_port,
            )
        )
        self.hand_over(self.folder, *self.folder.iterdir())
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            who = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}
        self.process = subprocess.Popen(
            [binary, "-F", "-c", str(configuration)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            **who,
        )
        self._wait_until_up()

    def _wait_until_up(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            with suppress(OSError, imaplib.IMAP4.error), imaplib.IMAP4("127.0.0.1", self.imap_port, timeout=5):
                return
            time.sleep(0.05)
        stopped = self.process.poll() is not None
        said = self.process.stderr.read().decode() if stopped and self.process.stderr is not None else ""
        log = self.folder / "log"
        raise RuntimeError(f"dovecot did not start: {said}\n{log.read_text() if log.exists() else ''}")

    def _clear_away(self) -> None:
        process = getattr(self, "process", None)
        if process is not None:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)
            process.stderr.close()
            # Its helpers live on while a client is still connected; they are in the process group that we opened.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)

    def hand_over(self, *paths: Path) -> None:
        """Give files to the user the server runs as."""
        if os.geteuid() == 0:
            for path in paths:
                os.chown(path, self.owner.pw_uid, self.owner.pw_gid)

    def new_account(self) -> Account:
        """An account nobody has used yet, with an empty INBOX."""
        return Account(self, f"user{next(self._numbers)}")

    def trusting(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        context.load_verify_locations(cadata=self.certificate)
        return context


class Cut:
    """A wire to a server that breaks: after `octets` have come back from it, both sides lose the connection."""

    def __init__(self, port: int, octets: int) -> None:
        self.port = port
        self.octets = octets
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.own_port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Cut":
        return self

    def __exit__(self, *exception: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._pump, args=(near, far, None), daemon=True).start()
            threading.Thread(target=self._pump, args=(far, near, self.octets), daemon=True).start()

    def _passed_on(self, data: bytes, *, by_server: bool) -> bytes:
        return data

    def _pump(self, source: socket.socket, sink: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if left is not None:
                    data = data[:left]
                    left -= len(data)
                sink.sendall(self._passed_on(data, by_server=left is not None))
                if left == 0:
                    break
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


class Twisted(Cut):
    """A wire on which a word of the server's (`said`) or of the client's (`asked`) arrives as another."""

    def __init__(
        self, port: int, *, said: tuple[bytes, bytes] = (b"", b""), asked: tuple[bytes, bytes] = (b"", b"")
    ) -> None:
        self.said, self.asked = said, asked
        super().__init__(port, sys.maxsize)

    def _passed_on(self, data: bytes, *, by_server: bool) -> bytes:
        return data.replace(*(self.said if by_server else self.asked))
