import threading
from concurrent.futures import wait
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection

import pytest

from rung.config.threads import Threads


def test_whoever_was_busy_last_works_next() -> None:
    threads, gates = Threads(4, "page"), [threading.Event() for _ in range(3)]

    def through(gate: threading.Event) -> int:
        assert gate.wait(10)
        return threading.get_ident()

    at_once = [threads.submit(through, gate) for gate in gates]
    for gate in gates:
        gate.set()
    names = {each.result(10) for each in at_once}
    assert len(names) == 3
    last = threads.submit(threading.get_ident).result(10)
    assert last in names
    for _ in range(200):
        assert threads.submit(threading.get_ident).result(10) == last


def test_one_page_after_the_other_needs_one_thread() -> None:
    threads = Threads(4, "page")
    assert len({threads.submit(threading.get_ident).result(10) for _ in range(500)}) == 1


def test_what_comes_beyond_the_last_thread_waits_for_one() -> None:
    threads, gate = Threads(2, "page"), threading.Event()
    held = [threads.submit(gate.wait, 10) for _ in range(2)]
    more = [threads.submit(pow, 2, number) for number in range(20)]
    assert not wait(more, timeout=0.05).done
    gate.set()
    assert [each.result(10) for each in (*held, *more)] == [True, True, *(2**number for number in range(20))]


def test_a_failure_is_told_and_the_thread_goes_on() -> None:
    threads = Threads(1, "page")
    failed = threads.submit(int, "no number")
    with pytest.raises(ValueError, match="no number"):
        failed.result(10)
    assert threads.submit(int, "7").result(10) == 7


def test_what_was_called_off_while_it_waited_is_not_done() -> None:
    threads, gate = Threads(1, "page"), threading.Event()
    done: list[int] = []
    held = threads.submit(gate.wait, 10)
    waiting = threads.submit(done.append, 1)
    assert waiting.cancel()
    gate.set()
    assert held.result(10)
    assert threads.submit(len, done).result(10) == 0


def test_what_is_in_hand_when_the_process_ends_is_done() -> None:
    """As a web process ends, which is forked from one that has loaded everything."""
    threads, (here, there) = Threads(1, "page"), Pipe()
    process = get_context("fork").Process(target=_leave_with_work, args=(threads, there))
    process.start()
    process.join(10)
    assert here.poll(0)
    assert here.recv() == "done"
    assert process.exitcode == 0


def _leave_with_work(threads: Threads, there: Connection) -> None:
    begun = threading.Event()

    def work() -> None:
        begun.set()
        threading.Event().wait(0.1)
        there.send("done")

    threads.submit(work)
    assert begun.wait(10)
