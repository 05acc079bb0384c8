"""Ports: the one that was asked for, or the next free one where nobody asked for a certain one."""

import errno
import os
import socket

from rung.config.environment import env
from rung.core.place import Place

ATTEMPTS = 50
QUEUE = 128
"""So many visitors wait while nobody takes them in."""


class PortTaken(Exception):
    """Somebody else listens there, and it was asked for by name."""


def bind(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((place.host, place.port))
        bound.listen(QUEUE)
    except OSError:
        bound.close()
        raise
    return bound


def listen(setting: str) -> tuple[socket.socket, Place]:
    """A socket where the setting says; a few ports on, where the setting is only its default and that port is taken.

    Raises PortTaken when the setting names the port and it is not to be had, or no port at all.
    """
    try:
        asked = Place.read(env(setting))
    except ValueError as nonsense:
        raise PortTaken(f"{setting}: {nonsense}.") from nonsense
    wanted = [asked] if os.environ.get(setting) else [Place(asked.host, asked.port + step) for step in range(ATTEMPTS)]
    for place in wanted:
        try:
            return bind(place), place
        except OSError as refused:
            if refused.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(f"{setting}: cannot listen on {place}: {refused.strerror}.") from refused
    raise PortTaken(f"{setting}: somebody else listens on {asked} already. Stop it, or name another port: {setting}=…")
