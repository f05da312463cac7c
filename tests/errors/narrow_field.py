"""A wide value is stored into a narrow field."""

from pybpfc import XDP_PASS, ArrayMap, Struct, u8, xdp, xdp_md


class Note(Struct):
    queue: u8


notes = ArrayMap[Note](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    notes.update(0, Note(queue=ctx.rx_queue_index))
    return XDP_PASS
