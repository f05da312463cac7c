"""The tuple of a loop is made before the first turn, and a loop's variable may have a type of its own."""
from pybpfc import ArrayMap, Struct, data, u8, u64, xdp, xdp_md


class In(Struct):
    a: u8


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=3)
changed: u8 = data(3)

EXPECTED = ((b"\x05", (5 * 49 + 7 * 3 + 5, 15, 4)),)


@xdp
def program(ctx: xdp_md) -> int:
    global changed
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    mixed = u64(0)
    total = u64(0)
    a = i.a
    for value in (a, changed, a):
        changed += 1
        a += 1
        mixed = mixed * 7 + value
        total += a
    out[0] = mixed
    out[1] = total - 6
    turn: u8 = 0
    for turn in range(5):
        changed += turn
    out[2] = turn
    return 2
