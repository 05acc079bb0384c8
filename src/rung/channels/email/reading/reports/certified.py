"""The receipts of certified mail, as Italian providers send them about each letter (RFC 6109): a header says which."""

import re

from rung.channels.email.reading.headers import Headers
from rung.channels.email.reading.outcomes import Outcome

HEADER = "x-ricevuta"
FAILED = frozenset({"errore-consegna", "preavviso-errore-consegna", "non-accettazione", "rilevazione-virus"})
MAX_TEXT = 4000

_ADDRESSED = re.compile(
    r"(?:indirizzat|destinat)[oa] (?:all'utente|a)\s{0,4}:?\s{0,8}[\"<(]?([^\s<>()\"]{1,64}@[^\s<>()\",;]{1,255})", re.I
)


def is_failure(headers: Headers) -> bool:
    return headers.plain(HEADER) in FAILED


def delivered(headers: Headers, text: str) -> tuple[Outcome, ...]:
    """Where the letter lies in its mailbox now; empty when this is no receipt of that."""
    if headers.plain(HEADER) != "avvenuta-consegna":
        return ()
    found = _ADDRESSED.search(text[:MAX_TEXT])
    return (Outcome(found[1].rstrip(".") if found else "", "delivered"),)
