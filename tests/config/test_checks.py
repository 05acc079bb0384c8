"""What `python -m rung check` says of settings that only a part of the product reads."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks

from tests.ports import free_port


def told() -> list[str]:
    return [message.msg for message in run_checks(tags=["settings"])]


@pytest.fixture(autouse=True)
def as_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith("RUNG_") and not name.startswith(("RUNG_TEST_", "RUNG_DATA")):
            monkeypatch.delenv(name)


def test_the_defaults_are_well() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("RUNG_LISTEN", "8000"),
        ("RUNG_SMTP_LISTEN", "mail.example.org:smtp"),
        ("RUNG_LMTP_LISTEN", "127.0.0.1:99999"),
        ("RUNG_WEB_PROCESSES", "many"),
    ],
)
def test_a_place_or_a_number_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch, name: str, said: str) -> None:
    monkeypatch.setenv(name, said)
    (message,) = told()
    assert name in message
    assert said in message


@pytest.mark.parametrize(
    ("name", "setting", "said"),
    [
        ("RUNG_MAIL_FROM", "DEFAULT_FROM_EMAIL", "Service"),
        ("RUNG_SMTP_URL", "SMTP_URL", "smtp://rung:secret@mail.example.org:587?security=maybe"),
        ("RUNG_SMTP_URL", "SMTP_URL", "smtp://rung:secret@mail.example.org:25"),
        ("RUNG_DOOR_CERTIFICATE", "DOOR_CERTIFICATE", "/nowhere/door.pem"),
        ("RUNG_SMIME_ANCHORS", "SMIME_ANCHORS", "/nowhere/anchors.pem"),
    ],
)
def test_what_a_part_could_not_use_is_named(settings: Any, name: str, setting: str, said: str) -> None:
    setattr(settings, setting, said)
    (message,) = told()
    assert name in message
    assert "secret" not in message


def test_a_file_that_holds_no_certificate_is_named(settings: Any, tmp_path: Path) -> None:
    (tmp_path / "anchors.pem").write_text("no certificate")
    settings.SMIME_ANCHORS = str(tmp_path / "anchors.pem")
    assert "RUNG_SMIME_ANCHORS" in told()[0]


def test_a_name_that_is_none_is_told_with_the_one_that_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_SMTP_LISTENS", "127.0.0.1:25")
    monkeypatch.setenv("RUNG_COFFEE", "black")
    hints = {message.msg: message.hint for message in run_checks(tags=["settings"])}
    assert hints == {
        "RUNG_COFFEE is no setting of Rung.": "docs/operate/settings.md lists them all.",
        "RUNG_SMTP_LISTENS is no setting of Rung.": "Did you mean RUNG_SMTP_LISTEN?",
    }


def test_a_database_that_is_away_is_said_in_a_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "rung", "showmigrations"],
        env={**os.environ, "DATABASE_URL": f"postgres://rung:secret@127.0.0.1:{free_port()}/rung"},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.startswith("The database of DATABASE_URL cannot be reached: ")
    assert (done.stderr.count("\n"), "secret" in done.stderr) == (1, False)
