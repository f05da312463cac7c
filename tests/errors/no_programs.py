"""The decorator was forgotten."""

from pybpfc import XDP_PASS, xdp_md


def accept(ctx: xdp_md) -> int:
    return XDP_PASS
