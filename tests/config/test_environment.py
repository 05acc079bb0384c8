import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import CommandError

from rung.config import environment, surroundings
from rung.config.environment import env, flag, number, seconds
from rung.config.listening import PortTaken, listen


def test_what_is_not_said_or_said_empty_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUNG_IMAP_INTERVAL", raising=False)
    assert env("RUNG_IMAP_INTERVAL") == "30"
    monkeypatch.setenv("RUNG_IMAP_INTERVAL", " ")
    assert env("RUNG_IMAP_INTERVAL") == "30"


def test_a_listener_said_empty_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_LMTP_LISTEN", "")
    assert env("RUNG_LMTP_LISTEN") == ""


def test_a_setting_nobody_documented_does_not_exist() -> None:
    with pytest.raises(KeyError):
        env("RUNG_SECRET_SAUCE")


def test_a_flag_is_yes_or_no(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_DEBUG", "Yes")
    assert flag("RUNG_DEBUG") is True
    monkeypatch.setenv("RUNG_DEBUG", "perhaps")
    with pytest.raises(Exception, match="say yes or no"):
        flag("RUNG_DEBUG")


@pytest.mark.parametrize("said", ["fifty", "-1", "0", "1.5", "1e6", "٣", "nan"])
def test_a_number_is_one(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    monkeypatch.setenv("RUNG_DOOR_PER_HOST", said)
    with pytest.raises(ImproperlyConfigured, match=r"RUNG_DOOR_PER_HOST is .* whole number above 0"):
        number("RUNG_DOOR_PER_HOST")


def test_seconds_may_have_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_IMAP_INTERVAL", "0.25")
    assert seconds("RUNG_IMAP_INTERVAL") == 0.25
    for said in ("soon", "0", "-3", "inf", "1e9"):
        monkeypatch.setenv("RUNG_IMAP_INTERVAL", said)
        with pytest.raises(ImproperlyConfigured, match=r"RUNG_IMAP_INTERVAL is .* seconds above 0"):
            seconds("RUNG_IMAP_INTERVAL")


@pytest.mark.parametrize("damaged", [b"", b"\n", b"x", b"\0" * 50, b"\xff\xfe" * 25])
def test_a_damaged_key_is_neither_used_nor_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damaged: bytes
) -> None:
    monkeypatch.delenv("RUNG_SECRET_KEY", raising=False)
    monkeypatch.setattr(environment, "DATA_DIR", tmp_path)
    made = environment.secret_key()
    assert environment.secret_key() == made
    (tmp_path / "secret_key").write_bytes(damaged)
    with pytest.raises(ImproperlyConfigured, match="damaged"):
        environment.secret_key()
    assert (tmp_path / "secret_key").read_bytes() == damaged


def test_what_a_database_is_told_can_be_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "DATABASE_URL", "postgres://rung@db.example/rung?options=-c%20jit%3Don%20-c%20statement_timeout%3D9000"
    )
    said = str(environment.database()["OPTIONS"]["options"]).split(" -c ")
    assert said.index("jit=off") < said.index("jit=on")  # the later one holds
    assert "statement_timeout=9000" in said
    assert said[-1] == "lock_timeout=20000"


