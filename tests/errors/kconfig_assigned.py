"""What the kernel provides is not written."""

from pybpfc import XDP_PASS, kconfig, ksym, u32, u64, xdp, xdp_md

hz: u32 = kconfig("CONFIG_HZ", u32)
jiffies: u64 = ksym("jiffies", u64)


@xdp
def prog(ctx: xdp_md) -> int:
    global hz, jiffies
    hz = 1
    jiffies += 1
    return XDP_PASS
