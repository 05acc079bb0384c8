"""What keeps one client from harming the others at the mail door: how much may be on its way in, from whom, and what only
looks like the end of a letter."""

import asyncio
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_address, ip_network

# A dot on a line of its own whose line ends are not CR LF: some servers take it for the end of the letter and some do not,
# and whoever stands between two such can make the second see a letter that the first never saw.
FALSE_ENDS = (b"\n.\n", b"\n.\r", b"\r.\n", b"\r.\r")


@dataclass(slots=True)
class Load:
    """How many bytes of letters on their way in are held, and how many may be."""

    limit: int
    held: int = 0


@dataclass(slots=True)
class Share:
    """What one session holds of the load."""

    load: Load
    size: int = 0

    def take(self, size: int) -> bool:
        """False when there is no room for so much more."""
        if self.load.held + size > self.load.limit:
            return False
        self.load.held += size
        self.size += size
        return True

    def release(self) -> None:
        self.load.held -= self.size
        self.size = 0


def host_of(transport: asyncio.BaseTransport) -> str:
    """Who is at the other end: an IPv4 address, or the /64 network of an IPv6 address, which is one customer's."""
    peer = transport.get_extra_info("peername")
    host = str(peer[0]) if peer else ""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return host
    return str(address.ipv4_mapped or ip_network(f"{address}/64", strict=False))


class TurnedAway(asyncio.Protocol):
    """Says why nobody is let in, and hangs up."""

    def __init__(self, refusal: str) -> None:
        self.refusal = refusal

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(f"{self.refusal}\r\n".encode())
        transport.close()
