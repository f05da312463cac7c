"""Text is equal or not."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Str, Struct, u32, xdp, xdp_md


class Task(Struct):
    comm: Annotated[Str, 16]


tasks = HashMap[u32, Task](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    task = tasks.lookup(1)
    if task is None:
        return XDP_PASS
    return XDP_DROP if task.comm < "b" else XDP_PASS
