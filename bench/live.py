"""How soon an event is on the screens that show it, with many desks open on one web process.

Every desk holds its stream, as a browser does. A note is written; measured are the seconds from its commit to the news at
every desk, and to the fresh thread at the few desks that have this conversation open and so ask for it, the browser's own
pause included. The other desks look at other conversations: they hear the news and ask for nothing.
"""

import asyncio
import json
import os
import resource
import time
from datetime import UTC, datetime

from bench.desk import sign_in
from bench.measure import Report, memory_of, parser, quantile, tell
from tests.installation import Installation

GOAL_MS = 200.0
EVENTS = 40
# Of a thousand desks so many have the conversation open in which something happens.
SHARE_LOOKING = 0.003
# live.js gathers what comes together for so long before it asks.
TOGETHER_S = 0.04
REST_S = 1.2


def main() -> None:
    arguments = parser(__doc__.splitlines()[0], 1000)
    asked = arguments.parse_args()
    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, max(files, 3 * asked.size)), most))
    report = Report("live", asked.size)
    with Installation() as rung:
        rung.migrate()
        rung.run("tests.stage")
        os.environ.update(rung.env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "rung.config.settings"
        import django

        django.setup()
        cookie, number = _scene()
        rung.start("web")
        asyncio.run(_measure(rung, report, asked.size, cookie, number))
    report.print(asked.json)


def _scene() -> tuple[str, int]:
    """A conversation, and the cookie of somebody who may see it."""
    from rung.accounts.models import Agent
    from rung.core.actor import SYSTEM
    from rung.customers.verbs import recognise_customer
    from tests.cast import written

    at = datetime.now(UTC)
    matter = written(recognise_customer("carla@example.org", name="Carla Ruiz", by=SYSTEM, at=at), at=at)
    return sign_in(Agent.objects.get(email="lin@desk.example").pk), matter.pk


class Desk:
    """One open stream; `heard` is when each entry's news came in."""

    def __init__(self, rung: Installation, cookie: str, number: int, is_looking: bool) -> None:
        self.port, self.cookie, self.number, self.is_looking = rung.web_port, cookie, number, is_looking
        self.heard: dict[int, float] = {}
        self.shown: dict[int, float] = {}
        self.asking: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writer.write(self._request("/live", ""))
        if b" 200 " not in (first := await self.reader.readline()):
            raise RuntimeError(f"the stream was refused: {first!r}")
        while b": here" not in await self.reader.readline():
            pass
        self.listening = asyncio.ensure_future(self._listen())

    async def _listen(self) -> None:
        entry = 0
        while line := await self.reader.readline():
            if line.startswith(b"id: "):
                entry = int(line[4:])
            elif line.startswith(b"data: "):
                self.heard[entry] = time.perf_counter()
                about = json.loads(line[6:])
                if self.is_looking and (about is None or f"conversation:{self.number}" in about):
                    self.asking = asyncio.ensure_future(self._ask(entry))

    async def _ask(self, entry: int) -> None:
        await asyncio.sleep(TOGETHER_S)
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._request(f"/conversations/{self.number}", "HX-Request: true\r\nConnection: close\r\n"))
        answer = await reader.read()
        writer.close()
        if b" 200 " not in answer[:20]:
            raise RuntimeError(f"the thread was refused: {answer[:200]!r}")
        self.shown[entry] = time.perf_counter()

    def _request(self, path: str, more: str) -> bytes:
        return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nCookie: {self.cookie}\r\n{more}\r\n".encode()

    def close(self) -> None:
        self.listening.cancel()
        self.writer.close()


def _happens(number: int, which: int) -> tuple[int, float]:
    """A colleague writes a note; the newest entry, and when it was committed."""
    from rung.core.actor import SYSTEM
    from rung.journal.access import newest_entry
    from rung.touchpoints.models import Conversation
    from rung.touchpoints.verbs import write_note

    write_note(Conversation.objects.get(pk=number), f"Note {which}", by=SYSTEM, at=datetime.now(UTC))
    committed = time.perf_counter()
    return newest_entry(), committed


async def _measure(rung: Installation, report: Report, size: int, cookie: str, number: int) -> None:
    web = rung.running["web"].pid
    before = sum(memory_of([web]).values())
    looking = max(1, round(size * SHARE_LOOKING))
    desks = [Desk(rung, cookie, number, which < looking) for which in range(size)]
    tell(f"{size} desks come in")
    began = time.perf_counter()
    for start in range(0, size, 50):
        await asyncio.gather(*(desk.open() for desk in desks[start : start + 50]))
    report.add("all desks let in", time.perf_counter() - began, "s")
    report.add("memory of an open desk", 1024 * (sum(memory_of([web]).values()) - before) / size, "kB", note="PSS")
    tell(f"{EVENTS} notes are written")
    news: list[float] = []
    shown: list[float] = []
    for which in range(EVENTS):
        entry, committed = await asyncio.to_thread(_happens, number, which)
        await asyncio.sleep(REST_S)
        for desk in desks:
            if desk.asking is not None:
                await desk.asking
        missing = [desk for desk in desks if entry not in desk.heard]
        if missing:
            raise AssertionError(f"{len(missing)} of {size} desks did not hear of entry {entry} within {REST_S} s")
        news += [1000 * (desk.heard[entry] - committed) for desk in desks]
        shown += [1000 * (desk.shown[entry] - committed) for desk in desks[:looking]]
    for desk in desks:
        desk.close()
    report.add("news at a desk, median", quantile(news, 0.5), "ms", note=f"p95 {quantile(news, 0.95):.0f} ms")
    report.add("fresh thread, median", quantile(shown, 0.5), "ms", note=f"at {looking} desks that look at it, at once")
    report.add("fresh thread, p95", quantile(shown, 0.95), "ms", at_most=GOAL_MS)


if __name__ == "__main__":
    main()
