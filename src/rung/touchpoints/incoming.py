"""The words every door speaks: what it hands to the heart, whatever language the outside spoke."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rung.touchpoints.hearing import Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingFile:
    """A file that came along. `name` is harmless already; `content_id` is how the HTML refers to it."""

    name: str
    media_type: str
    content: bytes
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file whose content lies in storage already, under its SHA-256."""

    name: str
    media_type: str
    size: int
    digest: str
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody in a header: the address in lower case, and the name it stood with, if any.

    `is_ours` for an address that leads back to us (a mailbox of ours, with or without a token): it takes no part.
    """

    address: str
    name: str = ""
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Parties:
    """Who wrote to whom. `bcc` only in what we send: others' are not known. `reply_to`: where the writer wants answers,
    when that is somewhere else than `sender`."""

    sender: str = ""
    sender_name: str = ""
    reply_to: tuple[Party, ...] = ()
    to: tuple[Party, ...] = ()
    cc: tuple[Party, ...] = ()
    bcc: tuple[Party, ...] = ()

    def as_json(self) -> dict[str, object]:
        """As a touchpoint keeps it: lists of addresses, and the names by address where there are any."""
        kept: dict[str, object] = {
            "from": self.sender,
            "to": [party.address for party in self.to],
            "cc": [party.address for party in self.cc],
        }
        if self.reply_to:
            kept["reply_to"] = [party.address for party in self.reply_to]
        if self.bcc:
            kept["bcc"] = [party.address for party in self.bcc]
        people = (Party(self.sender, self.sender_name), *self.reply_to, *self.to, *self.cc, *self.bcc)
        names = {party.address: party.name for party in people if party.name and party.address}
        if names:
            kept["names"] = names
        return kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One touchpoint as a door understood it.

    `reference` names it in its channel (a Message-ID), so that the same one twice is known again; `conversation` is the
    primary key from a reply token that the door has verified; `team` that of the team the addressed mailbox belongs to.
    `heard` is what is known under its names, where the door has asked for many together.
    `hints` are conversations that the door has other reason to think of, the best first. Neither a token nor a hint leads
    anybody in who does not take part. `html` is cleaned. `quoted` and `signature` are what `text` no longer holds.
    `is_archived`: history, from before this desk: it keeps its own date, nobody waits because of it, and no number counts
    it. With `is_ours`, only of history, it is what one of us wrote to the customer then. `is_spam`, with its reason in a
    sentence: what it opens stands under Spam, and it joins nothing else. `is_doubted` when the door was told that it is not
    from whom it says: it opens a conversation of its own, as a stranger's does. `brought` is what came along besides text
    and files, for the thread to show: values for JSON.
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
    heard: Heard | None = None
    conversation: int | None = None
    hints: tuple[int, ...] = ()
    team: int | None = None
    is_automatic: bool = False
    is_archived: bool = False
    is_ours: bool = False
    is_spam: bool = False
    spam_reason: str = ""
    is_doubted: bool = False
    parties: Parties = field(default_factory=Parties)
    files: tuple[IncomingFile, ...] = ()
    brought: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What a machine says became of something we wrote at one address: `came` is "failed", "delayed", "delivered", "opened",
    "discarded" or "complained". `reason` is a word of the door's closed list; `is_hard` when the address itself is no good.
    """

    came: str
    address: str = ""
    status: str = ""
    code: str = ""
    reason: str = ""
    is_hard: bool = False
    said: str = ""
    server: str = ""


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
