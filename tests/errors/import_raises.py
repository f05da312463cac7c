"""The module cannot be imported."""

from pybpfc import XDP_PASS, xdp, xdp_md

LIMIT = int("many")


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
