"""The little of ASN.1 that signatures need: values of tag and length, read without trust."""

from dataclasses import dataclass

MAX_DEPTH = 40
MAX_NODES = 20_000


class NotDerError(ValueError):
    """The bytes are no ASN.1, or more of it than anybody signs with."""


@dataclass(slots=True)
class Node:
    """`tag` with its class and constructed bits; `raw` with the tag, `value` without. Neither is a copy."""

    tag: int
    value: memoryview
    raw: memoryview

    def inner(self) -> list["Node"]:
        """What a constructed value is made of."""
        found: list[Node] = []
        at = 0
        while at < len(self.value):
            if len(found) >= MAX_NODES:
                raise NotDerError
            node, at = node_at(self.value, at)
            if node.tag == 0 and not node.value:
                break
            found.append(node)
        return found

    def octets(self, depth: int = 0) -> bytes:
        """The bytes of an octet string, put together where it comes in pieces (BER)."""
        if depth > MAX_DEPTH:
            raise NotDerError
        if not self.tag & 0x20:
            return bytes(self.value)
        return b"".join(piece.octets(depth + 1) for piece in self.inner())


def node_at(data: memoryview, at: int = 0, depth: int = 0) -> tuple[Node, int]:
    """The value that begins at `at`, and where the next one does."""
    if depth > MAX_DEPTH or at + 2 > len(data):
        raise NotDerError
    start = at
    tag, length = data[at], data[at + 1]
    at += 2
    if tag & 0x1F == 0x1F:
        raise NotDerError
    if length == 0x80:  # BER: until a value of tag 0 without content
        if not tag & 0x20:
            raise NotDerError
        begin = at
        for _ in range(MAX_NODES):
            if bytes(data[at : at + 2]) == b"\0\0":
                return Node(tag, data[begin:at], data[start : at + 2]), at + 2
            _, at = node_at(data, at, depth + 1)
        raise NotDerError
    if length > 0x80:
        size = length & 0x7F
        if size > 4:
            raise NotDerError
        length = int.from_bytes(data[at : at + size], "big")
        at += size
    if at + length > len(data):
        raise NotDerError
    return Node(tag, data[at : at + length], data[start : at + length]), at + length
