"""Why a letter did not arrive: from the words of the other side, its status code, or its reply code.

The order is the meaning. A status that can mean one thing only decides; then the words, those that are about few things
before those that are about many; then what is left of the codes.
"""

import re
from functools import lru_cache

from rung.channels.email.reading.outcomes import BounceReason as Why
from rung.channels.email.reading.reports.phrases import PHRASES

MAX_SAID = 4000

# RFC 3463, and the registry of enhanced status codes behind it: those that leave no doubt, whatever stands beside them.
_CERTAIN = {
    "1.6": Why.MOVED,
    "2.2": Why.MAILBOX_FULL,
    "2.3": Why.TOO_BIG,
    "3.4": Why.TOO_BIG,
    "7.16": Why.TOO_BIG,
    "7.20": Why.AUTHENTICATION,
    "7.21": Why.AUTHENTICATION,
    "7.22": Why.AUTHENTICATION,
    "7.23": Why.AUTHENTICATION,
    "7.24": Why.AUTHENTICATION,
    "7.25": Why.REVERSE_DNS,
    "7.26": Why.AUTHENTICATION,
    "7.27": Why.SENDER_REFUSED,
    "7.28": Why.RATE,
    # As Exchange Online counts on.
    "2.121": Why.RATE,
    "2.122": Why.RATE,
    "7.509": Why.AUTHENTICATION,
    "7.515": Why.AUTHENTICATION,
}
_LIKELY = {
    "1.0": Why.UNKNOWN_USER,
    "1.1": Why.UNKNOWN_USER,
    "1.2": Why.UNKNOWN_HOST,
    "1.3": Why.UNKNOWN_USER,
    "1.4": Why.UNKNOWN_USER,
    "1.7": Why.SENDER_REFUSED,
    "1.8": Why.SENDER_REFUSED,
    "1.9": Why.SERVER,
    "1.10": Why.NO_MAIL_HOST,
    "2.0": Why.REFUSED,
    "2.1": Why.INACTIVE,
    "2.4": Why.REFUSED,
    "3.0": Why.SERVER,
    "3.1": Why.SERVER_FULL,
    "3.2": Why.NO_MAIL_HOST,
    "3.3": Why.SERVER,
    "3.5": Why.SERVER,
    "4.0": Why.NETWORK,
    "4.1": Why.EXPIRED,
    "4.2": Why.NETWORK,
    "4.3": Why.SERVER,
    "4.4": Why.NETWORK,
    "4.5": Why.RATE,
    "4.6": Why.NETWORK,
    "4.7": Why.EXPIRED,
    "5.3": Why.RATE,
    "5.4": Why.SERVER,
    "5.5": Why.SERVER,
    "5.6": Why.SECURITY,
    "6.7": Why.MALFORMED,
    "6.8": Why.MALFORMED,
    "6.9": Why.MALFORMED,
    "7.1": Why.BLOCKED,
    "7.2": Why.POLICY,
    "7.4": Why.NO_TLS,
    "7.10": Why.NO_TLS,
    "7.13": Why.INACTIVE,
    # Of a mailbox or domain with another owner (RFC 7293), and of one that is not there, as a patch of qmail counts.
    "7.17": Why.MOVED,
    "7.18": Why.MOVED,
}
# By the subject alone, where the detail says nothing.
_SUBJECTS = {"5": Why.SYNTAX, "6": Why.CONTENT, "7": Why.SECURITY}
_CODES = {
    "452": Why.SERVER_FULL,
    "521": Why.NO_MAIL_HOST,
    "523": Why.TOO_BIG,
    "530": Why.SECURITY,
    "535": Why.SECURITY,
    "552": Why.MAILBOX_FULL,
    "556": Why.NO_MAIL_HOST,
}
_SYNTAX_CODES = frozenset({"500", "501", "502", "503", "504"})

_STATUS_BEHIND_CODE = re.compile(r"\b[45]\d\d[ -]{1,3}#?\(?([245]\.\d\.\d{1,3})\b")
_STATUS_IN_BRACKETS = re.compile(r"\(#([245]\.\d\.\d{1,3})\b")
_STATUS = re.compile(r"(?<![\d.])([245]\.[0-7]\.\d{1,3})(?![\d.]*\.\d)(?![\dA-Za-z])")
_CODE = re.compile(
    r"(?:^(4(?:00|[2-57]\d)|5[0-5]\d|571)[ -]|(?:^|(?<=[\s\"'(<>#:;,=\[：（-]))(4(?:00|[2-57]\d)|5[0-5]\d|571)"
    r"(?=[ \t]*$|[ ,.:;)\]'\"](?![\d-])|[ -]#?(?:- )?(?:[245]\.\d|[A-Za-z<\[(\"'])|[ ]\d{1,2} [A-Z][a-z]))",
    re.MULTILINE,
)
_NEITHER_CODE = re.compile(
    r"\b(?:port|size|took|after|within|for|line|bytes?|id|ticket|nr|no)[ .:=]{1,3}$", re.IGNORECASE
)
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "\xa0": " "})


def status_in(text: str) -> str:
    """The enhanced status code that a text gives, such as "5.1.1"; one that says more before one that says less."""
    found: list[str] = []
    for pattern in (_STATUS_BEHIND_CODE, _STATUS_IN_BRACKETS, _STATUS):
        found += pattern.findall(text)
    wrong = [status for status in found if status[0] != "2"] or found
    return next((status for status in wrong if not status.endswith(".0.0")), wrong[0] if wrong else "")


def code_in(text: str) -> str:
    """The SMTP reply code that a text gives, such as "550"."""
    for match in _CODE.finditer(text):
        if not _NEITHER_CODE.search(text, max(match.start() - 12, 0), match.start()):
            return match[1] or match[2]
    return ""


def why(said: str, status: str = "", code: str = "", around: str = "") -> Why:
    """The reason in what was `said` of one address, in its codes, and last in the text `around` it."""
    detail = status[2:]
    if detail in _CERTAIN:
        return _CERTAIN[detail]
    found = in_words(_behind_code(said)) or in_words(said)
    if found is None and (detail not in _LIKELY or detail in ("1.0", "3.0", "4.0", "2.0")):
        found = in_words(around)
    if detail == "4.7" and found in (Why.NETWORK, Why.SERVER):
        return Why.EXPIRED  # what went wrong each time, until the time was over
    if found is not None:
        return found
    if detail in _LIKELY:
        return _LIKELY[detail]
    if code in _CODES:
        return _CODES[code]
    if code in _SYNTAX_CODES:
        return Why.SYNTAX
    return _SUBJECTS.get(detail[:1], Why.UNKNOWN)


def _behind_code(said: str) -> str:
    """What the other server itself said: it begins with its code. Before that speaks the one who reports."""
    match = _CODE.search(said)
    return said[match.start() :] if match else ""


@lru_cache(maxsize=16)  # the same answer stands in the fields and in the words, and is asked about for each
def in_words(text: str) -> Why | None:
    """The reason that the words themselves name."""
    if not text:
        return None
    plain = _SPACE.sub(" ", text[:MAX_SAID].translate(_QUOTES)).lower()
    return next((reason for reason, pattern in PHRASES if pattern.search(plain)), None)
