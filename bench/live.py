"""How soon what happens is on the screens that show it, with many desks open on one web process.

A hundred people of different rights hold the desks, each a stream over a connection of its own from another process. Things
of several kinds happen; measured are the milliseconds from their commit to the bytes at every desk whose person may know of
them, by the gate, and to the fresh thread at the few desks that have this conversation open and so ask for it, the browser's
own pause included. That no other desk hears of it is checked. In turns with that, a bare asyncio server writes bytes as long
to as many connections that do nothing else: the reference.
"""

import argparse
import asyncio
import multiprocessing
import os
import resource
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from typing import Any
from urllib.request import urlopen

from bench.desk import sign_in
from bench.measure import Report, cpu_of, descendants, memory_of, parser, quantile, tell
from tests.installation import Installation

GOAL_MS = 200.0
EVENTS = 48
PEOPLE = 100
# Of a thousand desks so many have the conversation open in which something happens.
SHARE_LOOKING = 0.003
# live-news.js gathers what comes together for so long before it asks.
TOGETHER_S = 0.015
# What happens is over when nothing was heard for so long.
QUIET_S, LONGEST_S = 0.25, 30.0
REFERENCE_BYTES = 120


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 1000)
    arguments.add_argument("--events", type=int, default=EVENTS, help="how many things happen")
    asked = arguments.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 4 * asked.size + 500), most))
    report = Report("live", asked.size)
    with Installation() as rung:
        rung.migrate()
        rung.run("tests.stage")
        os.environ.update(rung.env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
        import django

        django.setup()
        scene = Scene()
        rung.env["RUNG_WEB_PROCESSES"] = "1"
        rung.start("webs")
        # The queue is there before who serves it: a page tells that somebody does.
        urlopen(f"http://127.0.0.1:{rung.web_port}/", timeout=60).close()
        _measure(rung, report, scene, asked)
    report.print(asked.json)


class Scene:
    """Who is there, and what happens in turn. Every happening is a verb; it returns the entries and conversations it is
    about, and the bench asks the gate who may know of them."""

    def __init__(self) -> None:
        from rung.accounts.models import Agent, Scope, Team
        from rung.accounts.verbs import create_agent, form_role
        from rung.core.actor import SYSTEM
        from rung.customers.verbs import recognise_customer
        from rung.touchpoints.verbs import assign_conversation, create_tag
        from tests.cast import written

        self.at, self.by = datetime.now(UTC), SYSTEM
        support, billing = Team.objects.get(name="Support"), Team.objects.get(name="Billing")
        own = form_role("Own", scope=Scope.OWN, permissions=["answers.write"], by=SYSTEM, at=self.at).key
        kinds: tuple[tuple[str, list[Team]], ...] = (
            ("lead", [support]),
            ("agent", [support]),
            ("agent", [billing]),
            (own, [support]),
            ("agent", []),
        )
        for number in range(PEOPLE):
            role, teams = kinds[number % len(kinds)]
            named = {"email": f"person{number}@desk.example", "name": f"Person {number}"}
            create_agent(role=role, teams=teams, by=SYSTEM, at=self.at, **named)
        self.people = list(Agent.objects.filter(email__startswith="person"))
        self.cookies = {agent.pk: sign_in(agent.pk) for agent in self.people}
        self.teams, self.matters = (support, billing), []
        for number, team in enumerate((support, billing, support)):
            carla = recognise_customer(f"carla{number}@example.org", name="Carla Ruiz", by=SYSTEM, at=self.at)
            matter = written(carla, at=self.at)
            assign_conversation(matter, agent=None, team=team, by=SYSTEM, at=self.at)
            self.matters.append(matter)
        self.shown = self.matters[0]
        self.tags = [create_tag(f"Tag {number}", by=SYSTEM, at=self.at) for number in range(EVENTS)]
        self.kinds = (self._note, self._letter, self._note_in_billing, self._moved, self._resolved, self._tagged)

    def may_know(self, number: int) -> set[int]:
        """Who may see a conversation now, by the gate."""
        from rung.touchpoints.access import visible_conversations

        return {agent.pk for agent in self.people if visible_conversations(agent).filter(pk=number).exists()}

    def happens(self, which: int) -> tuple[int, float, set[int]]:
        """Let something happen: the conversation it is about, when it was committed, and who may know of it."""
        from django.utils import timezone

        self.at = timezone.now()
        kind: Callable[[int], int] = self.kinds[which % len(self.kinds)]
        before = self.may_know(self.matters[2].pk)
        number = kind(which)
        committed = time.perf_counter()
        return number, committed, self.may_know(number) | (before if kind == self._moved else set())

    def _note(self, which: int) -> int:
        return self._written_in(self.shown, which)

    def _note_in_billing(self, which: int) -> int:
        return self._written_in(self.matters[1], which)

    def _written_in(self, matter: Any, which: int) -> int:
        from rung.touchpoints.verbs import write_note

        write_note(matter, f"Note {which}", by=self.by, at=self.at)
        return int(matter.pk)

    def _letter(self, which: int) -> int:
        from tests.cast import written

        again = written(self.shown.customer, at=self.at, text=f"And another thing {which}", subject=self.shown.subject)
        return int(again.pk)

    def _moved(self, which: int) -> int:
        from rung.touchpoints.verbs import assign_conversation

        team = self.teams[(which // len(self.kinds) + 1) % 2]
        assign_conversation(self.matters[2], agent=None, team=team, by=self.by, at=self.at)
        return int(self.matters[2].pk)

    def _resolved(self, which: int) -> int:
        from rung.touchpoints.verbs import reopen_conversation, resolve_conversation

        does = resolve_conversation if which // len(self.kinds) % 2 == 0 else reopen_conversation
        does(self.matters[1], by=self.by, at=self.at)
        return int(self.matters[1].pk)

    def _tagged(self, which: int) -> int:
        from rung.touchpoints.verbs import tag_conversation, untag_conversation

        does = tag_conversation if which // len(self.tags) % 2 == 0 else untag_conversation
        does(self.shown, self.tags[which % len(self.tags)], by=self.by, at=self.at)
        return int(self.shown.pk)


# The other process: who listens.


class Line(asyncio.Protocol):
    """One connection; `heard` is what came over it, and when."""

    def __init__(self, request: bytes) -> None:
        self.request = request
        self.heard: list[tuple[float, bytes]] = []
        self.is_open = False
        self.on_news: Callable[[bytes], None] | None = None

    def connection_made(self, transport: Any) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.heard.append((time.perf_counter(), data))
        self.is_open = self.is_open or b": here" in data
        if self.on_news is not None:
            self.on_news(data)


def _itself(line: Line) -> Line:
    return line


def _request(port: int, path: str, cookie: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n{more}\r\n".encode()


class Listening:
    """The desks of a thousand people, and as many idle lines to the reference."""

    def __init__(self, port: int, reference: int, cookies: list[str], looking: int, number: int) -> None:
        self.port, self.reference, self.number = port, reference, number
        self.cookies, self.looking = cookies, looking
        self.shown: list[float] = []
        self.asking: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self.desks = [Line(_request(self.port, "/live", cookie)) for cookie in self.cookies]
        self.idle = [Line(b": here") for _ in self.cookies]
        for lines, port in ((self.desks, self.port), (self.idle, self.reference)):
            for start in range(0, len(lines), 50):
                some = lines[start : start + 50]
                await asyncio.gather(
                    *(loop.create_connection(partial(_itself, line), "127.0.0.1", port) for line in some)
                )
                while lines is self.desks and not all(line.is_open for line in some):
                    await asyncio.sleep(0.01)
        for line, cookie in zip(self.desks[: self.looking], self.cookies, strict=False):
            line.on_news = partial(self._look, cookie)

    def _look(self, cookie: str, data: bytes) -> None:
        if f'"conversation:{self.number}"'.encode() in data or b"data: null" in data:
            self.asking.add(asyncio.ensure_future(self._ask(cookie)))

    async def _ask(self, cookie: str) -> None:
        await asyncio.sleep(TOGETHER_S)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        more = "HX-Request: true\r\nConnection: close\r\n"
        writer.write(_request(self.port, f"/conversations/{self.number}", cookie, more))
        answer = await reader.read()
        self.shown.append(time.perf_counter())
        writer.close()
        if b" 200 " not in answer[:20]:
            raise RuntimeError(f"the thread was refused: {answer[:200]!r}")

    async def over(self, lines: list[Line], expected: int) -> None:
        """Until as many have heard something as are to, and nothing more comes."""
        began = time.perf_counter()
        while time.perf_counter() - began < LONGEST_S:
            await asyncio.sleep(0.05)
            last = max((line.heard[-1][0] for line in lines if line.heard), default=began)
            everybody = sum(bool(line.heard) for line in lines) >= expected
            if everybody and not any(not task.done() for task in self.asking) and time.perf_counter() - last > QUIET_S:
                break
        for task in self.asking:
            task.result()


def _listen(pipe: Connection, *told: Any) -> None:
    asyncio.run(_listening(pipe, Listening(*told)))


async def _listening(pipe: Connection, listening: Listening) -> None:
    began = time.perf_counter()
    await listening.open()
    took = time.perf_counter() - began
    for line in listening.desks:
        line.heard = []
    pipe.send(took)
    while order := await asyncio.to_thread(pipe.recv):
        what, expected = order
        lines = listening.desks if what == "desks" else listening.idle
        await listening.over(lines, expected)
        pipe.send(([line.heard for line in lines], listening.shown, time.process_time()))
        for line in (*listening.desks, *listening.idle):
            line.heard = []
        listening.shown, listening.asking = [], set()


# The reference.


def _refer(pipe: Connection, bound: socket.socket) -> None:
    asyncio.run(_broadcasting(pipe, bound))


async def _broadcasting(pipe: Connection, bound: socket.socket) -> None:
    there: list[Any] = []

    class Socket(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            there.append(transport)

    await asyncio.get_running_loop().create_server(Socket, sock=bound, backlog=1024)
    while length := await asyncio.to_thread(pipe.recv):
        said, began, used = b"." * REFERENCE_BYTES, time.perf_counter(), time.process_time()
        for transport in there[:length]:
            transport.write(said)
        pipe.send((began, 1000 * (time.process_time() - used)))


# What is measured.


def _measure(rung: Installation, report: Report, scene: Scene, asked: argparse.Namespace) -> None:
    together = multiprocessing.get_context("spawn")
    bound = socket.create_server(("127.0.0.1", 0), backlog=1024)
    # The first few desks look at what is shown, and belong to people who may.
    allowed = scene.may_know(scene.shown.pk)
    people = sorted(scene.cookies, key=lambda pk: pk not in allowed)
    seats = [people[number % len(people)] for number in range(asked.size)]
    looking = max(1, round(asked.size * SHARE_LOOKING))
    (here, there), (ours, theirs) = together.Pipe(), together.Pipe()
    told = (rung.web_port, bound.getsockname()[1], [scene.cookies[pk] for pk in seats], looking, scene.shown.pk)
    processes = [
        together.Process(target=_refer, args=(theirs, bound), daemon=True),
        together.Process(target=_listen, args=(there, *told), daemon=True),
    ]
    before = sum(memory_of(_web(rung)).values())
    tell(f"{asked.size} desks come in")
    for process in processes:
        process.start()
    report.add("all desks let in", here.recv(), "s", note=f"desks of {len(people)} people in five kinds of rights")
    report.add(
        "memory of an open desk", 1024 * (sum(memory_of(_web(rung)).values()) - before) / asked.size, "kB", note="PSS"
    )
    tell(f"{asked.events} things happen")
    news: list[float] = []
    last: list[float] = []
    shown: list[float] = []
    bare: list[float] = []
    used_bare: list[float] = []
    used, messages = 0.0, 0
    for which in range(asked.events + 1):  # the first, which has to load what it needs, is not counted
        number, committed, who = scene.happens(which)
        knowing = {desk for desk, pk in enumerate(seats) if pk in who}
        here.send(("desks", len(knowing)))
        heard, asked_again, _ = here.recv()
        took = _first_of(heard, number)
        if strangers := took.keys() - knowing:
            raise AssertionError(f"{len(strangers)} desks heard of conversation {number} that may not know of it")
        if missing := knowing - took.keys():
            raise AssertionError(f"{len(missing)} of {len(knowing)} desks did not hear of conversation {number}")
        if which == 0:
            used = sum(map(cpu_of, _web(rung)))
            continue
        messages += sum(len(each) for each in heard)
        these = [1000 * (at - committed) for at in took.values()]
        news += these
        last.append(max(these, default=0))
        shown += [1000 * (at - committed) for at in asked_again[:looking]]
        ours.send(max(1, len(knowing)))
        began, cpu = ours.recv()
        here.send(("idle", max(1, len(knowing))))
        bare += [1000 * (each[0][0] - began) for each in here.recv()[0] if each]
        used_bare.append(cpu)
        time.sleep(0.5)  # so that the page, which asks at most once a second, has rested
    used = 1000 * (sum(map(cpu_of, _web(rung))) - used) / asked.events
    here.send(None)
    ours.send(None)
    reference = quantile(bare, 0.95)
    report.add(
        "an event at a desk, median", quantile(news, 0.5), "ms", note=f"{len(news) / asked.events:.0f} desks each"
    )
    report.add("an event at a desk, p95", quantile(news, 0.95), "ms", at_most=GOAL_MS,
               note=f"{quantile(news, 0.95) / reference:.1f} references")  # fmt: skip
    report.add("an event at the last desk, p95", quantile(last, 0.95), "ms")
    report.add("fresh thread, median", quantile(shown, 0.5), "ms", note=f"at {looking} desks that look at it, at once")
    report.add("fresh thread, p95", quantile(shown, 0.95), "ms", at_most=GOAL_MS,
               note=f"{quantile(shown, 0.95) / reference:.1f} references")  # fmt: skip
    report.add("reference: bare broadcast, p95", reference, "ms", note=f"median {quantile(bare, 0.5):.1f} ms")
    report.add(
        "CPU of the web for an event", used, "ms", note=f"{messages / asked.events:.0f} messages and its threads"
    )
    report.add("CPU of the reference's broadcast", quantile(used_bare, 0.5), "ms")


def _web(rung: Installation) -> list[int]:
    """Who serves the desks, and who started them."""
    return descendants(rung.running["webs"].pid)


def _first_of(heard: list[list[tuple[float, bytes]]], number: int) -> dict[int, float]:
    """By desk, when it first heard of a conversation."""
    named = f'"conversation:{number}"'.encode()
    found = {}
    for desk, pieces in enumerate(heard):
        for at, data in pieces:
            if named in data or b"data: null" in data:
                found[desk] = at
                break
    return found


if __name__ == "__main__":
    main()
