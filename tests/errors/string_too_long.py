"""A literal that is longer than the field never matches, and is never stored."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Str, Struct, u32, xdp, xdp_md


class Task(Struct):
    comm: Annotated[Str, 4]


tasks = HashMap[u32, Task](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    task = tasks.lookup(1)
    if task is None:
        return XDP_PASS
    task.comm = "systemd"
    if task.comm.startswith("systemd"):
        return XDP_DROP
    return XDP_DROP if task.comm == "systemd" else XDP_PASS
