"""The program takes no context."""

from pybpfc import XDP_PASS, xdp


@xdp
def accept() -> int:
    return XDP_PASS
