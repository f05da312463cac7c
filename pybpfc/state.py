"""Whether this process imports a program in order to compile it: `load`, `compile` and attaching must not run then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_depth = 0


@contextmanager
def importing() -> Iterator[None]:
    """Marks the time in which a program's module is imported by the compiler."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1


def is_importing() -> bool:
    return _depth > 0
