"""Ports of the loopback for servers that tests start.

Not those that a system chooses by itself for port 0: out of the same range it hands one to every connection that somebody
dials, and now and then it was the one that a server was about to listen on.
"""

import random
import socket
from contextlib import suppress

BELOW_DIALLED = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Different ports that nobody listens on."""
    chance = random.SystemRandom()  # the workers of a run begin with the same seed
    found: set[int] = set()
    while len(found) < count:
        port = chance.choice(BELOW_DIALLED)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.add(port)
    return list(found)


def free_port() -> int:
    return free_ports(1)[0]
