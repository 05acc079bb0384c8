"""The one command, as a person starts it: real processes, real ports."""

import os
import re
import signal
import smtplib
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.installation import ROOT, Installation, is_listening, wait_until
from tests.ports import free_port


@contextmanager
def running(rung: Installation, *arguments: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    with rung.log("run").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "rung", "run", *arguments],
            env={**rung.env, **more}, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def first_page(rung: Installation) -> str:
    wait_until(lambda: is_listening(rung.web_port), seconds=60, why=lambda: f"no web: {rung.said('run')}")
    with urllib.request.urlopen(f"{rung.base_url}/account/sign-in", timeout=120) as answer:
        return str(answer.read().decode())


def test_one_command_starts_everything_and_one_signal_stops_it() -> None:
    with Installation() as rung, running(rung, "--empty", RUNG_WEB_PROCESSES="2") as process:
        assert "Take the first seat" in first_page(rung)
        if sys.platform == "linux":
            one = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()[0]
            os.kill(int(one), signal.SIGKILL)
            assert "Take the first seat" in first_page(rung), "the other web process answers"
        assert re.search(rf"{re.escape(rung.base_url)}/welcome\?code=[A-Z2-7-]{{23}}", rung.said("run"))
        wait_until(lambda: is_listening(rung.smtp_port), seconds=30, why=lambda: f"no door: {rung.said('run')}")
        with smtplib.SMTP("127.0.0.1", rung.smtp_port) as door:
            door.ehlo()
            door.mail("carla@example.org")
            assert door.rcpt("nobody@desk.example")[0] == 550, "there is no mailbox yet"
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert "Rung has stopped" in rung.said("run")
        assert not is_listening(rung.web_port)
        assert not is_listening(rung.smtp_port)


def test_an_address_that_others_reach_gets_no_administrator_with_a_known_password() -> None:
    with Installation() as rung:
        rung.migrate()
        with running(rung, RUNG_BASE_URL="https://desk.example.org"):
            wait_until(lambda: is_listening(rung.smtp_port), seconds=60, why=lambda: f"no door: {rung.said('run')}")
            assert rung.rows("SELECT count(*) FROM accounts_agent") == [(0,)]
        assert "https://desk.example.org/welcome?code=" in rung.said("run")
        assert "python -m rung demo" in rung.said("run")


def test_a_port_that_was_asked_for_and_is_taken_is_said_at_once() -> None:
    with Installation() as rung:
        rung.migrate()
        with running(rung, "--empty") as first:
            first_page(rung)
            with running(rung, "--empty") as second:
                assert second.wait(30) == 1
            assert "somebody else listens on" in rung.said("run")
            assert "Traceback" not in rung.said("run")
            assert first.poll() is None


def test_a_default_port_that_is_taken_moves_on_and_the_new_one_is_printed() -> None:
    port = free_port()
    with Installation() as rung:
        moved = subprocess.run(
            [sys.executable, "-c", MOVES, str(port)],
            env={name: value for name, value in rung.env.items() if name not in ("RUNG_LISTEN", "RUNG_BASE_URL")},
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
    assert re.search(rf"taken by somebody else; using 127\.0\.0\.1:(?!{port}\b)\d+", moved.stdout)
    assert f"http://127.0.0.1:{port}" not in moved.stdout


MOVES = """
import os, socket, sys
from dataclasses import replace
os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
from rung.config import environment
taken = socket.create_server(("127.0.0.1", int(sys.argv[1])))
environment._BY_NAME["RUNG_LISTEN"] = replace(environment._BY_NAME["RUNG_LISTEN"], default=f"127.0.0.1:{sys.argv[1]}")
import django
django.setup()
from django.conf import settings
from rung.config.management.commands.run import Command
web = Command().take_web_place()
print(settings.BASE_URL)
"""


def test_the_bench_wrapper_names_its_benches_and_refuses_others() -> None:
    done = subprocess.run([str(ROOT / "bin" / "bench"), "../etc"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "usage: bin/bench NAME" in done.stderr


@pytest.mark.parametrize("script", ["run", "test", "bench", "prepare", "lock"])
def test_the_scripts_are_plain_shell(script: str) -> None:
    """dash and the bash 3.2 of macOS read them alike."""
    path = ROOT / "bin" / script
    assert os.access(path, os.X_OK)
    assert Path(path).read_text().startswith("#!/bin/sh\n")
    assert subprocess.run(["/bin/sh", "-n", str(path)]).returncode == 0
