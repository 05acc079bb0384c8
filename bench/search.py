"""How fast a search answers among very many conversations: the whole screen through the real WSGI application, signed in.

Median and 95th percentile of wall time over many different words of each kind, the commonest apart; the CPU time beside
it, also as a multiple of a trivial page's between them, that of PostgreSQL's process, and how many pages had to be fetched
from the disk: what is left of the wall time is waiting. How long the index took to build, and how large it is.
"""

import re
import time
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode

from bench.desk import REFERENCE, Browser, Screen, sign_in
from bench.measure import Report, counting, median, quantile, tell
from bench.seed import arguments, database_bytes, filled

GOAL_MS, COMMON_MS, PALETTE_MS = 50.0, 150.0, 30.0
REQUESTS, SECONDS = 100, 20.0
WARM_UP = 4
TAGS = ("wholesale", "guarantee", "press", "fragile")


@dataclass(frozen=True)
class Kind:
    """Searches of one kind, each different, and within what time they should be answered."""

    name: str
    asked: tuple[str, ...]
    at_most: float = GOAL_MS
    by: str = "lead"
    path: str = "/search"


@dataclass(frozen=True)
class Took:
    """One search: milliseconds of the clock, of our CPU and of the server's, and pages of 8 kB fetched from the disk."""

    asked: str
    wall: float
    ours: float
    servers: float
    pages: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} ms, CPU {self.ours:.1f} and {self.servers:.1f}, {self.pages:.0f} pages: {self.asked}"


class Answering:
    """The process that answers questions to the database: PostgreSQL's for this connection, where it runs on this machine
    and may be looked at, or this one itself."""

    def __init__(self) -> None:
        from django.db import connection

        self.is_apart = connection.vendor == "postgresql"
        connection.ensure_connection()
        process = connection.connection.info.backend_pid if self.is_apart else "self"
        self.folder = Path(f"/proc/{process}")

    def cpu_ms(self) -> float:
        told = self._told("schedstat").split() if self.is_apart else []
        return int(told[0]) / 1e6 if told else 0.0

    def pages(self) -> float:
        found = re.search(r"^read_bytes: (\d+)", self._told("io"), re.M)
        return int(found[1]) / 8192 if found else 0.0

    def _told(self, name: str) -> str:
        try:
            return (self.folder / name).read_text()
        except OSError:
            return ""


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each kind")
    parser.add_argument("--only", default="", help="measure only kinds whose name contains this")
    parser.add_argument("--each", type=int, default=0, help="tell so many of the slowest searches of each kind")
    parser.add_argument("--rebuild", action="store_true", help="build the index anew, and say how long that takes")
    parser.add_argument("--go-on", action="store_true", help="build what the index lacks of a store that was copied")
    parser.add_argument("--copies", type=int, default=1, help="of each conversation in the store, by bench.multiply")
    asked = parser.parse_args()
    report = Report("search", asked.size)
    with filled(asked.size, asked.data) as (_, store):
        _indexed(report, asked)
        from django.conf import settings

        from rung.config.collecting import pause_shortly

        settings.ALLOWED_HOSTS, settings.ROOT_URLCONF = ["*"], "bench.reference"
        pause_shortly()  # as each web process does; else one search in a hundred waits for a look at all garbage
        browser = Browser({by: sign_in(pk) for by, pk in store.agents.items()})
        for kind in _kinds(store.conversations):
            if asked.only in kind.name:
                _measure(report, browser, kind, asked.requests, asked.each)
    report.print(asked.json)


def _indexed(report: Report, asked: Namespace) -> None:
    from django.core.management import call_command

    from bench.indexed import index_copies, tag_some
    from rung.search.indexes import index
    from rung.search.models import Document

    if asked.rebuild or asked.go_on or not Document.objects.exists():
        tell("building the index")
        began, used = time.perf_counter(), time.process_time()
        if asked.copies > 1:
            index_copies(asked.copies, is_begun=asked.go_on)
        else:
            call_command("reindex")
        seconds, cpu = time.perf_counter() - began, time.process_time() - used
        report.add("index built in", seconds, "s", note=f"CPU of this process {cpu:.0f} s")
    tag_some(TAGS)
    report.add("documents", Document.objects.count(), "")
    report.add(
        "index on disk", index().bytes_on_disk() / 1e6, "MB", note=f"of {database_bytes() / 1e6:,.0f} MB altogether"
    )


