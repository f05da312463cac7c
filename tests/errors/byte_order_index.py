"""An index is a host integer."""

from typing import Annotated

from pybpfc import XDP_DROP, XDP_PASS, Array, ArrayMap, Struct, be16, u8, xdp, xdp_md


class Flow(Struct):
    port: be16
    seen: Annotated[Array[u8], 256]


flows = ArrayMap[Flow](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    flow = flows.lookup(0)
    if flow is None:
        return XDP_PASS
    return XDP_DROP if flow.seen[flow.port] else XDP_PASS
