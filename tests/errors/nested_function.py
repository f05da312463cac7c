"""Functions are not made at run time."""

from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    def inner() -> int:
        return XDP_PASS
    return inner()
