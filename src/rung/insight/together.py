"""Several questions to the numbers at once.

DuckDB spreads one question over the processors, but not its planning and its last steps, nor what Python does with the rows:
over one month a third of the time, in which another question can be answered.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar

from rung.insight.engine import Engine, Question
from rung.insight.engines import Mirrored

AT_ONCE = 2
"""Each may take the memory that one may take, and more questions than processors answer nobody sooner."""

T = TypeVar("T")


class Unanswered(Exception):
    """The files of the mirror do not answer this."""


class FilesAlone:
    """An engine that leaves to the caller what its mirror does not answer: the connection to the database is the caller's,
    and what its transaction sees another thread does not."""

    def __init__(self, engine: Mirrored) -> None:
        self.engine = engine

    def rows(self, statement: str, question: Question, **numbers: int) -> list[dict[str, Any]]:
        """Raises Unanswered."""
        found = self.engine.answered(statement, question, numbers)
        if found is None:
            raise Unanswered
        return found


def together(engine: Mirrored, makes: Sequence[Callable[[Engine], T]]) -> list[T | None]:
    """What each makes of the answers it asks for, AT_ONCE at a time; None of those whose questions found no answer.

    They run in threads of their own, in the caller's language and time zone, and must ask nothing but the engine.
    """

    def made(make: Callable[[Engine], T]) -> T | None:
        try:
            return make(FilesAlone(engine))
        except Unanswered:
            return None

    if len(makes) < AT_ONCE:
        return [made(make) for make in makes]
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="numbers") as pool:
        asked: list[Any] = [pool.submit(copy_context().run, made, make) for make in makes]
        return [each.result() for each in asked]
