"""The section decides the context."""

from pybpfc import TC_ACT_OK, section, xdp_md


@section("tc")
def prog(ctx: xdp_md) -> int:
    return TC_ACT_OK
