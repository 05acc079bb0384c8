"""Everything that must hold, in one run: `bin/test`. Prints a table of steps with seconds, and exits 1 if any failed.

The tests run on SQLite (a file, WAL), and those that reach a database again on PostgreSQL: the server named by
RUNG_TEST_DATABASE_URL, or a private one that is started on loopback for this run, as an unprivileged user, and thrown
away after it. What is checked without running tests is checked while what is missing is fetched.
"""

import argparse
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests import mould
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent

# What the tests need from the system: the program that shows it is there, and its package by package manager.
SYSTEM = {
    "chromium": {"apt-get": "chromium-headless-shell", "dnf": "chromium", "brew": "--cask chromium"},
    "dovecot": {"apt-get": "dovecot-imapd", "dnf": "dovecot", "brew": "dovecot"},
    "initdb": {"apt-get": "postgresql", "dnf": "postgresql-server", "brew": "postgresql@17"},
}
# The one without windows first: it shows the same pages at less than half the cost.
BROWSERS = ("chromium-headless-shell", "headless_shell", "chromium", "chromium-browser", "google-chrome",
            "google-chrome-stable", "chrome")  # fmt: skip
MAC_BROWSERS = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                "/Applications/Chromium.app/Contents/MacOS/Chromium")  # fmt: skip


# On two processors: much of a test with processes of its own is waiting, and of a journey more than half.
WORKERS = "3"
# A step of tests takes a quarter of this on a slow machine. What hangs beyond the bound of a single test ends here.
STEP_S = 2400
# So few failures may be chance, and are tried once more, alone on the machine; more are not.
FEW = 5


@dataclass(frozen=True)
class Outcome:
    """What pytest's report says: how many passed and were skipped, which failed, and which hung, were begun anew by another
    worker and held."""

    passed: int = 0
    skipped: int = 0
    failed: frozenset[str] = frozenset({"pytest itself: it wrote no report"})
    unsteady: frozenset[str] = frozenset()

    @classmethod
    def of(cls, report: Path) -> "Outcome":
        if not report.exists():
            return cls()
        ends: dict[str, set[str]] = {"skipped": set(), "wrong": set(), "held": set()}
        for case in ET.parse(report).getroot().iter("testcase"):
            marks = {mark.tag for mark in case}
            end = "skipped" if "skipped" in marks else "wrong" if marks & {"failure", "error"} else "held"
            ends[end].add(f"{case.get('classname')}::{case.get('name')}")
        wrong, held = ends["wrong"], ends["held"]
        return cls(len(held), len(ends["skipped"]), frozenset(wrong - held), frozenset(wrong & held))


