"""A log that does no harm: where it cannot be written, for want of room or of anybody who reads it, nothing else fails."""

from contextlib import suppress
from typing import Any

import structlog


class HarmlessLogger(structlog.PrintLogger):
    """Prints as its parent does, and keeps to itself that it could not.

    A log line is written where something has just gone wrong. Were it to raise there, as on a full disk it does, whoever
    was to be told of the first trouble would never hear of it: a sender at the mail door, waiting for an answer.
    """

    def msg(self, message: str) -> None:
        with suppress(OSError, ValueError):
            super().msg(message)

    log = debug = info = warn = warning = fatal = failure = err = error = critical = exception = msg


def harmless_logger(*_names: Any) -> HarmlessLogger:
    return HarmlessLogger()
