"""A bloom filter answers with a number."""

from pybpfc import XDP_DROP, XDP_PASS, BloomFilter, u32, xdp, xdp_md

seen = BloomFilter[u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_DROP if 1 in seen else XDP_PASS
