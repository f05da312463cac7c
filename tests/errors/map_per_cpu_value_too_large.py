from typing import Annotated

from pybpfc import XDP_PASS, Array, PerCpuArray, PerCpuHashMap, u8, u32, xdp, xdp_md

fits = PerCpuArray[Annotated[Array[u8], 32768]](max_entries=1)
table = PerCpuHashMap[u32, Annotated[Array[u8], 32776]](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS if fits.lookup(0) is None else XDP_PASS
