"""No configuration value is called so."""

from pybpfc import XDP_PASS, kconfig, u32, xdp, xdp_md

hz: u32 = kconfig("HZ", u32)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
