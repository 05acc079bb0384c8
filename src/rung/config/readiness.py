"""Whether the database is one that this code can work on: it answers, and its tables are neither older nor newer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor


class NotReady(Exception):
    """What is wrong with the database and what to do, in a line."""


def waiting_changes() -> int:
    """How many changes of tables are still to be made. Raises NotReady where the database does not answer, or where a newer
    Rung has made changes that we know nothing of: what we wrote there might be wrong, or wanting."""
    with told_in_a_line("The database cannot be used"):
        executor = MigrationExecutor(connection)
        ours = {app.label for app in apps.get_app_configs() if app.name.startswith("rung.")}
        made, known = executor.loader.applied_migrations, executor.loader.disk_migrations
        strange = sorted(f"{room}.{name}" for room, name in made if room in ours and (room, name) not in known)
        if strange:
            raise NotReady(
                f"The database was brought up to date by a newer Rung than this one, which knows nothing of {strange[-1]}. "
                "Start that one, or put back the backup from before."
            )
        return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@contextmanager
def told_in_a_line(what: str) -> Iterator[None]:
    """What the database refuses, as NotReady."""
    try:
        yield
    except Error as failure:
        said = " ".join(str(failure).split()).rstrip(".")
        where = "" if connection.vendor == "postgresql" else f" ({settings.DATABASES['default']['NAME']})"
        raise NotReady(f"{what}{where}: {said}.") from failure
