"""LLVM makes one test of two for None, by an `|` of pointers that the verifier refuses."""
from pybpfc import ArrayMap, HashMap, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)
left = HashMap[u32, u64](max_entries=4)
right = HashMap[u32, u64](max_entries=4)

EXPECTED = ((b"", (1, 0, 35, 1)),)


@xdp
def program(ctx: xdp_md) -> int:
    a = left.lookup(1)
    b = right.lookup(2)
    if a is None and b is None:
        out[0] = 1
    first = a is not None
    second = b is not None
    out[1] = u64(first or second)
    right[2] = 5
    seen: u32 = 32
    for _ in range(2):
        found = right.lookup(2)
        if found is not None:
            seen |= 1
        other = left.lookup(2)
        if other is None:
            seen |= 2
    out[2] = seen
    out[3] = u64(a is None and right.lookup(2) is not None)
    return 2
