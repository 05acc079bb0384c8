import os
import socket
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from rung.config.environment import web_processes
from rung.config.parts import parts


def test_there_are_as_many_web_processes_as_cores_or_as_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNG_WEB_PROCESSES", raising=False)
    for cores, processes in ((1, 1), (2, 2), (64, 4)):
        ours = set(range(cores))
        monkeypatch.setattr(os, "sched_getaffinity", lambda pid, ours=ours: ours, raising=False)
        assert web_processes() == processes
    monkeypatch.setenv("RUNG_WEB_PROCESSES", "7")
    assert web_processes() == 7
    monkeypatch.setenv("RUNG_WEB_PROCESSES", "two")
    with pytest.raises(ImproperlyConfigured, match="RUNG_WEB_PROCESSES"):
        web_processes()


def test_every_part_has_a_name_of_its_own() -> None:
    with socket.socket() as listening:
        names = [part.name for part in parts(listening, 3)]
    assert names == ["web 1", "web 2", "web 3", "worker", "sender", "door"]


def test_a_part_that_cannot_start_says_why_in_a_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        part = subprocess.run(
            [sys.executable, "-c", "from rung.config.parts import run_command; run_command('door')"],
            env={**os.environ, "RUNG_SMTP_LISTEN": place, "RUNG_LMTP_LISTEN": ""},
            capture_output=True, text=True,
        )  # fmt: skip
    assert part.returncode == 1
    assert part.stderr.count("\n") == 1
    assert "address already in use" in part.stderr
    assert "RUNG_SMTP_LISTEN" in part.stderr
