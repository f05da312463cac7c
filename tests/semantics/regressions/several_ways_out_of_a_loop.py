"""A search that leaves its loop by two ways and does nothing else in it: LLVM made a jump to itself of the loop."""

from pybpfc import XDP_PASS, ArrayMap, data, u32, u64, xdp, xdp_md

out = ArrayMap[u64](max_entries=1)
key: u32 = data(4)
found: u64 = data(0)


@xdp
def program(ctx: xdp_md) -> int:
    global found
    wanted = key
    for k in range(5):
        if k == wanted:
            found = 1
            break
        if k + 1 == wanted:
            found = 2
            break
    out[0] = found
    return XDP_PASS


EXPECTED = [(b"", (2,))]
