"""The package has no such name."""

from pybpfc import HashTable, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return 2
