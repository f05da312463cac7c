"""A Str compares, and that is all."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Str, Struct, u32, xdp, xdp_md


class Task(Struct):
    comm: Annotated[Str, 16]


tasks = HashMap[u32, Task](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    task = tasks.lookup(1)
    if task is not None and task.comm.lower() == "bash":
        return XDP_DROP
    return XDP_PASS
