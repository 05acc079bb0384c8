"""How fast the desk's screens come at many conversations: through the real WSGI application in this process, signed in.

Median and 95th percentile of wall time, CPU, bytes on the wire, queries; between the requests of each screen a trivial page
rendered by the same stack, as whose multiple its CPU is told, because machines are seldom quiet; then requests a second
from four clients against one and two processes of the real server on the loopback.
"""

import argparse
import gzip
import http.client
import io
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.measure import Report, counting, cpu_of, descendants, median, quantile, tell
from bench.seed import arguments, filled
from bench.store import Store
from tests.installation import Installation

GOAL_MS = 25.0
REQUESTS = 200
WARM_UP = 8
CLIENTS = 4
SERVERS = (1, 2)
PAGES = 150.0
REQUESTS_OF_A_CLIENT = 60
REFERENCE = "/bench/reference"


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each screen")
    parser.add_argument(
        "--only", default="", help="measure only screens whose name contains this, or only with clients"
    )
    asked = parser.parse_args()
    report = Report("desk", asked.size)
    with filled(asked.size, asked.data) as (rung, store):
        _measure(rung, report, store, asked)
    report.print(asked.json)


@dataclass(frozen=True)
class Screen:
    """What is opened, in turn, by whom; and whether the goal of 25 ms is set for it."""

    name: str
    paths: tuple[str, ...]
    by: str = "lead"
    has_goal: bool = True
    is_fragment: bool = False


_REFERENCE = Screen("reference: a trivial page", (REFERENCE,), has_goal=False)


def _saved_view(store: Store) -> int:
    """A view for all that narrows by team, channel, turn and day; made when it is first wanted."""
    from rung.accounts.models import Agent, Team
    from rung.core.clock import now
    from rung.queues.models import SavedView
    from rung.queues.verbs.saved import Look, save_view

    name = "Letters that wait for a team"
    found = SavedView.objects.in_use().filter(name=name).first()
    if found is None:
        filters = {"team": [str(Team.objects.order_by("pk").values_list("pk", flat=True)[0])], "channel": ["email"]}
        look = Look("all", {**filters, "turn": ["us"], "after": ["2020-01-01"]}, sort="latest")
        lead = Agent.objects.get(pk=store.agents["lead"])
        found = save_view(name, look, is_shared=True, by=lead.actor, at=now())
    return int(found.pk)