def _words(chance: Random, size: int) -> tuple[list[str], list[str], list[str], list[str]]:
    """The commonest words, common ones, middling ones and rare ones, by how many documents they stand in."""
    from rung.search.models import Word

    letters = Word.objects.filter(word__gte="a", word__lt="{")

    def some(low: float, high: float) -> list[str]:
        found = letters.filter(documents__gt=low * size, documents__lte=high * size)
        words = sorted(word for word in found.values_list("word", flat=True) if len(word) > 2)
        chance.shuffle(words)
        return words[:60] or ["the"]

    return some(0.1, 1), some(0.005, 0.02), some(0.0002, 0.001), some(0, 0.00002)


def _kinds(size: int) -> Iterator[Kind]:
    chance = Random(7)
    commonest, common, middling, rare = _words(chance, size)
    names = [name for name in _names(chance) if name]

    def pairs(one: list[str], other: list[str], form: str = "{} {} ") -> tuple[str, ...]:
        return tuple(form.format(a, b) for a, b in zip(cycle(one), other, strict=False))

    yield Kind("rare word", tuple(f"{word} " for word in rare))
    yield Kind("middling word", tuple(f"{word} " for word in middling))
    yield Kind("common word (1 in 100)", tuple(f"{word} " for word in common))
    yield Kind("commonest words (1 in 10 and more)", tuple(f"{word} " for word in commonest), COMMON_MS)
    yield Kind("word being typed", tuple(word[:4] for word in middling))
    yield Kind("two common words", pairs(common[1:], common))
    yield Kind("two of the commonest", pairs(commonest[1:], commonest), COMMON_MS)
    yield Kind("rare and commonest", pairs(commonest, rare))
    yield Kind("phrase of common words", pairs(common[1:], common, '"{} {}"'))
    yield Kind("phrase of the commonest", pairs(commonest[1:], commonest, '"{} {}"'), COMMON_MS)
    yield Kind("common word, is:open", tuple(f"{word} is:open" for word in common))
    yield Kind(
        "commonest word, is:open in:billing", tuple(f"{word} is:open in:billing" for word in commonest), COMMON_MS
    )
    yield Kind("commonest word, from one person", pairs(names, commonest, "from:{} {} "))
    yield Kind("commonest word, is:snoozed has:attachment", tuple(f"{w} is:snoozed has:attachment" for w in commonest))
    yield Kind("commonest word, to one person", pairs(names, commonest, "to:{} {} "))
    yield Kind("a tag", tuple(f"tag:{tag}" for tag in TAGS))
    yield Kind("common word, tag:", pairs(list(TAGS), common, "tag:{} {} "))
    yield Kind("common word, before:", tuple(f"{word} before:{60 + 10 * n}d" for n, word in enumerate(common)))
    yield Kind("before:", tuple(f"before:{60 + 10 * n}d" for n in range(60)))
    yield Kind("a file's name", tuple(_files(chance)))
    yield Kind("common word, of one old week", tuple(f"{word} after:300d before:293d" for word in common))
    yield Kind("common word, level:<expected", tuple(f"{word} level:<expected" for word in common), COMMON_MS)
    yield Kind("common word, is:unread", tuple(f"{word} is:unread" for word in common), COMMON_MS)
    yield Kind("common word, as an agent sees it", tuple(f"{word} " for word in common), by="agent")
    yield Kind("commonest word, as an agent sees it", tuple(f"{word} " for word in commonest), COMMON_MS, by="agent")
    yield Kind("not a word", tuple(f"-{word} " for word in commonest), COMMON_MS)
    yield Kind("filters only", ("is:open in:billing", "is:mine", "has:attachment is:open", "is:unassigned is:open"))
    yield Kind("person", tuple(name for name in names))
    orders, addresses = _orders_and_addresses(chance)
    yield Kind("order number", orders)
    yield Kind("order number, nobody's", tuple(f"R-{n}" for n in chance.sample(range(10 * size, 90 * size), 60)))
    yield Kind("address", addresses)
    yield Kind("address, nobody's", tuple(f"nobody.{address}" for address in addresses))
    yield Kind(
        "Chinese, Japanese, Arabic", ("退货 ", "北京市 ", "東京都 ", "返品 ", "الفاتورة ", "مكتبة ", "שלום "), COMMON_MS
    )
    yield Kind("mistyped", tuple(_mistyped(word) for word in middling if len(word) > 6 and word[2] != word[3]))
    yield Kind("palette, person", tuple(name[:4] for name in names), PALETTE_MS, path="/palette")
    yield Kind("palette, word", tuple(word[:5] for word in common), PALETTE_MS, path="/palette")
    yield Kind("palette, opened", ("",), PALETTE_MS, path="/palette")


