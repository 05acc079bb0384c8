"""Closing lines with placeholders, filled in for whoever signs. Pure.

`{name}`, `{role}` and `{team}` are the agent's; `{mailbox}` and `{address}` those of the mailbox the letter leaves from;
`{company}` and `{company_address}` ours;
`{own}` the agent's own closing lines, inside those of a mailbox. A line of which nothing but punctuation is left when its
placeholders are empty is left out, and so is what joined an empty one to the rest of its line: one text serves agents who
have a role and those who have none.
"""

import re
from collections.abc import Mapping

PLACEHOLDERS = ("name", "role", "team", "mailbox", "address", "company", "company_address", "own")

_PLACE = re.compile(r"\{\s*(" + "|".join(PLACEHOLDERS) + r")\s*\}", re.IGNORECASE)
_WORD = re.compile(r"\w")
_JOINS = r"\s,;|/·•–—-"
# Stands for a placeholder that is empty; nobody types it.
_EMPTY = "\ue000"
_DANGLING = re.compile(rf"^(?:{_EMPTY}[{_JOINS}]*)+|(?:[{_JOINS}]*{_EMPTY})+$|(?:[{_JOINS}]*{_EMPTY})+(?=[{_JOINS}])")


def has_place(name: str, *templates: str) -> bool:
    """Whether one of these has a place of that name."""
    return any(place.group(1).lower() == name for each in templates for place in _PLACE.finditer(each))


def filled(template: str, values: Mapping[str, str]) -> str:
    """The closing lines with `values` in their places; one that is not given counts as empty."""
    lines = []
    for line in template.strip("\n").split("\n"):
        said = _PLACE.sub(lambda place: values.get(place.group(1).lower(), "") or _EMPTY, line)
        said = _DANGLING.sub("", said).replace(_EMPTY, "")
        if said == line or _WORD.search(said):
            lines.append(said.rstrip())
    return "\n".join(lines).strip("\n")


def signature_of(own: str, of_mailbox: str, values: Mapping[str, str]) -> str:
    """What stands below an answer: the mailbox's lines where they hold a place for the agent's `{own}`, else the agent's
    own, else the mailbox's."""
    mine = filled(own, values)
    if re.search(r"\{\s*own\s*\}", of_mailbox, re.IGNORECASE):
        return filled(of_mailbox, {**values, "own": mine})
    return mine or filled(of_mailbox, values)
