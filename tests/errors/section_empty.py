"""A section has a name."""

from pybpfc import TC_ACT_OK, __sk_buff, section


@section("")
def prog(ctx: __sk_buff) -> int:
    return TC_ACT_OK
