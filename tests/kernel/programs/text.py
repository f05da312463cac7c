"""Text: bpf_snprintf, Str comparison, copies."""
from typing import Annotated

from pybpfc import *
from pybpfc.helpers import bpf_snprintf

LICENSE = "GPL"


class Line(Struct):
    text: Annotated[Str, 48]
    length: s64
    same: u32
    prefix: u32


lines = ArrayMap[Line](max_entries=3)


@xdp
def write(ctx: xdp_md) -> int:
    line = lines.lookup(0)
    other = lines.lookup(1)
    third = lines.lookup(2)
    if line is None or other is None or third is None:
        return XDP_ABORTED
    number = s32(0) - 7
    line.length = bpf_snprintf(line.text, f"{number} {u64(1) << 40:x} {ctx.rx_queue_index:04} 100%")
    other.text = line.text
    other.same = u32(other.text == line.text)
    other.prefix = u32(line.text.startswith("-7 ") and not line.text.startswith("-8"))
    line.same = u32(line.text == "-7 10000000000 0000 100%")
    third.text = "fixed"
    third.same = u32(third.text == "fixed")
    third.prefix = u32(third.text != "fixe")
    return XDP_PASS