def _screens(store: Store) -> list[Screen]:
    from rung.accounts.models import Agent
    from rung.desk.pages.queue import VIEWS
    from rung.touchpoints.access import visible_conversations

    every = len(store.customers) // 60 or 1
    conversations = tuple(f"/conversations/{pk}" for pk in store.open_conversations[:60])
    agent = Agent.objects.get(pk=store.agents["agent"])
    theirs = visible_conversations(agent).filter(pk__in=store.open_conversations[:400]).values_list("pk", flat=True)
    last = store.conversations
    resolved = tuple(f"/conversations/{pk}" for pk in range(1, last, last // 60))
    return [
        _REFERENCE,
        *(Screen(f"queue, {view}", (f"/queue/{view}",)) for view in VIEWS),
        Screen("queue, all, latest first", ("/queue/all?sort=latest",)),
        Screen("queue, all, as an agent sees it", ("/queue/all",), by="agent"),
        Screen("queue, unassigned, as an agent sees it", ("/queue/unassigned",), by="agent"),
        Screen("queue, resolved, as an agent sees it", ("/queue/resolved",), by="agent"),
        Screen("queue, a saved view with filters", (f"/queue/views/{_saved_view(store)}",)),
        Screen("counts of saved views", ("/queue/numbers",), is_fragment=True),
        Screen("queue refreshed by news", ("/queue/unassigned",), by="agent", is_fragment=True),
        Screen("conversation, open", conversations),
        Screen("conversation, any", resolved),
        Screen("conversation, as an agent sees it", tuple(f"/conversations/{pk}" for pk in theirs[:60]), by="agent"),
        Screen("conversation of 500 touchpoints", (f"/conversations/{store.long_conversation}",), has_goal=False),
        Screen("customer", tuple(f"/customers/{pk}" for pk in store.customers[::every])),
        Screen("customer with most conversations", (f"/customers/{store.busy_customer}",)),
        Screen("customers, list", ("/customers",), has_goal=False),
        Screen("customers, quick find", ("/customers?q=carla%20m", "/customers?q=haddad"), has_goal=False),
        Screen("ladder", ("/ladder",), has_goal=False),
        Screen("numbers", ("/numbers",), has_goal=False),
    ]


def _measure(rung: Installation, report: Report, store: Store, asked: argparse.Namespace) -> None:
    from django.conf import settings

    from rung.config.collecting import pause_shortly

    settings.ROOT_URLCONF = "bench.reference"
    pause_shortly()  # as each web process does
    cookies = {by: sign_in(pk) for by, pk in store.agents.items()}
    browser = Browser(cookies)
    for screen in _screens(store):
        if asked.only in screen.name:
            _measure_screen(report, browser, screen, asked.requests)
    if asked.only in ("", "clients"):
        tell(f"{CLIENTS} clients against the real server")
        _measure_server(rung, report, store, cookies["lead"])


def _measure_screen(report: Report, browser: "Browser", screen: Screen, requests: int) -> None:
    paths = cycle(screen.paths)
    began = time.perf_counter()
    for turn in range(WARM_UP):
        if turn and time.perf_counter() - began > 3:
            break
        if (status := browser.get(next(paths), screen).status) != 200:
            report.add(screen.name, 0, "", note=f"answered {status}: not measured")
            return
    # Screens that are not what the goals are about, and slow, need no two hundred looks.
    began = time.perf_counter()
    took: list[float] = []
    used: list[float] = []
    bare: list[float] = []
    of_server = _cpu_of_database()
    while len(took) < requests and (len(took) < 8 or time.perf_counter() - began < 15):
        started, cpu_started = time.perf_counter(), time.thread_time()
        browser.get(next(paths), screen)
        took.append(1000 * (time.perf_counter() - started))
        used.append(1000 * (time.thread_time() - cpu_started))
        if len(took) % 4 == 0:
            cpu_started = time.thread_time()
            browser.get(REFERENCE, _REFERENCE)
            bare.append(1000 * (time.thread_time() - cpu_started))
    of_server = 1000 * (_cpu_of_database() - of_server) / len(took)
    with counting() as counted:
        answer = browser.get(screen.paths[0], screen)
    squeezed = len(gzip.compress(answer.body, 6))
    note = (
        f"p95 {quantile(took, 0.95):.1f}, CPU {median(used):.1f} ms = {median(used) / median(bare):.1f} references, "
        f"{f'database {of_server:.1f} ms, ' if of_server else ''}{counted.queries} queries, "
        f"{len(answer.body) / 1024:.0f} kB ({squeezed / 1024:.1f} compressed)"
    )
    tell(f"{screen.name}: {median(took):.1f} ms, {note}")
    report.add(screen.name, median(took), "ms", at_most=GOAL_MS if screen.has_goal else None, note=note)


def _cpu_of_database() -> float:
    """CPU seconds of the PostgreSQL process that serves us, where it runs beside us; SQLite's are our own."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = int(cursor.fetchone()[0])
    return cpu_of(pid) if Path(f"/proc/{pid}/stat").exists() else 0.0


def sign_in(agent_pk: int) -> str:
    """The cookie of a session in which an agent has signed in."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from rung.accounts.models import Agent

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(agent_pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = Agent.objects.get(pk=agent_pk).get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes


class Browser:
    """Asks the WSGI application as a server would, in this thread."""

    def __init__(self, cookies: dict[str, str]) -> None:
        from rung.config.wsgi import application

        self.application: Callable[..., Any] = application
        self.cookies = cookies

    def get(self, path: str, screen: Screen) -> _Answer:
        where, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": "GET", "PATH_INFO": where, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1:8000", "HTTP_COOKIE": self.cookies[screen.by],
            "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
            **({"HTTP_HX_REQUEST": "true"} if screen.is_fragment else {}),
        }  # fmt: skip
        told: list[str] = []
        answer = self.application(environ, lambda status, headers, error=None: told.append(status))
        body = b"".join(answer)
        answer.close()
        return _Answer(int(told[0][:3]), body)


def _measure_server(rung: Installation, report: Report, store: Store, cookie: str) -> None:
    try:
        _measure_clients(rung, report, store, cookie)
    except RuntimeError as failure:
        raise RuntimeError(f"{failure}; the server said:\n{rung.said('webs')[-4000:]}") from failure


def _measure_clients(rung: Installation, report: Report, store: Store, cookie: str) -> None:
    for processes in SERVERS:
        rung.env["RUNG_WEB_PROCESSES"] = str(processes)
        rung.start("webs")
        _measure_pages(rung, report, store, cookie, processes)
        rung.stop("webs")


def _measure_pages(rung: Installation, report: Report, store: Store, cookie: str, processes: int) -> None:
    open_ones = store.open_conversations[:60]
    for name, paths in (
        ("queue", ["/queue/unassigned"]),
        ("conversation", [f"/conversations/{pk}" for pk in open_ones]),
    ):
        together = multiprocessing.get_context("spawn")
        with together.Pool(CLIENTS) as pool:
            asked = [(rung.web_port, cookie, paths[start:] + paths[:start]) for start in range(CLIENTS)]
            pool.map(_ask, [(port, cookie, paths, WARM_UP) for port, cookie, paths in asked])
            began, used = time.perf_counter(), _cpu_of_server(rung)
            answers = pool.map(_ask, [(port, cookie, paths, REQUESTS_OF_A_CLIENT) for port, cookie, paths in asked])
            seconds, used = time.perf_counter() - began, _cpu_of_server(rung) - used
        waits = [wait for answer in answers for wait in answer]
        report.add(
            f"{CLIENTS} clients, {processes} processes, {name}" if processes > 1 else f"{CLIENTS} clients, {name}",
            len(waits) / seconds, "requests/s",
            at_least=PAGES if (processes, name) == (2, "conversation") else None,
            note=f"median {1000 * median(waits):.0f} ms, p95 {1000 * quantile(waits, 0.95):.0f} ms, "
            f"{1000 * used / len(waits):.1f} ms of the server's CPU each",
        )  # fmt: skip


def _cpu_of_server(rung: Installation) -> float:
    return sum(cpu_of(pid) for pid in descendants(rung.running["webs"].pid))


def _ask(told: tuple[int, str, list[str], int]) -> list[float]:
    """One client: so many requests over one connection; the seconds of each. What it is told to keep, it sends back, as a
    browser does: who comes without the cookie against forged forms is made another one each time."""
    port, cookie, paths, requests = told
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    took, sent = [], cookie
    for path, _ in zip(cycle(paths), range(requests), strict=False):
        began = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": sent, "Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        if kept := answer.getheader("Set-Cookie"):
            sent = f"{cookie}; {kept.partition(';')[0]}"
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        took.append(time.perf_counter() - began)
    connection.close()
    return took


if __name__ == "__main__":
    main()
