"""A counter of 32 bits is kept in four bytes of the stack, and forgotten where the four beside them are written."""
from pybpfc import ArrayMap, HashMap, Struct, s8, s16, s64, u16, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=2)
keyed = HashMap[u32, u32](max_entries=4)
others = HashMap[u64, s64](max_entries=4)


class In(Struct):
    left: s16
    by: s8
    shift: u16


EXPECTED = ((b"", (0, 0)), (b"\x05\x00\xfe\x00\x01\x00", (224, 0xfffffffffffffffd)))


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 1
    total: u64 = 0
    for _ in range(3):
        out[0] = total
        total *= 31
        total += keyed.get(u32(given.shift), u32(given.left)) + u64(others.get(total, given.left) >> given.shift)
        for _again in range(3):
            out[1] = u64(given.left // given.by)
    return 2
