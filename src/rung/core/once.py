"""What is asked again and again while one page is made is asked of the database once."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

_answers: ContextVar[dict[Hashable, object] | None] = ContextVar("answers", default=None)


@contextmanager
def one_page() -> Iterator[None]:
    """Within it, in this thread, what is marked by `once_a_page` is asked once. For pages that change nothing of it."""
    before = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(before)


def kept_for_this_page() -> dict[Hashable, object] | None:
    """What was found out so far for the page that is made in this thread; None where none is."""
    return _answers.get()


def once_a_page(ask: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """Marks a question whose arguments can be hashed and whose answer nobody alters. Outside a page it is always asked."""

    @wraps(ask)
    def asked(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        answers = _answers.get()
        if answers is None:
            return ask(*args, **kwargs)
        key = (ask, args, tuple(sorted(kwargs.items())))
        if key not in answers:
            answers[key] = ask(*args, **kwargs)
        return answers[key]  # type: ignore[return-value]  # what was kept for this very question

    return asked
