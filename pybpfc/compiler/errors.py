"""What goes wrong inside the compiler itself, as opposed to in the user's program."""

from __future__ import annotations

from .source import Span


class InternalError(Exception):
    """A bug in pybpfc: a stage found that an earlier stage broke its promise.

    Args:
        message: what was expected and what was found.
        span: the source line at which it happened, where one is known.
    """

    def __init__(self, message: str, span: Span | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
