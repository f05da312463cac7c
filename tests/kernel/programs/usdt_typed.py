"""Arguments of a USDT by position: of the probe's own widths and signs, and of others."""
from typing import Annotated

from pybpfc import (
    Array,
    Ptr,
    Str,
    Struct,
    bpf_usdt_arg,
    bpf_usdt_arg_cnt,
    bpf_usdt_cookie,
    core_read_user,
    data,
    pt_regs,
    s8,
    s16,
    s32,
    s64,
    u8,
    u16,
    u32,
    u64,
    usdt,
)
from pybpfc.helpers import bpf_probe_read_user_str

LICENSE = "GPL"


class Frame(Struct):
    tiny: s8
    byte: u8
    small: s16
    number: s32
    wide: s64


class Seen(Struct):
    same: Annotated[Array[s64], 12]
    other: Annotated[Array[s64], 12]
    by_number: Annotated[Array[s64], 14]
    text: Annotated[Str, 16]
    number: s32
    count: s32
    cookie: u64


seen: Seen = data(0)


@usdt
def same_widths(ctx: pt_regs, number: s32, tiny: s8, byte: u8, small: s16, whole: s32, wide: u64, constant: s32,
                register: u64, low: u8, frame: Frame, text: Ptr[u8], missing: u64) -> int:
    seen.same[0] = number
    seen.same[1] = tiny
    seen.same[2] = byte
    seen.same[3] = small
    seen.same[4] = whole
    seen.same[5] = s64(wide)
    seen.same[6] = constant
    seen.same[7] = s64(register)
    seen.same[8] = low
    seen.same[9] = core_read_user(frame.wide)
    seen.same[10] = bpf_probe_read_user_str(seen.text, text)
    seen.same[11] = s64(missing)
    seen.number = core_read_user(frame.number)
    seen.count = bpf_usdt_arg_cnt(ctx)
    seen.cookie = bpf_usdt_cookie(ctx)
    for position in range(14):
        seen.by_number[position] = bpf_usdt_arg(ctx, position)
    return 0


@usdt
def other_widths(number: u64, tiny: u32, byte: s8, small: u8, whole: u16, wide: bool, constant: s8, register: u32,
                 low: bool, frame: u64, text: s64, missing: bool) -> int:
    seen.other[0] = s64(number)
    seen.other[1] = tiny
    seen.other[2] = byte
    seen.other[3] = small
    seen.other[4] = whole
    seen.other[5] = 1 if wide else 0
    seen.other[6] = constant
    seen.other[7] = register
    seen.other[8] = 1 if low else 0
    seen.other[9] = 1 if frame else 0
    seen.other[10] = 1 if text else 0
    seen.other[11] = 1 if missing else 0
    return 0
