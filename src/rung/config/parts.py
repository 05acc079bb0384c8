"""What each process of an installation does. Named by functions that a fresh interpreter can find and run."""

import os
import socket

from rung.config.supervisor import Part


def parts(listening: socket.socket) -> list[Part]:
    return [
        Part("web", serve_web, (listening,)),
        Part("worker", run_command, ("worker",)),
        Part("door", run_command, ("door",)),
    ]


def serve_web(listening: socket.socket) -> None:
    """Pages and stream on a socket that is bound already: while this process is restarted, visitors wait in its queue."""
    _set_up()
    import uvicorn

    from rung.config.asgi import application

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
    )
    uvicorn.Server(config).run(sockets=[listening])


def run_command(name: str) -> None:
    _set_up()
    from django.core.management import call_command

    call_command(name)


def _set_up() -> None:
    """Load the rooms, where this process was not forked from one that has."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rung.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
