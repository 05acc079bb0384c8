"""A name server for tests, on loopback, that knows what it is told and can be told to keep quiet.

with NameServer() as dns:
    dns.add("desk.example", "TXT", "v=spf1 mx -all")
"""

import socket
import threading
from dataclasses import dataclass, field
from types import TracebackType

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL = 60


@dataclass
class NameServer:
    """`silent`: names it does not answer for at all; `broken`: names it answers SERVFAIL for. "*" stands for every name."""

    zone: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def __enter__(self) -> "NameServer":
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        port = self._socket.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", port))
        self._thread.join(5)
        self._socket.close()

    def add(self, name: str, kind: str, *values: str) -> None:
        """Records as a zone file writes them, but for the text of TXT, which needs no quotes and no cutting."""
        if kind == "TXT":
            values = tuple(_quoted(value) for value in values)
        self.zone.setdefault((name, kind), []).extend(values)

    def take(self, name: str, kind: str) -> None:
        self.zone.pop((name, kind), None)

    def _serve(self) -> None:
        while True:
            packet, visitor = self._socket.recvfrom(4096)
            if not packet:
                return
            answer = self._answer(dns.message.from_wire(packet))
            if answer is not None:
                self._socket.sendto(answer, visitor)

    def _answer(self, query: dns.message.Message) -> bytes | None:
        question = query.question[0]
        name, kind = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        if self.silent & {name, "*"}:
            return None
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.RA
        if self.broken & {name, "*"}:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif values := self.zone.get((name, kind)):
            reply.answer.append(dns.rrset.from_text(question.name, TTL, "IN", kind, *values))
        elif not any(known == name for known, _kind in self.zone):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire()


def _quoted(text: str) -> str:
    pieces = [text[start : start + 255] for start in range(0, len(text), 255)]
    return " ".join('"{}"'.format(piece.replace("\\", "\\\\").replace('"', '\\"')) for piece in pieces)
