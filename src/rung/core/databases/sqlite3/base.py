"""What Django looks for under this name."""

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.operations import DatabaseOperations


class LeanOperations(DatabaseOperations):
    compiler_module = "rung.core.databases.sqlite3.compiler"


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = LeanOperations
