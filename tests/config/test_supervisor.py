import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rung.config.supervisor import LONGEST_PAUSE, pause_after
from tests.installation import PATIENCE_S, ROOT, wait_until


@pytest.fixture(params=["fork", "spawn"])
def context(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def supervised(tmp_path: Path, context: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start(context, tmp_path)
    wait_until((tmp_path / "steady.pid").exists, seconds=PATIENCE_S, why="the steady part did not start")
    yield process
    process.kill()
    process.wait()


def start(context: str, folder: Path, *parts: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tests.config.supervised", context, str(folder), *parts],
        cwd=ROOT, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").exists() is False or ") Z" not in Path(f"/proc/{pid}/stat").read_text()


def pid_in(path: Path) -> int:
    wait_until(lambda: path.exists() and path.read_text(), seconds=PATIENCE_S, why=f"{path.name} was not written")
    return int(path.read_text())


def test_what_dies_is_started_again_and_the_others_are_left_alone(
    supervised: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    before = pid_in(tmp_path / "steady.pid")
    noted = tmp_path / "brittle.lives"
    wait_until(
        lambda: noted.exists() and len(noted.read_text()) >= 3, seconds=PATIENCE_S, why="brittle was not started again"
    )
    assert pid_in(tmp_path / "steady.pid") == before
    assert lives(before)


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_being_asked_to_stop_stops_all_of_it(
    supervised: subprocess.Popen[bytes], tmp_path: Path, asked: signal.Signals
) -> None:
    pid = pid_in(tmp_path / "steady.pid")
    supervised.send_signal(asked)
    assert supervised.wait(10) == 0
    assert not lives(pid)


def test_no_part_outlives_a_killed_supervisor(supervised: subprocess.Popen[bytes], tmp_path: Path) -> None:
    pid = pid_in(tmp_path / "steady.pid")
    supervised.kill()
    wait_until(lambda: not lives(pid), seconds=PATIENCE_S, why="an orphan is left")


def test_being_asked_twice_kills_what_does_not_listen(tmp_path: Path, context: str) -> None:
    process = start(context, tmp_path, "stubborn")
    pid = pid_in(tmp_path / "stubborn.pid")
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.5)
    process.send_signal(signal.SIGINT)
    assert process.wait(8) == 0
    assert not lives(pid)


def test_the_pause_grows_to_a_minute() -> None:
    assert [pause_after(deaths) for deaths in (1, 2, 3, 7, 2000)] == [1, 2, 4, LONGEST_PAUSE, LONGEST_PAUSE]
