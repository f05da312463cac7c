"""A helper would write into it."""

from typing import Annotated

from pybpfc import XDP_PASS, Str, rodata, xdp, xdp_md
from pybpfc.helpers import bpf_get_current_comm

comm: Annotated[Str, 16] = rodata("bash")


@xdp
def prog(ctx: xdp_md) -> int:
    bpf_get_current_comm(comm)
    return XDP_PASS
