"""What mail servers on the way found out about the sender: Authentication-Results, ARC and Received-SPF."""

import re

from rung.channels.email.reading.findings import Verdict
from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.words import tidy

MAX_HEADERS = 20
MAX_VERDICTS = 60

_COMMENT = re.compile(r"\([^()]{0,1000}\)")
_METHOD = re.compile(r"^\s*([a-zA-Z][\w-]{0,30})(?:\s*/\s*\d{1,5})?\s*=\s*([a-zA-Z]{1,20})")
_PROPERTY = re.compile(r"([a-zA-Z][\w-]{0,30}(?:\s*\.\s*[\w-]{1,30})?)\s*=\s*(\"[^\"]{0,500}\"|[^\s;\"]{1,500})")
_SERVER = re.compile(r"^\s*(?:i\s*=\s*\d{1,3}\s*;)?\s*([^\s;=]{1,255})(?:\s+\d{1,5})?\s*(?:;|$)")
_SPF = re.compile(r"^\s*([a-zA-Z]{3,20})\b")
_RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "discard"})
# Where a method says what it has checked, the most telling first.
_DOMAINS = {
    "dkim": ("header.d", "header.i", "header.from"),
    "spf": ("smtp.mailfrom", "envelope-from", "smtp.helo", "helo"),
    "dmarc": ("header.from",),
}


def verdicts_of(headers: Headers) -> tuple[Verdict, ...]:
    """In the order of the headers, so the latest first. Whether to believe a server is the caller's choice."""
    found: list[Verdict] = []
    for name in ("authentication-results", "arc-authentication-results"):
        for value in headers.all_raw(name)[:MAX_HEADERS]:
            found += _results(tidy(value[:8000].decode("utf-8", "replace")), name)
    for value in headers.all_raw("received-spf")[:MAX_HEADERS]:
        found += _spf(tidy(value[:4000].decode("utf-8", "replace")))
    return tuple(found[:MAX_VERDICTS])


def _results(text: str, source: str) -> list[Verdict]:
    text = _without_comments(text)
    match = _SERVER.match(text)
    # Exchange writes no server in front.
    server = match[1].lower() if match and "." in match[1] else ""
    rest = text[match.end() :] if match else text
    found = []
    for piece in rest.split(";")[:40]:
        method = _METHOD.match(piece)
        if method is None or method[2].lower() not in _RESULTS:
            continue
        properties = tuple(
            (key.replace(" ", "").lower(), value.strip('"'))
            for key, value in _PROPERTY.findall(piece[method.end() :])[:20]
        )
        name = method[1].lower()
        found.append(Verdict(server, name, method[2].lower(), _domain(name, properties), properties, source))
    return found


def _without_comments(text: str) -> str:
    for _ in range(4):
        text, count = _COMMENT.subn(" ", text)
        if not count:
            break
    return text


def _spf(text: str) -> list[Verdict]:
    match = _SPF.match(text)
    if match is None or match[1].lower() not in _RESULTS:
        return []
    properties = tuple(
        (key.lower(), value.strip('"')) for key, value in _PROPERTY.findall(_without_comments(text[match.end() :]))[:20]
    )
    said = dict(properties)
    server = said.get("receiver", "")
    if not server and (by := re.match(r"\s*\(([^\s:()]{1,255}):", text[match.end() :])):
        server = by[1]
    return [Verdict(server.lower(), "spf", match[1].lower(), _domain("spf", properties), properties, "received-spf")]


def _domain(method: str, properties: tuple[tuple[str, str], ...]) -> str:
    said = dict(reversed(properties))
    for name in _DOMAINS.get(method, ()):
        if value := said.get(name, ""):
            return value.rpartition("@")[2].strip("<>.").lower()
    return ""
