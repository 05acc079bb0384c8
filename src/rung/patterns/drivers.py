"""What can have been the case in a turn of service: the drivers we look at, what they are called, which bit they are.

A failure is what customers are known to mind, a merit what they are known to enjoy. Whether ours do is what is found out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

LATE = 2.0
"""So many times the wait a customer had been led to expect is late; the same part of it is quick."""
CAME_BACK_DAYS = 14
LONG_TURNS = 4

FAILURES = (
    "late_first", "late_later", "asked_again", "handed_on", "reopened", "came_back", "switched", "stranger", "long",
    "promise_broken",
)  # fmt: skip
MERITS = ("quick_first", "quick_later", "known", "proactive", "one_answer", "promise_kept")
BITS = {key: 1 << number for number, key in enumerate((*FAILURES, *MERITS))}
TOPIC, WORD = "topic:", "word:"
TOPICS, CHANNEL = "topics", "channel"


@dataclass(frozen=True, slots=True)
class Attribute:
    """Something that can be low or high: the drivers that say it was."""

    key: str
    low: str
    high: str


ATTRIBUTES = (
    Attribute("first_reply", "late_first", "quick_first"),
    Attribute("later_replies", "late_later", "quick_later"),
    Attribute("asking", "asked_again", "proactive"),
    Attribute("settling", "reopened", "one_answer"),
    Attribute("who_serves", "stranger", "known"),
    Attribute("promises", "promise_broken", "promise_kept"),
    Attribute("hands", "handed_on", ""),
    Attribute("return", "came_back", ""),
    Attribute("channels", "switched", ""),
    Attribute("length", "long", ""),
)


def drivers_of(side: str) -> tuple[str, ...]:
    """The operational drivers that are looked at on a side."""
    return FAILURES if side == "frustration" else MERITS


def driver_name(key: str, topics: Mapping[int, str] | None = None) -> str:
    """A driver in a few words; topics by the names given."""
    if key.startswith(TOPIC):
        return (topics or {}).get(int(key[len(TOPIC) :]), _("a topic that is gone"))
    if key.startswith(WORD):
        return _("“%(word)s”") % {"word": key[len(WORD) :]}
    return {
        "late_first": _("late first reply"),
        "late_later": _("late later reply"),
        "asked_again": _("had to ask again before we answered"),
        "handed_on": _("handed on while waiting"),
        "reopened": _("had to be taken up again"),
        "came_back": _("came back within two weeks"),
        "switched": _("had to change the channel"),
        "stranger": _("served by somebody new to them"),
        "long": _("four turns and more"),
        "promise_broken": _("a promise was broken"),
        "quick_first": _("quick first reply"),
        "quick_later": _("quick later reply"),
        "known": _("served by somebody who knew them"),
        "proactive": _("we wrote or called unasked"),
        "one_answer": _("settled with one answer"),
        "promise_kept": _("a promise was kept"),
        TOPICS: _("what it was about"),
        CHANNEL: _("the channel"),
    }.get(key, key)


def driver_sentence(key: str) -> str:
    """How a driver is told, whole; empty for topics and channels."""
    if key.startswith(WORD):
        return _("The customer wrote “%(word)s” in this conversation.") % {"word": key[len(WORD) :]}
    return {
        "late_first": _("The first reply took more than twice as long as this customer had been led to expect."),
        "late_later": _("A later reply took more than twice as long as this customer had been led to expect."),
        "asked_again": _("The customer wrote or called twice or more before we answered."),
        "handed_on": _("It passed to another of us, or another team, while the customer waited."),
        "reopened": _("It had been declared settled and was not."),
        "came_back": _("The customer had begun another conversation within the fourteen days before this one."),
        "switched": _("The customer came by another channel than in their word before."),
        "stranger": _("Others of us had served this customer before, and this was somebody else."),
        "long": _("It was the fourth turn of this conversation, or a later one."),
        "promise_broken": _("A promise given in this conversation had been broken by then."),
        "quick_first": _("The first reply took less than half as long as this customer had been led to expect."),
        "quick_later": _("A later reply took less than half as long as this customer had been led to expect."),
        "known": _("Somebody who had served this customer before served them again."),
        "proactive": _("We wrote or called without having been asked."),
        "one_answer": _("One answer settled it, and it stayed settled."),
        "promise_kept": _("A promise given in this conversation had been kept by then."),
    }.get(key, "")


def attribute_name(key: str) -> str:
    return {
        "first_reply": _("speed of the first reply"),
        "later_replies": _("speed of later replies"),
        "asking": _("who has to ask"),
        "settling": _("settled for good"),
        "who_serves": _("who serves"),
        "promises": _("keeping promises"),
        "hands": _("staying in the same hands"),
        "return": _("not having to come back"),
        "channels": _("staying in one channel"),
        "length": _("being brief"),
    }.get(key, key)
