"""A context's field is assigned like any other place."""

from pybpfc import TC_ACT_OK, __sk_buff, tc
from pybpfc.helpers import bpf_ktime_get_ns


@tc
def prog(ctx: __sk_buff) -> int:
    ctx.mark = bpf_ktime_get_ns()
    return TC_ACT_OK