@pytest.mark.parametrize(("said", "threshold"), [("yes", 1), ("no", None)])
def test_plans_are_kept_unless_a_pooler_forbids_it(
    monkeypatch: pytest.MonkeyPatch, said: str, threshold: int | None
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://rung@db.example/rung")
    monkeypatch.setenv("RUNG_DATABASE_KEEPS_PLANS", said)
    assert environment.database()["OPTIONS"]["prepare_threshold"] == threshold


@pytest.mark.parametrize(
    ("name", "said", "read"),
    [
        ("RUNG_BASE_URL", "desk.example.org", environment.base_url),
        ("RUNG_BASE_URL", "ftp://desk.example.org", environment.base_url),
        ("RUNG_BASE_URL", "https://", environment.base_url),
        ("RUNG_BASE_URL", "https://[::1", environment.base_url),
        ("RUNG_BASE_URL", "https://desk.example.org:web", environment.base_url),
        ("RUNG_BASE_URL", "https://desk example.org", environment.base_url),
        ("RUNG_BASE_URL", "https://example.org/desk", environment.base_url),
        ("RUNG_ALLOWED_HOSTS", "https://desk.example.org", lambda: surroundings.allowed_hosts("https://d.example")),
        ("RUNG_ALLOWED_HOSTS", "desk.example.org:8000", lambda: surroundings.allowed_hosts("https://d.example")),
        ("RUNG_ALLOWED_HOSTS", "a.example;b.example", lambda: surroundings.allowed_hosts("https://d.example")),
        ("RUNG_ALLOWED_HOSTS", "a.example b.example", lambda: surroundings.allowed_hosts("https://d.example")),
        ("RUNG_ALLOWED_HOSTS", "*.example.org", lambda: surroundings.allowed_hosts("https://d.example")),
        ("RUNG_DNS", "dns.example.org", surroundings.dns_server),
        ("RUNG_DNS", "192.0.2.53:dns", surroundings.dns_server),
        ("RUNG_DNS", "192.0.2.53:70000", surroundings.dns_server),
        ("RUNG_DNS", "[2001:db8::53", surroundings.dns_server),
        ("RUNG_PHONE_REGION", "Germany", surroundings.phone_region),
        ("RUNG_PHONE_REGION", "UK", surroundings.phone_region),
        ("RUNG_PHONE_REGION", "+49", surroundings.phone_region),
        ("RUNG_NUMBERS", "ducks", surroundings.numbers),
        ("RUNG_NUMBERS", "mysql://rung:secret@db/rung", surroundings.numbers),
        ("RUNG_NUMBERS", "postgres://rung:secret@db:port/rung", surroundings.numbers),
        ("RUNG_NUMBERS", "postgres://rung:secret%@db/rung", surroundings.numbers),
        ("RUNG_NUMBERS", "postgres://rung:secret@db/rung?ssl=yes", surroundings.numbers),
        ("RUNG_NUMBERS", "clickhouse://", surroundings.numbers),
        ("RUNG_NUMBERS", "clickhouse://u:secret@house/rung?secure=1", surroundings.numbers),
        ("RUNG_FILES_URL", "https://", lambda: environment.files_url("https://desk.example.org")),
        ("RUNG_FILES_URL", "https://files.example.org/a", lambda: environment.files_url("https://desk.example.org")),
        ("RUNG_FILES_URL", "https://desk.example.org", lambda: environment.files_url("https://desk.example.org")),
        ("RUNG_SMTP_URL", "mail.example.org", environment.mail_url),
        ("RUNG_SMTP_URL", "smtp://", environment.mail_url),
        ("RUNG_SMTP_URL", "smtp://mail.example.org:secret", environment.mail_url),
        ("DATABASE_URL", "nonsense", environment.database),
        ("DATABASE_URL", "postgres://rung:secret@[db", environment.database),
        ("DATABASE_URL", "postgres://rung:secret@db:port/rung", environment.database),
        ("RUNG_LOG_LEVEL", "loud", environment.log_level),
        ("RUNG_SECRET_KEY", "secret", environment.secret_key),
        ("RUNG_FORMER_SECRET_KEYS", f"{'k' * 40} secret", environment.former_secret_keys),
    ],
)
def test_a_setting_of_nonsense_is_named_and_no_password_shown(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str, read: Callable[[], object]
) -> None:
    monkeypatch.setenv(name, said)
    with pytest.raises(ImproperlyConfigured, match=name) as refused:
        read()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "said", "read"),
    [
        ("RUNG_BASE_URL", "https://desk.example.org:8443", environment.base_url),
        ("RUNG_DNS", "", surroundings.dns_server),
        ("RUNG_DNS", "192.0.2.53:5353", surroundings.dns_server),
        ("RUNG_DNS", "2001:db8::53", surroundings.dns_server),
        ("RUNG_DNS", "[2001:db8::53]:5353", surroundings.dns_server),
        ("RUNG_PHONE_REGION", "DE", surroundings.phone_region),
        ("RUNG_NUMBERS", "database", surroundings.numbers),
        ("RUNG_NUMBERS", "postgres:///rung?host=/run/postgresql", surroundings.numbers),
        ("RUNG_NUMBERS", "clickhouses://rung:secret@house.example:8443/rung", surroundings.numbers),
    ],
)
def test_a_setting_of_sense_is_taken_as_it_is(
    monkeypatch: pytest.MonkeyPatch, name: str, said: str, read: Callable[[], object]
) -> None:
    monkeypatch.setenv(name, said)
    assert read() == said


def test_hosts_are_names_numbers_or_whole_domains(monkeypatch: pytest.MonkeyPatch) -> None:
    said = ["Desk.example.org", ".example.org", "192.0.2.7", "[2001:db8::7]", "*"]
    monkeypatch.setenv("RUNG_ALLOWED_HOSTS", " , ".join(said))
    assert surroundings.allowed_hosts("https://d.example")[-5:] == said


@pytest.mark.parametrize("ask", [environment.secret_key, environment.database])
def test_a_data_folder_that_cannot_be_is_said_in_a_line(
    ask: Callable[[], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    for name in ("RUNG_SECRET_KEY", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(environment, "DATA_DIR", tmp_path / "file" / "data")
    with pytest.raises(ImproperlyConfigured, match=r"RUNG_DATA is .*file/data.* whoever runs Rung"):
        ask()


def test_a_key_that_may_not_be_read_is_said_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret_key").mkdir()  # refused to everybody, also to whoever may do everything
    monkeypatch.delenv("RUNG_SECRET_KEY", raising=False)
    monkeypatch.setattr(environment, "DATA_DIR", tmp_path)
    with pytest.raises(ImproperlyConfigured, match="secret_key' is not to be had"):
        environment.secret_key()


def test_whoever_starts_with_nonsense_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_BASE_URL", "nonsense")
    started = subprocess.run([sys.executable, "-m", "rung", "check"], capture_output=True, text=True, check=False)
    assert started.returncode == 1
    assert started.stderr.strip().count("\n") == 0
    assert "RUNG_BASE_URL is 'nonsense'" in started.stderr


def test_a_place_of_nonsense_is_refused_in_plain_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNG_LISTEN", "here")
    with pytest.raises(PortTaken, match="RUNG_LISTEN"):
        listen("RUNG_LISTEN")


def test_keys_of_before_are_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.former_secret_keys() == []
    monkeypatch.setenv("RUNG_FORMER_SECRET_KEYS", f"{'a' * 40}  {'b,' * 20}\n")
    assert environment.former_secret_keys() == ["a" * 40, "b," * 20]


def test_a_certificate_that_cannot_be_used_is_named_with_its_setting(settings: Any, tmp_path: Path) -> None:
    settings.DOOR_CERTIFICATE = str(tmp_path / "nowhere.pem")
    with pytest.raises(CommandError, match=r"RUNG_DOOR_CERTIFICATE .*nowhere\.pem"):
        call_command("door", smtp="", lmtp="", no_imap=True)


def test_a_data_folder_of_our_making_is_nobody_elses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "DATA_DIR", tmp_path / "new")
    monkeypatch.delenv("RUNG_SECRET_KEY", raising=False)
    environment.secret_key()
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
