"""Subprograms that return a reference or None, by different ways and of different memory."""

from pybpfc import HashMap, Struct, data, inline, subprog, u32, u64, xdp, xdp_md
from pybpfc.net import ethhdr

LICENSE = "GPL"


class Entry(Struct):
    number: u64


entries = HashMap[u32, Entry](max_entries=4)
common: Entry = data(0)


@subprog
def of_map(key: u32) -> Entry | None:
    if key == 9:
        return None
    return entries.lookup(key)


@subprog
def of_either(key: u32) -> Entry | None:
    if key == 2:
        return common
    if key == 9:
        return None
    return entries.lookup(key) if key else None


@inline
def inlined(key: u32) -> Entry | None:
    if key == 9:
        return None
    if key == 2:
        return common
    return entries.lookup(key)


@inline
def header(ctx: xdp_md, wanted: bool) -> ethhdr | None:
    if not wanted:
        return None
    packet = ctx.cursor()
    return packet.pull(ethhdr)




@inline
def number_of(entry: Entry | None) -> u64:
    return 0 if entry is None else entry.number


@xdp
def look_up(ctx: xdp_md) -> int:
    eth = header(ctx, True)
    if eth is None or header(ctx, False) is not None:
        return 1
    key = u32(eth.h_dest[0])
    found = number_of(of_map(key)) | number_of(of_either(key)) << 8 | number_of(inlined(key)) << 16
    common.number = found & 0xFF_FFFF
    return 2
