"""Nothing leaves a bloom filter."""

from pybpfc import XDP_DROP, XDP_PASS, BloomFilter, u32, xdp, xdp_md

seen = BloomFilter[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if seen.pop() else XDP_PASS
