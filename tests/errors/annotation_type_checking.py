"""A context that is imported for type checkers alone, one without a type, and a target where none is taken."""

from typing import TYPE_CHECKING

from pybpfc import XDP_PASS, xdp

if TYPE_CHECKING:
    from pybpfc import xdp_md


@xdp
def imported(ctx: "xdp_md") -> int:
    return XDP_PASS


@xdp
def untyped(ctx) -> int:
    return XDP_PASS
