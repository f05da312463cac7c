"""The packet cursor: a position in a packet that moves on as headers are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing import overload

    from pybpfc_runtime.values import Ptr, Struct

__all__ = ["Cursor"]

_S = TypeVar("_S", bound="Struct")


class Cursor:
    """What `ctx.cursor()` gives: starts at the frame for xdp and tc, at the network header for cgroup_skb.

    It may be passed to an @inline function. A helper that moves the packet invalidates it and all it gave.
    """

    if TYPE_CHECKING:

        @overload
        def pull(self, type_: type[_S]) -> _S | None: ...
        @overload
        def pull(self, type_: type[int]) -> Ptr[int] | None: ...

    def pull(self, type_: Any) -> Any:
        """A reference to the next `type_` in the packet, behind which the cursor moves.

        Args:
            type_: a Struct class or an integer type; an integer is reached through `.value`.

        Returns:
            None where the packet ends before; the cursor then stays where it was.
        """
        raise TypeError("Cursor.pull() has a meaning only inside a BPF program")

    def skip(self, n: int, limit: int = 0xFFFF) -> None:
        """Move on by `n` bytes.

        Args:
            n: how far, in bytes; need not be a constant.
            limit: the most that is ever skipped, in bytes, by which the verifier bounds the position. Beyond it,
                or beyond the packet, the next `pull` gives None.
        """
        raise TypeError("Cursor.skip() has a meaning only inside a BPF program")