@dataclass
class Run:
    """What happened so far: a step is a name, whether it held, and its seconds; the counts are pytest's."""

    steps: list[tuple[str, bool, float]] = field(default_factory=list)
    unsteady: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def step(self, name: str, do: Callable[[], bool]) -> bool:
        print(f"\n━━ {name}", flush=True)
        began = time.monotonic()
        held = do()
        self.steps.append((name, held, time.monotonic() - began))
        return held

    def command(self, name: str, *command: str, env: dict[str, str] | None = None) -> bool:
        return self.step(name, lambda: run(*command, env=env) == 0)

    def pytest(self, name: str, *arguments: str, env: dict[str, str] | None = None) -> None:
        """Run tests. A test that fails and then holds when it is run alone passes, and is named as unsteady at the end:
        on a loaded machine a browser may be late, and that is to be seen, not to stop everything."""
        outcome = Outcome()

        def tests() -> bool:
            nonlocal outcome
            with tempfile.TemporaryDirectory() as folder:
                report = Path(folder, "report.xml")
                command = (PYTHON, "-m", "pytest", "--durations=8", "--max-worker-restart=2", f"--junitxml={report}",
                           "-o", "junit_family=xunit2", "-o", f"cache_dir={folder}/cache", *arguments)  # fmt: skip
                run(*command, env=env, seconds=STEP_S)
                outcome = Outcome.of(report)
                if outcome.passed and 0 < len(outcome.failed) <= FEW:
                    print(f"\n━━ {name}: the {len(outcome.failed)} that failed, once more, one at a time", flush=True)
                    report.unlink()
                    run(*command, "-n", "1", "--last-failed", "--last-failed-no-failures=none", env=env,
                        seconds=STEP_S)  # fmt: skip
                    outcome = self._tried_again(outcome, Outcome.of(report))
            return outcome.passed > 0 and not outcome.failed

        self.step(name, tests)
        self.unsteady += sorted(outcome.unsteady)
        self.passed, self.skipped = self.passed + outcome.passed, self.skipped + outcome.skipped
        self.failed += len(outcome.failed)

    def _tried_again(self, first: Outcome, second: Outcome) -> Outcome:
        if second.passed + len(second.failed) < len(first.failed):  # some of them did not even run
            return first
        self.unsteady += sorted(first.failed - second.failed)
        return Outcome(first.passed + second.passed, first.skipped, second.failed, first.unsteady)

    def close(self) -> int:
        """The table, then on the very last line the counts, in the form that continuous integration reads."""
        print("\n━━ steps")
        for name, held, seconds in self.steps:
            print(f"  {'✓' if held else '✗'} {name:<44} {seconds:7.1f} s")
        print(f"    {'all':<44} {sum(seconds for *_, seconds in self.steps):7.1f} s\n")
        held = all(held for _, held, _ in self.steps)
        if not held:
            print("Failed: " + ", ".join(name for name, ok, _ in self.steps if not ok) + "\n")
        if self.unsteady:
            print("Held only when run again, alone: " + ", ".join(self.unsteady) + "\n")
        line = f"{self.passed} passed, {self.failed} failed"
        print(line + (f", {self.skipped} skipped" if self.skipped else ""), flush=True)
        return 0 if held else 1


def run(*command: str, env: dict[str, str] | None = None, seconds: float | None = None) -> int:
    """The exit code of a command; 1 where it was ended because it took longer than `seconds`."""
    environment = {**os.environ, **(env or {})}
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, timeout=seconds).returncode
    except subprocess.TimeoutExpired:
        print(f"Ended after {seconds} s: {' '.join(command)}", flush=True)
        return 1


def browser() -> str | None:
    named = os.environ.get("RUNG_CHROMIUM")
    found = (shutil.which(name) for name in BROWSERS)
    return named or next((path for path in (*found, *filter(os.path.exists, MAC_BROWSERS)) if path), None)


def postgres_tool(name: str) -> str | None:
    """initdb and pg_ctl are seldom on the PATH; each distribution has its own cupboard for them."""
    cupboards = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin",
                 "/usr/local/opt/postgresql@*/bin", "/usr/local/pgsql/bin")  # fmt: skip
    found = [str(path) for cupboard in cupboards for path in Path("/").glob(f"{cupboard[1:]}/{name}")]
    return max(found, default=None) or shutil.which(name)


def present(program: str) -> bool:
    if program == "chromium":
        return browser() is not None
    if program == "initdb":
        return postgres_tool("initdb") is not None
    return any(shutil.which(program, path=path) for path in (None, "/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"))


def fetch_system_packages() -> bool:
    """Install what is missing with the system's package manager, where we may; say what is missing still."""
    missing = [program for program in SYSTEM if not present(program)]
    manager = next((name for name in ("apt-get", "dnf", "brew") if shutil.which(name)), None)
    may = manager == "brew" or (hasattr(os, "geteuid") and os.geteuid() == 0)
    if missing and manager and may:
        if manager == "apt-get":
            run("apt-get", "update", "-q")
        for program in missing:
            quiet = {"apt-get": ["-qq", "-y", "--no-install-recommends"], "dnf": ["-q", "-y"], "brew": ["-q"]}[manager]
            package = SYSTEM[program][manager].split()
            run(manager, "install", *quiet, *package, env={"DEBIAN_FRONTEND": "noninteractive"})
    if not present("chromium"):
        run(PYTHON, "-m", "playwright", "install", "chromium")
    still = [program for program in missing if not present(program) and program != "chromium"]
    for program in still:
        names = ", ".join(f"{name} install {package}" for name, package in SYSTEM[program].items())
        print(f"{program} is missing, and so the tests that need it fail. One of these brings it: {names}")
    return not still


