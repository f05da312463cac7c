"""`x // 0` is 0 and `x % 0` is x, whatever LLVM could conclude from a comparison of the result."""
from pybpfc import ArrayMap, Struct, s8, s32, u8, u64, xdp, xdp_md


class In(Struct):
    a: u8
    b: u8
    c: s8


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=4)

EXPECTED = (
    (b"\x09\x00\xf8", (0, 9, 0, 1)),
    (b"\x09\x02\xf8", (1, 1, 0xFFFF_FFFF_FFFF_FFFE, 0)),
)


@xdp
def program(ctx: xdp_md) -> int:
    i = ctx.cursor().pull(In)
    if i is None:
        return 2
    out[0] = u64(i.a // i.b != 0)
    out[1] = i.a % i.b
    out[2] = u64(i.c // s32(i.a // i.b))
    out[3] = u64(i.a % i.b >= i.b and i.b == 0)
    return 2
