"""A factory that is called twice needs `name=`."""

from pybpfc import XDP_DROP, XDP_PASS, xdp, xdp_md


def make(verdict: int):
    @xdp
    def prog(ctx: xdp_md) -> int:
        return verdict

    return prog


drop = make(XDP_DROP)
accept = make(XDP_PASS)