@contextmanager
def postgres() -> Iterator[str | None]:
    """The address of a PostgreSQL server to test on, or None where none can be had."""
    if given := os.environ.get("RUNG_TEST_DATABASE_URL"):
        yield given
        return
    initdb, pg_ctl = postgres_tool("initdb"), postgres_tool("pg_ctl")
    if not initdb or not pg_ctl:
        yield None
        return
    owner = unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="rung-postgres-"))
    cluster = folder / "cluster"
    if owner:
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    who = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    port = free_port()
    # Losing this server's data is what it is for: no fsync.
    options = f"-p {port} -h 127.0.0.1 -k {folder} -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    options += " -c shared_buffers=256MB -c wal_level=minimal -c max_wal_senders=0 -c jit=off"
    log = {"cwd": folder, "stdout": subprocess.DEVNULL, **who}
    try:
        subprocess.run(
            [initdb, "-D", cluster, "-U", "rung", "-A", "trust", "-E", "UTF8", "--locale=C"], check=True, **log
        )
        subprocess.run([pg_ctl, "-D", cluster, "-w", "-l", folder / "log", "-o", options, "start"], check=True, **log)
        yield f"postgres://rung@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([pg_ctl, "-D", cluster, "-m", "immediate", "stop"], check=False, **log)
        shutil.rmtree(folder, ignore_errors=True)


def unprivileged() -> pwd.struct_passwd | None:
    """Whom PostgreSQL may run as: nobody else unless we are root, whom it refuses."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None


def static_checks(this: Run) -> None:
    this.command("lint (ruff)", str(BIN / "ruff"), "check", "--output-format", "concise", ".")
    this.command("format (ruff)", str(BIN / "ruff"), "format", "--check", "--quiet", ".")
    this.command("walls (import-linter)", str(BIN / "lint-imports"))
    this.command("types (mypy strict)", PYTHON, "-m", "mypy")
    this.command("migrations are complete", PYTHON, "-m", "rung", "makemigrations", "--check", "--dry-run")


def main() -> int:
    parser = argparse.ArgumentParser(prog="bin/test", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="lint, and the tests on SQLite without the journeys")
    chosen, arguments = parser.parse_known_args()
    this = Run()
    if arguments:
        return run(PYTHON, "-m", "pytest", *arguments)
    if chosen.quick:
        static_checks(this)
        this.pytest("tests on SQLite", "-n", "auto", "-m", "not journey and not slow")
        return this.close()
    mould.keep()
    with ThreadPoolExecutor() as beside:
        # Should it fail, it fails again with its reason where the tables are needed. So below.
        beside.submit(mould.made, program=mould.STAGE)
        fetching = beside.submit(fetch_system_packages)
        static_checks(this)
        this.step("programs the tests need", fetching.result)
    # A worker that has nothing left to do takes tests from the other.
    tests = ("-n", WORKERS, "--dist", "worksteal", "-m", "not journey", "--ignore=tests/journeys")
    # Each worker has a browser and an installation of its own.
    journeys = ("-n", WORKERS, "--dist", "loadfile", "-m", "journey", "tests/journeys")
    found = browser()
    env = {"RUNG_CHROMIUM": found} if found else {}
    with postgres() as address, ThreadPoolExecutor() as beside:
        if address:
            # While the other tests begin: later all workers would wait for it.
            beside.submit(mould.made, address, mould.STAGE)
        this.pytest("tests on SQLite", *tests, env=env)
        this.pytest("journeys on SQLite", *journeys, env=env)
        if address is None:
            this.step("tests on PostgreSQL", lambda: print("there is no PostgreSQL server to test on") or False)
        else:
            env["DATABASE_URL"] = address
            # What reaches no database has been run, and has no other answer here.
            this.pytest("tests on PostgreSQL", *tests, "--with-database", env=env)
            # How every screen looks has been seen on SQLite; no database has a part in it.
            looks = "--deselect=tests/journeys/test_every_screen.py"
            this.pytest("journeys on PostgreSQL", *journeys, looks, env=env)
    return this.close()


if __name__ == "__main__":
    sys.exit(main())
