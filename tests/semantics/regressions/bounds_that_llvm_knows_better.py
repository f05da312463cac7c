"""A mask that LLVM finds useless is all that the verifier sees of an index's bound."""
from typing import Annotated

from pybpfc import Array, ArrayMap, Struct, data, s8, s16, s32, u8, u64, xdp, xdp_md

LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)


class In(Struct):
    shift: s8
    small: u8


class Numbers(Struct):
    wide: Annotated[Array[u64], 64]
    bytes: Annotated[Array[u8], 4]


numbers: Numbers = data(Numbers.zero(bytes=(7, 8, 9, 10)))

EXPECTED = ((b"\x00\x00", (0, 1, 0, 0)), (b"\x1e\x02", (7, 1, 0, 0)), (b"\x12\x05", (0, 1, 0, 0)))


@xdp
def program(ctx: xdp_md) -> int:
    given = ctx.cursor().pull(In)
    if given is None:
        return 1
    shifted: s32 = 1048575
    shifted >>= given.shift
    if 0 <= shifted < 3:
        out[0] = numbers.bytes[shifted & 3]
    rest: s16 = s16(given.small)
    rest = ~rest % ~rest
    if 0 <= rest < 5:
        out[1] = numbers.wide[rest % 64] + 1
    return 2
