"""What whoever starts Rung is told of a database that cannot be worked on."""

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from rung.config.management.commands import run, web
from rung.config.readiness import NotReady, told_in_a_line, waiting_changes


@pytest.mark.django_db
def test_tables_as_we_know_them_wait_for_nothing() -> None:
    assert waiting_changes() == 0


@pytest.mark.django_db
def test_tables_of_a_newer_rung_are_left_alone() -> None:
    MigrationRecorder(connection).record_applied("customers", "0999_something_new")
    with pytest.raises(NotReady, match=r"newer Rung .* customers\.0999_something_new"):
        waiting_changes()


@pytest.mark.django_db
def test_what_a_library_left_behind_is_no_newer_rung() -> None:
    MigrationRecorder(connection).record_applied("sites", "0001_initial")
    assert waiting_changes() == 0


@pytest.mark.django_db
def test_pages_are_not_served_from_tables_that_are_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("ways", "0001_journeys")
    assert waiting_changes() == 1
    monkeypatch.setattr(web, "listen", lambda setting: (None, None))
    with pytest.raises(CommandError, match="python -m rung migrate"):
        call_command("web")


@pytest.mark.django_db
def test_whoever_starts_everything_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    MigrationRecorder(connection).record_applied("customers", "0999_something_new")
    monkeypatch.setattr(run.Command, "take_web_place", lambda self: None)
    with pytest.raises(CommandError, match="newer Rung"):
        call_command("run", "--empty")


def test_what_the_database_refuses_is_told_in_a_line() -> None:
    with pytest.raises(NotReady) as told, told_in_a_line("The database cannot be used"):
        raise OperationalError("connection refused\n\tIs the server running?\n")
    assert str(told.value).startswith("The database cannot be used")
    assert str(told.value).endswith("connection refused Is the server running?.")
    assert "\n" not in str(told.value)
