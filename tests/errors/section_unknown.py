"""No section of libbpf's table has this name."""

from pybpfc import TC_ACT_OK, __sk_buff, section


@section("ingress")
def prog(ctx: __sk_buff) -> int:
    return TC_ACT_OK
