"""Adding 0 atomically stays an addition: LLVM's `or` needs cpu v3."""
from pybpfc import ArrayMap, HashMap, atomic_add, data, u32, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=2)
counts = HashMap[u32, u32](max_entries=4)
total: u64 = data(5)

EXPECTED = ((b"", (5, 7)),)


@xdp
def program(ctx: xdp_md) -> int:
    atomic_add(total, 0)
    out[0] = total
    counts[1] += 7
    counts[1] += 0
    out[1] = counts.get(1, 9)
    return 2
