"""A supervisor over two small parts, as a program of its own: `python -m tests.config.supervised fork FOLDER`.

`steady` notes its process id and stays until it is asked to go; `brittle` notes each of its lives and dies at once.
"""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

from rung.config.supervisor import Part, Supervisor


def steady(folder: str) -> None:
    Path(folder, "steady.pid").write_text(str(os.getpid()), encoding="utf-8")
    signal.pause()


def brittle(folder: str) -> None:
    with Path(folder, "brittle.lives").open("a", encoding="utf-8") as lives:
        lives.write("x")
    os._exit(1)


def stubborn(folder: str) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    Path(folder, "stubborn.pid").write_text(str(os.getpid()), encoding="utf-8")
    while True:
        signal.pause()


if __name__ == "__main__":
    context, folder, *wanted = sys.argv[1:]
    # The parts by their importable names: a spawned interpreter has another __main__.
    from tests.config import supervised

    parts = [Part(name, getattr(supervised, name), (folder,)) for name in wanted or ("steady", "brittle")]
    Supervisor(parts, multiprocessing.get_context(context)).run()
