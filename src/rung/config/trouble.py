"""Telling trouble that passes, or that an operator ends, from a fault of ours: by what was raised, on either database."""

import errno
from collections.abc import Iterator
from typing import Literal

from django.db import DatabaseError, InterfaceError

Trouble = Literal["busy", "full", "away", ""]

_FULL_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
# PostgreSQL's SQLSTATEs: disk_full and its class; lock_not_available, deadlock, serialization, statement too long; and the
# classes of connections lost and servers on their way down; and one that only reads, as while another takes its place.
_FULL_STATES = ("53100", "53200", "53400")
_BUSY_STATES = ("55P03", "40P01", "40001", "57014", "53300")
_AWAY_STATES = ("08", "57P", "25006")


def trouble_in(failure: BaseException | None) -> Trouble:
    """ "busy": somebody else holds the database; "full": nothing more can be written; "away": it does not answer."""
    for each in _causes(failure):
        if isinstance(each, OSError) and each.errno in _FULL_ERRNOS:
            return "full"
        state = getattr(each, "sqlstate", None) or ""
        if state.startswith(_FULL_STATES):
            return "full"
        if state in _BUSY_STATES:
            return "busy"
        if state.startswith(_AWAY_STATES):
            return "away"
    words = next(
        (str(each).lower() for each in _causes(failure) if isinstance(each, (DatabaseError, InterfaceError))), None
    )
    if words is None:
        return ""
    if "locked" in words or "busy" in words:
        return "busy"
    if "full" in words or "readonly database" in words or "disk i/o" in words:
        return "full"
    if any(said in words for said in ("connection", "unable to open", "closed", "server")):
        return "away"
    return ""


def _causes(failure: BaseException | None) -> Iterator[BaseException]:
    for _depth in range(10):
        if failure is None:
            return
        yield failure
        failure = failure.__cause__ or failure.__context__
