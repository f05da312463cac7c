"""The counter of a `while` loop is kept over calls in eight bytes, of which the verifier loses nothing."""
from typing import Annotated

from pybpfc import (
    ArrayMap,
    HashMap,
    Struct,
    be16,
    bits,
    data,
    rodata,
    s8,
    s16,
    s32,
    s64,
    u8,
    u16,
    u32,
    u64,
    xdp,
    xdp_md,
)

LICENSE = "GPL"


class In(Struct):
    divisor: s64
    shift: u64
    number: u8
    key: u8


class Limits(Struct):
    f0: be16
    f1: u32
    f2: Annotated[s16, bits(9)]
    f3: Annotated[u8, bits(2)]
    f4: Annotated[u16, bits(2)]
    f5: Annotated[u8, bits(5)]


out = ArrayMap[u64](max_entries=1)
numbers = HashMap[u16, s64](max_entries=256)
word: u32 = data(2)
limits: Limits = data(Limits(f0=0, f1=67108865, f2=-256, f3=2, f4=0, f5=15))
once: bool = rodata(True)

EXPECTED = ((b"", (3,)), (b"".ljust(16, b"\0") + b"\x10", (0,)))


@xdp
def program(ctx: xdp_md) -> int:
    packet = ctx.cursor()
    i = packet.pull(In)
    if i is None:
        return 2
    small: s8 = -75
    first: u64 = 0
    while first < 1 and once:
        first += 1
    else:
        turn: u32 = 0
        while turn < 3 and (not i.number > limits.f5):
            turn += 1
            small //= i.divisor - (i.divisor << i.shift)
            numbers[~i.key & 7] = 350087090580015042
            out[0] = 3
    return s32(word) << s32(small) & 3
