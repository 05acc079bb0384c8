"""Verdicts on spam that a server wrote into a letter's header: which of them can be believed, and what they say.

Whoever sends a letter can write any header into it. Servers put theirs on top; so the header is read from above down to
the `Received` line with which the trusted server took the letter in. What stands below was there when it came. Filters
that are asked by the server before it is done write theirs just below that line, where a stranger's first headers would
stand too: they are believed only where the server is known to remove such headers of strangers, and only the first of
each name.
"""

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

_BY = re.compile(r"\bby\s+([A-Za-z0-9._-]+)", re.IGNORECASE)
_NUMBER = r"(-?\d{1,6}(?:\.\d{1,6})?)"
_SCORE = re.compile(r"\b(?:score|hits)=\s*" + _NUMBER, re.IGNORECASE)
_SCL = re.compile(r"\bSCL:\s*(-?\d{1,2})\b", re.IGNORECASE)
_SPAMD = re.compile(r"\bdefault:\s*(True|False)\b[^\[]{0,20}\[\s*" + _NUMBER, re.IGNORECASE)
_STARS = re.compile(r"^([*+s]{1,100})$")
# From this spam confidence level on, Microsoft's own programs move a letter to Junk.
JUNK_SCL = 5
_FLAGS = ("x-spam-flag", "x-spam", "x-spam-detected", "x-spam-yn")
_LEVELS = ("x-spam-level", "x-spam-bar", "x-spamd-bar")
_SCL_HEADERS = (
    "x-ms-exchange-organization-scl", "x-microsoft-antispam", "x-forefront-antispam-report",
    "x-forefront-antispam-report-untrusted",
)  # fmt: skip
_RSPAMD = ("add header", "rewrite subject", "reject", "soft reject", "quarantine")
_ALL = {
    *_FLAGS, *_LEVELS, *_SCL_HEADERS[:3], "x-spam-status", "x-spam-score", "x-rspamd-action", "x-rspamd-score",
    "x-spamd-result",
}  # fmt: skip
MAX_VALUE = 4000


def verdict_of_server(headers: Sequence[tuple[str, str]], *, server: str, cleans: bool, score: int) -> str:
    """Why the trusted server holds the letter to be spam, in a sentence; "" when it does not or nobody is trusted.

    `server` is a host name that also stands for those below it (`example.org` for `mx.example.org`); `cleans` whether it
    removes a stranger's verdicts; `score` from which points on a letter is spam.
    """
    if not server.strip():
        return ""
    said: dict[str, str] = {}
    for name, value in _believed(headers, server.strip().lower().lstrip("*."), cleans):
        said.setdefault(name, value[:MAX_VALUE])
    return _in_words(said, score)


def _believed(headers: Sequence[tuple[str, str]], server: str, cleans: bool) -> Iterable[tuple[str, str]]:
    """The verdicts that the trusted server, or one behind it, has written; none where it has not taken the letter in."""
    taken_in = -1
    for place, (name, value) in enumerate(headers):
        if name.lower() != "received":
            continue
        found = _BY.search(value[:MAX_VALUE])
        host = found.group(1).lower().rstrip(".") if found else ""
        if host == server or host.endswith("." + server):
            taken_in = place
        elif taken_in >= 0:
            break
    if taken_in < 0:
        return
    for name, value in headers[:taken_in]:
        if name.lower() in _ALL:
            yield name.lower(), value
    if not cleans:
        return
    for name, value in headers[taken_in + 1 :]:
        if name.lower() == "received":
            break
        if name.lower() in _ALL:
            yield name.lower(), value


def _in_words(said: dict[str, str], score: int) -> str:
    for name in _FLAGS:
        if said.get(name, "").strip().lower() in ("yes", "true", "1"):
            return _("The mail server marked it as spam (%(header)s).") % {"header": _shown(name)}
    if said.get("x-spam-status", "").strip().lower().startswith("yes"):
        return _("The mail server marked it as spam (%(header)s).") % {"header": "X-Spam-Status"}
    if said.get("x-rspamd-action", "").strip().lower() in _RSPAMD:
        return _("The mail server marked it as spam (%(header)s).") % {"header": "X-Rspamd-Action"}
    level = _level(said)
    if level is not None and level >= JUNK_SCL:
        return _("The mail server holds it to be spam: confidence level %(level)d.") % {"level": level}
    points = _points(said)
    if points is not None and points >= score:
        return _("The mail server gave it %(points).1f points of spam; the limit here is %(limit)d.") % {
            "points": points,
            "limit": score,
        }
    return ""


def _shown(name: str) -> str:
    return "-".join(part.capitalize() for part in name.split("-"))


def _level(said: dict[str, str]) -> int | None:
    own = said.get("x-ms-exchange-organization-scl", "").strip()
    if re.fullmatch(r"-?\d{1,2}", own):
        return int(own)
    levels = [_SCL.search(said.get(name, "")) for name in _SCL_HEADERS[1:3]]
    return max((int(found.group(1)) for found in levels if found), default=None)


def _points(said: dict[str, str]) -> float | None:
    points = []
    found = _SCORE.search(said.get("x-spam-status", ""))
    if found:
        points.append(float(found.group(1)))
    found = _SPAMD.search(said.get("x-spamd-result", ""))
    if found:
        points.append(float(found.group(2)))
    for name in ("x-spam-score", "x-rspamd-score"):
        found = re.match(r"\s*" + _NUMBER, said.get(name, ""))
        if found:
            points.append(float(found.group(1)))
    for name in _LEVELS:
        stars = _STARS.match(said.get(name, "").strip())
        if stars:
            points.append(float(len(stars.group(1))))
    return max(points, default=None)
