"""Configuration values of types that none has, and two types for one."""

from pybpfc import XDP_PASS, Struct, kconfig, s8, u16, u32, u64, xdp, xdp_md


class Pair(Struct):
    low: u32
    high: u32


hz: u64 = kconfig("CONFIG_HZ", u32)
pair: Pair = kconfig("CONFIG_PAIR", Pair)
letter: s8 = kconfig("CONFIG_LETTER", s8)
unnamed = kconfig("CONFIG_BPF", bool)


@xdp
def prog(ctx: xdp_md) -> int:
    if hz == 1 or letter == 2 or pair.low == 3 or unnamed:
        return XDP_PASS
    return XDP_PASS
