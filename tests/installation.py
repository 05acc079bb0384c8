"""A whole Rung of its own, for stories, benches and the killing of processes: a fresh data folder, a fresh database, and
the product's real processes on free ports of the loopback.

    with Installation() as rung:
        rung.migrate()
        rung.start("worker")

On SQLite unless DATABASE_URL names a PostgreSQL server: then in a database made on it for this and dropped at the end.
"""

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

from tests import mould
from tests.ports import free_ports

ROOT = Path(__file__).resolve().parents[1]
# What each part of the product is started by; {web} and so on are its ports.
PARTS = {
    "web": ["-m", "uvicorn", "rung.config.asgi:application", "--host", "127.0.0.1", "--port", "{web}", "--no-access-log",
            "--log-level", "warning", "--timeout-graceful-shutdown", "1"],
    # As many processes as RUNG_WEB_PROCESSES says, in the way of `bin/run`.
    "webs": ["-m", "rung", "web"],
    "worker": ["-m", "rung", "worker"],
    "second worker": ["-m", "rung", "worker"],
    # What `bin/run` starts in the place of one worker that does both.
    "inside": ["-m", "rung", "worker", "--inside"],
    "sender": ["-m", "rung", "worker", "--outside"],
    "door": ["-m", "rung", "door"],
}  # fmt: skip


# How long that may take which comes at once where nothing else runs: who waits for it, waits no longer than it takes.
PATIENCE_S = 60.0


class DidNotStart(RuntimeError):
    """A part of the product ended, or did not answer, before it was ready; the message ends with what it said."""


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None) if sys.platform == "linux" else None


LIBC, SET_PARENT_DEATH_SIGNAL = _libc(), 1


def _end_with_parent() -> None:
    """Called in a child before it becomes the program: should whoever tests be killed, nothing of this is left running."""
    if LIBC is not None:
        LIBC.prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def is_listening(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@dataclass
class Installation:
    """Used as a context manager; whatever it started has ended when it closes."""

    settings: dict[str, str] = field(default_factory=dict)
    data: Path = field(init=False)
    env: dict[str, str] = field(init=False)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> "Installation":
        self.data = Path(tempfile.mkdtemp(prefix="rung-installation-"))
        try:
            self.web_port, self.smtp_port, self.lmtp_port = free_ports(3)
            self.env = {
                **mould.harmless_environment(),
                "RUNG_DATA": str(self.data),
                "RUNG_BASE_URL": self.base_url,
                "RUNG_LISTEN": f"127.0.0.1:{self.web_port}",
                "RUNG_SMTP_LISTEN": f"127.0.0.1:{self.smtp_port}",
                "RUNG_LMTP_LISTEN": f"127.0.0.1:{self.lmtp_port}",
                "RUNG_LOG_LEVEL": "WARNING",
                "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT))),
                "PYTHONUNBUFFERED": "1",
                **self.settings,
            }
            self._make_database()
        except BaseException:
            shutil.rmtree(self.data, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.stop(*self.running)
        finally:
            self._drop_database()
            shutil.rmtree(self.data, ignore_errors=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.web_port}"

    # The database.

    def _make_database(self) -> None:
        self._server, self._database = os.environ.get("DATABASE_URL", ""), ""
        if not self._server:
            return
        self._database = f"rung_{uuid4().hex[:12]}"
        mould.on_server(self._server, f'CREATE DATABASE "{self._database}"')
        self.env["DATABASE_URL"] = urlunsplit(urlsplit(self._server)._replace(path=f"/{self._database}"))

    def _drop_database(self) -> None:
        if self._server:
            mould.on_server(self._server, f'DROP DATABASE IF EXISTS "{self._database}" WITH (FORCE)')

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a plain SELECT says, read past the product; for checks that must not lean on what they check."""
        if self._server:
            import psycopg

            with psycopg.connect(self.env["DATABASE_URL"]) as server:
                return list(server.execute(query.encode()))
        import sqlite3

        with closing(sqlite3.connect(f"file:{self.data}/db.sqlite3?mode=ro", uri=True, timeout=20)) as file:
            return list(file.execute(query))

    # The processes.

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run `python -m …` to its end in this installation; what it printed. Raises when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", *arguments], env=self.env, cwd=ROOT, input=stdin, capture_output=True, text=True
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def migrate(self) -> None:
        """Make the tables; in a run of the tests as a copy of those that were made once."""
        if mould.is_kept():
            self._lay_down(mould.TABLES)
        else:
            self.run(*mould.TABLES)

    def set_stage(self) -> None:
        """Make the tables, and put the standing cast in their seats (`tests.stage`)."""
        if mould.is_kept():
            self._lay_down(mould.STAGE)
        else:
            self.run(*mould.TABLES)
            self.run(*mould.STAGE)

    def _lay_down(self, program: tuple[str, ...]) -> None:
        mould.lay_down(self.data, program, server=self._server, name=self._database)

    def start(self, *parts: str) -> None:
        """Start parts of the product, all at once, and wait until each is ready."""
        for part in parts:
            self.spawn(part)
        for part in parts:
            self.wait_for(part)

    def spawn(self, part: str) -> subprocess.Popen[bytes]:
        """Start a part without waiting for it."""
        ports = {"web": self.web_port, "smtp": self.smtp_port}
        command = [sys.executable, *(word.format(**ports) for word in PARTS[part])]
        with self.log(part).open("ab") as log:
            process = subprocess.Popen(
                command, env=self.env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True, preexec_fn=_end_with_parent,
            )  # fmt: skip
        self.running[part] = process
        return process

    def wait_for(self, part: str, seconds: float = 2 * PATIENCE_S) -> None:
        """Until a part listens; a worker listens to nobody, and is ready when it lives."""
        port = {"web": self.web_port, "webs": self.web_port, "door": self.smtp_port}.get(part)
        deadline = time.monotonic() + seconds
        while port is not None and not is_listening(port):
            if self.running[part].poll() is not None or time.monotonic() > deadline:
                raise DidNotStart(f"{part} is not ready:\n{self.said(part)[-4000:]}")
            time.sleep(0.02)

    def kill(self, part: str) -> None:
        """SIGKILL: no farewell, nothing is flushed."""
        process = self.running.pop(part)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self, *parts: str) -> None:
        stopping = [(part, self.running.pop(part)) for part in list(parts) if part in self.running]
        for _, process in stopping:
            if process.poll() is None:
                process.terminate()
        for _, process in stopping:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)

    def log(self, part: str) -> Path:
        return self.data / f"{part}.log"

    def said(self, part: str) -> str:
        """What a part has written to its log."""
        log = self.log(part)
        return log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""


def wait_until(holds: Callable[[], object], *, seconds: float, why: str | Callable[[], str]) -> None:
    """Look again until something holds. Raises AssertionError with `why` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(why if isinstance(why, str) else why())
        time.sleep(0.05)


def alive(processes: Iterable[subprocess.Popen[bytes]]) -> bool:
    return all(process.poll() is None for process in processes)
