"""The struct alone is larger than the stack."""

from typing import Annotated

from pybpfc import XDP_PASS, ArrayMap, Str, Struct, xdp, xdp_md


class Big(Struct):
    text: Annotated[Str, 600]


last = ArrayMap[Big](max_entries=1)


@xdp
def prog(ctx: xdp_md) -> int:
    big = Big.zero()
    last.update(0, big)
    return XDP_PASS
