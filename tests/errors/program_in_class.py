"""A class binds no module-level name."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


class Programs:
    @xdp
    def drop(ctx: xdp_md) -> int:
        return XDP_DROP


@xdp
def accept(ctx: xdp_md) -> int:
    return XDP_PASS
