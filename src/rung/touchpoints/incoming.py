"""The words every door speaks: what it hands to the heart, whatever language the outside spoke."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """A file that came along. `name` is harmless already; `content_id` is how the HTML refers to it."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Who was written to, as addresses in lower case."""

    sender: str = ""
    to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()

    def as_json(self) -> dict[str, object]:
        return {"from": self.sender, "to": list(self.to), "cc": list(self.cc)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One touchpoint as a door understood it.

    `reference` names it in its channel (a Message-ID), so that the same one twice is known again; `conversation` is the
    primary key from a reply token that the door has verified; `team` that of the team the addressed mailbox belongs to.
    `html` is cleaned. `quoted` and `signature` are what `text` no longer holds.
    """

    channel: str
    reference: str
    subject: str
    text: str
    occurred_at: datetime
    html: str = ""
    quoted: str = ""
    signature: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    conversation: int | None = None
    team: int | None = None
    is_automatic: bool = False
    parties: Parties = field(default_factory=Parties)
    files: tuple[IncomingFile, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A call, a visit or a letter on paper, as an agent enters it. `duration_s` in seconds."""

    channel: str
    direction: str
    text: str
    occurred_at: datetime
    subject: str = ""
    phase: str = ""
    duration_s: int | None = None
    place: str = ""
