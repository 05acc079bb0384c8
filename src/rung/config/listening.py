"""Ports: the one that was asked for, or the next free one where nobody asked for a certain one."""

import errno
import os
import socket
from dataclasses import dataclass

from rung.config.environment import env

ATTEMPTS = 50


class PortTaken(Exception):
    """Somebody else listens there, and it was asked for by name."""


@dataclass(frozen=True)
class Place:
    """Where a part listens."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def reached_at(self) -> "Place":
        """The same place as a visitor on this machine writes it: "every address" is none to go to."""
        return Place({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host), self.port)  # noqa: S104  # not bound here

    @classmethod
    def read(cls, text: str) -> "Place":
        """ "127.0.0.1:8000" or "[::1]:8000". Raises ValueError for anything else."""
        host, colon, port = text.rpartition(":")
        if not colon or not port.isdigit():
            raise ValueError(f"{text!r} is no host:port")
        return cls(host.strip("[]") or "0.0.0.0", int(port))  # noqa: S104  # an empty host means every address


def bind(place: Place) -> socket.socket:
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((place.host, place.port))
        bound.listen(128)
    except OSError:
        bound.close()
        raise
    return bound


def listen(setting: str) -> tuple[socket.socket, Place]:
    """A socket where the setting says; a few ports on, where the setting is only its default and that port is taken.

    Raises PortTaken when the setting names the port and it is not to be had.
    """
    asked = Place.read(env(setting))
    wanted = [asked] if os.environ.get(setting) else [Place(asked.host, asked.port + step) for step in range(ATTEMPTS)]
    for place in wanted:
        try:
            return bind(place), place
        except OSError as refused:
            if refused.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise PortTaken(f"{setting}: cannot listen on {place}: {refused.strerror}.") from refused
    raise PortTaken(f"{setting}: somebody else listens on {asked} already. Stop it, or name another port: {setting}=…")
