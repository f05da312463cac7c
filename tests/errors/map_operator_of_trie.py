"""A trie has methods only."""

from pybpfc import XDP_PASS, LpmTrie, Struct, be32, u32, xdp, xdp_md
from pybpfc.net import htonl


class Prefix(Struct):
    prefixlen: u32
    addr: be32


routes = LpmTrie[Prefix, u32](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    routes[Prefix(prefixlen=8, addr=htonl(0x0A000000))] = 1
    return XDP_PASS
