"""A trie's key says how long it is."""

from pybpfc import XDP_PASS, LpmTrie, be32, u32, xdp, xdp_md

routes = LpmTrie[be32, u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
