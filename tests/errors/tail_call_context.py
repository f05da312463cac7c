"""The programs in the array take another context."""

from pybpfc import XDP_PASS, ProgArray, __sk_buff, xdp, xdp_md

steps = ProgArray[__sk_buff](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    steps.tail_call(ctx, 0)
    return XDP_PASS
