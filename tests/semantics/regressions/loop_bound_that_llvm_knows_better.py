"""The mask of a loop's bound stays, though LLVM knows that a part of what it is put on has no other bits."""
from pybpfc import ArrayMap, HashMap, Struct, s16, u8, u16, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=2)
seen = HashMap[u64, u8](max_entries=8)


class In(Struct):
    first: u64
    second: u8
    third: u8


EXPECTED = ((b"\x03" + bytes(7) + b"\x01\x02", (3, 3)), (b"", (0, 0)))


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    v1: s16 = (i.first % 2 >> i.second % u32(7)) & 16383
    total: u64 = 0
    rounds: u16 = 0
    for turn in range((v1 | (i.second + i.third)) % 4):
        total += seen.get(i.first & 7, u8(turn))
        rounds += 1
    out[0] = total
    out[1] = rounds
    return 2
