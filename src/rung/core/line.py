"""A line to PostgreSQL on which questions are kept and asked by libpq's own calls; `kept.py` says when.

The driver's cursors ask by turns of a loop in Python that waits for the socket; here libpq waits, without Python's lock.
Values are written, and answers read, by the driver's own adapters, as Django has told them for the connection. Nothing else
is to be kept by the driver: it has the server forget everything, ours too, when a transaction is rolled back.
"""

import re
import select
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any, cast

from psycopg import OperationalError, capabilities
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus, Format, TransactionStatus
from psycopg.types.datetime import TimestamptzLoader

_MOMENT = "timestamptz"
# What says that a plan no longer fits its tables, and that a statement is not known (somebody said DISCARD ALL).
_OUTDATED = {b"0A000", b"26000"}

_MARKS = re.compile(r"%([s%])")

# Of the whole process, that no name is given twice to a session, whatever became of who gave it.
_names = count()

_Key = tuple[str, tuple[int, ...]]


class Moment(TimestamptzLoader):
    """As the server writes one, UTC being the zone of the connection. Whatever is written otherwise (infinity, years before
    our era) is the driver's to read."""

    timezone = UTC

    def load(self, data: Any) -> datetime:
        try:
            return datetime.fromisoformat(str(data, "ascii")).astimezone(UTC)
        except ValueError:
            return super().load(data).replace(tzinfo=UTC)


class Line:
    """Of one connection of the driver's, in one thread. `most`: so many questions are kept; the one that was asked longest
    ago makes room."""

    def __init__(self, session: Any, most: int) -> None:
        self._session, self._pgconn = session, session.pgconn
        self._most = most
        self._around = session.cursor()
        known = self._around.adapters.get_loader(session.adapters.types[_MOMENT].oid, Format.TEXT)
        if getattr(known, "timezone", None) is UTC:
            self._around.adapters.register_loader(_MOMENT, Moment)
        # The name of each, and what reads its answers; the one that was asked longest ago is the first.
        self._kept: dict[_Key, tuple[bytes, Any]] = {}

    def ask(self, text: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of an answer. Raises the driver's errors."""
        if self._session.autocommit is False and self._pgconn.transaction_status == TransactionStatus.IDLE:
            self._session.execute(
                "SELECT", prepare=False
            )  # the driver begins the transaction before what it asks itself
        giver = Transformer(self._around)
        values = giver.dump_sequence(params, [PyFormat.AUTO] * len(params))
        key, formats = (text, giver.types or ()), giver.formats
        result, reader, is_first = self._asked(key, values, formats)
        if self._is_outdated(result):
            self._forget(key)
            result, reader, is_first = self._asked(key, values, formats)
        self._check(result, ExecStatus.TUPLES_OK)
        reader.set_pgresult(result, set_loaders=is_first)
        return cast(list[tuple[Any, ...]], reader.load_rows(0, result.ntuples, tuple))

    def ask_together(self, questions: Sequence[tuple[str, Sequence[Any]]]) -> list[list[tuple[Any, ...]] | None]:
        """The rows of several answers, sent for at once; None for what was not asked here before, or has to be asked by
        itself: all, where one of them failed, and within a transaction, which such a failure would end."""
        answers: list[list[tuple[Any, ...]] | None] = [None] * len(questions)
        if self._pgconn.transaction_status != TransactionStatus.IDLE or not self._session.autocommit:
            return answers
        sent = []
        for place, (text, params) in enumerate(questions):
            giver = Transformer(self._around)
            values = giver.dump_sequence(params, [PyFormat.AUTO] * len(params))
            key = (text, giver.types or ())
            if (known := self._kept.pop(key, None)) is not None:
                self._kept[key] = known
                sent.append((place, known, values, giver.formats))
        if not sent or not capabilities.has_pipeline():
            return answers
        try:
            results = self._sent_together([(name, values, formats) for _, (name, _), values, formats in sent])
        except BaseException:
            self._session.close()  # what is still to come over it would be taken for an answer to something else
            raise
        if all(result.status == ExecStatus.TUPLES_OK for result in results):
            for (place, (_, reader), _, _), result in zip(sent, results, strict=True):
                reader.set_pgresult(result, set_loaders=False)
                answers[place] = reader.load_rows(0, result.ntuples, tuple)
        return answers

    def _sent_together(self, questions: Sequence[tuple[bytes, Any, Any]]) -> list[Any]:
        line = self._pgconn
        line.enter_pipeline_mode()
        for name, values, formats in questions:
            line.send_query_prepared(name, values, formats, Format.TEXT)
        line.pipeline_sync()
        # Waited for here, since libpq would wait with Python's lock in its hands.
        quiet = select.poll()
        quiet.register(line.socket, select.POLLIN | select.POLLOUT)
        while line.flush():
            quiet.poll()
            line.consume_input()
        quiet.modify(line.socket, select.POLLIN)
        results: list[Any] = []
        while True:
            while line.is_busy():
                quiet.poll()
                line.consume_input()
            result = line.get_result()
            if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                line.exit_pipeline_mode()
                return results
            if result is not None:  # None ends the answer to each
                results.append(result)

    def _asked(self, key: _Key, values: Sequence[Any], formats: Any) -> tuple[Any, Any, bool]:
        """The result, what reads it, and whether that has yet to learn of what kinds its columns are."""
        known = self._kept.pop(key, None)
        name, reader = known or self._prepared(*key)
        self._kept[key] = name, reader
        return self._pgconn.exec_prepared(name, values, formats, Format.TEXT), reader, known is None

    def _prepared(self, text: str, types: Sequence[int]) -> tuple[bytes, Any]:
        if len(self._kept) >= self._most:
            self._forget(next(iter(self._kept)))
        name = f"rung_{next(_names)}".encode()
        self._check(self._pgconn.prepare(name, self.numbered(text).encode(), types), ExecStatus.COMMAND_OK)
        return name, Transformer(self._around)

    @staticmethod
    def numbered(text: str) -> str:
        """As PostgreSQL wants a text of Django's."""
        places = count(1)
        return _MARKS.sub(lambda found: "%" if found[1] == "%" else f"${next(places)}", text)

    def _is_outdated(self, result: Any) -> bool:
        """Whether it is to be asked once more, prepared anew; within a transaction, which is lost, there is no once more."""
        if result.status != ExecStatus.FATAL_ERROR or self._pgconn.transaction_status != TransactionStatus.IDLE:
            return False
        return result.error_field(DiagnosticField.SQLSTATE) in _OUTDATED

    def _forget(self, key: _Key) -> None:
        name, _ = self._kept.pop(key)
        self._pgconn.exec_(b"DEALLOCATE " + name)  # an error says that it is gone already

    def _check(self, result: Any, wanted: int) -> None:
        if self._pgconn.status == ConnStatus.BAD:
            raise OperationalError(f"the line to PostgreSQL is lost: {self._pgconn.get_error_message()}")
        if result.status != wanted:
            raise error_from_result(result)
