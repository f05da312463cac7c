"""A name that is used while the module is imported, and that one of the package's modules has."""

from pybpfc import XDP_PASS, data, xdp, xdp_md

dropped: u64 = data(0)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
