"""A variable has the type of the first value assigned to it that is no constant, also when that is a sum; a variable
that only constants are assigned to is s64, also where it meets others."""
from pybpfc import ArrayMap, Struct, u8, u16, u64, xdp, xdp_md


class In(Struct):
    small: u8
    other: u8
    wide: u16


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = ((bytes.fromhex("c8 64 ffff"), (600, 66535, (1 << 32) - 65535, 200 * 100)),)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    total = 0
    for _ in range(3):
        total += i.small
    out[0] = total
    base = 1000
    shifted = base + i.wide
    out[1] = u64(shifted)
    down = 0
    down -= i.wide
    out[2] = down
    out[3] = i.small * i.other
    return 2
