"""The words in which mail systems say why: rows of a reason and a pattern, the first that fits decides.

Written from what the systems have in common, not letter by letter: who is spoken of, and what is said of them. All in lower
case with single spaces. Every gap is bounded, so that the time to look is in proportion to the text.
"""

import re

from rung.channels.email.reading.reports import told_of_people, told_of_servers

_WORDS = {"<who>": told_of_people.WHO, "<none>": told_of_people.NONE, "<at>": told_of_people.AT}


def _spelt(pattern: str) -> str:
    for short, words in _WORDS.items():
        pattern = pattern.replace(short, words)
    return pattern


PHRASES = tuple(
    (reason, re.compile(_spelt(pattern))) for reason, pattern in (*told_of_people.ROWS, *told_of_servers.ROWS)
)
