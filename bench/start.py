"""How soon Rung is there, and how much memory it holds when nobody uses it: `bin/run` on an installation that has been
started before, to its first page; then the proportional memory of all its processes at rest.
"""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from bench.measure import Report, cpu_of, descendants, median, memory_of, parser, tell, wait_until
from tests.installation import ROOT, Installation

START_GOAL_S = 3.0
MEMORY_GOAL_MIB = 250.0
RESTS = 20.0


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 5)
    arguments.add_argument("--empty", action="store_true", help="without the made-up company")
    asked = arguments.parse_args()
    report = Report("start", asked.size)
    with Installation() as rung:
        _measure(rung, report, asked.size, "--empty" if asked.empty else "")
    report.print(asked.json)


def _measure(rung: Installation, report: Report, starts: int, empty: str) -> None:
    tell("the first start, from an empty data folder")
    first = _Running(rung, empty)
    took = first.wait_for_page(600)
    report.add(
        "first start, to the first page", took, "s", note="without the company" if empty else "with the made-up company"
    )
    first.stop()
    tell(f"{starts} more starts")
    seconds = []
    for _ in range(starts):
        running = _Running(rung, empty)
        seconds.append(running.wait_for_page(60))
        running.stop()
    report.add("a later start, to the first page", median(seconds), "s", at_most=START_GOAL_S,
               note=f"slowest {max(seconds):.2f} s, bin/run and all")  # fmt: skip
    running = _Running(rung, empty)
    running.wait_for_page(60)
    _measure_rest(report, running)
    tell("every screen is used")
    _use(rung)
    memory = memory_of(descendants(running.process.pid))
    report.add("memory after use, all processes", sum(memory.values()), "MiB", at_most=MEMORY_GOAL_MIB, note="PSS")
    report.add("stopping, from Ctrl-C to the end", running.stop(), "s")


def _measure_rest(report: Report, running: "_Running") -> None:
    """Memory and CPU at rest, after every page has been opened once by a stranger and the parts have settled."""
    running.look()
    tell(f"{RESTS:.0f} s of rest")
    time.sleep(3)
    pids = descendants(running.process.pid)
    before = {pid: cpu_of(pid) for pid in pids}
    time.sleep(RESTS)
    memory = memory_of(pids)
    report.add("memory at rest, all processes", sum(memory.values()), "MiB", at_most=MEMORY_GOAL_MIB, note="PSS")
    # In the order they are started; how many web processes there are, the cores say.
    names = ("supervisor", *["web"] * (len(memory) - 4), "worker", "sender", "mail door")
    for name, size in zip(names, memory.values(), strict=False):
        report.add(f"  {name}", size, "MiB")
    used = sum(cpu_of(pid) - before[pid] for pid in pids)
    report.add("CPU at rest, all processes", 1000 * used / RESTS, "ms/s")


SESSION = """
from bench.desk import sign_in
from rung.accounts.models import Agent
print(sign_in(Agent.objects.filter(is_active=True, role="administrator").first().pk))
"""
SCREENS = ("/queue/unassigned", "/queue/all", "/queue/resolved", "/customers", "/customers/1", "/conversations/1",
           "/ladder", "/numbers", "/letters", "/settings/agents", "/settings/mailboxes", "/settings/surveys")  # fmt: skip


def _use(rung: Installation) -> None:
    """A busy minute: four people open every screen several times."""
    cookie = rung.run("rung", "shell", "--verbosity", "0", "-c", SESSION).strip().splitlines()[-1]

    def look(path: str) -> None:
        asked = urllib.request.Request(f"{rung.base_url}{path}", headers={"Cookie": cookie})
        with suppress(urllib.error.HTTPError), urllib.request.urlopen(asked, timeout=60) as answer:
            answer.read()

    with ThreadPoolExecutor(4) as people:
        list(people.map(look, SCREENS * 8))


class _Running:
    """Rung as somebody starts it in a terminal."""

    def __init__(self, rung: Installation, empty: str) -> None:
        self.page = f"{rung.base_url}/account/sign-in"
        self.began = time.perf_counter()
        command = [str(ROOT / "bin" / "run"), *([empty] if empty else [])]
        self.process = subprocess.Popen(
            command, env=rung.env, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def look(self) -> bool:
        try:
            with urllib.request.urlopen(self.page, timeout=5) as answer:
                answer.read()
            return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def wait_for_page(self, seconds: float) -> float:
        """Seconds from the command to the first page."""

        def here() -> bool:
            if self.process.poll() is not None:
                assert self.process.stderr is not None
                raise RuntimeError(f"bin/run ended:\n{self.process.stderr.read().decode()[-3000:]}")
            return self.look()

        wait_until(here, seconds=seconds, every=0.01, why="no page came")
        return time.perf_counter() - self.began

    def stop(self) -> float:
        """Seconds it takes to stop after Ctrl-C."""
        began = time.perf_counter()
        os.kill(self.process.pid, signal.SIGINT)
        self.process.wait(30)
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
