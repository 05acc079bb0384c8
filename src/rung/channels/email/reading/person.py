"""Somebody whom a header names."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A mailbox as a header names it: `address` in the writer's own case, `name` decoded, either may be empty."""

    address: str
    name: str = ""
