"""Of a `while` loop of two turns LLVM makes a flag, which it keeps in four bytes beside a key."""
from pybpfc import BPF_ANY, ArrayMap, HashMap, Struct, s32, s64, u8, u16, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
numbers = ArrayMap[s32](max_entries=8)
keyed = HashMap[u32, u32](max_entries=8)


class In(Struct):
    a: u32
    b: u16
    c: u8


EXPECTED = ((b"\x05\x00\x00\x00\x02\x00\x01", (938886671, 3, 6, 0)),)


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 1
    total: u64 = 0
    turn: s64 = 0
    while turn < 2:
        found = numbers.lookup(given.c)
        if found is not None:
            found.value += 3
        total += 2347216657 // given.a
        total += u64(numbers.update(3, 3, BPF_ANY))
        keyed[u32(given.b)] += 1
        total += keyed.get(u32(turn), given.c) * given.b
        out[0] = total + given.a
        out[1] = u64(numbers.get(3, 0))
        turn += 1
        out[2] = u64(numbers.get(given.c, 0))
    return 2
