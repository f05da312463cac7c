"""The context by another name, as a parameter of @inline functions, and behind a call that moves the packet."""
from pybpfc import ArrayMap, Struct, inline, subprog, u8, u16, u32, u64, xdp, xdp_md
from pybpfc.helpers import bpf_xdp_adjust_head


class In(Struct):
    first: u8
    second: u8
    third: u16


LICENSE = "GPL"
out = ArrayMap[u64](max_entries=6)

EXPECTED = ((bytes.fromhex("01020304"), (64, 64, 3, 60, 64, 5)),)


@inline
def length(context: xdp_md) -> u32:
    return u32(context.data_end - context.data)


@inline
def total(context: xdp_md) -> u32:
    head = context.cursor().pull(In)
    return 0 if head is None else u32(head.first) + head.second


@inline
def twice(context: xdp_md) -> u32:
    again = context
    return length(again) + total(context)


@subprog
def counted(context: xdp_md) -> u32:
    return length(context)


@xdp
def program(ctx: xdp_md) -> int:
    same = ctx
    out[0] = length(ctx)
    out[1] = same.data_end - same.data
    out[2] = twice(same) - 64
    if bpf_xdp_adjust_head(ctx, 4):
        return 0
    out[3] = length(same)
    if bpf_xdp_adjust_head(same, -4):
        return 0
    out[4] = counted(same)
    head = In.at(same.data)
    if same.data + 4 > same.data_end:
        return 0
    out[5] = u64(head.second) + 3
    return 2
