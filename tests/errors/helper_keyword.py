"""The argument has another name."""

from pybpfc import s32, xdp, xdp_md
from pybpfc.helpers import bpf_redirect


@xdp
def prog(ctx: xdp_md) -> int:
    return s32(bpf_redirect(ifindex=1, flag=0))
