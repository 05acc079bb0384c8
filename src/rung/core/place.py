"""Where a process listens."""

from dataclasses import dataclass


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
        """ "127.0.0.1:8000", "[::1]:8000" or ":8000". Raises ValueError for anything else."""
        host, colon, port = text.strip().rpartition(":")
        if not colon or not port.isdecimal() or int(port) > 65535:
            raise ValueError(f"“{text}” is no place to listen at; write it like 127.0.0.1:8000")
        return cls(host.strip("[]") or "0.0.0.0", int(port))  # noqa: S104  # an empty host means every address
