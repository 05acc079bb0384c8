"""What each process of an installation does. Named by functions that a fresh interpreter can find and run."""

import os
import socket
import sys
from collections.abc import MutableSequence
from importlib import import_module
from multiprocessing.sharedctypes import RawArray

from rung.config.collecting import pause_shortly
from rung.config.listening import QUEUE
from rung.config.supervisor import Part


def parts(listening: socket.socket, web_processes: int) -> list[Part]:
    """The web processes take visitors from one queue, whoever of them is free. What they have to know of each other stands
    in the database: who is signed in, what is limited, who is present, what happened."""
    return [
        *web_parts(listening, web_processes),
        Part("worker", run_command, ("worker", "--inside")),
        # In a process of its own: a server that takes minutes over a letter of ours holds up no letter to us.
        Part("sender", run_command, ("worker", "--outside")),
        Part("door", run_command, ("door",)),
    ]


def web_parts(listening: socket.socket, processes: int) -> list[Part]:
    in_hand = RawArray("i", processes)
    return [Part(f"web {place + 1}", serve_web, (listening, in_hand, place)) for place in range(processes)]


def load_web() -> None:
    """Load what a web process needs, to be shared by those that are forked."""
    for name in ("rung.config.asgi", "uvicorn.lifespan.off", "uvicorn.loops.auto", "uvicorn.protocols.http.auto"):
        import_module(name)


def serve_web(listening: socket.socket, in_hand: MutableSequence[int], place: int) -> None:
    """Pages and stream on a socket that is bound already: while no web process is there, visitors wait in its queue.
    `in_hand`: how many pages each of the web processes is at, this one being at `place` among them."""
    _set_up()
    import uvicorn

    from rung.config.asgi import application, pages

    pause_shortly()
    pages.load.share(in_hand, place)
    config = uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        proxy_headers=False,  # who is believed about the visitor's address is a setting, not the server's guess
        log_config=None,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=2,  # open streams never end by themselves
        backlog=1,
    )
    uvicorn.Server(config).run(sockets=[_OneByOne(fileno=listening.detach())])


class _OneByOne(socket.socket):
    """A listening socket of which one visitor is taken at a time. asyncio takes as many at once as its backlog says, and
    gives that to the socket too: whichever process is awake first would take everybody who waits in the queue."""

    def listen(self, backlog: int = QUEUE, /) -> None:
        super().listen(QUEUE)


def run_command(name: str, *arguments: str) -> None:
    _set_up()
    from django.core.management import CommandError, call_command

    try:
        call_command(name, *arguments)
    except CommandError as refused:
        sys.exit(f"{name}: {refused}")  # an operator reads this, and it has no line of code


def _set_up() -> None:
    """Load the rooms, where this process was not forked from one that has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
