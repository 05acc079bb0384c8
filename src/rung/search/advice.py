"""What is said of a search that cannot be taken as it was typed, and what to type instead."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from rung.search.query import LONGEST, OPERATORS, Query
from rung.search.vocabulary import distance

EXAMPLES = {
    "from": "from:carla",
    "to": "to:billing@",
    "tag": "tag:vip",
    "before": "before:30d",
    "after": "after:2026-03",
    "is": "is:open",
    "in": "in:support",
    "assignee": "assignee:me",
    "channel": "channel:phone",
    "has": "has:attachment",
    "level": "level:<expected",
}
# What narrows a search elsewhere, and here does not.
LIKE_OPERATORS = (
    *(
        "subject",
        "body",
        "cc",
        "bcc",
        "since",
        "until",
        "newer",
        "older",
        "state",
        "status",
        "team",
        "label",
        "customer",
    ),
    *("company", "date", "on", "assigned", "filename", "priority", "order", "sort", "type"),
)


def not_taken_in(text: str, query: Query) -> str:
    """What is to be said of a text that says nothing, or more than is read, or names what nothing is asked by; nothing for
    others."""
    if query.hollow and not query.parts:
        example = EXAMPLES[query.hollow[0]]
        return _("Behind “%(name)s:” something has to follow, such as %(example)s.") % {
            "name": query.hollow[0],
            "example": example,
        }
    if text.strip() and not query.parts:
        return _("Nothing in “%(said)s” can be looked for: write a word, a name or a number.") % {
            "said": text.strip()[:60]
        }
    if len(text) > LONGEST:
        return _("Only the first %(n)s characters were looked for.") % {"n": f"{LONGEST:,}"}
    if query.hollow:
        return _("Behind “%(name)s:” its value follows without a space, such as %(example)s.") % {
            "name": query.hollow[0],
            "example": EXAMPLES[query.hollow[0]],
        }
    for said in re.findall(r"(?<!\S)-?([A-Za-z]{2,12}):(?=[^\s/])", text):
        if said.lower() in LIKE_OPERATORS or (said.lower() not in EXAMPLES and _is_near(said.lower())):
            return _("“%(name)s:” narrows nothing here and was looked for as a word. What does: %(known)s.") % {
                "name": said,
                "known": ", ".join(f"{name}:" for name in OPERATORS),
            }
    return ""


def _is_near(name: str) -> bool:
    return len(name) > 3 and any(len(known) > 3 and distance(name, known) == 1 for known in OPERATORS)
