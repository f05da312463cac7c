"""A script ends the import."""

from pybpfc import XDP_PASS, xdp, xdp_md

raise SystemExit(3)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
