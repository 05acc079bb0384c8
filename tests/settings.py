"""The settings of the tests: the product's own, on a data folder and databases that are thrown away.

One folder for each of pytest-xdist's workers. A program that a test starts inherits the folder, or brings its own in
RUNG_DATA; a RUNG_DATA from the shell, where somebody's real data may lie, is never touched.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from tests import mould

if "RUNG_TEST_ROOT" not in os.environ:
    os.environ["RUNG_TEST_ROOT"] = tempfile.mkdtemp(prefix="rung-test-")
    os.environ.pop("RUNG_DATA", None)
    atexit.register(shutil.rmtree, os.environ["RUNG_TEST_ROOT"], ignore_errors=True)

mould.keep()

_root = os.environ["RUNG_TEST_ROOT"]
_own = str(Path(_root, os.environ.get("PYTEST_XDIST_WORKER", "main")))
if not os.environ.get("RUNG_DATA") or Path(os.environ["RUNG_DATA"]).parent == Path(_root):
    os.environ["RUNG_DATA"] = _own

from rung.config.settings import *  # noqa: E402, F403  # the folder has to be named first; all of it is wanted
from rung.config.settings import DATA_DIR, DATABASES  # noqa: E402  # as above

# A file, with the same journal mode as in real life, not the private memory that Django would take.
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
# The real one takes a fifth of a second on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Most tests are rolled back, which files are not. Those of the mirror keep one of their own.
NUMBERS = "database"
