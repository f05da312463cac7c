"""Loading belongs behind the `__main__` guard."""

import pybpfc
from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def accept(ctx: xdp_md) -> int:
    return XDP_PASS


pybpfc.load()
