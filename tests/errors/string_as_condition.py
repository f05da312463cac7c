"""Python asks whether a text is empty, a reference only whether it is None."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, HashMap, Str, Struct, u32, xdp, xdp_md


class Entry(Struct):
    name: Annotated[Str, 16]


names = HashMap[u32, Annotated[Str, 16]](max_entries=4)
entries = HashMap[u32, Entry](max_entries=4)


@xdp
def prog(ctx: xdp_md) -> int:
    entry = entries.lookup(1)
    if entry and entry.name:
        return XDP_DROP
    while not names.lookup(2):
        return XDP_DROP
    if entry and entry.name != "":
        return XDP_DROP
    return XDP_PASS
