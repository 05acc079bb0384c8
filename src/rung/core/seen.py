"""Two people at one form: what the second was shown is compared with what is there now, field by field, so that neither
overwrites the other unseen.

A form carries a digest of each value it was filled with. The verb, once it holds the lock, settles what is wanted with what
is present: what the writer left alone stays as others have made it, what only the writer changed is changed, and where both
changed the same field to something different the verb raises `Overtaken` and writes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class Overtaken(Exception):
    """Somebody else changed what this writer changed too; `present`: what is there now, by field."""

    def __init__(self, present: Mapping[str, Any]) -> None:
        super().__init__(", ".join(present))
        self.present = dict(present)


def as_text(value: Any) -> str:
    """A value as a form would show it, so that what was shown, typed and kept can be compared."""
    if value is None:
        return ""
    # A row is known by its key, which is what a choice among rows holds.
    value = getattr(value, "pk", value)
    if isinstance(value, (list, tuple, set, frozenset)):
        return "\n".join(sorted(as_text(each) for each in value))
    return str(value).replace("\r\n", "\n").strip()


def digest(value: Any) -> str:
    return hashlib.sha256(as_text(value).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Seen:
    """What a writer was shown, as digests by field (nothing: they were shown nothing, and overwrite), and the fields in
    which they would rather take what is there now. `stayed` is filled with the fields in which others' changes stand."""

    shown: Mapping[str, str] = field(default_factory=dict)
    taken: frozenset[str] = frozenset()
    stayed: list[str] = field(default_factory=list)

    def settled(self, wanted: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, Any]:
        """What is to be written, given what is there now; both by field. Raises Overtaken."""
        settled, clashing = dict(wanted), []
        for name, value in wanted.items():
            if name not in self.shown or name not in present:
                continue
            is_as_shown = digest(present[name]) == self.shown[name]
            if name in self.taken and is_as_shown:
                settled[name] = present[name]
            elif is_as_shown or digest(value) == digest(present[name]):
                continue
            elif digest(value) == self.shown[name]:
                settled[name] = present[name]
                self.stayed.append(name)
            else:
                clashing.append(name)
        if clashing:
            raise Overtaken({name: present[name] for name in clashing})
        return settled


def differences(wanted: Mapping[str, Any], present: Mapping[str, Any]) -> list[list[str]]:
    """What changes, for a fact to remember: field, from and to, each as text. Never hand secrets in."""
    pairs = ((name, as_text(present.get(name)), as_text(value)) for name, value in wanted.items())
    return [[name, before, after] for name, before, after in pairs if before != after]


UNSEEN = Seen()
"""Whoever was shown nothing: a program, or one who means it whatever is there."""
