"""A bloom filter has at most 15 hash functions."""

from pybpfc import XDP_PASS, BloomFilter, u32, xdp, xdp_md

seen = BloomFilter[u32](max_entries=64, map_extra=99)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
