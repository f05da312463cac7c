"""Whether a program's module is imported in order to compile it: loading and attaching must not happen then.

The compiler says when; it stands here because what loads an object that is already built is refused as well.
"""

from __future__ import annotations

from _thread import get_ident  # `threading` would be imported for nothing else
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

_importing: list[int] = []  # threads, one of them several times where a program's module compiles another


class Importing:
    """Marks the time in which this thread imports a program's module for the compiler."""

    def __enter__(self) -> None:
        _importing.append(get_ident())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 traceback: TracebackType | None) -> None:
        _importing.remove(get_ident())


def refuse_while_importing(what: str) -> None:
    """Raise if a program's module that is imported to be compiled has come here.

    Raises:
        DeclarationError: it has.
    """
    if get_ident() in _importing:
        from .values import DeclarationError

        raise DeclarationError(f"{what} ran while the module was imported to be compiled: put it under "
                               '`if __name__ == "__main__":`')
