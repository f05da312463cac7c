"""Python would put quotes around the text."""

from typing import Annotated

from pybpfc import XDP_PASS, HashMap, Str, Struct, u32, xdp, xdp_md

LICENSE = "GPL"


class Task(Struct):
    comm: Annotated[Str, 16]


tasks = HashMap[u32, Task](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    task = tasks.lookup(1)
    if task is not None:
        print(f"{task.comm=}")
    return XDP_PASS
