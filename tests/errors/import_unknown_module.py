"""The module is not installed."""

import no_such_module_of_mine
from pybpfc import XDP_PASS, xdp, xdp_md


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
