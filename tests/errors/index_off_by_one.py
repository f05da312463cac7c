"""The comparison lets one index too many through."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, ArrayMap, Struct, u32, xdp, xdp_md


class Window(Struct):
    sizes: Annotated[Array[u32], 4]


windows = ArrayMap[Window](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    window = windows.lookup(0)
    if window is None:
        return XDP_PASS
    queue = ctx.rx_queue_index
    if queue <= 4:
        window.sizes[queue] = 1
    return XDP_PASS
