"""Enhanced status codes in what the mail door answers (RFC 2034)."""

import re

_STATUS = re.compile(r"[245]\d\d [245]\.\d{1,3}\.\d{1,3} ")
_STATUSES = {
    "454": "4.7.0", "500": "5.5.2", "501": "5.5.4", "502": "5.5.1", "503": "5.5.1", "504": "5.5.4", "530": "5.7.0",
    "538": "5.7.11", "552": "5.3.4", "553": "5.1.3", "554": "5.7.0", "555": "5.5.4",
}  # fmt: skip


def with_status(said: str) -> str:
    """An answer with an enhanced status code (RFC 3463) behind its reply code; "354" has none, nor have lines of EHLO."""
    code = said[:3]
    if code[:1] not in ("2", "4", "5") or said[3:4] != " " or _STATUS.match(said):
        return said
    status = "5.5.1" if code == "500" and "not recognized" in said else _STATUSES.get(code, f"{code[0]}.0.0")
    return f"{code} {status} {said[4:]}"
