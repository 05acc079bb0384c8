"""What Django looks for under this name."""

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations


class LeanOperations(DatabaseOperations):
    compiler_module = "rung.core.databases.postgresql.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = LeanOperations
