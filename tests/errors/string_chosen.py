"""A text that an expression chooses."""

from typing import Annotated

from pybpfc import XDP_PASS, ArrayMap, Str, Struct, xdp, xdp_md


class Entry(Struct):
    name: Annotated[Str, 16]


entries = ArrayMap[Entry](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    entry = entries.lookup(0)
    if entry is not None:
        entry.name = "dns" if ctx.rx_queue_index else "http"
    return XDP_PASS
