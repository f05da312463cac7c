"""The kernel looks for its objects in the structs inside of a value as well."""

from typing import Annotated

from pybpfc import XDP_PASS, Array, HashMap, Struct, bits, bpf_spin_lock, u8, u32, u64, xdp, xdp_md


class Side(Struct):
    packets: u64
    scale: Annotated[u8, bits(4)]
    closed: Annotated[u8, bits(1)]


class Entry(Struct):
    lock: bpf_spin_lock
    sides: Annotated[Array[Side], 2]


entries = HashMap[u32, Entry](max_entries=64)
sides = HashMap[u32, Side](max_entries=64)


@xdp
def prog(ctx: xdp_md) -> int:
    return XDP_PASS