def _mistyped(word: str) -> str:
    return f"{word[:2]}{word[3]}{word[2]}{word[4:]} "


def _names(chance: Random) -> list[str]:
    from rung.customers.models import Customer

    pks = chance.sample(range(1, Customer.objects.count()), 60)
    return [name.split()[-1] for name in Customer.objects.filter(pk__in=pks).values_list("name", flat=True)]


def _orders_and_addresses(chance: Random) -> tuple[tuple[str, ...], tuple[str, ...]]:
    from rung.customers.models import Address, Order

    def some(values: Any) -> tuple[str, ...]:
        newest = values.order_by("-pk").values_list("pk", flat=True).first() or 1
        found = values.filter(pk__in=chance.sample(range(1, newest + 1), min(newest, 80)))
        # As they were before copies were made of them, which find no more than one.
        return tuple(re.sub(r"^c\d+\.", "", value) for value in found)

    orders = some(Order.objects.values_list("number", flat=True))
    return orders[:60], some(Address.objects.values_list("value", flat=True))[:60]


def _files(chance: Random) -> list[str]:
    from rung.touchpoints.models import Attachment

    pks = chance.sample(range(1, Attachment.objects.order_by("-pk").values_list("pk", flat=True)[0]), 60)
    return list(Attachment.objects.filter(pk__in=pks).values_list("name", flat=True)) or ["photograph"]


def _measure(report: Report, browser: Any, kind: Kind, requests: int, each: int) -> None:
    paths = {f"{kind.path}?{urlencode({'q': asked})}": asked for asked in kind.asked}
    screen = Screen(kind.name, tuple(paths), by=kind.by)
    for path in screen.paths[:WARM_UP]:
        if (status := browser.get(path, screen).status) != 200:
            report.add(kind.name, 0, "", note=f"answered {status}: not measured")
            return
    took: list[Took] = []
    bare: list[float] = []
    plain = Screen("reference", (REFERENCE,))
    answering = Answering()
    began = time.perf_counter()
    for path, asked in cycle(paths.items()):
        pages, servers = answering.pages(), answering.cpu_ms()
        started, cpu_started = time.perf_counter(), time.thread_time()
        browser.get(path, screen)
        ended, cpu_ended = time.perf_counter(), time.thread_time()
        spent = 1000 * (ended - started), 1000 * (cpu_ended - cpu_started), answering.cpu_ms() - servers
        took.append(Took(asked, *spent, answering.pages() - pages))
        if len(took) % 4 == 1:
            cpu_started = time.thread_time()
            browser.get(REFERENCE, plain)
            bare.append(1000 * (time.thread_time() - cpu_started))
        if len(took) >= requests or (len(took) >= 20 and time.perf_counter() - began > SECONDS):
            break
    with counting() as counted:
        browser.get(screen.paths[0], screen)
    for one in sorted(took, key=lambda one: -one.wall)[:each]:
        tell(f"{kind.name}: {one}")
    _add(report, kind, took, median(bare), counted.queries)


def _add(report: Report, kind: Kind, took: list[Took], bare: float, queries: int) -> None:
    wall = [one.wall for one in took]

    def both(values: list[float], form: str = ".1f") -> str:
        return f"{median(values):{form}} (p95 {quantile(values, 0.95):{form}})"

    ours = [one.ours for one in took]
    note = f"p95 {quantile(wall, 0.95):.1f}, CPU {both(ours)} ms = {median(ours) / bare:.1f} references, "
    if any(one.servers for one in took):
        note += f"the server's {both([one.servers for one in took])}, "
    note += f"{both([one.pages for one in took], '.0f')} pages of the disk, {queries} queries"
    report.add(kind.name, median(wall), "ms", at_most=kind.at_most, note=note)


if __name__ == "__main__":
    main()
