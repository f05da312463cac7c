"""A file descriptor that several views share and that says so when it is used after its end."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .errors import ClosedError

if TYPE_CHECKING:
    from typing import NoReturn, SupportsIndex


class Single:
    """What stands for something that the kernel opened. A copy would close it a second time, when the number may be
    another file's already: there is none, as there is none of a file."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:  # also what `copy` and `deepcopy` ask for
        raise TypeError(f"cannot copy or pickle {type(self).__name__}: it stands for what is open in this process")


class Descriptor(Single):
    """Owns a file descriptor.

    Args:
        number: the descriptor, now this object's to close.
        what: "map traffic", for the message.
    """

    __slots__ = ("__weakref__", "_number", "what")

    def __init__(self, number: int, what: str) -> None:
        self._number = number
        self.what = what

    @property
    def fd(self) -> int:
        """The number.

        Raises:
            ClosedError: it was closed; another file may have the number by now.
        """
        if self._number < 0:
            raise ClosedError(f"{self.what} is closed")
        return self._number

    @property
    def closed(self) -> bool:
        return self._number < 0

    def close(self) -> None:
        """Close it; harmless twice."""
        number, self._number = self._number, -1
        if number >= 0:
            os.close(number)

    def __repr__(self) -> str:
        return "closed" if self.closed else f"fd {self._number}"


class OwnedDescriptor(Descriptor):
    """One that is closed with its last reference, as a file is: of maps and programs.

    Links have none of this: a program whose link nobody kept stays attached until the process ends.
    """

    __slots__ = ()

    def __del__(self) -> None:
        self.close()
