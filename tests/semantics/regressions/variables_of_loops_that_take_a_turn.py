"""Behind a `range` of constants with a number in it, what each turn assigns has a value."""
from pybpfc import ArrayMap, Struct, u32, u64, xdp, xdp_md


class In(Struct):
    a: u32


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = (
    (bytes.fromhex("03000000"), (7, 15, 5, 16)),
    (bytes.fromhex("63000000"), (7, 15, 2, 16)),
)


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 2
    for i in range(8):
        square = i * i
    out[0] = i
    for i in range(3, 6):
        for j in range(10, 4, -1):
            if i * j == 25:
                break
        product = i * j
    out[1] = product - 10 + square - square
    for i in range(2, 6):
        if i > given.a + 1:
            break
        if given.a == 99:
            break
        if i == given.a:
            continue
    out[2] = i
    for i in range(2, 20):
        for j in range(2, i):
            if i % j == 0:
                break
        else:
            continue
        if i > 15:
            break
    out[3] = i
    return 2
